#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule blocking_call_in_async;
const Rule blocking_call_in_async = {
    .code = "ORM406",
    .name = "blocking-call-in-async",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A synchronous session is used in a coroutine: while the database answers nothing else of the process runs",
            .what =
                "`execute()`, `commit()`, `query(…).all()` and the like of a Session, not of an AsyncSession, in an "
                "`async def`. Not in local functions and lambdas, which are there to be run elsewhere: by run_sync() "
                "or in a thread. `query()` of an AsyncSession is reported too, as an error: an AsyncSession has no "
                "such method.",
            .database =
                "All `async def` functions of a process take turns in one thread (the event loop), and one that waits "
                "without `await` keeps the turn: in the second that a query takes, no request of this process is "
                "answered, health checks included. FastAPI runs a plain `def` endpoint in a thread of its own, so "
                "that only this request waits. A function that has to stay `async def` takes an AsyncSession: `return "
                "(await session.scalars(…)).one()`.",
            .bad = "from fastapi import Depends\n"
                   "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import Session\n"
                   "from shop.api import app, get_session\n"
                   "from shop.models import User\n\n\n"
                   "@app.get(\"/users/{key}\")\n"
                   "async def user_name(key: int, session: Session = Depends(get_session)):\n"
                   "    return session.scalars(select(User.name).where(User.id == key)).one()\n",
            .good = "from fastapi import Depends\n"
                    "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import Session\n"
                    "from shop.api import app, get_session\n"
                    "from shop.models import User\n\n\n"
                    "@app.get(\"/users/{key}\")\n"
                    "def user_name(key: int, session: Session = Depends(get_session)):\n"
                    "    return session.scalars(select(User.name).where(User.id == key)).one()\n",
            .allow = "Nothing else runs in the process: a script, a worker that does one thing at a time.",
            .references = "https://fastapi.tiangolo.com/async/",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind == SessionUse::Kind::no_such_method) {
            report.add(Draft(use.span)
                           .level(Level::error)
                           .says("this raises AttributeError: an AsyncSession has no `query()`")
                           .about(use.function + ":" + use.what)
                           .label(use.other, "the async session")
                           .help("write it as `await session.scalars(select(…))`"));
            return;
          }
          if (use.kind != SessionUse::Kind::blocking) return;
          // A command, a script or a test does nothing else meanwhile.
          if (nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .says("the whole process waits for the database here: " + quoted(use.what + "()") + " of a synchronous session blocks the event loop")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the session")
                         .help("make the function a plain `def`, which FastAPI runs in a thread, or use an AsyncSession"));
        },
};

}  // namespace foreshot::rules
