#include <map>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

enum class Family { integer, number, string, uuid, other };

auto family(const TypeName& type) -> Family {
  static const std::map<std::string_view, Family> known = {
      {"int2", Family::integer},       {"int4", Family::integer},   {"int8", Family::integer},   {"smallserial", Family::integer},
      {"serial", Family::integer},     {"bigserial", Family::integer}, {"numeric", Family::number}, {"float4", Family::number},
      {"float8", Family::number},      {"text", Family::string},    {"varchar", Family::string}, {"bpchar", Family::string},
      {"uuid", Family::uuid}};
  const auto found = known.find(type.name.text);
  return found == known.end() || type.array_dimensions > 0 || !type.schema.empty() ? Family::other : found->second;
}

auto bytes(const TypeName& type) -> int {
  const auto& name = type.name.text;
  return name == "int2" || name == "smallserial" ? 2 : name == "int8" || name == "bigserial" ? 8 : 4;
}

// What is wrong with a child column that refers to the parent column; empty when nothing that is known.
auto problem(const TypeName& child, const TypeName& parent) -> std::string {
  const auto a = family(child), b = family(parent);
  if (a == Family::other || b == Family::other) return {};
  if (a == b) {
    if (a != Family::integer || bytes(child) >= bytes(parent)) return {};
    return "holds smaller numbers: rows of the parent beyond its range cannot be referred to";
  }
  const auto numeric = [](Family of) { return of == Family::integer || of == Family::number; };
  if (numeric(a) && numeric(b)) return "is compared by a cast, which no index helps";
  return "cannot be compared with it: PostgreSQL refuses the key";
}

auto judge(const StepView& at, const ObjectName& table, const Constraint& key, Span place, Report& report) -> void {
  if (key.kind != ConstraintKind::foreign_key || !key.references.table.known()) return;
  const auto after = at.after();
  const auto* child = after.table(table);
  const auto* parent = after.table(key.references.table);
  if (child == nullptr || parent == nullptr || parent->kind != ObjectKind::table) return;
  auto targets = key.references.columns;
  if (targets.empty())
    if (const auto* primary = parent->primary_key()) targets = primary->constraint.columns;
  if (targets.size() != key.columns.size()) return;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto* from = child->column(key.columns[i].text);
    const auto* to = parent->column(targets[i].text);
    if (from == nullptr || to == nullptr || !from->certain || !to->certain || !from->type_known || !to->type_known) continue;
    // Types that a model alone vouches for are those of the end of the history.
    if (parent->from_model || child->from_model) continue;
    if (!from->column.type.known() || !to->column.type.known()) continue;
    const auto wrong = problem(from->column.type, to->column.type);
    if (wrong.empty()) continue;
    report.add(at.finding()
                   .without_locks()
                   .at(place)
                   .says(quoted(table.display() + "." + key.columns[i].text) + " (" + from->column.type.display() + ") refers to " +
                         quoted(parent->name.display() + "." + targets[i].text) + " (" + to->column.type.display() + ") and " + wrong)
                   .about(table.display() + "." + key.columns[i].text)
                   .label(to->origin.span, "the column that is referred to")
                   .help("give both columns the same type"));
  }
}

}  // namespace

extern const Rule foreign_key_type_mismatch;
const Rule foreign_key_type_mismatch = {
    .code = "MIG709",
    .name = "foreign-key-type-mismatch",
    .level = Level::warning,
    .doc =
        {
            .summary = "A foreign key joins columns of different types: some rows cannot be referred to, or PostgreSQL refuses the key",
            .what = "The column of a foreign key has another type than the column it refers to: integer for bigint, text for uuid, "
                    "numeric for integer. A wider integer and strings of other lengths are not reported.",
            .database =
                "Integers of different sizes may be joined, but a row of the parent whose number does not fit cannot be "
                "referred to: inserts fail with `integer out of range` on the day the parent outgrows the child. Numeric "
                "against integer casts at each check, without the index. Types without a common comparison are refused at once: "
                "`foreign key constraint … cannot be implemented`.",
            .bad = "op.execute(\"CREATE TABLE vaults (id bigserial PRIMARY KEY)\")\n"
                   "op.add_column(\"orders\", sa.Column(\"vault_id\", sa.Integer()))\n"
                   "op.create_foreign_key(\n"
                   "    \"fk_orders_vault\", \"orders\", \"vaults\", [\"vault_id\"], [\"id\"], postgresql_not_valid=True\n"
                   ")\n",
            .good = "op.execute(\"CREATE TABLE vaults (id bigserial PRIMARY KEY)\")\n"
                    "op.add_column(\"orders\", sa.Column(\"vault_id\", sa.BigInteger()))\n"
                    "op.create_foreign_key(\n"
                    "    \"fk_orders_vault\", \"orders\", \"vaults\", [\"vault_id\"], [\"id\"], postgresql_not_valid=True\n"
                    ")\n",
            .allow = "The parent's numbers will always fit.",
            .references = "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (at.step.conditional) return;
          if (const auto* create = at.action<CreateTable>()) {
            for (const auto& column : create->columns)
              for (const auto& constraint : column.constraints) judge(at, create->table, constraint, constraint.span, report);
            for (const auto& constraint : create->constraints) judge(at, create->table, constraint, constraint.span, report);
          }
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            judge(at, alter.table, add.constraint, at.subcommand_span(i), report);
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            for (const auto& constraint : add.column.constraints) judge(at, alter.table, constraint, at.subcommand_span(i), report);
          });
        },
};

}  // namespace foreshot::rules
