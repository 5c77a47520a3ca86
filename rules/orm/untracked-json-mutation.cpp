#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule untracked_json_mutation;
const Rule untracked_json_mutation = {
    .code = "ORM314",
    .name = "untracked-json-mutation",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A value of a JSON or ARRAY column is changed in place: SQLAlchemy does not notice, and nothing is saved",
            .what =
                "`object.data[key] = value`, `del object.data[key]`, `.append()`, `.update()`, `.pop()` and their like on a JSON, JSONB, ARRAY or "
                "HSTORE column of an object that was loaded, in code that saves it, when the column's type is not wrapped in a Mutable type and "
                "neither flag_modified() nor an assignment to the attribute follows.",
            .database =
                "The unit of work compares the attribute with what was loaded, and the same dict is still there: no UPDATE is sent. The change is "
                "gone with the object.",
            .bad =
                "from sqlalchemy import JSON\n"
                "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n"
                "\n"
                "\n"
                "class Base(DeclarativeBase):\n"
                "    pass\n"
                "\n"
                "\n"
                "class User(Base):\n"
                "    __tablename__ = \"users\"\n"
                "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                "    settings: Mapped[dict] = mapped_column(JSON)\n"
                "\n"
                "\n"
                "def darken(session: Session, key):\n"
                "    user = session.get(User, key)\n"
                "    user.settings[\"theme\"] = \"dark\"\n"
                "    session.commit()\n",
            .good =
                "from sqlalchemy import JSON\n"
                "from sqlalchemy.ext.mutable import MutableDict\n"
                "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n"
                "\n"
                "\n"
                "class Base(DeclarativeBase):\n"
                "    pass\n"
                "\n"
                "\n"
                "class User(Base):\n"
                "    __tablename__ = \"users\"\n"
                "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                "    settings: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))\n"
                "\n"
                "\n"
                "def darken(session: Session, key):\n"
                "    user = session.get(User, key)\n"
                "    user.settings[\"theme\"] = \"dark\"\n"
                "    session.commit()\n",
            .allow =
                "The change is not meant to be saved.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/extensions/mutable.html",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::unsaved_change) return;
          const auto name = view.project.model(use.model).name + "." + use.what;
          report.add(Draft(use.span)
                         .says("this change is not saved: SQLAlchemy does not see changes inside the value of " + quoted(name))
                         .about(use.function + ":" + name)
                         .label(use.other, "the column is plain " + use.detail)
                         .help("assign a new value (`object." + use.what + " = {**object." + use.what + ", …}`), call `flag_modified(object, \"" + use.what +
                               "\")`, or wrap the type: `MutableDict.as_mutable(…)`"));
        },
};

}  // namespace foreshot::rules
