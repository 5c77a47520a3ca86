#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule expired_attribute_in_async;
const Rule expired_attribute_in_async = {
    .code = "ORM402",
    .name = "expired-attribute-in-async",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An attribute that a commit or a rollback has expired is read under an async session: the line raises MissingGreenlet",
            .what = "An object that an AsyncSession holds is read after `commit()`, `rollback()` or `expire()`, and nothing has refreshed "
                    "it in between. A commit counts where the session is known to expire its objects: it, or what makes it, is seen, and "
                    "does not say expire_on_commit=False. What is awaited and not understood counts as a refresh.",
            .database =
                "A commit expires all that the session holds, the primary key too, and so does a rollback, whatever expire_on_commit "
                "says. The next read asks the database again. Attribute access cannot be awaited, so that SQLAlchemy raises "
                "MissingGreenlet. An object that was new and is rolled back keeps its values.",
            .bad = "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                   "from shop.models import User\n"
                   "\n"
                   "sessions = async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\"))\n"
                   "\n"
                   "\n"
                   "async def register(name):\n"
                   "    async with sessions() as session:\n"
                   "        user = User(name=name)\n"
                   "        session.add(user)\n"
                   "        await session.commit()\n"
                   "        return user.id\n",
            .good = "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                    "from shop.models import User\n"
                    "\n"
                    "sessions = async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\"), expire_on_commit=False)\n"
                    "\n"
                    "\n"
                    "async def register(name):\n"
                    "    async with sessions() as session:\n"
                    "        user = User(name=name)\n"
                    "        session.add(user)\n"
                    "        await session.commit()\n"
                    "        return user.id\n",
            .allow = "Something that this function does not show has refreshed the object.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::expired || !load.sure_session) return;
          const auto name = view.project.model(load.model).name + "." + load.attribute;
          const bool commits = load.cause_name.ends_with("commit") || load.cause_name.empty();
          const auto cause = load.cause_name.empty() ? std::string("the commit at the end of the block") : quoted(load.cause_name + "()");
          auto draft = Draft(load.access)
                           .says("reading " + quoted(name) + " raises MissingGreenlet: " + cause + " has expired it, and an async session cannot fetch it again on access")
                           .about(name)
                           .label(load.origin, load.fresh ? "made here" : "fetched here")
                           .label(load.cause, load.loop.known() ? "expires the rows that the loop has not come to yet" : "expired here");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (load.serializer.known()) std::move(draft).label(load.serializer, quoted(load.serializer_name) + " reads it");
          report.add(std::move(draft).help(commits ? "make the sessions with expire_on_commit=False, or `await session.refresh()` the object first"
                                                   : "read what is needed before, or `await session.refresh()` the object first"));
        },
};

}  // namespace foreshot::rules
