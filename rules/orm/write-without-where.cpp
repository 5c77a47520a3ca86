#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule write_without_where;
const Rule write_without_where = {
    .code = "ORM313",
    .name = "write-without-where",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "An UPDATE or DELETE without WHERE runs: it changes every row of the table",
            .what =
                "`update(Model)` or `delete(Model)` that is executed without a condition, `query.update()` and `query.delete()` of a query that "
                "nothing filters. Functions whose names say that all is meant (clear, reset, purge …), scripts, commands and lists of rows by key "
                "are not reported.",
            .database =
                "All rows are written and locked until the transaction ends; a DELETE also asks every foreign key that points here.",
            .bad =
                "from sqlalchemy import update\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def rename(session, name):\n"
                "    session.execute(update(User).values(name=name))\n",
            .good =
                "from sqlalchemy import update\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def rename(session, key, name):\n"
                "    session.execute(update(User).where(User.id == key).values(name=name))\n",
            .allow =
                "All rows are meant.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::writes_all || nobody_waits(use.role)) return;
          const auto& model = view.project.model(use.model);
          // A table whose name is computed is called by its class.
          const auto table = model.table_known && model.table.known() ? model.table.name : Identifier(model.name);
          const bool deletes = use.what == "DELETE";
          report.add(Draft(use.span)
                         .says("every row of " + quoted(table) + " is " + (deletes ? "deleted" : "changed") + ": the statement has no WHERE")
                         .about(use.function + ":" + table.text)
                         .label(use.span.contains(use.other) ? Span{} : use.other, "the statement is made here")
                         .runs(deletes ? "DELETE FROM " + table.text : "UPDATE " + table.text + " SET …")
                         .help("add `.where(…)`"));
        },
};

}  // namespace foreshot::rules
