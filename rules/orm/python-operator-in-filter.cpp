#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule python_operator_in_filter;
const Rule python_operator_in_filter = {
    .code = "ORM306",
    .name = "python-operator-in-filter",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A condition uses Python's and, or, not, is or in on columns: Python decides it, and the query loses the condition or raises",
            .what =
                "`and`, `or`, `not`, `is`, `is not`, `in` and `not in` with a column or a comparison of one as operand, in what is given to "
                "`filter()`, `where()`, `having()` or as the condition of a join, in 1.x, 2.0, async, Flask-SQLAlchemy and SQLModel alike.",
            .database =
                "Python has no hook for these operators: it decides them at once. `Model.a is None` is False, `not Model.a` is False, `Model.a in "
                "[1, 2]` is False: the query is sent with WHERE false. `Model.a == 1 and Model.b == 2` is the first comparison alone; `or` is the "
                "second alone; with `<`, `like()` or `in_()` as the first operand a TypeError is raised.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def nameless(session):\n"
                "    return session.scalars(select(User).where(User.name is None)).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def nameless(session):\n"
                "    return session.scalars(select(User).where(User.name.is_(None))).all()\n",
            .allow =
                "Never: the query does not ask what is written.",
            .references =
                "https://docs.sqlalchemy.org/en/20/core/operators.html",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::python_operator) return;
          const auto& word = use.what;
          std::string message;
          std::string help;
          const bool alone = use.detail.empty(), arm = use.detail == "or";
          if (word == "is") {
            message = std::string(arm ? "this arm is always false and no row is found by it" : alone ? "this condition is always false and no row is found" : "this condition is always false") +
                      ": `is` compares the mapped attribute itself in Python, not the values of the rows";
            help = "use `.is_(None)`, or `==`";
          } else if (word == "is not") {
            message = std::string(arm ? "this arm is always true and every row is found" : alone ? "this condition is always true and filters nothing" : "this condition is always true") +
                      ": `is not` compares the mapped attribute itself in Python, not the values of the rows";
            help = "use `.is_not(None)`, or `!=`";
          } else if (word == "in" || word == "not in") {
            message = quoted(word) + " is decided by Python, which sees a column object and no values: the condition is lost, or raises an error";
            help = word == "in" ? "use `column.in_(…)`" : "use `column.not_in(…)`";
          } else if (word == "not") {
            message = "`not` is decided by Python, which sees a column object and no values: the condition is lost, or raises an error";
            help = "use `~condition` or `not_(condition)`; of a flag, `.is_(False)`";
          } else {
            message = "only one side of " + quoted(word) + " reaches the database, or the query raises an error: Python decides " + quoted(word) + " before SQLAlchemy sees it";
            help = word == "and" ? "give both conditions as arguments, or use `and_(…)` or `&` with parentheses" : "use `or_(…)`, or `|` with parentheses";
          }
          report.add(Draft(use.span).says(std::move(message)).about(use.function + ":" + word).label(use.other, "the query gets it here").help(std::move(help)));
        },
};

}  // namespace foreshot::rules
