#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The same revision makes a table of that name again: it is replaced, not dropped.
auto replaced(const StepView& at, const ObjectName& name) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    if (&steps[i] <= &at.step) continue;
    const auto& action = steps[i].action();
    if (const auto* create = std::get_if<CreateTable>(&action); create != nullptr && create->table.name == name.name)
      return true;
    if (const auto* rename = std::get_if<Rename>(&action);
        rename != nullptr && rename->kind == ObjectKind::table && rename->to == name.name)
      return true;
  }
  return false;
}

}  // namespace

extern const Rule table_dropped;
const Rule table_dropped = {
    .code = "MIG306",
    .name = "table-dropped",
    .level = Level::warning,
    .doc =
        {
            .summary = "A table is dropped: its rows are gone, and code that is still running and uses it fails",
            .what = "`op.drop_table(…)` or `DROP TABLE` in an upgrade, for a table that existed before the revision.",
            .database =
                "The drop takes ACCESS EXCLUSIVE on the table and on every table that it references, for a moment. The rows "
                "are gone when the transaction commits; a downgrade brings back an empty table. Running code that uses the "
                "table fails. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_table(\"orders\")\n",
            .good = "op.execute(\"COMMENT ON TABLE orders IS 'unused since release 41, drop after release 42'\")\n",
            .allow = "No released code uses the table any more, and the rows are not needed or kept elsewhere.",
            .references = "https://www.postgresql.org/docs/current/sql-droptable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* drop = at.action<DropObject>();
          if (drop == nullptr || drop->kind != ObjectKind::table) return;
          for (const auto& name : drop->names) {
            // Made by this revision, or not there at all.
            if (!at.live(name) || at.before().exists(name) == Existence::no) continue;
            if (replaced(at, name)) continue;
            const auto* table = at.before().table(name);
            report.add(at.finding()
                           .says("dropping " + quoted(name) + " loses its rows and breaks code that still uses it")
                           .about(name.display())
                           .label(table != nullptr && table->origin.known() ? table->origin.span : Span{},
                                  "the table is created here")
                           .help("release code that no longer uses the table first; rename the table, wait a release, then "
                                 "drop it"));
          }
        },
};

}  // namespace foreshot::rules
