#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule stream_with_joined_collection;
const Rule stream_with_joined_collection = {
    .code = "ORM204",
    .name = "stream-with-joined-collection",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A query that gives its rows in parts (yield_per) loads a collection with a join or a subquery: SQLAlchemy raises",
            .what = "yield_per on a query that loads a collection with joinedload(), contains_eager() or subqueryload(), or by a "
                    "mapping with lazy=\"joined\" or lazy=\"subquery\".",
            .database =
                "A joined collection repeats the rows of its owner, which must all be there before the first object is complete, "
                "and a subquery is sent for all rows at once. SQLAlchemy raises `Can't use yield_per with eager loaders that "
                "require uniquing or row buffering`.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def export(session):\n"
                   "    query = select(User).options(joinedload(User.orders)).execution_options(yield_per=100)\n"
                   "    for user in session.scalars(query):\n"
                   "        print(user.orders)\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def export(session):\n"
                    "    query = select(User).options(selectinload(User.orders)).execution_options(yield_per=100)\n"
                    "    for user in session.scalars(query):\n"
                    "        print(user.orders)\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#fetching-large-result-sets-with-yield-per",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.yields_per) return;
          const auto tell = [&](const std::string& name, const char* how, Span option, Span mapped) {
            report.add(Draft(query.executed)
                           .says("this query raises an error: its rows come in parts (yield_per), and the collection " + quoted(name) + " is loaded by " + how)
                           .about(name)
                           .label(option, "loaded here")
                           .label(option.known() ? Span{} : mapped, "mapped so")
                           .label(query.built, "the query")
                           .help("load the collection with selectinload(), which works for each part"));
          };
          for (const auto& joined : joined_relationships(view.project, query))
            if (is_collection(*joined.relationship)) {
              tell(joined.name, "a join", joined.option, joined.relationship->span);
              return;
            }
          if (!query.understood || !query.options_known || query.entities.size() != 1 || query.entities.front() == no_model) return;
          const auto& model = view.project.model(query.entities.front());
          for (const auto& relationship : model.relationships) {
            auto strategy = relationship.lazy == Lazy::subquery ? std::string("subqueryload") : std::string();
            Span option;
            for (const auto& each : query.options) {
              if (each.path.size() != 1 || (each.path.front() != relationship.name && each.path.front() != "*")) continue;
              strategy = each.strategy;
              option = each.span;
            }
            const bool joins = strategy == "contains_eager" && is_collection(relationship);
            if (strategy != "subqueryload" && !joins) continue;
            tell(model.name + "." + relationship.name, joins ? "a join" : "a subquery", option, relationship.span);
            return;
          }
        },
};

}  // namespace foreshot::rules
