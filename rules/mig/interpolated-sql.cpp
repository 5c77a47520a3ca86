#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// An expression that takes its value from a row, a file, a service: an access or a call. What a plain name holds may well be
// made of constants, and so is what json.dumps makes of them; numbers, days, hashes and UUIDs have no quote in them.
auto comes_from_outside(std::string_view expression) -> bool {
  static constexpr std::array<std::string_view, 10> begins{"len(", "int(", "float(", "round(", "sum(", "uuid.", "uuid4(", "datetime.", "date.", "json."};
  static constexpr std::array<std::string_view, 4> ends{".isoformat()", ".hexdigest()", ".hex", ".hex()"};
  return expression.find_first_of(".[(") != std::string_view::npos && expression.find("strftime(") == std::string_view::npos &&
         std::none_of(begins.begin(), begins.end(), [&](std::string_view word) { return expression.starts_with(word); }) &&
         std::none_of(ends.begin(), ends.end(), [&](std::string_view word) { return expression.ends_with(word); });
}

// The first such value between the quotes of a literal, as written in the code; empty: none.
auto pasted(const Expression& expression) -> std::string {
  if (expression.kind == Expression::Kind::hole) {
    const std::string_view text = expression.text;
    if (!text.starts_with('\'')) return {};
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
      const auto close = text.find('}', open);
      if (close == std::string_view::npos) break;
      if (const auto what = text.substr(open + 1, close - open - 1); comes_from_outside(what)) return std::string(what);
    }
    return {};
  }
  for (const auto& argument : expression.arguments)
    if (auto found = pasted(argument); !found.empty()) return found;
  return {};
}

// May values of the column hold a quote? Numbers, days and UUIDs cannot.
auto holds_text(const Table& table, std::string_view name) -> bool {
  static constexpr std::array<std::string_view, 7> types{"text", "varchar", "bpchar", "citext", "json", "jsonb", "xml"};
  const auto* column = table.column(name);
  return column != nullptr && column->type_known && column->column.type.array_dimensions == 0 &&
         std::find(types.begin(), types.end(), std::string_view(column->column.type.name.text)) != types.end();
}

// The first value pasted into a comparison with a column of text.
auto compared(const Table& table, const Expression& condition) -> std::string {
  if (condition.kind == Expression::Kind::operation) {
    const auto of_text = std::any_of(condition.arguments.begin(), condition.arguments.end(), [&](const Expression& side) {
      return side.kind == Expression::Kind::column && holds_text(table, side.name.name.text);
    });
    if (of_text)
      for (const auto& side : condition.arguments)
        if (auto what = pasted(side); !what.empty()) return what;
  }
  for (const auto& argument : condition.arguments)
    if (auto what = compared(table, argument); !what.empty()) return what;
  return {};
}

auto judge(const StepView& at, Report& report) -> void {
  const auto* dml = at.action<Dml>();
  if (dml == nullptr) return;
  const auto before = at.before();
  const auto* name = dml->verb != Dml::Verb::select ? &dml->table : dml->reads.size() == 1 ? &dml->reads.front() : nullptr;
  const auto* table = name == nullptr ? nullptr : before.table(*name);
  if (table == nullptr) return;
  auto what = compared(*table, dml->where);
  for (std::size_t i = 0; what.empty() && i < dml->columns.size() && i < dml->values.size(); ++i)
    if (holds_text(*table, dml->columns[i].text)) what = pasted(dml->values[i]);
  if (what.empty()) return;
  report.add(at.finding()
                 .without_locks()
                 .says("a quote in the value of " + quoted(what) + " breaks this statement, and what follows it runs as SQL: the value "
                       "is pasted into the text")
                 .about(what)
                 .help("give it as a parameter: connection.execute(sa.text(\"… = :value\"), {\"value\": …})"));
}

}  // namespace

extern const Rule interpolated_sql;
const Rule interpolated_sql = {
    .code = "MIG611",
    .name = "interpolated-sql",
    .level = Level::warning,
    .doc =
        {
            .summary = "A value that comes from rows or from outside is pasted between the quotes of an SQL text instead of given as a parameter",
            .what = "An f-string, `%`, `format()` or `+` that puts a value into a string literal of the SQL that a migration runs, "
                    "assigned to or compared with a column of text, where the value is that of a fetched row, a file or a call. "
                    "Literal lists, module constants, options, settings and environment variables are not reported, nor are "
                    "names, and numbers, days and UUIDs, which hold no quote.",
            .database = "The server reads the text after the value is in it. A value with a single quote, `O'Brien`, ends the literal: "
                        "the statement fails with a syntax error on the first such row, or does what the rest of the value says.",
            .bad = "op.execute(f\"UPDATE users SET name = '{open('name.txt').read()}' WHERE id = 1\")\n",
            .good = "op.get_bind().execute(sa.text(\"UPDATE users SET email = :email WHERE id = 1\"), {\"email\": \"a@example.org\"})\n",
            .allow = "The value cannot hold a quote: a hash, a date, an identifier of the program's own.",
            .references = "https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text",
        },
    .on_step = judge,
    .on_downgrade_step = judge,
};

}  // namespace foreshot::rules
