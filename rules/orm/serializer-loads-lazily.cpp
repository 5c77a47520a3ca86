#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule serializer_loads_lazily;
const Rule serializer_loads_lazily = {
    .code = "ORM113",
    .name = "serializer-loads-lazily",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A serializer reads a relationship of each row that the query did not load: one more query for every row",
            .what = "The rows of a query become Pydantic or SQLModel objects (`model_validate()`, `from_orm()`, the response model of "
                    "a FastAPI route) or go through a marshmallow schema, and a field of that class, or of a class nested in it, has "
                    "the name of a lazy relationship.",
            .database =
                "The serializer reads each of its fields from the object, and SQLAlchemy loads the relationship with a SELECT of "
                "its own when it is read. The loop stands nowhere in the code.",
            .bad = "from pydantic import BaseModel, ConfigDict\n"
                   "from sqlalchemy import select\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "class UserOut(BaseModel):\n"
                   "    model_config = ConfigDict(from_attributes=True)\n"
                   "    name: str | None\n"
                   "\n"
                   "\n"
                   "class OrderOut(BaseModel):\n"
                   "    model_config = ConfigDict(from_attributes=True)\n"
                   "    id: int\n"
                   "    user: UserOut\n"
                   "\n"
                   "\n"
                   "def orders(session):\n"
                   "    return [OrderOut.model_validate(order) for order in session.scalars(select(Order)).all()]\n",
            .good = "from pydantic import BaseModel, ConfigDict\n"
                    "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import joinedload\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "class UserOut(BaseModel):\n"
                    "    model_config = ConfigDict(from_attributes=True)\n"
                    "    name: str | None\n"
                    "\n"
                    "\n"
                    "class OrderOut(BaseModel):\n"
                    "    model_config = ConfigDict(from_attributes=True)\n"
                    "    id: int\n"
                    "    user: UserOut\n"
                    "\n"
                    "\n"
                    "def orders(session):\n"
                    "    query = select(Order).options(joinedload(Order.user))\n"
                    "    return [OrderOut.model_validate(order) for order in session.scalars(query).all()]\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || load.strategy != Lazy::select || !load.serializer.known() || load.serializer_name.empty()) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async || load.leaves_loop || load.once) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("one more query for every row: " + quoted(load.serializer_name) + " reads " + quoted(name) + ", which the query did not load")
                         .about(name)
                         .help(load.fix_option.empty() ? std::string("load it with the query") : "load it with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
