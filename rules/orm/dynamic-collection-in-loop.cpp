#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule dynamic_collection_in_loop;
const Rule dynamic_collection_in_loop = {
    .code = "ORM103",
    .name = "dynamic-collection-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A collection that is mapped with lazy=\"dynamic\" is read for each row of a result: one "
                       "query for every row, and no loader option helps",
            .what = "A loop over rows runs a query of a dynamic relationship of each row: `.all()`, `.count()`, "
                    "`.first()`, a loop over it.",
            .database =
                "A dynamic relationship is a query that runs anew each time. It cannot be loaded with the rows; "
                "selectinload() on it raises.",
            .bad = "from sqlalchemy import ForeignKey, Text, select\n"
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
                   "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"dynamic\")\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "def sizes(session):\n"
                   "    return [team.players.count() for team in session.scalars(select(Team)).all()]\n",
            .good = "from sqlalchemy import ForeignKey, Text, select\n"
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
                    "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"dynamic\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "def of_one_team(session, key):\n"
                    "    return session.get(Team, key).players.count()\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/large_collections.html#dynamic-relationship-loaders",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::query || load.strategy != Lazy::dynamic || load.leaves_loop) return;
          const auto name = view.name();
          auto draft = view.finding();
          if (const auto* relationship = view.project.model(load.model).relationship(load.attribute))
            std::move(draft).label(relationship->span, "mapped with lazy=\"dynamic\"");
          report.add(std::move(draft)
                         .says("one more query for every row: " + quoted(name) + " is a query of its own each time it is read")
                         .about(name)
                         .help("ask once for all rows, with `in_(…)` or GROUP BY, or map a second relationship that selectinload() can load"));
        },
};

}  // namespace foreshot::rules
