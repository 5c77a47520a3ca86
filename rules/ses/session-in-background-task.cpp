#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule session_in_background_task;
const Rule session_in_background_task = {
    .code = "SES105",
    .name = "session-in-background-task",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A session is given to a task that runs after the response: it is closed by then, or kept open for as long as the "
                       "task runs",
            .what = "`background_tasks.add_task(work, db)`, or `asyncio.create_task(work(db))` that nobody waits for, with a session "
                    "of the function.",
            .database =
                "FastAPI closes a request's dependencies before its background tasks run (0.106 to 0.117) or only when all of "
                "them are done (before and after). A task that nobody waits for runs while the request goes on, and after it.",
            .bad = "from fastapi import BackgroundTasks\n"
                   "from sqlalchemy.orm import Session\n"
                   "\n"
                   "\n"
                   "def notify(db: Session, key: int):\n"
                   "    db.commit()\n"
                   "\n"
                   "\n"
                   "def route(tasks: BackgroundTasks, db: Session):\n"
                   "    tasks.add_task(notify, db, 1)\n",
            .good = "from fastapi import BackgroundTasks\n"
                    "from sqlalchemy.orm import Session\n"
                    "\n"
                    "\n"
                    "def notify(key: int):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "def route(tasks: BackgroundTasks, db: Session):\n"
                    "    tasks.add_task(notify, 1)\n"
                    "    db.commit()\n",
            .allow = "The session is not the request's, and the task closes it.",
            .references = "https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::in_background) return;
          report.add(Draft(use.span)
                         .says("the task runs when the request is over, with the request's session " + quoted(use.what))
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the session")
                         .help("give it the keys, and let it open a session of its own"));
        },
};

}  // namespace foreshot::rules
