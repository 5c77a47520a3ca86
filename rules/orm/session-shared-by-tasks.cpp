#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule session_shared_by_tasks;
const Rule session_shared_by_tasks = {
    .code = "ORM403",
    .name = "session-shared-by-tasks",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "One async session is used by several tasks at the same time: it serves one at a time",
            .what = "Two or more coroutines that are made with one AsyncSession go to asyncio.gather(), wait(), a TaskGroup or "
                    "create_task(), or one for each item of a loop.",
            .database =
                "An AsyncSession has one connection, which runs one statement at a time, and its state is not made for two tasks. "
                "It raises `concurrent operations are not permitted` or mixes up results.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from shop.models import User\n"
                   "\n"
                   "import asyncio\n"
                   "\n"
                   "\n"
                   "async def load(session: AsyncSession, key):\n"
                   "    return await session.get(User, key)\n"
                   "\n"
                   "\n"
                   "async def both(session: AsyncSession):\n"
                   "    return await asyncio.gather(load(session, 1), load(session, 2))\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "async def both(session: AsyncSession):\n"
                    "    return [await session.get(User, 1), await session.get(User, 2)]\n",
            .allow = "Never.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::in_tasks) return;
          report.add(Draft(use.span)
                         .says("several tasks use the session " + quoted(use.what) + " at the same time: it serves one at a time")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the same session here")
                         .help("await them one after the other, or open a session in each task"));
        },
};

}  // namespace foreshot::rules
