#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// ON DELETE of the children's key: whether passive_deletes=True would be enough.
auto key_acts(const Project& project, const Relationship& relationship) -> bool {
  const auto& child = project.model(relationship.target_model);
  const auto at = key_under(child, relationship);
  if (at < 0) return false;
  const auto& key = child.constraints[static_cast<std::size_t>(at)];
  return acts_on_delete(key.references.on_delete) || migrated_with_on_delete(project, child, key);
}

// What the mapping could say so that nothing is loaded; empty: nothing.
auto advice(const Project& project, const Relationship& relationship) -> std::string {
  if (relationship.direction == Direction::many_to_one) return {};
  if (!relationship.secondary.empty()) return "map it with passive_deletes=True where the keys of the association table have ON DELETE CASCADE";
  return key_acts(project, relationship) ? "map it with passive_deletes=True, since its key has ON DELETE" : "give its key ON DELETE and map it with passive_deletes=True";
}

auto label_of(const Project& project, const Relationship& relationship) -> std::string {
  const bool passive_would_do = relationship.direction != Direction::many_to_one && (!relationship.secondary.empty() || key_acts(project, relationship));
  const std::string what = relationship.from_backref ? "its backref is " : "";
  return what + (passive_would_do ? "mapped without passive_deletes" : relationship.direction == Direction::many_to_one ? "mapped with delete cascade" : "mapped here, over a key without ON DELETE");
}

}  // namespace


extern const Rule delete_in_loop;
const Rule delete_in_loop = {
    .code = "ORM108",
    .name = "delete-in-loop",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "session.delete() in a loop loads what hangs on each object before it deletes it: more queries for every row",
            .what =
                "`session.delete(x)` for each row of a result, of a class with relationships that the session has to look at first: "
                "collections without passive_deletes, and single objects with delete cascade.",
            .database =
                "The unit of work deletes or detaches what belongs to the object, so it loads each such relationship of each object, "
                "with a SELECT of its own. passive_deletes=True leaves rows that are not loaded to ON DELETE of the foreign key. A "
                "loaded collection costs nothing more.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import Cart\n"
                   "\n"
                   "\n"
                   "def clear(session):\n"
                   "    for cart in session.scalars(select(Cart)).all():\n"
                   "        session.delete(cart)\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import Cart\n"
                    "\n"
                    "\n"
                    "def clear(session):\n"
                    "    for cart in session.scalars(select(Cart).options(selectinload(Cart.items))).all():\n"
                    "        session.delete(cart)\n",
            .allow = "Few rows are deleted, or what hangs on them must be looked at one by one.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#passive-deletes",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::removal || load.leaves_loop || load.model == no_model || load.path.empty()) return;
          const auto& model = view.project.model(load.model);
          std::string names;
          for (const auto& name : load.path) names += (names.empty() ? "" : ", ") + quoted(model.name + "." + name);
          auto draft = Draft(load.access)
                           .flow()
                           .says((load.path.size() == 1 ? std::string("one more query") : std::to_string(load.path.size()) + " more queries") +
                                 " for every row that is deleted: the session first loads " + names)
                           .about(model.name)
                           .label(load.origin, "the rows come from here")
                           .label(load.loop, "once for every row");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (const auto* relationship = model.relationship(load.path.front()); relationship != nullptr && relationship->target_model != no_model) std::move(draft).label(relationship->span, label_of(view.project, *relationship));
          const auto* first = model.relationship(load.path.front());
          const auto mapping = first != nullptr && first->target_model != no_model ? advice(view.project, *first) : std::string();
          if (!load.sql.empty()) std::move(draft).runs(load.sql);
          report.add(std::move(draft).note(load.path.size() == 1 ? "costs  1 + N queries" : "costs  1 + " + std::to_string(load.path.size()) + " × N queries")
                         .help((mapping.empty() ? "" : mapping + ", or ") + "load it with the query: .options(selectinload(" + model.name + "." + load.path.front() + "))"));
        },
};

}  // namespace foreshot::rules
