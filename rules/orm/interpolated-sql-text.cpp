#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule interpolated_sql_text;
const Rule interpolated_sql_text = {
    .code = "ORM317",
    .name = "interpolated-sql-text",
    .level = Level::warning,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A value is written into the text of a statement with an f-string, % or format(): who chooses the value chooses the statement",
            .what =
                "`text()` or `execute()` of a text that reads or changes rows, in which a value that is not known stands inside quotes or after a "
                "comparison. Names of tables and columns, lists of placeholders, numbers and constants are not reported.",
            .database =
                "A quote in the value ends the literal, and what follows is SQL: injection, or a syntax error for a name like O'Brien. Each value "
                "is also a statement of its own to parse and plan.",
            .bad =
                "from sqlalchemy import text\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def find(session, name):\n"
                "    return session.execute(text(f\"SELECT id FROM users WHERE name = '{name}'\")).all()\n",
            .good =
                "from sqlalchemy import text\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def find(session, name):\n"
                "    return session.execute(text(\"SELECT id FROM users WHERE name = :name\"), {\"name\": name}).all()\n",
            .allow =
                "The value comes from the program itself.",
            .references =
                "https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::interpolated || nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .says("a quote in " + quoted(use.what) + " changes the statement: the value is written into its text")
                         .about(use.function + ":" + use.what)
                         .label(use.span.contains(use.other) ? Span{} : use.other, "the text becomes a statement here")
                         .help("write `:name` in the text and give the value as a parameter"));
        },
};

}  // namespace foreshot::rules
