#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule application_model_imported;
const Rule application_model_imported = {
    .code = "MIG605",
    .name = "application-model-imported",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A revision imports the application's models or session: it changes its meaning, or breaks, when the application changes",
            .what = "An import of the project's own models, database module or session in a revision file.",
            .database =
                "The revision was right for the models as they were when it was written. Next year's models have "
                "other columns: on a new database the same revision then selects columns that a later revision adds, "
                "and fails. Declare in the revision what it needs: `sa.table()` with the columns it names, and "
                "`op.execute()`, or `op.get_bind().execute()` where rows are needed, instead of a session.",
            .bad = "from shop.models import User\n"
                   "op.execute(sa.update(User).where(User.id == 1).values(email=\"a@example.org\"))\n",
            .good = "users = sa.table(\"users\", sa.column(\"id\"), sa.column(\"email\"))\n"
                    "op.execute(users.update().where(users.c.id == 1).values(email=\"a@example.org\"))\n",
            .allow = "The history is replaced by one new first revision at every release, so that old ones never run again.",
            .references = "https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.bulk_insert",
            .bad_files = "=== shop/__init__.py\n"
                         "=== shop/models.py\n"
                         "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
                         "class Base(DeclarativeBase):\n"
                         "    pass\n\n\n"
                         "class User(Base):\n"
                         "    __tablename__ = \"users\"\n"
                         "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                         "    email: Mapped[str]\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& imports = view.revision().application_imports;
          if (imports.empty()) return;
          auto draft = Draft(imports.front())
                           .says("this revision depends on the application's code: when that changes, the revision means "
                                 "something else or fails on a new database")
                           .about("import")
                           .help("spell the tables it needs in the revision itself: sa.table(\"users\", sa.column(\"id\"), …)");
          for (std::size_t i = 1; i < imports.size(); ++i) std::move(draft).label(imports[i], "and here");
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
