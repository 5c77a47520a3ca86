#include <algorithm>
#include <set>
#include <string>

#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

// Does the upgrade change the schema? Data changes alone are often right to keep.
auto changes_schema(const RevisionTree& tree, RevisionIndex index) -> bool {
  const auto& range = tree.timeline->revision(index);
  const auto before = tree.timeline->before(index);
  const auto after = tree.timeline->after(index);
  // A scratch table of the upgrade's own is gone when it ends.
  std::set<std::string> made;
  const auto passing = [&](const ObjectName& name) {
    return name.known() && made.contains(name.display()) && before.table(name) == nullptr && after.table(name) == nullptr &&
           after.exists(name) == Existence::no;
  };
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& action = tree.timeline->steps()[i].action();
    if (std::holds_alternative<Dml>(action) || std::holds_alternative<SetVariable>(action) ||
        std::holds_alternative<TransactionControl>(action) || std::holds_alternative<Unreadable>(action) ||
        std::holds_alternative<Other>(action) || std::holds_alternative<LockTable>(action) ||
        std::holds_alternative<SyntaxError>(action) || std::holds_alternative<Vacuum>(action) ||
        std::holds_alternative<Block>(action) || std::holds_alternative<Reindex>(action) ||
        std::holds_alternative<RefreshMaterializedView>(action))
      continue;
    // An added enum value cannot be taken away again.
    if (std::holds_alternative<AlterEnum>(action)) continue;
    if (const auto* create = std::get_if<CreateTable>(&action)) made.insert(create->table.display());
    if (const auto* create = std::get_if<CreateTable>(&action); create != nullptr && (create->temporary || passing(create->table))) continue;
    // Triggers that are switched off and on again around a change of rows.
    if (const auto* alter = std::get_if<AlterTable>(&action);
        alter != nullptr && std::all_of(alter->subcommands.begin(), alter->subcommands.end(),
                                        [](const auto& part) { return std::holds_alternative<SetTriggers>(part); }))
      continue;
    if (const auto* table = target_table(action); table != nullptr && passing(*table)) continue;
    if (const auto* drop = std::get_if<DropObject>(&action);
        drop != nullptr && drop->kind == ObjectKind::table && std::all_of(drop->names.begin(), drop->names.end(), passing))
      continue;
    return true;
  }
  return false;
}

auto lacks_downgrade(const Revision& revision) -> bool {
  return revision.downgrade.shape == Body::Shape::missing || revision.downgrade.shape == Body::Shape::empty;
}

// A house rule rather than a slip: no revision of the tree that would need one has a downgrade.
auto is_habit(const RevisionTree& tree, std::size_t& count) -> bool {
  count = 0;
  for (RevisionIndex i = 0; i < tree.source.revisions.size(); ++i) {
    const auto& revision = tree.source.revisions[i];
    if (revision.syntax_error) continue;
    const bool lacks = lacks_downgrade(revision);
    const bool needs = changes_schema(tree, i);
    if (!lacks && (needs || revision.downgrade.shape == Body::Shape::working)) return false;
    if (lacks && needs) ++count;
  }
  return count >= 3;
}

}  // namespace

extern const Rule downgrade_missing;
const Rule downgrade_missing = {
    .code = "MIG501",
    .name = "downgrade-missing",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The upgrade changes the schema and the downgrade does nothing: after a downgrade Alembic and the database disagree",
            .what =
                "No `downgrade()`, or one that does nothing, in a revision whose `upgrade()` changes the schema. "
                "Where no revision of the project has a downgrade, that is reported once.",
            .database =
                "`alembic downgrade` notes the revision as undone although its tables, columns and indexes are still "
                "there. The next upgrade then fails, because it creates them again. Write the commands that undo the "
                "upgrade, or raise, so that nobody believes it undone: `raise NotImplementedError(\"the old values "
                "are gone\")`.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "The project never downgrades: make downgrade() raise and say so.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
            .bad_files = "=== downgrade\n"
                         "pass\n",
            .good_files = "=== downgrade\n"
                          "op.drop_column(\"users\", \"plan\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& revision = view.revision();
          if (revision.syntax_error || !lacks_downgrade(revision)) return;
          if (!changes_schema(view.tree, view.index)) return;
          std::size_t count = 0;
          if (is_habit(view.tree, count)) return;
          const bool missing = revision.downgrade.shape == Body::Shape::missing;
          report.add(Draft(missing ? revision.upgrade.span : revision.downgrade.span)
                         .says(missing ? "there is no downgrade(): `alembic downgrade` fails at this revision"
                                       : "downgrade() does nothing: what upgrade() changed stays, though Alembic then counts this "
                                         "revision as undone and will run upgrade() again")
                         .about("downgrade")
                         .help("undo the steps of upgrade() in reverse order, or raise an exception that says why there is no "
                               "way back")
                         .fix(fix::downgrade_written(view)));
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          std::size_t count = 0;
          if (!is_habit(view.tree, count)) return;
          const Revision* newest = nullptr;
          for (const auto index : view.tree.graph->order()) {
            const auto& revision = view.revisions()[index];
            if (!revision.syntax_error && lacks_downgrade(revision) && changes_schema(view.tree, index)) newest = &revision;
          }
          if (newest == nullptr) return;
          const bool missing = newest->downgrade.shape == Body::Shape::missing;
          report.add(Draft(missing ? newest->upgrade.span : newest->downgrade.span)
                         .says("no revision of this tree can be downgraded: " + std::to_string(count) +
                               " change the schema, none undoes it")
                         .about("tree")
                         .help("if that is how you work, set severity MIG501 = \"off\" for this project"));
        },
};

}  // namespace foreshot::rules
