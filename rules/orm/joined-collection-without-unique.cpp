#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule joined_collection_without_unique;
const Rule joined_collection_without_unique = {
    .code = "ORM202",
    .name = "joined-collection-without-unique",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A 2.0 query loads a collection with a join and its rows are read without .unique(): SQLAlchemy raises",
            .what = "`session.execute()` or `session.scalars()` of a select() with joinedload() of a collection (or a collection "
                    "mapped lazy=\"joined\"), whose rows are fetched without `.unique()`. Legacy `session.query()` is exempt, and so are "
                    "first(), scalar() and get(), which do not ask for unique rows.",
            .database =
                "The join repeats each parent once for each child. SQLAlchemy 2.0 style refuses to return such rows: "
                "InvalidRequestError, \"The unique() method must be invoked\".",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import User\n\n\n"
                   "def users(session):\n"
                   "    return session.scalars(select(User).options(joinedload(User.orders))).all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n\n\n"
                    "def users(session):\n"
                    "    return session.scalars(select(User).options(selectinload(User.orders))).all()\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#joined-eager-loading",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.legacy || query.unique_called || !query.rows_consumed || !query.understood || !query.options_known) return;
          if (query.entities.size() != 1 || query.entities.front() == no_model) return;
          const auto& models = view.project.models;
          const auto overridden = [&](const std::string& name) {
            for (const auto& option : query.options)
              if (!option.path.empty() && (option.path.front() == name || option.path.front() == "*")) return true;
            return false;
          };
          const auto joins = [](const Query& of, const std::vector<std::string>& path, Lazy mapped) {
            auto joined = mapped == Lazy::joined;
            for (const auto& option : of.options)
              if (option.path == path && option.strategy != "defaultload") joined = option.strategy == "joinedload";
            return joined;
          };
          const auto is_collection = [](const Relationship& relationship) {
            return relationship.direction_known && (relationship.direction == Direction::one_to_many ||
                                                    relationship.direction == Direction::many_to_many) &&
                   relationship.uselist.value_or(true);
          };
          const auto tell = [&](const std::string& name, Span mapped, Span option) {
            report.add(Draft(query.executed)
                           .says("reading these rows raises an error: the query joins the collection " + quoted(name) +
                                 ", which repeats rows, and .unique() is not called")
                           .about(name)
                           .label(option, "the collection is joined here")
                           .label(mapped, "mapped with lazy=\"joined\"")
                           .help("call .unique() before reading the rows, or load the collection with selectinload()"));
          };
          for (const auto& option : query.options) {
            if (option.strategy != "joinedload" || !option.understood) continue;
            // Any collection on the path multiplies the rows, as long as the path is joined all the way: what selectinload()
            // fetches is a query of its own.
            auto model = query.entities.front();
            std::vector<std::string> path;
            for (const auto& name : option.path) {
              if (model == no_model) break;
              const auto* relationship = models[model].relationship(name);
              if (relationship == nullptr) break;
              path.push_back(name);
              if (!joins(query, path, relationship->lazy)) break;
              if (is_collection(*relationship)) {
                tell(models[model].name + "." + name, {}, option.span);
                return;
              }
              model = relationship->target_model;
            }
          }
          const auto& entity = models[query.entities.front()];
          for (const auto& relationship : entity.relationships) {
            if (relationship.lazy != Lazy::joined || !is_collection(relationship) || overridden(relationship.name)) continue;
            tell(entity.name + "." + relationship.name, relationship.span, {});
            return;
          }
        },
};

}  // namespace foreshot::rules
