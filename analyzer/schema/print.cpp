#include "analyzer/schema/print.h"

#include "analyzer/schema/lock_chart.h"

namespace foreshot {
namespace {

auto list(const std::vector<Identifier>& names) -> std::string {
  std::string text = "(";
  for (std::size_t i = 0; i < names.size(); ++i) text += (i > 0 ? ", " : "") + names[i].text;
  return text + ")";
}

auto kind_name(ConstraintKind kind) -> const char* {
  switch (kind) {
    case ConstraintKind::primary_key: return "primary key";
    case ConstraintKind::unique: return "unique";
    case ConstraintKind::check: return "check";
    case ConstraintKind::foreign_key: return "foreign key";
    case ConstraintKind::exclusion: return "exclude";
    case ConstraintKind::not_null: return "not null";
  }
  return "";
}

auto maybe(bool certain) -> const char* { return certain ? "" : " (not certain)"; }

auto timeout_text(const char* name, const TimeoutSetting& setting) -> std::string {
  if (!setting.in_force && setting.certain) return "";
  return std::string(", ") + name + " " + (setting.in_force ? (setting.value.empty() ? "set" : setting.value) : "unknown") +
         (setting.in_force && !setting.certain ? " perhaps" : "");
}

}  // namespace

auto print_table(const Table& table) -> std::string {
  auto text = std::string(table.kind == ObjectKind::view                ? "view "
                          : table.kind == ObjectKind::materialized_view ? "materialized view "
                                                                        : "table ") +
              table.name.display();
  if (!table.partition_by.empty()) text += " partition by " + table.partition_by + " " + list(table.partition_key);
  if (!table.partition_of.empty())
    text += " partition of " + table.partition_of.display() + (table.default_partition ? " default" : "");
  for (const auto& parent : table.inherits) text += " inherits " + parent.display();
  if (table.from_model) text += " (from a model)";
  if (!table.columns_complete && table.kind == ObjectKind::table) text += " (not complete)";
  text += std::string(maybe(table.certain)) + "\n";
  for (const auto& item : table.columns) {
    const auto& column = item.column;
    text += "  column " + column.name.text + " " + (item.type_known ? column.type.display() : "?");
    if (item.not_null == Known::yes) text += " not null";
    if (item.not_null == Known::unknown) text += " not null?";
    if (column.default_value.exists()) text += " default " + column.default_value.display();
    if (column.generated != Column::Generated::no)
      text += std::string(" generated ") + (column.generated == Column::Generated::stored ? "stored" : "virtual");
    if (column.identity != Column::Identity::no) text += " identity";
    if (!column.collation.empty()) text += " collate " + column.collation;
    text += std::string(maybe(item.certain)) + "\n";
  }
  for (const auto& item : table.constraints) {
    const auto& constraint = item.constraint;
    text += "  constraint " + constraint.name.text + " " + kind_name(constraint.kind);
    if (constraint.kind == ConstraintKind::check)
      text += " " + constraint.expression.display();
    else
      text += " " + list(constraint.columns);
    if (constraint.kind == ConstraintKind::foreign_key)
      text += " references " + constraint.references.table.display() + " " + list(constraint.references.columns);
    if (!item.validated) text += " not valid";
    text += std::string(maybe(item.certain)) + "\n";
  }
  for (const auto& item : table.indexes) {
    const auto& index = item.index;
    text += "  index " + index.name.text + (index.unique ? " unique" : "");
    if (index.method != "btree") text += " " + index.method;
    text += " (";
    for (std::size_t i = 0; i < index.keys.size(); ++i) {
      const auto& key = index.keys[i];
      text += (i > 0 ? ", " : "") + (key.column.empty() ? key.expression.display() : key.column.text);
    }
    text += ")";
    if (index.predicate.exists()) text += " where " + index.predicate.display();
    if (!item.constraint.empty()) text += " of constraint";
    if (!item.valid) text += " not valid";
    text += std::string(maybe(item.certain)) + "\n";
  }
  return text;
}

auto print_schema(const Schema& schema) -> std::string {
  std::string text;
  for (const auto* table : schema.tables()) text += print_table(*table);
  for (const auto* type : schema.enums()) {
    text += "enum " + type->name.display();
    for (const auto& value : type->values) text += " '" + value + "'";
    text += std::string(type->values_known ? "" : " …") + maybe(type->certain) + "\n";
  }
  return text;
}

auto print_cost(const Cost& cost) -> std::string {
  std::string text;
  for (const auto& effect : cost.effects) {
    text += effect.relation.display();
    if (effect.kind == ObjectKind::index) text += " (index)";
    if (effect.created_here) text += " (new)";
    text += std::string(" ") + lock_name(effect.lock);
    if (effect.work != Work::none) text += std::string(" ") + work_name(effect.work);
    if (!effect.cause.empty()) text += " (" + effect.cause + ")";
    text += "\n";
  }
  if (!cost.known) text += "not known: " + cost.unknown_reason + "\n";
  if (cost.fails) text += "fails: " + cost.failure + "\n";
  return text;
}

auto print_step(const Timeline& timeline, const Step& step) -> std::string {
  auto text = on_one_line(step.sql->sql) + "\n";
  const auto& transaction = timeline.transactions()[step.transaction];
  text += "    ";
  if (!step.in_transaction)
    text += "outside a transaction";
  else
    text += "in transaction " + std::to_string(transaction.number) + " until " + transaction.ends_text;
  if (!transaction.known) text += " (not known)";
  if (step.conditional) text += ", under a condition";
  text += timeout_text("lock_timeout", step.lock_timeout) + timeout_text("statement_timeout", step.statement_timeout) + "\n";
  const auto effects = print_cost(step.cost);
  std::size_t begin = 0;
  while (begin < effects.size()) {
    const auto end = effects.find('\n', begin);
    text += "    " + effects.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  for (const auto& held : timeline.held_before(step))
    text += std::string("    holds ") + lock_name(held.mode) + " on " + held.relation.display() + "\n";
  return text;
}

auto print_revision(const Timeline& timeline, const TreeSource& tree, RevisionIndex revision) -> std::string {
  const auto& source = tree.revisions[revision];
  const auto& steps = timeline.revision(revision);
  auto text = "revision " + source.id + (source.message.empty() ? "" : " " + source.message) + "\n";
  text += "  upgrade\n";
  for (auto i = steps.upgrade_begin; i < steps.upgrade_end; ++i)
    text += "  " + std::to_string(i - steps.upgrade_begin + 1) + "  " + print_step(timeline, timeline.steps()[i]);
  if (steps.downgrade_begin < steps.downgrade_end) text += "  downgrade\n";
  for (auto i = steps.downgrade_begin; i < steps.downgrade_end; ++i)
    text += "  " + std::to_string(i - steps.downgrade_begin + 1) + "  " + print_step(timeline, timeline.steps()[i]);
  for (const auto& difference : timeline.differences(revision)) {
    const auto* what = difference.what == Difference::What::left   ? "leaves "
                       : difference.what == Difference::What::lost ? "loses "
                                                                   : "changes ";
    text += std::string("  downgrade ") + what + (difference.table.empty() ? "" : difference.table.display() + " ") +
            difference.name + (difference.detail.empty() ? "" : ": " + difference.detail) + "\n";
  }
  return text;
}

}  // namespace foreshot
