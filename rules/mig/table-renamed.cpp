#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The same revision puts something in the old place: a view, or another table (a swap).
auto old_name_returns(const StepView& at, const ObjectName& old) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& action = steps[i].action();
    if (const auto* view = std::get_if<CreateView>(&action); view != nullptr && view->view.name == old.name) return true;
    if (const auto* table = std::get_if<CreateTable>(&action); table != nullptr && table->table.name == old.name) return true;
    if (const auto* rename = std::get_if<Rename>(&action);
        rename != nullptr && rename->kind == ObjectKind::table && rename->to == old.name)
      return true;
  }
  return false;
}

auto tell(const StepView& at, Report& report, const char* verb, const ObjectName& table, const std::string& to) -> void {
  if (!at.live(table) || at.before().exists(table) == Existence::no) return;
  const auto* known = at.before().table(table);
  if (known != nullptr && known->kind != ObjectKind::table) return;
  if (old_name_returns(at, table)) return;
  report.add(at.finding()
                 .says(verb + quoted(table) + " to " + quoted(to) + " breaks all running code that uses the old name")
                 .about(table.display())
                 .help("create a view with the old name in the same migration, and drop it when no released code uses it"));
}

}  // namespace

extern const Rule table_renamed;
const Rule table_renamed = {
    .code = "MIG305",
    .name = "table-renamed",
    .level = Level::error,
    .doc =
        {
            .summary = "A table in use is renamed or moved to another schema: code that is still running and knows the old name fails at once",
            .what = "`op.rename_table(…)`, `RENAME TO` or `SET SCHEMA` on a table that existed before the revision, with no "
                    "view or table in the same revision that takes the old name.",
            .database =
                "The statement closes the table to everybody (ACCESS EXCLUSIVE) until the transaction ends; it reads nothing. From "
                "then on the old name does not exist: every query of the running release on that table fails until the new "
                "release is everywhere. A simple view with the old name accepts reads and writes. The same on PostgreSQL 12 to 18.",
            .bad = "op.rename_table(\"orders\", \"purchases\")\n",
            .good = "op.rename_table(\"orders\", \"purchases\")\n"
                    "op.execute(\"CREATE VIEW orders AS SELECT * FROM purchases\")\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (const auto* rename = at.action<Rename>(); rename != nullptr && rename->kind == ObjectKind::table)
            tell(at, report, "renaming ", rename->object, rename->to.text);
          if (const auto* move = at.action<SetSchema>(); move != nullptr && move->kind == ObjectKind::table)
            tell(at, report, "moving ", move->object, move->schema.text + "." + move->object.name.text);
        },
};

}  // namespace foreshot::rules
