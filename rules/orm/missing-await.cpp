#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule missing_await;
const Rule missing_await = {
    .code = "ORM407",
    .name = "missing-await",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A coroutine of an async session is not awaited: nothing happens",
            .what = "`session.commit()`, `execute()`, `delete()` and the like of an AsyncSession as a statement of its own, or with a "
                    "method called on what it returns, without await; or await before add() and the like, which are no coroutines and "
                    "return None.",
            .database =
                "Calling a coroutine function runs nothing. The statement is never sent, Python warns `coroutine … was never "
                "awaited` somewhere in the logs, and `execute(…).scalars()` raises AttributeError. Awaiting None raises "
                "TypeError.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "async def rename(session: AsyncSession, key, name):\n"
                   "    user = await session.get(User, key)\n"
                   "    user.name = name\n"
                   "    session.commit()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "async def rename(session: AsyncSession, key, name):\n"
                    "    user = await session.get(User, key)\n"
                    "    user.name = name\n"
                    "    await session.commit()\n",
            .allow = "Never.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::not_awaited && use.kind != SessionUse::Kind::awaited_plain) return;
          report.add(Draft(use.span)
                         .says(use.kind == SessionUse::Kind::not_awaited ? "nothing happens here: " + quoted(use.what + "()") + " is a coroutine, and nobody awaits it"
                                                                                  : "awaiting this raises TypeError: " + quoted(use.what + "()") + " is no coroutine")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the session")
                         .help(use.kind == SessionUse::Kind::not_awaited ? std::string("write await before it") : std::string("take the await away")));
        },
};

}  // namespace foreshot::rules
