#include <algorithm>
#include <set>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule immediate_loading;
const Rule immediate_loading = {
    .code = "MAP101",
    .name = "immediate-loading",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A relationship is loaded with one query for each row as soon as the rows are fetched, whether it is read or not",
            .what = "A query of many rows whose mapping (lazy=\"immediate\") or option (immediateload()) loads a relationship "
                    "immediately. A single object costs one query for each distinct one, which is level info.",
            .database =
                "Immediate loading is what reading the attribute of each row would do, done at once: 1 + N queries. "
                "selectinload() fetches all of them with one more query.",
            .bad = "from sqlalchemy import ForeignKey\n"
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
                   "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"immediate\")\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "\n"
                   "\n"
                   "def teams(session):\n"
                   "    return session.query(Team).all()\n",
            .good = "from sqlalchemy import ForeignKey\n"
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
                    "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"selectin\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "\n"
                    "\n"
                    "def teams(session):\n"
                    "    return session.query(Team).all()\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& query : view.project.queries) {
            if (!query.understood || !query.options_known || query.entities.size() != 1 || query.entities.front() == no_model) continue;
            if (query.cardinality != Cardinality::many || query.role == PathRole::test) continue;
            const auto tell = [&](Span span, const Relationship& relationship, const std::string& name) {
              if (!told.insert({span.file, span.begin}).second) return;
              auto draft = Draft(span)
                               .says("one more query for every row: " + quoted(name) + " is loaded immediately, for each row on its own")
                               .about(name)
                               .label(query.executed, "rows of " + quoted(view.project.model(query.entities.front()).name) + " are fetched here")
                               .note(is_collection(relationship) ? "costs  1 + N queries" : "costs  1 + one query for each distinct " + relationship.name)
                               .help("load it with selectinload(), which needs one query for all rows");
              if (!is_collection(relationship) && relationship.direction == Direction::many_to_one) std::move(draft).level(Level::info);
              report.add(std::move(draft));
            };
            const auto& model = view.project.model(query.entities.front());
            for (const auto& relationship : model.relationships) {
              if (relationship.lazy != Lazy::immediate || !relationship.understood) continue;
              const auto overridden = std::any_of(query.options.begin(), query.options.end(), [&](const LoaderOption& option) {
                return !option.path.empty() && (option.path.front() == relationship.name || option.path.front() == "*");
              });
              if (!overridden) tell(relationship.span, relationship, model.name + "." + relationship.name);
            }
            for (const auto& option : query.options) {
              if (option.strategy != "immediateload") continue;
              auto owner = query.entities.front();
              const Relationship* relationship = nullptr;
              for (std::size_t i = 0; i < option.path.size() && owner != no_model; ++i) {
                relationship = view.project.model(owner).relationship(option.path[i]);
                if (i + 1 < option.path.size()) owner = relationship != nullptr ? relationship->target_model : no_model;
              }
              if (owner != no_model && relationship != nullptr) tell(option.span, *relationship, view.project.model(owner).name + "." + relationship->name);
            }
          }
        },
};

}  // namespace foreshot::rules
