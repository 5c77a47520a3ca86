#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

constexpr std::size_t many_relationships = 4, far_away = 3, most_told = 6;

struct Fan {
  const Model* model = nullptr;
  std::vector<EagerStep> steps;
};

auto collection_behind_collection(const EagerStep& step) -> bool { return step.under_collection && is_collection(*step.relationship); }

auto is_wide(const std::vector<EagerStep>& steps) -> bool {
  return steps.size() >= many_relationships ||
         std::any_of(steps.begin(), steps.end(), [](const EagerStep& step) { return step.depth >= far_away || collection_behind_collection(step); });
}

auto count(std::size_t number, const std::string& one, const std::string& many) -> std::string { return std::to_string(number) + " " + (number == 1 ? one : many); }

// What is joined comes with the rows of its owner; a query of its own fetches the others, for all rows together or, with
// lazy="immediate", for each row.
auto cost_of(const std::vector<EagerStep>& steps) -> std::string {
  const auto with = [&](auto test) { return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [&](const EagerStep& step) { return test(step.relationship->lazy); })); };
  const auto joined = with([](Lazy lazy) { return lazy == Lazy::joined; }), immediate = with([](Lazy lazy) { return lazy == Lazy::immediate; });
  const auto together = steps.size() - joined - immediate;
  std::vector<std::string> parts;
  if (joined > 0) parts.push_back(count(joined, "join", "joins"));
  if (together > 0) parts.push_back(count(together, "more query", "more queries"));
  if (immediate > 0) parts.push_back(count(immediate, "query", "queries") + " for every row");
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

}  // namespace

extern const Rule eager_fan_out;
const Rule eager_fan_out = {
    .code = "MAP102",
    .name = "eager-fan-out",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Fetching one object loads many others along, because the mappings of its relationships and of theirs are eager",
            .what =
                "A mapped class from which lazy=\"joined\", \"selectin\", \"subquery\" or \"immediate\" leads to four or more relationships, "
                "three or more steps away, or to a collection behind a collection. Told once, at the class where it begins.",
            .database =
                "Every query of the class pays for all of it, whatever the caller needs: a join for each joined relationship, one more "
                "query for each selectin or subquery one, one for each row and each immediate one. A collection behind a collection fetches all rows of both. A mapping cannot "
                "know what the next query is for; options on the query can.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Country(Base):\n"
                   "    __tablename__ = \"countries\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "\n"
                   "\n"
                   "class City(Base):\n"
                   "    __tablename__ = \"cities\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    country_id: Mapped[int] = mapped_column(ForeignKey(\"countries.id\"), index=True)\n"
                   "    country: Mapped[Country] = relationship(lazy=\"joined\")\n"
                   "\n"
                   "\n"
                   "class Shop(Base):\n"
                   "    __tablename__ = \"shops\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    city_id: Mapped[int] = mapped_column(ForeignKey(\"cities.id\"), index=True)\n"
                   "    city: Mapped[City] = relationship(lazy=\"joined\")\n"
                   "\n"
                   "\n"
                   "class Sale(Base):\n"
                   "    __tablename__ = \"sales\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    shop_id: Mapped[int] = mapped_column(ForeignKey(\"shops.id\"), index=True)\n"
                   "    shop: Mapped[Shop] = relationship(lazy=\"joined\")\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class City(Base):\n"
                    "    __tablename__ = \"cities\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "\n"
                    "\n"
                    "class Shop(Base):\n"
                    "    __tablename__ = \"shops\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    city_id: Mapped[int] = mapped_column(ForeignKey(\"cities.id\"), index=True)\n"
                    "    city: Mapped[City] = relationship()\n"
                    "\n"
                    "\n"
                    "class Sale(Base):\n"
                    "    __tablename__ = \"sales\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    shop_id: Mapped[int] = mapped_column(ForeignKey(\"shops.id\"), index=True)\n"
                    "    shop: Mapped[Shop] = relationship(lazy=\"joined\")\n",
            .allow = "Nearly every use of the class needs all of it.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#relationship-loader-api",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          std::vector<Fan> fans;
          for (const auto& model : view.project.models) {
            if (!model.is_mapped || model.abstract) continue;
            auto steps = eager_closure(view.project, model.id);
            if (is_wide(steps)) fans.push_back({&model, std::move(steps)});
          }
          // The widest first; what lies within its reach is told with it.
          std::stable_sort(fans.begin(), fans.end(), [](const Fan& one, const Fan& other) { return one.steps.size() > other.steps.size(); });
          std::set<const Relationship*> told;
          std::set<std::pair<FileId, std::uint32_t>> places;
          for (const auto& fan : fans) {
            // A subclass inherits the relationships: they stand at the same place.
            const auto is_told = [&](const EagerStep& step) {
              return places.count({step.relationship->span.file, step.relationship->span.begin}) > 0;
            };
            if (std::all_of(fan.steps.begin(), fan.steps.end(), is_told)) continue;
            const auto cost = cost_of(fan.steps);
            auto draft = Draft(fan.model->span)
                             .says("every query of " + quoted(fan.model->name) + " loads " + std::to_string(fan.steps.size()) +
                                   " relationships along, whether they are needed or not: " + cost)
                             .about(fan.model->name);
            std::size_t shown = 0;
            for (const auto& step : fan.steps) {
              places.insert({step.relationship->span.file, step.relationship->span.begin});
              if (shown++ < most_told)
                std::move(draft).label(step.relationship->span, collection_behind_collection(step) ? "a collection behind a collection" : quoted(step.name) + " is loaded along");
            }
            report.add(std::move(draft).help("map them lazily, and ask for what a query needs with selectinload() or joinedload()"));
          }
        },
};

}  // namespace foreshot::rules
