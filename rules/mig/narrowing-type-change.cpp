#include <string_view>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_integer(std::string_view name) -> bool { return name == "int2" || name == "int4" || name == "int8"; }
auto has_fraction(std::string_view name) -> bool { return name == "numeric" || name == "float4" || name == "float8"; }
auto is_string(std::string_view name) -> bool { return name == "text" || name == "varchar" || name == "bpchar" || name == "citext"; }

// What becomes of a value that the new type cannot hold. `cast`: USING casts it explicitly.
auto consequence(const TypeName& from, const TypeName& to, bool cast) -> std::string {
  const std::string_view a = from.name.text;
  const std::string_view b = to.name.text;
  if (is_string(a) && is_string(b))
    return cast ? "longer texts are cut off without a word" : "the migration fails at the first text that is longer";
  if (has_fraction(a) && is_integer(b)) return "fractions are rounded away for good, and a number that is too large makes the migration fail";
  if (has_fraction(a) && has_fraction(b)) return "digits are lost for good, and a number that is too large makes the migration fail";
  if (is_integer(a) || is_integer(b)) return "the migration fails at the first number that is too large";
  if (b == "date") return "the time of day is lost for good";
  if (b == "time" || b == "timetz") return "the date is lost for good";
  if (a == "bit" || a == "varbit")
    return cast ? "longer values are cut off without a word" : "the migration fails at the first value that is longer";
  return "fractions of a second are rounded away for good";
}

}  // namespace

extern const Rule narrowing_type_change;
const Rule narrowing_type_change = {
    .code = "MIG310",
    .name = "narrowing-type-change",
    .level = Level::warning,
    .doc =
        {
            .summary = "The new type of a column cannot hold all values of the old one: the migration fails on real data, or cuts it",
            .what = "`op.alter_column(…, type_=…)` or `ALTER COLUMN … TYPE` to a smaller integer, a shorter text, fewer digits, or "
                    "from a timestamp to a date, on a table that may hold rows. The old type comes from the replayed history, or "
                    "from existing_type where the history does not know it.",
            .database =
                "PostgreSQL converts every row. Integers out of range and texts that are too long stop the migration with an "
                "error; numbers and times are rounded without one, and an explicit cast in USING cuts texts too. What passed on a small "
                "test database says nothing about production. Running code that still writes longer values fails from then "
                "on. The same on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"name\", type_=sa.String(40))  # foreshot: ignore[MIG205] -- small\n",
            .good = "op.create_check_constraint(\n"
                    "    \"ck_users_name_short\", \"users\", \"length(name) <= 40\", postgresql_not_valid=True\n"
                    ")\n",
            .allow = "Nobody wrote a value that does not fit, and it was looked up in production.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .bad_files = "=== downgrade\nop.alter_column(\"users\", \"name\", type_=sa.Text())\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (alter.kind != ObjectKind::table || !at.may_hold_rows(alter.table)) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(change.column.text);
            // Where it was added by this upgrade, what it holds was written by it.
            if (column != nullptr && column->origin.known() && column->origin.revision == at.step.revision) return;
            // Computed for each row: what is lost is the expression's affair.
            const auto cast = change.using_.kind == Expression::Kind::cast;
            if (change.using_.exists() && !cast && change.using_.kind != Expression::Kind::column) return;
            const bool trusted = column != nullptr && column->type_known && column->certain && table->certain;
            const auto& existing = at.op().existing_type;
            const auto* from = trusted ? &column->column.type : existing ? &*existing : nullptr;
            // Where the old type is not known, nobody can tell.
            if (from == nullptr) return;
            const auto how = type_change(*from, change.type, at.step.settings, at.version());
            if (!how.narrows) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("a " + quoted(change.column) + " of type `" + change.type.display() + "` cannot hold every `" +
                                 from->display() + "`: " + consequence(*from, change.type, cast))
                           .about(alter.table.display() + "." + change.column.text)
                           .help("look for values that do not fit first, and keep new ones out with a CHECK … NOT VALID"));
          });
        },
};

}  // namespace foreshot::rules
