#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

// The function that the text of a constant default looks like; empty for ordinary text. Only functions that people
// default to: any other text may be meant.
auto function_in(const Expression& value) -> std::string {
  const auto* constant = &value;
  // 'now()'::text and the like.
  while (constant->kind == Expression::Kind::cast && constant->arguments.size() == 1) constant = &constant->arguments.front();
  if (constant->kind != Expression::Kind::constant || constant->constant != Expression::Constant::string) return {};
  std::string text;
  for (const char c : constant->text)
    if (std::isspace(static_cast<unsigned char>(c)) == 0)
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  static constexpr std::array<std::string_view, 18> functions = {
      "now()", "current_timestamp", "current_timestamp()", "current_date", "current_time", "localtimestamp",
      "clock_timestamp()", "statement_timestamp()", "transaction_timestamp()", "gen_random_uuid()",
      "uuid_generate_v4()", "uuid_generate_v1()", "uuidv4()", "uuidv7()", "random()", "current_user", "session_user",
      "timezone('utc',now())"};
  return std::find(functions.begin(), functions.end(), text) == functions.end() ? std::string() : constant->text;
}

// Called for each row, it would rewrite a table that is in use: then a string is not all that has to change.
auto rewrites(const StepView& at, const ObjectName& table, const std::string& function) -> bool {
  if (!at.live(table) || at.action<AlterTable>() == nullptr) return false;
  return function.find("uuid") != std::string::npos || function.find("random") != std::string::npos || function.find("clock") != std::string::npos;
}

auto is_date_or_time(const TypeName& type) -> bool {
  const auto& name = type.name.text;
  return name == "timestamp" || name == "timestamptz" || name == "date" || name == "time" || name == "timetz";
}

}  // namespace

extern const Rule function_default_as_string;
const Rule function_default_as_string = {
    .code = "MIG703",
    .name = "function-default-as-string",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A function is given as a string default: PostgreSQL takes it as a constant, so every row gets the same frozen value",
            .what = "`server_default=\"now()\"` and the like: a plain Python string, which SQLAlchemy quotes, instead of "
                    "`sa.text(\"now()\")` or `sa.func.now()`; or `DEFAULT 'now()'` in SQL text.",
            .database =
                "For a date or time column PostgreSQL reads the literal once, when the default is set: every later row gets the "
                "moment of the migration. For text the words themselves are stored. For uuid and numbers the statement fails. "
                "The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\n"
                   "    \"users\", sa.Column(\"seen_at\", sa.DateTime(timezone=True), server_default=\"now()\")\n"
                   ")\n",
            .good = "op.add_column(\n"
                    "    \"users\", sa.Column(\"seen_at\", sa.DateTime(timezone=True), server_default=sa.func.now())\n"
                    ")\n",
            .allow = "Never for dates, times and keys.",
            .references = "https://docs.sqlalchemy.org/en/20/core/defaults.html#server-defaults",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto tell = [&](const Column& column, const ObjectName& table, Span span) {
            const auto function = function_in(column.default_value);
            if (function.empty()) return;
            const auto* note = at.op().has(Oddity::function_default_as_string);
            for (const auto& each : at.op().notes)
              if (each.oddity == Oddity::function_default_as_string && column.span.known() && column.span.contains(each.span)) note = &each;
            const char* consequence = is_date_or_time(column.type) ? ": every row gets the moment at which the migration ran"
                                      : column.type.name.text == "uuid"
                                          ? ": the statement fails"
                                          : ": it is stored as these words, not called";
            report.add(at.finding()
                           .without_locks()
                           .at(note != nullptr && at.op().notes.size() == 1 ? note->span : span)
                           .says("the default `" + function + "` of " + quoted(column.name) + " is a quoted string" + consequence)
                           .about(table.display() + "." + column.name.text)
                           .help("write server_default=sa.text(\"" + function + "\")")
                           .fix(note == nullptr || rewrites(at, table, function) ? std::nullopt : fix::default_as_text(at, note->span)));
          };
          if (const auto* create = at.action<CreateTable>()) {
            for (const auto& column : create->columns)
              tell(column, create->table, column.span.known() ? column.span : at.sql().span);
          }
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            tell(add.column, alter.table, at.subcommand_span(i));
          });
          each_subcommand<SetDefault>(at, [&](const AlterTable& alter, const SetDefault& set, std::size_t i) {
            Column column;
            column.name = set.column;
            column.default_value = set.value;
            if (const auto* table = at.before().table(alter.table))
              if (const auto* known = table->column(set.column.text)) column.type = known->column.type;
            tell(column, alter.table, at.subcommand_span(i));
          });
        },
};

}  // namespace foreshot::rules
