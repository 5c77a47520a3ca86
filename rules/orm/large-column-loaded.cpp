#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule large_column_loaded;
const Rule large_column_loaded = {
    .code = "ORM316",
    .name = "large-column-loaded",
    .level = Level::off,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Many rows are fetched with a large column that nothing reads: leave it out",
            .what =
                "A loop or comprehension over all rows of a query whose class has a binary, JSON or vector column that is not deferred, which reads "
                "other columns only.",
            .database =
                "Large values are stored outside the row, compressed, and have to be fetched and unpacked for each row before they are sent.",
            .bad =
                "from sqlalchemy import LargeBinary, select\n"
                "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n"
                "\n"
                "\n"
                "class Base(DeclarativeBase):\n"
                "    pass\n"
                "\n"
                "\n"
                "class Picture(Base):\n"
                "    __tablename__ = \"pictures\"\n"
                "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                "    name: Mapped[str]\n"
                "    size: Mapped[int]\n"
                "    data: Mapped[bytes] = mapped_column(LargeBinary)\n"
                "\n"
                "\n"
                "def names(session: Session):\n"
                "    return [(picture.name, picture.size) for picture in session.scalars(select(Picture))]\n",
            .good =
                "from sqlalchemy import LargeBinary, select\n"
                "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n"
                "\n"
                "\n"
                "class Base(DeclarativeBase):\n"
                "    pass\n"
                "\n"
                "\n"
                "class Picture(Base):\n"
                "    __tablename__ = \"pictures\"\n"
                "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                "    name: Mapped[str]\n"
                "    size: Mapped[int]\n"
                "    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)\n"
                "\n"
                "\n"
                "def names(session: Session):\n"
                "    return [(picture.name, picture.size) for picture in session.scalars(select(Picture))]\n",
            .allow =
                "The values are small. Off unless it is switched on: how large the values are, the code does not say.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/queryguide/columns.html",
            .bad_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM316\"]\n",
            .good_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM316\"]\n",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::large_column) return;
          const auto name = view.project.model(use.model).name + "." + use.what;
          report.add(Draft(use.span)
                         .says(quoted(name) + " (" + use.detail + ") is fetched with every row, and never read")
                         .about(use.function + ":" + name)
                         .label(use.other, "the rows are asked for here")
                         .help("name what is read with `.options(load_only(…))`, or map the column with `deferred=True`"));
        },
};

}  // namespace foreshot::rules
