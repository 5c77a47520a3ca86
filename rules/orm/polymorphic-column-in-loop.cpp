#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule polymorphic_column_in_loop;
const Rule polymorphic_column_in_loop = {
    .code = "ORM111",
    .name = "polymorphic-column-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A query of a base class leaves the columns of its subclasses out, and they are read for each row: one more query for "
                "every row",
            .what =
                "A loop over the rows of a query of a base class (joined-table inheritance) reads a column that stands in the table of "
                "a subclass, which neither the query nor the mapping loads along.",
            .database =
                "`SELECT … FROM` the base table alone brings the columns of the base. The first read of one of the subclass's columns "
                "sends a SELECT for that object. selectin_polymorphic() fetches them for all rows with one more query for each "
                "subclass, with_polymorphic() with an outer join.",
            .bad = "from sqlalchemy import ForeignKey, select\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Person(Base):\n"
                   "    __tablename__ = \"people\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    kind: Mapped[str]\n"
                   "    __mapper_args__ = {\"polymorphic_on\": \"kind\", \"polymorphic_identity\": \"person\"}\n"
                   "\n"
                   "\n"
                   "class Engineer(Person):\n"
                   "    __tablename__ = \"engineers\"\n"
                   "    id: Mapped[int] = mapped_column(ForeignKey(\"people.id\"), primary_key=True)\n"
                   "    language: Mapped[str]\n"
                   "    __mapper_args__ = {\"polymorphic_identity\": \"engineer\"}\n"
                   "\n"
                   "\n"
                   "def languages(session):\n"
                   "    return [person.language for person in session.scalars(select(Person)).all() if isinstance(person, Engineer)]\n",
            .good = "from sqlalchemy import ForeignKey, select\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, selectin_polymorphic\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Person(Base):\n"
                    "    __tablename__ = \"people\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    kind: Mapped[str]\n"
                    "    __mapper_args__ = {\"polymorphic_on\": \"kind\", \"polymorphic_identity\": \"person\"}\n"
                    "\n"
                    "\n"
                    "class Engineer(Person):\n"
                    "    __tablename__ = \"engineers\"\n"
                    "    id: Mapped[int] = mapped_column(ForeignKey(\"people.id\"), primary_key=True)\n"
                    "    language: Mapped[str]\n"
                    "    __mapper_args__ = {\"polymorphic_identity\": \"engineer\"}\n"
                    "\n"
                    "\n"
                    "def languages(session):\n"
                    "    query = select(Person).options(selectin_polymorphic(Person, [Engineer]))\n"
                    "    return [person.language for person in session.scalars(query).all() if isinstance(person, Engineer)]\n",
            .allow = "The result has few rows of the subclass, always.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/queryguide/inheritance.html#eager-loading-of-specific-or-all-subclass-attributes",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::subclass_column || load.leaves_loop || load.once || load.model == no_model) return;
          const auto& model = view.project.model(load.model);
          const auto name = model.name + "." + load.attribute;
          auto draft = Draft(load.access)
                           .flow()
                           .says("one more query for every row of the subclass: " + quoted(name) + " is not among the columns of the base class, which was queried")
                           .about(name)
                           .label(load.origin, "the rows come from here, without the columns of " + quoted(model.name))
                           .label(load.loop, "once for every row");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (const auto* column = model.column(load.attribute)) std::move(draft).label(column->span, "a column of " + quoted(model.table.name));
          if (!load.sql.empty()) std::move(draft).runs(load.sql);
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft).note("costs  1 + one query for each " + model.name)
                         .help("load them with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
