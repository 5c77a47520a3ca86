#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_load(const LoaderOption& option) -> bool {
  return !option.path.empty() && (option.strategy == "selectinload" || option.strategy == "joinedload" || option.strategy == "subqueryload" ||
                                  option.strategy == "immediateload" || option.strategy == "contains_eager");
}

// Whether some query's options load it; by its name where they are written as text.
auto is_asked_for(const Project& project, const Model& model, const Relationship& relationship) -> bool {
  for (const auto& use : project.query_uses)
    if (use.kind == QueryUse::Kind::loads_by_option && use.what == relationship.name && use.model != no_model && related(project, use.model, model.id)) return true;
  for (const auto& query : project.queries)
    for (const auto& option : query.options)
      if (is_load(option) && option.path.back() == relationship.name) return true;
  return false;
}

}  // namespace


extern const Rule noload_used;
const Rule noload_used = {
    .code = "MAP104",
    .name = "noload-used",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "noload shows a relationship as empty, whatever the database holds: readers cannot tell, and SQLAlchemy 2.1 deprecates "
                "it",
            .what = "lazy=\"noload\" (or lazy=None) on a relationship, and noload() as an option of a query.",
            .database =
                "The attribute is an empty list or None and no query is sent. Code that reads it decides on data that was never looked "
                "at. raiseload() fails at the place that reads, and lazy=\"write_only\" is for collections that are too large to load.",
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
                   "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"noload\")\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n",
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
                    "    players: Mapped[list[\"Player\"]] = relationship(lazy=\"raise\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n",
            .allow = "Nothing reads the attribute where it is not loaded.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#sqlalchemy.orm.noload",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          for (const auto& model : view.project.models)
            for (const auto& relationship : model.relationships) {
              if (relationship.lazy != Lazy::noload || relationship.inherited) continue;
              const auto name = model.name + "." + relationship.name;
              const std::string empty = is_collection(relationship) ? "empty" : "empty or None";
              report.add(Draft(relationship.span)
                             .says(quoted(name) + (is_asked_for(view.project, model, relationship)
                                                       ? " is " + empty + " wherever the query did not load it: it is mapped with noload, and reading it does not ask the database"
                                                       : " is always " + empty + " when it is read: it is mapped with noload, and the database is not asked"))
                             .about(name)
                             .help("use lazy=\"raise\", which fails where it is read, or lazy=\"write_only\""));
            }
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& query : view.project.queries) {
            // count(), a column: no objects.
            if (std::all_of(query.entities.begin(), query.entities.end(), [](ModelId id) { return id == no_model; })) continue;
            const bool loads_some = std::any_of(query.options.begin(), query.options.end(), is_load);
            for (const auto& option : query.options) {
              if (option.strategy != "noload" || !option.span.known() || !told.insert({option.span.file, option.span.begin}).second) continue;
              const auto name = option.path.empty() ? std::string("this relationship") : option.path.back() == "*" ? std::string(loads_some ? "every other relationship" : "every relationship") : quoted(option.path.back());
              report.add(Draft(option.span)
                             .says(name + " looks empty on these objects: noload() does not ask the database")
                             .about(option.path.empty() ? std::string() : option.path.back())
                             .label(query.executed, "of these rows")
                             .help("use raiseload(), which fails where it is read"));
            }
          }
        },
};

}  // namespace foreshot::rules
