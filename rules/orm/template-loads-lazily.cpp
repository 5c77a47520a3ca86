#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule template_loads_lazily;
const Rule template_loads_lazily = {
    .code = "ORM114",
    .name = "template-loads-lazily",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A Jinja template reads a relationship of each row that the query did not load: one more query for every row",
            .what = "A template is rendered with the rows of a query (`render_template()`, `TemplateResponse()`, "
                    "`env.get_template().render()`, a Pyramid renderer), and a loop of it, a filter like `map(attribute=…)`, or a "
                    "macro or template that it calls there reads a lazy relationship. The finding stands in the template.",
            .database =
                "SQLAlchemy loads the relationship when the template reads it, with a SELECT of its own. For a collection that is "
                "one query for each row; for a single object one for each distinct object that the session does not hold yet. "
                "Nobody who reads the view sees it.",
            .bad = "from flask import render_template\n"
                   "from sqlalchemy import select\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "def orders(session):\n"
                   "    return render_template(\"orders.html\", orders=session.scalars(select(Order)).all())\n",
            .good = "from flask import render_template\n"
                    "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import joinedload\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "def orders(session):\n"
                    "    query = select(Order).options(joinedload(Order.user))\n"
                    "    return render_template(\"orders.html\", orders=session.scalars(query).all())\n",
            .allow = "The result has few rows, always: `{# foreshot: ignore[ORM114] -- why #}` on the line of the template.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
            .bad_files = "=== shop/templates/orders.html\n"
                         "{% for order in orders %}\n"
                         "  <li>{{ order.user.name }}</li>\n"
                         "{% endfor %}\n",
            .good_files = "=== shop/templates/orders.html\n"
                          "{% for order in orders %}\n"
                          "  <li>{{ order.user.name }}</li>\n"
                          "{% endfor %}\n",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || load.strategy != Lazy::select || !load.serializer.known() || !load.serializer_name.empty()) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async) return;
          // The loop ends with it: it happens once.
          if (load.leaves_loop || load.once) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("one more query for every row: the template loads " + quoted(name) + " inside a loop")
                         .about(name)
                         .help(load.only_key_read ? "read the foreign key column instead: only the key is used"
                               : load.fix_option.empty()
                                   ? std::string("load it with the query: ") + (load.to_many ? "selectinload" : "joinedload") + "(" + name + ")"
                                   : "load it with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
