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
            .summary = "A row is looked up and inserted when there is none: two requests at the same time both find none",
            .what =
                "A lookup of one row, a test that it found none, and `session.add()` of a new object with the same "
                "values. Not reported where a function between the two catches the error (IntegrityError, or any "
                "error around the flush, without raising it again), uses ON CONFLICT, a savepoint or a lock, or is "
                "run again by a retry decorator; where the key was made in the function; and in commands, scripts "
                "and test data.",
            .database =
                "No transaction sees what another has not committed yet. From the lookup until the first request "
                "commits, a second one finds nothing either. With a unique constraint it then fails with an "
                "IntegrityError, at its flush or commit, perhaps far from this function; without one the row is there "
                "twice. INSERT … ON CONFLICT DO NOTHING waits for the other transaction and inserts only when the row "
                "is still missing. It needs the unique constraint: without one there is no conflict, and each call "
                "inserts one more row.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import User\n\n\n"
                   "def user(session, email):  # users.email is unique\n"
                   "    found = session.scalars(select(User).where(User.email == email)).one_or_none()\n"
                   "    if found is None:\n"
                   "        found = User(email=email)\n"
                   "        session.add(found)\n"
                   "    return found\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.dialects.postgresql import insert\n"
                    "from shop.models import User\n\n\n"
                    "def user(session, email):  # users.email is unique\n"
                    "    session.execute(insert(User).values(email=email).on_conflict_do_nothing())\n"
                    "    return session.scalars(select(User).where(User.email == email)).one()\n",
            .allow = "Only one process does this, one call at a time.",
            .references = "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#insert-on-conflict-upsert",
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
