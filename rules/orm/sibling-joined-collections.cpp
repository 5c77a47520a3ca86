#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto lies_behind(const JoinedRelationship& one, const JoinedRelationship& other) -> bool {
  return one.path.size() > other.path.size() && std::equal(other.path.begin(), other.path.end(), one.path.begin());
}

}  // namespace

extern const Rule sibling_joined_collections;
const Rule sibling_joined_collections = {
    .code = "ORM201",
    .name = "sibling-joined-collections",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Two collections of one object are joined in one query: the database returns every combination of their rows",
            .what =
                "A query joins two or more collections that do not lie behind each other, by joinedload() or a mapping with "
                "lazy=\"joined\". Single objects and a collection behind a collection are not meant.",
            .database =
                "The join of ten orders and ten notes has a hundred rows for one customer, of which SQLAlchemy keeps twenty objects. "
                "With selectinload() each collection is one more query, and nothing is multiplied.",
            .bad = "from sqlalchemy import ForeignKey, select\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship\n"
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
                   "    matches: Mapped[list[\"Match\"]] = relationship()\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "class Match(Base):\n"
                   "    __tablename__ = \"matches\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "def teams(session):\n"
                   "    query = select(Team).options(joinedload(Team.players), joinedload(Team.matches))\n"
                   "    return session.scalars(query).unique().all()\n",
            .good = "from sqlalchemy import ForeignKey, select\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload\n"
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
                    "    matches: Mapped[list[\"Match\"]] = relationship()\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "class Match(Base):\n"
                    "    __tablename__ = \"matches\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "def teams(session):\n"
                    "    query = select(Team).options(joinedload(Team.players), selectinload(Team.matches))\n"
                    "    return session.scalars(query).unique().all()\n",
            .allow = "All but one of the collections have at most a few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#what-kind-of-loading-to-use",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          // What only mappings join is told once for all queries of the class.
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& query : view.project.queries) {
            if (query.role == PathRole::test) continue;
            std::vector<JoinedRelationship> collections;
            for (auto& joined : joined_relationships(view.project, query))
              if (is_collection(*joined.relationship)) collections.push_back(std::move(joined));
            const JoinedRelationship* first = nullptr;
            const JoinedRelationship* second = nullptr;
            for (std::size_t i = 0; i < collections.size() && second == nullptr; ++i)
              for (std::size_t j = i + 1; j < collections.size() && second == nullptr; ++j)
                if (!lies_behind(collections[i], collections[j]) && !lies_behind(collections[j], collections[i])) first = &collections[i], second = &collections[j];
            if (second == nullptr) continue;
            const auto& later = second->option.known() || !first->option.known() ? *second : *first;
            const bool by_option = later.option.known();
            const auto place = by_option ? query.executed : later.relationship->span;
            if (!told.insert({place.file, place.begin}).second) continue;
            auto draft = Draft(place)
                             .says("every combination of " + quoted(first->name) + " and " + quoted(second->name) + " is a row of this result: both collections are joined in one query")
                             .about(first->name + " " + second->name);
            for (const auto* each : {first, second})
              std::move(draft).label(each->option.known() ? each->option : each->relationship->span, each->option.known() ? "joined here" : "mapped with lazy=\"joined\"");
            if (by_option) std::move(draft).label(query.built, "the query");
            else std::move(draft).label(query.executed, "one query that does so");
            report.add(std::move(draft).note("costs  the product of their rows for each object, instead of the sum")
                           .help("load one of them, or both, with selectinload()"));
          }
        },
};

}  // namespace foreshot::rules
