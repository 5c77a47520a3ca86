#include <algorithm>
#include <cstdint>
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

// Does the type hold the constant as it is? Where that cannot be told: no.
auto holds(const TypeName& type, const Expression& value) -> bool {
  const auto* at = &value;
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1) at = &at->arguments.front();
  if (at->kind != Expression::Kind::constant || type.array_dimensions > 0 || !type.modifiers_known) return false;
  if (at->constant == Expression::Constant::null) return true;
  const std::string_view name = type.name.text;
  const std::string_view text = at->text;
  if (at->constant == Expression::Constant::string && is_string(name)) {
    const auto characters = std::count_if(text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
    return type.modifiers.empty() ? name != "bpchar" || characters <= 1 : characters <= type.modifiers.front();
  }
  if (at->constant != Expression::Constant::integer) return false;
  // Of each type one digit less than what its largest number has.
  const auto digits = std::count_if(text.begin(), text.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
  if (name == "int2") return digits <= 4;
  if (name == "int4") return digits <= 9;
  if (name == "int8") return digits <= 18;
  if (name == "numeric" && !type.modifiers.empty())
    return digits <= type.modifiers.front() - (type.modifiers.size() > 1 ? type.modifiers[1] : 0);
  return name == "float8" && digits <= 15;
}

// Does the expression cut its values: left(name, 40), round(price, 2), CASE …?
auto cuts(const Expression& value) -> bool {
  constexpr std::string_view functions[] = {"left", "right", "substr", "substring", "overlay", "round", "trunc", "floor", "ceil", "ceiling",
                                            "mod", "least", "greatest", "date_trunc", "md5"};
  if (value.kind == Expression::Kind::conditional || value.kind == Expression::Kind::cast) return true;
  if (value.kind == Expression::Kind::operation) return value.text == "%";
  return value.kind == Expression::Kind::function &&
         std::find(std::begin(functions), std::end(functions), value.name.name.text) != std::end(functions);
}

// Does the condition ask how long or how large the column's values are?
auto measures(const Expression& where, const std::string& column, int depth = 0) -> bool {
  if (where.kind != Expression::Kind::operation || depth > 50) return false;
  const std::string_view word = where.text;
  if (word == "<" || word == ">" || word == "<=" || word == ">=" || word == "<>" || word == "!=") {
    const auto columns = where.columns();
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  }
  return std::any_of(where.arguments.begin(), where.arguments.end(),
                     [&](const Expression& part) { return measures(part, column, depth + 1); });
}

// Did this upgrade see to it that all values fit: one constant for every row, or those cut or taken out that are too large?
auto made_to_fit(const StepView& at, const ObjectName& table, const AlterColumnType& change) -> bool {
  constexpr std::size_t looked_at = 1000;
  const auto& steps = at.tree.timeline->steps();
  const auto here = static_cast<std::size_t>(&at.step - steps.data());
  bool fits = false;
  for (auto i = std::max(at.tree.timeline->revision(at.step.revision).upgrade_begin, here > looked_at ? here - looked_at : 0); i < here; ++i) {
    const auto* dml = std::get_if<Dml>(&steps[i].action());
    if (dml == nullptr || !dml->table.known() || !at.before().same_table(dml->table, table)) continue;
    if (dml->verb == Dml::Verb::delete_ && measures(dml->where, change.column.text)) fits = true;
    if (dml->verb != Dml::Verb::update) continue;
    const auto assigned = std::find(dml->columns.begin(), dml->columns.end(), change.column);
    const auto place = static_cast<std::size_t>(assigned - dml->columns.begin());
    if (place >= dml->columns.size() || place >= dml->values.size()) continue;
    const auto& value = dml->values[place];
    if (!dml->where.exists() && !dml->limited)
      fits = (!steps[i].conditional || steps[i].op->conditions == at.op().conditions) && (holds(change.type, value) || cuts(value));
    else if (measures(dml->where, change.column.text))
      fits = true;
    else if (!cuts(value))
      fits = fits && holds(change.type, value);
  }
  return fits;
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
            // An earlier statement that may have run made the same change.
            if (column != nullptr && !column->type_known && column->column.type.known() && column->column.type == change.type) return;
            const bool trusted = column != nullptr && column->type_known && column->certain && table->certain;
            const auto& existing = at.op().existing_type;
            const auto* from = trusted ? &column->column.type : existing ? &*existing : nullptr;
            // Where the old type is not known, nobody can tell.
            if (from == nullptr) return;
            const auto how = type_change(*from, change.type, at.step.settings, at.version());
            if (!how.narrows || made_to_fit(at, alter.table, change)) return;
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
