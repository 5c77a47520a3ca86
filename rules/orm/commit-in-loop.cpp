#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule commit_in_loop;
const Rule commit_in_loop = {
    .code = "ORM106",
    .name = "commit-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A commit in a loop expires the rows that the loop still reads: each of them is fetched "
                       "again with a query of its own",
            .what = "`session.commit()` in every round of a loop over the rows of a query, which reads columns of "
                    "its rows. Silent under a condition (each thousandth row), in a try statement (each row may "
                    "fail alone), and where expire_on_commit is set.",
            .database =
                "A commit expires all objects of the session. The next read of each fetches it by its primary "
                "key: N rows cost N commits, each of which waits for the disk, and N - 1 more SELECTs.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def normalise(session):\n"
                   "    for user in session.scalars(select(User)).all():\n"
                   "        user.email = user.email.lower()\n"
                   "        session.commit()\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def normalise(session):\n"
                    "    for user in session.scalars(select(User)).all():\n"
                    "        user.email = user.email.lower()\n"
                    "    session.commit()\n",
            .allow = "Each row must be saved before the next begins, whatever it costs.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#committing",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::commit || load.streamed || load.leaves_loop || load.conditional) return;
          const auto name = view.project.model(load.model).name;
          auto draft = Draft(load.access)
                           .flow()
                           .says("every round waits for a commit and fetches the next " + quoted(name) + " again: the commit expires all rows of the loop")
                           .about(load.function + ":" + load.variable)
                           .label(load.origin, "the rows come from here")
                           .label(load.loop, "once for every row");
          for (const auto& read : load.through) std::move(draft).label(read, "fetched again here, from the second round on");
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft).note("costs  N commits, 1 + (N - 1) queries").help("commit once after the loop, or after each thousand rows"));
        },
};

}  // namespace foreshot::rules
