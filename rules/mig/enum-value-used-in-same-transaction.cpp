#include <string>
#include <utility>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// A string constant that a statement uses, with what says which type it has: a column of the target table, or a cast.
struct Use {
  std::string value;
  std::string column;
  TypeName cast;
};

auto collect(const Expression& expression, const std::string& column, const TypeName& cast, std::vector<Use>& uses,
             int depth = 0) -> void {
  if (depth > 50) return;
  if (expression.kind == Expression::Kind::constant && expression.constant == Expression::Constant::string) {
    uses.push_back({expression.text, column, cast});
    return;
  }
  if (expression.kind == Expression::Kind::cast) {
    for (const auto& argument : expression.arguments) collect(argument, column, expression.type, uses, depth + 1);
    return;
  }
  // In a comparison the column on one side types the constants on the other.
  auto near = column;
  if (expression.kind == Expression::Kind::operation) {
    near.clear();
    for (const auto& argument : expression.arguments)
      if (argument.kind == Expression::Kind::column) near = argument.name.name.text;
  }
  for (const auto& argument : expression.arguments) collect(argument, near, cast, uses, depth + 1);
}

auto uses_of(const Action& action) -> std::vector<Use> {
  std::vector<Use> uses;
  if (const auto* dml = std::get_if<Dml>(&action)) {
    for (std::size_t i = 0; i < dml->values.size(); ++i)
      collect(dml->values[i], i < dml->columns.size() ? dml->columns[i].text : "", {}, uses);
    collect(dml->where, "", {}, uses);
  }
  if (const auto* index = std::get_if<CreateIndex>(&action)) collect(index->predicate, "", {}, uses);
  if (const auto* alter = std::get_if<AlterTable>(&action)) {
    for (const auto& subcommand : alter->subcommands) {
      if (const auto* set = std::get_if<SetDefault>(&subcommand)) collect(set->value, set->column.text, {}, uses);
      if (const auto* add = std::get_if<AddColumn>(&subcommand))
        collect(add->column.default_value, add->column.name.text, add->column.type, uses);
      if (const auto* add = std::get_if<AddConstraint>(&subcommand)) collect(add->constraint.expression, "", {}, uses);
    }
  }
  return uses;
}

}  // namespace

extern const Rule enum_value_used_in_same_transaction;
const Rule enum_value_used_in_same_transaction = {
    .code = "MIG408",
    .name = "enum-value-used-in-same-transaction",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A new enum value is used before the transaction that added it has committed: PostgreSQL refuses",
            .what = "A statement that uses a value which an earlier `ALTER TYPE … ADD VALUE` of the same transaction added; by "
                    "default all revisions of one `alembic upgrade` share a transaction.",
            .database =
                "PostgreSQL answers `unsafe use of new value` and the migration stops. The value can be used after the "
                "commit. The same on PostgreSQL 12 to 18; values of a type that was created in the same transaction are "
                "fine from PostgreSQL 17 on.",
            .bad = "op.execute(\"ALTER TYPE order_state ADD VALUE 'returned'\")\n"
                   "op.execute(\"UPDATE orders SET state = 'returned' WHERE id = 1\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'returned'\")\n"
                    "op.execute(\"UPDATE orders SET state = 'returned' WHERE id = 1\")\n",
            .allow = "Never: it fails.",
            .references = "https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.in_transaction || !at.transaction().known) return;
          const auto before = at.before();
          const auto* target = target_table(at.step.action());
          const auto* table = target == nullptr ? nullptr : before.table(*target);
          for (const auto& use : uses_of(at.step.action())) {
            const auto* column = table == nullptr || use.column.empty() ? nullptr : table->column(use.column);
            const auto& type = use.cast.known() ? use.cast : column != nullptr ? column->column.type : use.cast;
            // Without a type nobody knows that the text is a value of the enum.
            if (!type.known()) continue;
            const auto* enumeration = before.enum_type({type.schema, type.name});
            if (enumeration == nullptr) continue;
            for (const auto& [value, origin] : enumeration->added) {
              if (value != use.value || origin.transaction != at.transaction().number) continue;
              // A type of the same transaction may use its new values from 17 on.
              if (at.version() >= 17 && enumeration->origin.known() &&
                  enumeration->origin.transaction == origin.transaction)
                continue;
              const bool across = origin.revision != at.step.revision;
              const bool released = across && at.tree.released[at.step.revision];
              auto draft = at.finding()
                               .without_locks()
                               .says("`" + value + "` was added to " + quoted(enumeration->name) +
                                     " in this transaction and cannot be used before it commits: the migration fails" +
                                     (across ? " where both revisions run at once, as on a new database" : ""))
                               .about(enumeration->name.display() + "." + value)
                               .label(origin.span, "the value is added here")
                               .help("add the value inside `with op.get_context().autocommit_block():`, or use it in a later "
                                     "revision with transaction_per_migration=True");
              report.add(released ? std::move(draft).level(Level::info) : std::move(draft));
              return;
            }
          }
        },
};

}  // namespace foreshot::rules
