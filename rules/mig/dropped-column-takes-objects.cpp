#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto has(const std::vector<Identifier>& names, const std::string& name) -> bool {
  return std::any_of(names.begin(), names.end(), [&](const Identifier& one) { return one.text == name; });
}

auto uses(const CreateIndex& index, const std::string& column) -> bool {
  const auto in = [&](const Expression& expression) {
    const auto columns = expression.columns();
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  if (has(index.include, column) || in(index.predicate)) return true;
  return std::any_of(index.keys.begin(), index.keys.end(),
                     [&](const IndexKey& key) { return key.column.text == column || (key.column.empty() && in(key.expression)); });
}

// The columns in front that stay: what looks for rows by them has to do without the index.
auto rest_of(const std::vector<IndexKey>& keys, const std::string& dropped) -> std::vector<std::string> {
  std::vector<std::string> rest;
  for (const auto& key : keys)
    if (!key.column.empty() && key.column.text != dropped) rest.push_back(key.column.text);
  return rest;
}

// Does the revision leave an index on the table that begins with one of the columns that stay?
auto replaced(const StepView& at, const ObjectName& name, const std::vector<std::string>& rest, const std::string& lost) -> bool {
  const auto* then = at.tree.timeline->after(at.step.revision).table(name);
  // Dropped or renamed: nobody can tell.
  if (then == nullptr) return true;
  for (const auto& column : rest)
    if (then->column(column) == nullptr) return true;
  for (const auto& item : then->indexes) {
    if (item.index.name.text == lost) return true;
    if (!item.index.keys.empty() && !item.index.predicate.exists() &&
        std::find(rest.begin(), rest.end(), item.index.keys.front().column.text) != rest.end())
      return true;
  }
  return false;
}

}  // namespace

extern const Rule dropped_column_takes_objects;
const Rule dropped_column_takes_objects = {
    .code = "MIG314",
    .name = "dropped-column-takes-objects",
    .level = Level::warning,
    .doc =
        {
            .summary = "Dropping the column silently drops an index, a unique constraint or a key that other columns rely on",
            .what = "`op.drop_column(…)` or `DROP COLUMN` of a column that is part of an index, unique constraint or primary key "
                    "together with columns that stay, when the revision leaves no index that serves those. An index that "
                    "nothing but the dropped column is in goes without a word.",
            .database =
                "PostgreSQL drops every index and table constraint that the column is part of, also an index that has it "
                "in INCLUDE or WHERE only, and says nothing. Queries by the other columns read the whole table from then "
                "on; a unique rule over several columns is no longer kept. Measured on PostgreSQL 12 to 18.",
            .bad = "op.drop_column(\"seats\", \"hall\")  # foreshot: ignore[MIG302] -- unused\n",
            .good = "op.create_index(\"ix_seats_place\", \"seats\", [\"place\"])  # foreshot: ignore[MIG101] -- small\n"
                    "op.drop_column(\"seats\", \"hall\")  # foreshot: ignore[MIG302] -- unused\n",
            .allow = "Nothing looks for rows by the columns that stay, and their combinations may repeat.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<DropColumn>(at, [&](const AlterTable& alter, const DropColumn& drop, std::size_t i) {
            if (alter.kind != ObjectKind::table || !at.live(alter.table)) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(drop.column.text);
            if (column == nullptr || !column->certain) return;
            // Added by this upgrade: so is what hangs on it.
            if (column->origin.known() && column->origin.revision == at.step.revision) return;
            for (const auto& item : table->indexes) {
              if (!item.certain || !uses(item.index, drop.column.text)) continue;
              const auto rest = rest_of(item.index.keys, drop.column.text);
              if (rest.empty()) continue;
              if (replaced(at, alter.table, rest, item.index.name.text)) continue;
              std::string others;
              for (const auto& name : rest) others += (others.empty() ? "" : ", ") + quoted(name);
              const auto* constraint = item.constraint.empty() ? nullptr : table->constraint(item.constraint);
              const bool key = constraint != nullptr && constraint->constraint.kind == ConstraintKind::primary_key;
              const bool rule = constraint != nullptr || item.index.unique;
              const std::string what = key ? "the primary key " : constraint != nullptr ? "the unique constraint " : "the index ";
              const auto name = constraint != nullptr ? item.constraint : item.index.name.text;
              report.add(at.finding()
                             .at(at.subcommand_span(i))
                             .says("dropping " + quoted(drop.column) + " of " + quoted(alter.table) + " silently drops " + what +
                                   quoted(name) + " too: " +
                                   (rule ? "nothing keeps rows apart by it any more" : "queries by " + others + " lose their index"))
                             .about(alter.table.display() + "." + drop.column.text + "." + name)
                             .label(item.origin.known() ? item.origin.span : Span{}, "it is made here")
                             .help("drop it by name first, after its replacement over the columns that stay was built"));
            }
          });
        },
};

}  // namespace foreshot::rules
