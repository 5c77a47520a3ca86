#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule dynamic_in_async;
const Rule dynamic_in_async = {
    .code = "ORM408",
    .name = "dynamic-in-async",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A dynamic collection is queried under an async session, which cannot run its SELECT: the line raises MissingGreenlet",
            .what = "`all()`, `first()`, `count()`, iteration and the like of a relationship with lazy=\"dynamic\" on an object that came "
                    "from an AsyncSession. Its query given to `await session.scalars(…)`, and `run_sync()`, are not reported, "
                    "nor is write_only.",
            .database =
                "A dynamic relationship gives a Query of the old kind, which runs on the synchronous session in its own methods. Nobody "
                "awaits there: MissingGreenlet. `WriteOnlyMapped` is its counterpart for async.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from sqlalchemy.orm import DynamicMapped, Mapped, mapped_column, relationship\n"
                   "from shop.models import Base\n"
                   "\n"
                   "\n"
                   "class Shelf(Base):\n"
                   "    __tablename__ = \"shelves\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    books: DynamicMapped[\"Book\"] = relationship()\n"
                   "\n"
                   "\n"
                   "class Book(Base):\n"
                   "    __tablename__ = \"books\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    shelf_id: Mapped[int] = mapped_column(ForeignKey(\"shelves.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "async def books(session: AsyncSession, key):\n"
                   "    shelf = await session.get(Shelf, key)\n"
                   "    return shelf.books.all()\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship\n"
                    "from shop.models import Base\n"
                    "\n"
                    "\n"
                    "class Shelf(Base):\n"
                    "    __tablename__ = \"shelves\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    books: WriteOnlyMapped[\"Book\"] = relationship()\n"
                    "\n"
                    "\n"
                    "class Book(Base):\n"
                    "    __tablename__ = \"books\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    shelf_id: Mapped[int] = mapped_column(ForeignKey(\"shelves.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "async def books(session: AsyncSession, key):\n"
                    "    shelf = await session.get(Shelf, key)\n"
                    "    return (await session.scalars(shelf.books.select())).all()\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/large_collections.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::dynamic || !load.sure_session) return;
          const auto& model = view.project.model(load.model);
          const auto name = model.name + "." + load.attribute;
          const auto* relationship = model.relationship(load.attribute);
          auto draft = Draft(load.access)
                           .says("querying " + quoted(name) + " here raises MissingGreenlet: a dynamic collection runs its SELECT by itself, which an async session cannot")
                           .about(name)
                           .label(load.origin, "fetched by an async session");
          if (relationship != nullptr) std::move(draft).label(relationship->span, "mapped with lazy=\"dynamic\"");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          report.add(std::move(draft).help("map it with WriteOnlyMapped and `await session.scalars(object." + load.attribute + ".select())`"));
        },
};

}  // namespace foreshot::rules
