#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule server_onupdate_read;
const Rule server_onupdate_read = {
    .code = "ORM404",
    .name = "server-onupdate-read",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A column that the server computes at each UPDATE is read after the flush, under an async session: the line raises "
                       "MissingGreenlet",
            .what = "An object that an AsyncSession holds is changed and flushed or committed, and then a column with onupdate=func.now(), "
                    "server_onupdate= or Computed is read, or one that was given an SQL expression (`user.visits = User.visits + 1`), with "
                    "expire_on_commit=False too. A value that the code gives itself, a function of Python's as onupdate= and "
                    "eager_defaults=True are not reported.",
            .database =
                "Nobody but the server knows the value, and the UPDATE does not return it (an INSERT does). The attribute is expired, "
                "the next read asks the database, and an async session cannot: MissingGreenlet.",
            .bad = "from sqlalchemy import DateTime, func\n"
                   "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                   "from sqlalchemy.orm import Mapped, mapped_column\n"
                   "from shop.models import Base\n"
                   "\n"
                   "sessions = async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\"), expire_on_commit=False)\n"
                   "\n"
                   "\n"
                   "class Note(Base):\n"
                   "    __tablename__ = \"notes\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    text: Mapped[str]\n"
                   "    updated_at = mapped_column(DateTime, server_default=func.now(), onupdate=func.now())\n"
                   "\n"
                   "\n"
                   "async def write(key, text):\n"
                   "    async with sessions() as session:\n"
                   "        note = await session.get(Note, key)\n"
                   "        note.text = text\n"
                   "        await session.commit()\n"
                   "        return note.updated_at\n",
            .good = "from sqlalchemy import DateTime, func\n"
                    "from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine\n"
                    "from sqlalchemy.orm import Mapped, mapped_column\n"
                    "from shop.models import Base\n"
                    "\n"
                    "sessions = async_sessionmaker(create_async_engine(\"postgresql+asyncpg://localhost/shop\"), expire_on_commit=False)\n"
                    "\n"
                    "\n"
                    "class Note(Base):\n"
                    "    __tablename__ = \"notes\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    text: Mapped[str]\n"
                    "    updated_at = mapped_column(DateTime, server_default=func.now(), onupdate=func.now())\n"
                    "\n"
                    "\n"
                    "async def write(key, text):\n"
                    "    async with sessions() as session:\n"
                    "        note = await session.get(Note, key)\n"
                    "        note.text = text\n"
                    "        await session.commit()\n"
                    "        await session.refresh(note)\n"
                    "        return note.updated_at\n",
            .allow = "The UPDATE never happens: nothing has changed.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/persistence_techniques.html#fetching-server-generated-defaults",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::generated || !load.sure_session) return;
          const auto& model = view.project.model(load.model);
          const auto name = model.name + "." + load.attribute;
          const auto* column = model.column(load.attribute);
          const bool always = column != nullptr && column->updated_by_server;
          auto draft = Draft(load.access)
                           .says("reading " + quoted(name) + " raises MissingGreenlet: the server gave it its value at the last flush, and an async session cannot fetch it on access")
                           .about(name)
                           .label(load.cause, "sends the UPDATE");
          if (always) std::move(draft).label(column->span, "each UPDATE leaves it to the server");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (load.serializer.known()) std::move(draft).label(load.serializer, quoted(load.serializer_name) + " reads it");
          report.add(std::move(draft).help(always ? "`await session.refresh()` the object, or map the class with `__mapper_args__ = {\"eager_defaults\": True}`"
                                                  : "`await session.refresh()` the object"));
        },
};

}  // namespace foreshot::rules
