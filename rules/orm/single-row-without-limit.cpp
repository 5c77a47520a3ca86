#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// What stands among the arguments may be followed by a method call.
auto takes_a_method(std::string_view text) -> bool {
  for (const auto* word : {" if ", " or ", " and ", "await ", "lambda", ":="})
    if (text.find(word) != std::string_view::npos) return false;
  return !text.empty() && (text.back() == ')' || text.back() == '_' || (text.back() >= 'a' && text.back() <= 'z') || (text.back() >= '0' && text.back() <= '9'));
}

// Of how many rows there may be, the model says: many.
auto has_many_rows(const Project& project, const Query& query) -> bool {
  // A whole table that one row is read of mostly has no other: settings, a state.
  if (query.entities.size() != 1 || query.entities.front() == no_model || query.equality_columns.empty()) return false;
  const auto& model = project.model(query.entities.front());
  int keys = 0;
  for (const auto& name : query.equality_columns) {
    const auto* column = model.column(name);
    if (column == nullptr) return false;
    bool key = false;
    for (const auto& constraint : model.constraints)
      key = key || (constraint.kind == ConstraintKind::foreign_key && constraint.columns.size() == 1 && constraint.columns.front().text == column->column.name.text);
    if (!key && (!column->type_known || column->column.type.display() != "boolean")) return false;
    // The rows of one pair of keys are few.
    if (key && ++keys > 1) return false;
  }
  // What else narrows it nobody can count.
  return query.filter_columns.size() == query.equality_columns.size() && query.joins.empty();
}

}  // namespace

extern const Rule single_row_without_limit;
const Rule single_row_without_limit = {
    .code = "ORM301",
    .name = "single-row-without-limit",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A 2.0 query is read with first() or scalar() and has no LIMIT: the database sends every row and all but one are thrown away",
            .what =
                "`.first()`, `.fetchone()` or `.scalar()` of a 2.0 result, `session.scalar()`, and what async and SQLModel sessions have in their "
                "place, on a statement without LIMIT. With ORDER BY it is a warning: somebody wants the newest, or the largest. Without it this is "
                "said, as information, of the rows of a foreign key and of a flag, of which there are many. Aggregates, keys and unique columns are "
                "not reported, nor are whole tables without ORDER BY, which have one row as a rule, conditions that may be a key (`getattr(Model, "
                "name) == value`), and `.one()` and its kin, which have to see a second row.",
            .database =
                "`Query.first()` of the 1.x style adds LIMIT 1; `Result.first()` does not: it closes the result after the first row. The drivers "
                "have read the whole answer into memory by then: five thousand rows travel to return one.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def newest(session):\n"
                "    return session.scalars(select(User).order_by(User.id.desc())).first()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def newest(session):\n"
                "    return session.scalars(select(User).order_by(User.id.desc()).limit(1)).first()\n",
            .allow =
                "There are a few rows at most, always.",
            .references =
                "https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.first",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.taken != "first" && query.taken != "fetchone" && query.taken != "scalar") return;
          if (query.legacy || query.limited || query.one_row || query.streamed || query.collected || !query.understood || query.for_update) return;
          const bool ordered = !query.order_by.empty();
          if (!ordered && (query.grouped || !has_many_rows(view.project, query))) return;
          auto draft = Draft(query.taken_at)
                           .says("every row that the query finds is sent, and all but the first are thrown away: " + quoted(query.taken + "()") + " adds no LIMIT")
                           .about(query.function + ":" + query.taken)
                           .label(query.ordered_at, "the order says which one is wanted")
                           .label(query.built.file == query.taken_at.file && !query.executed.contains(query.built) ? query.built : Span{}, "the query")
                           .help("add `.limit(1)` to the statement");
          if (!ordered || nobody_waits(query.role)) std::move(draft).level(Level::info);
          if (ordered && query.given.known() && takes_a_method(view.project.sources.text(query.given)))
            std::move(draft).fix(Fix{true, "adds .limit(1)", {{{query.given.file, query.given.end, query.given.end}, ".limit(1)"}}});
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
