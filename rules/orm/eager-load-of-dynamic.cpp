#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule eager_load_of_dynamic;
const Rule eager_load_of_dynamic = {
    .code = "ORM206",
    .name = "eager-load-of-dynamic",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A loader option names a dynamic or write-only relationship, which cannot be loaded with the rows: SQLAlchemy "
                       "raises",
            .what = "selectinload(), joinedload(), subqueryload(), immediateload() or contains_eager() of a relationship that is "
                    "mapped with lazy=\"dynamic\" or lazy=\"write_only\" (DynamicMapped, WriteOnlyMapped), on a query that runs.",
            .database =
                "Such a relationship is a query, not a list of objects; there is nothing to fill. SQLAlchemy raises `does not "
                "support object population - eager loading cannot be applied`.",
            .bad = "from sqlalchemy import ForeignKey, select\n"
                   "from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, mapped_column, relationship, selectinload\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Team(Base):\n"
                   "    __tablename__ = \"teams\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    players: DynamicMapped[\"Player\"] = relationship()\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "def teams(session):\n"
                   "    return session.scalars(select(Team).options(selectinload(Team.players))).all()\n",
            .good = "from sqlalchemy import ForeignKey, select\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Team(Base):\n"
                    "    __tablename__ = \"teams\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    players: Mapped[list[\"Player\"]] = relationship()\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "def teams(session):\n"
                    "    return session.scalars(select(Team).options(selectinload(Team.players))).all()\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/large_collections.html",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          // Rows that are only counted load nothing.
          if (!query.options_known) return;
          for (const auto& option : query.options) {
            const bool eager = option.strategy == "selectinload" || option.strategy == "joinedload" || option.strategy == "subqueryload" ||
                               option.strategy == "immediateload" || option.strategy == "contains_eager";
            if (!eager || option.owner == no_model) continue;
            auto owner = option.owner;
            const Relationship* relationship = nullptr;
            for (std::size_t i = 0; i < option.path.size() && owner != no_model; ++i) {
              relationship = view.project.model(owner).relationship(option.path[i]);
              if (i + 1 < option.path.size()) owner = relationship != nullptr ? relationship->target_model : no_model;
            }
            if (owner == no_model || relationship == nullptr || (relationship->lazy != Lazy::dynamic && relationship->lazy != Lazy::write_only)) continue;
            const auto name = view.project.model(owner).name + "." + relationship->name;
            const auto* lazy = relationship->lazy == Lazy::dynamic ? "dynamic" : "write_only";
            report.add(Draft(option.span)
                           .says("this option raises an error when the query runs: " + quoted(name) + " is mapped with lazy=\"" + lazy + "\" and cannot be loaded with the rows")
                           .about(name)
                           .label(relationship->span, std::string("mapped with lazy=\"") + lazy + "\"")
                           .label(query.executed, "the query runs here")
                           .help("take the option away and ask for the rows where they are needed, or map a second relationship that can be loaded"));
          }
        },
};

}  // namespace foreshot::rules
