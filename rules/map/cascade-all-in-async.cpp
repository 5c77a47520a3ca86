#include <set>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule cascade_all_in_async;
const Rule cascade_all_in_async = {
    .code = "MAP208",
    .name = "cascade-all-in-async",
    .level = Level::off,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "cascade=\"all\" contains refresh-expire: refreshing an object under an async session expires what belongs to it, and "
                "reading that raises",
            .what =
                "A relationship with cascade=\"all\" (or \"all, delete-orphan\") in a project whose sessions are all async. Off by default: "
                "it matters only where objects are refreshed or expired.",
            .database =
                "`await session.refresh(order)` expires the related objects too. The next read of one of them needs a query, which "
                "cannot run on attribute access under an async session: MissingGreenlet. The documentation of the asyncio extension "
                "advises to list the cascades that are needed.",
            .bad = "from sqlalchemy import ForeignKey, select\n"
                   "from sqlalchemy.ext.asyncio import AsyncSession\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Team(Base):\n"
                   "    __tablename__ = \"teams\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\")\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "async def ids(session: AsyncSession):\n"
                   "    return [team.id for team in await session.scalars(select(Team))]\n",
            .good = "from sqlalchemy import ForeignKey, select\n"
                    "from sqlalchemy.ext.asyncio import AsyncSession\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Team(Base):\n"
                    "    __tablename__ = \"teams\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"save-update, merge, delete, delete-orphan\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "async def ids(session: AsyncSession):\n"
                    "    return [team.id for team in await session.scalars(select(Team))]\n",
            .allow = "Nothing is refreshed or expired.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          bool async = false;
          for (const auto& query : view.project.queries) {
            if (query.session == SessionKind::async) async = true;
            // A session that may be no async one can load on access.
            if (query.session == SessionKind::sync || query.session == SessionKind::flask || query.legacy) return;
          }
          if (!async) return;
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& model : view.project.models)
            for (const auto& relationship : model.relationships) {
              if (!relationship.cascade_known || !has_cascade(relationship, "refresh-expire") || relationship.viewonly || relationship.inherited) continue;
              if (!told.insert({relationship.span.file, relationship.span.begin}).second) continue;
              const auto name = model.name + "." + relationship.name;
              report.add(Draft(relationship.span)
                             .says("refreshing a " + quoted(model.name) + " expires " + quoted(relationship.name) + " too, and reading that raises under an async session")
                             .about(name)
                             .help("list the cascades that are needed: cascade=\"save-update, merge, delete, delete-orphan\""));
            }
        },
};

}  // namespace foreshot::rules
