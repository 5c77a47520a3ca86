// op.batch_alter_table(): on PostgreSQL its operations run one by one when the block ends, or, with recreate="always",
// the table is copied.

#include <algorithm>
#include <string>

#include "analyzer/alembic/operations.h"

namespace foreshot::alembic {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::Render;

auto AlembicVocabulary::make_batch(const Site& site, const Arguments& arguments) -> Value {
  auto batch = std::make_shared<Batch>();
  batch->span = site.span;
  batch->callee = site.callee;
  if (const auto* name = arguments.get(0, "table_name")) batch->table.name = sqlalchemy::text_of(site, *name);
  else batch->table.name.append_hole("table", site.span);
  if (const auto* schema = arguments.get(1, "schema"); present(schema)) {
    batch->table.schema = sqlalchemy::text_of(site, *schema);
    batch->table.schema_given = !batch->table.schema.empty();
  }
  if (const auto* recreate = arguments.get(2, "recreate"); recreate != nullptr)
    if (const auto* word = recreate->value.constant_text()) batch->copies = *word == "always";
  return object_value(std::move(batch), site.span);
}

auto AlembicVocabulary::flush(const Site& site, Batch& batch) -> void {
  if (site.resolving) return;
  // A `try` inside the block is over when its operations run.
  for (auto& operation : batch.waiting) {
    auto& conditions = operation.conditions;
    const auto over = [&](const Condition& condition) {
      return condition.kind == Condition::Kind::attempt &&
             std::find(site.conditions.begin(), site.conditions.end(), condition) == site.conditions.end();
    };
    conditions.erase(std::remove_if(conditions.begin(), conditions.end(), over), conditions.end());
  }
  if (!batch.copies) {
    for (auto& operation : batch.waiting) operations_.push_back(std::move(operation));
    batch.waiting.clear();
    return;
  }
  // The new table is the old one with the changes; rows are copied, the old table is dropped. What the changes are is
  // told by the statements that would have been sent in place.
  auto call = begin(site, {}, "batch_alter_table", Operation::SentBy::op);
  call.operation.span = batch.span;
  call.operation.callee = batch.callee;
  call.operation.counts_as_op = false;
  call.operation.table_known = batch.table.name.identifies();
  call.note(Oddity::batch_recreate, batch.span, batch.table.name.display());
  auto copy = batch.table;
  copy.name = {};
  copy.name.append("_alembic_tmp_", Span{});
  copy.name.append(batch.table.name);
  Render create, insert, drop, rename;
  create << "CREATE TABLE " << copy.rendered() << " (LIKE " << batch.table.rendered() << ")";
  insert << "INSERT INTO " << copy.rendered() << " SELECT * FROM " << batch.table.rendered();
  drop << "DROP TABLE " << batch.table.rendered();
  rename << "ALTER TABLE " << copy.rendered() << " RENAME TO " << sqlalchemy::quoted(batch.table.name);
  for (auto* text : {&create, &insert, &drop, &rename}) send(call, text->take(), sql::Binds::none, batch.span);
  finish(call);
  for (auto& operation : batch.waiting) operations_.push_back(std::move(operation));
  batch.waiting.clear();
}

}  // namespace foreshot::alembic
