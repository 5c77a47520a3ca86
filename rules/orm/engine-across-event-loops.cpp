#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule engine_across_event_loops;
const Rule engine_across_event_loops = {
    .code = "ORM409",
    .name = "engine-across-event-loops",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Each asyncio.run() takes connections from one engine's pool that belong to the event loop of an earlier run",
            .what = "asyncio.run() in a task of a worker, in a loop or for the second time in a function, of a coroutine that uses an async "
                    "engine at module level whose pool keeps connections, and disposes of it nowhere. NullPool, `await engine.dispose()` at "
                    "the end, and engines that the coroutine makes are not reported.",
            .database =
                "asyncio.run() makes an event loop and closes it at its end. The engine's connections stay in the pool; the next run "
                "gets one and fails with `got Future attached to a different loop` or `Event loop is closed`, or hangs.",
            .bad = "import asyncio\n"
                   "from celery import shared_task\n"
                   "from sqlalchemy import func, select\n"
                   "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                   "from shop.models import User\n"
                   "\n"
                   "engine = create_async_engine(\"postgresql+asyncpg://localhost/shop\")\n"
                   "sessions = async_sessionmaker(engine)\n"
                   "\n"
                   "\n"
                   "async def count_users():\n"
                   "    async with sessions() as session:\n"
                   "        return await session.scalar(select(func.count(User.id)))\n"
                   "\n"
                   "\n"
                   "@shared_task\n"
                   "def report():\n"
                   "    return asyncio.run(count_users())\n",
            .good = "import asyncio\n"
                    "from celery import shared_task\n"
                    "from sqlalchemy import func, select\n"
                    "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                    "from sqlalchemy.pool import NullPool\n"
                    "from shop.models import User\n"
                    "\n"
                    "engine = create_async_engine(\"postgresql+asyncpg://localhost/shop\", poolclass=NullPool)\n"
                    "sessions = async_sessionmaker(engine)\n"
                    "\n"
                    "\n"
                    "async def count_users():\n"
                    "    async with sessions() as session:\n"
                    "        return await session.scalar(select(func.count(User.id)))\n"
                    "\n"
                    "\n"
                    "@shared_task\n"
                    "def report():\n"
                    "    return asyncio.run(count_users())\n",
            .allow = "The worker starts a new process for each task.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::other_loop) return;
          report.add(Draft(use.span)
                         .says("the second run fails: it makes an event loop of its own, and the connections in the engine's pool belong to the loop of the first")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the engine, with a pool that keeps connections")
                         .label(use.again, "the first run")
                         .help("make the engine with poolclass=NullPool, or end the coroutine with `await engine.dispose()`"));
        },
};

}  // namespace foreshot::rules
