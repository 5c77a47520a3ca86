#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unloaded_collection_in_async;
const Rule unloaded_collection_in_async = {
    .code = "ORM405",
    .name = "unloaded-collection-in-async",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A collection that nobody has loaded is read of a new object, added to or replaced under an async session: the line "
                       "raises MissingGreenlet",
            .what = "The collection of an object that was made here is read after it was flushed, and was never given a value; or a "
                    "collection that the query did not load is added to or replaced. Collections given to the constructor, added to before "
                    "the flush, or named in `refresh()` are not reported.",
            .database =
                "Before the flush an object's collection is taken for empty; afterwards it is whatever the database says. append() and "
                "assignment have to know what is there. Attribute access cannot be awaited: MissingGreenlet.",
            .bad = "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "async def register(session: AsyncSession, name):\n"
                   "    user = User(name=name)\n"
                   "    session.add(user)\n"
                   "    await session.flush()\n"
                   "    return user.orders\n",
            .good = "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "async def register(session: AsyncSession, name):\n"
                    "    user = User(name=name, orders=[])\n"
                    "    session.add(user)\n"
                    "    await session.flush()\n"
                    "    return user.orders\n",
            .allow = "Something that this function does not show has loaded it.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::unloaded || !load.sure_session) return;
          const auto& model = view.project.model(load.model);
          const auto name = model.name + "." + load.attribute;
          const auto* relationship = model.relationship(load.attribute);
          auto draft = Draft(load.access)
                           .says((load.changes ? "changing " : "reading ") + quoted(name) + " raises MissingGreenlet: it is not loaded" +
                                 (load.fresh ? ", and after the flush nobody takes it for empty" : ", and an async session cannot load it on access"))
                           .about(name)
                           .label(load.origin, (load.fresh ? "made here, without " : "the query, without ") + quoted(load.attribute))
                           .label(load.cause, "stored here");
          if (relationship != nullptr) std::move(draft).label(relationship->span, "the collection");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (load.serializer.known()) std::move(draft).label(load.serializer, quoted(load.serializer_name) + " reads it");
          report.add(std::move(draft).help(
              load.fresh ? "give it to the constructor, `" + model.name + "(…, " + load.attribute + "=[])`, or `await session.refresh(object, [\"" + load.attribute + "\"])`"
                         : "set the other side instead, or load it with the query or with `await object.awaitable_attrs." + load.attribute + "`"));
        },
};

}  // namespace foreshot::rules
