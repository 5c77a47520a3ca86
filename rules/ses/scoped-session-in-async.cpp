#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule scoped_session_in_async;
const Rule scoped_session_in_async = {
    .code = "SES110",
    .name = "scoped-session-in-async",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A scoped session of async sessions has the thread as its scope: all tasks of the event loop share one session",
            .what = "`scoped_session()` around a factory of async sessions without scopefunc, or `async_scoped_session()` without "
                    "one, which raises.",
            .database =
                "The scope of scoped_session is the thread. All tasks of an event loop run in one, so they get the same session "
                "and run statements on one connection at the same time. async_scoped_session asks for a scopefunc: "
                "`asyncio.current_task`.",
            .bad = "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                   "from sqlalchemy.orm import scoped_session\n"
                   "\n"
                   "sessions = scoped_session(async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\")))\n",
            .good = "from asyncio import current_task\n"
                    "\n"
                    "from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker, create_async_engine\n"
                    "\n"
                    "sessions = async_scoped_session(\n"
                    "    async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\")), scopefunc=current_task)\n",
            .allow = "Never.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-asyncio-scoped-session",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::thread_local_async && use.kind != SessionUse::Kind::no_scope) return;
          report.add(Draft(use.span)
                         .says(use.kind == SessionUse::Kind::no_scope ? std::string("async_scoped_session() without a scopefunc raises")
                                                                               : std::string("all tasks of the event loop share one session: the scope of scoped_session is the thread"))
                         .about(use.function + ":" + use.what)
                         .help("write async_scoped_session(factory, scopefunc=asyncio.current_task), or make a session where the work begins"));
        },
};

}  // namespace foreshot::rules
