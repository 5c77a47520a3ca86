#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// A view over the table, made by the same revision: the old name lives on for running code.
auto has_compatibility_view(const StepView& at, const ObjectName& table) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto* view = std::get_if<CreateView>(&steps[i].action());
    if (view == nullptr) continue;
    if (std::any_of(view->reads.begin(), view->reads.end(),
                    [&](const ObjectName& read) { return read.name == table.name; }))
      return true;
  }
  return false;
}

}  // namespace

extern const Rule column_renamed;
const Rule column_renamed = {
    .code = "MIG304",
    .name = "column-renamed",
    .level = Level::error,
    .doc =
        {
            .summary = "A column in use is renamed: code that is still running and knows the old name fails at once",
            .what = "`op.alter_column(…, new_column_name=…)` or `RENAME COLUMN` on a table that existed before the revision, "
                    "with no view in the same revision that keeps the old shape.",
            .database =
                "The rename itself takes ACCESS EXCLUSIVE for a moment. From then on the old name does not exist: queries of "
                "the running release fail until the new one is everywhere, and a rollback of the code needs a rollback of "
                "the schema. The same on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"name\", new_column_name=\"full_name\")\n",
            .good = "op.add_column(\"users\", sa.Column(\"full_name\", sa.Text()))\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* rename = at.action<Rename>();
          if (rename == nullptr || rename->kind != ObjectKind::column) return;
          if (!at.live(rename->object)) return;
          const auto before = at.before();
          if (before.column_exists(rename->object, rename->part) == Existence::no) return;
          const auto* table = before.table(rename->object);
          // Columns of views are renamed with the views.
          if (table != nullptr && table->kind != ObjectKind::table) return;
          const auto* column = table == nullptr ? nullptr : table->column(rename->part.text);
          if (column != nullptr && column->origin.known() && column->origin.revision == at.step.revision) return;
          if (rename->part == rename->to) return;
          if (has_compatibility_view(at, rename->object)) return;
          report.add(at.finding()
                         .says("renaming " + quoted(rename->part) + " of " + quoted(rename->object) + " to " +
                               quoted(rename->to) + " breaks all running code that uses the old name")
                         .about(rename->object.display() + "." + rename->part.text)
                         .help("add a column of the new name, write both, switch readers over, and drop the old one in a "
                               "later release; or keep the name in the database and map it: "
                               "mapped_column(\"" + rename->part.text + "\")"));
        },
};

}  // namespace foreshot::rules
