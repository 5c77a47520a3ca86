#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule lazy_load_in_async;
const Rule lazy_load_in_async = {
    .code = "ORM401",
    .name = "lazy-load-in-async",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An attribute that is not loaded is read under an async session, which cannot load it on "
                       "access: the line raises MissingGreenlet",
            .what = "A lazy relationship or a deferred column is read of an object that came from a query of an "
                    "AsyncSession which did not load it. Reads through `awaitable_attrs` and inside `run_sync()` "
                    "are not reported.",
            .database =
                "Attribute access cannot be awaited, so there is nobody who could run the SELECT: SQLAlchemy "
                "raises MissingGreenlet, \"greenlet_spawn has not been called; can't call await_only() here\".",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "async def owner(session: AsyncSession, key):\n"
                   "    order = (await session.scalars(select(Order).where(Order.id == key))).one()\n"
                   "    return order.user.name\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from sqlalchemy.orm import joinedload\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "async def owner(session: AsyncSession, key):\n"
                    "    query = select(Order).where(Order.id == key).options(joinedload(Order.user))\n"
                    "    return (await session.scalars(query)).one().user.name\n",
            .allow = "The object is in the session already for a reason that this function does not show.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.session != SessionKind::async || !load.sure_session) return;
          // What is written to raise is told as that.
          const bool lazy = load.kind == Load::Kind::relationship && load.strategy == Lazy::select;
          if (!lazy && load.kind != Load::Kind::column) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("reading " + quoted(name) + " raises MissingGreenlet: it is not loaded, and an async session cannot load it on access")
                         .about(name)
                         .level(Level::error)
                         .help(!lazy                      ? "load it with the query: .options(undefer(" + name + "))"
                               : load.only_key_read       ? std::string("read the foreign key column instead: only the key is used")
                               : load.fix_option.empty() ? "load it with the query, or await it: `await object.awaitable_attrs." + load.attribute + "`"
                                                         : "load it with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
