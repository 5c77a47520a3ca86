#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule get_or_create_race;
const Rule get_or_create_race = {
    .code = "ORM315",
    .name = "get-or-create-race",
    .level = Level::info,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A row is looked up and inserted when there is none: two requests at the same time both find none",
            .what =
                "A lookup of one row, a test that it found none, and `session.add()` of a new object with the same values. Silent where a function "
                "between the two catches the error (IntegrityError, or any error around the flush, without raising it again), uses ON CONFLICT, a "
                "savepoint or a lock, or is run again by a retry decorator; where the key was made in the function; in commands, scripts and test "
                "data.",
            .database =
                "Under READ COMMITTED neither transaction sees the other's row. With a unique constraint the second one fails with an error that "
                "nobody catches; without one the row is there twice.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def user(session, name):\n"
                "    found = session.scalars(select(User).where(User.name == name)).one_or_none()\n"
                "    if found is None:\n"
                "        found = User(name=name)\n"
                "        session.add(found)\n"
                "    return found\n",
            .good =
                "from sqlalchemy import select\n"
                "from sqlalchemy.dialects.postgresql import insert\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def user(session, name):\n"
                "    session.execute(insert(User).values(name=name).on_conflict_do_nothing())\n"
                "    return session.scalars(select(User).where(User.name == name)).one()\n",
            .allow =
                "One process at a time does this.",
            .references =
                "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#insert-on-conflict-upsert",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::get_or_create || nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .flow()
                         .says("two requests at the same time both find nothing and both insert: the second fails, or the row is there twice")
                         .about(use.function + ":" + view.project.model(use.model).name)
                         .label(use.other, "looked up by " + use.what)
                         .help("insert with ON CONFLICT DO NOTHING and read the row then, or catch IntegrityError around a savepoint"));
        },
};

}  // namespace foreshot::rules
