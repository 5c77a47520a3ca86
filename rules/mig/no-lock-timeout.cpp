#include <algorithm>
#include <set>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Does the revision set one itself, too late or to nothing? That is MIG407's.
auto sets_its_own(const RevisionView& view, std::size_t lock) -> bool {
  const auto& range = view.steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& step = view.tree.timeline->steps()[i];
    const auto* set = std::get_if<SetVariable>(&step.action());
    if (set == nullptr || set->name != "lock_timeout" || set->reset || !set->value_known || step.conditional) continue;
    if (i > lock ? milliseconds(set->value) > 0 : milliseconds(set->value) == 0) return true;
  }
  return false;
}

// The first such step of a revision's upgrade that runs without a timeout; steps that may have one do not count.
auto first_unbounded(const RevisionView& view) -> const Step* {
  const auto& range = view.steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto at = view.step(i);
    if (at.step.lock_timeout.in_force || !at.step.lock_timeout.certain) continue;
    if (at.strong_lock() != nullptr) return sets_its_own(view, i) ? nullptr : &at.step;
  }
  return nullptr;
}

auto sets_lock_timeout(const RevisionTree& tree) -> bool {
  for (const auto& setting : tree.source.environment.settings)
    if (setting.name == "lock_timeout") return true;
  if (tree.source.environment.settings_unknown) return true;
  for (const auto& step : tree.timeline->steps()) {
    const auto* set = std::get_if<SetVariable>(&step.action());
    if (set != nullptr && set->name == "lock_timeout") return true;
    if (step.lock_timeout.in_force) return true;
  }
  return false;
}

}  // namespace

extern const Rule no_lock_timeout;
const Rule no_lock_timeout = {
    .code = "MIG127",
    .name = "no-lock-timeout",
    .level = Level::warning,
    .doc =
        {
            .summary = "A migration waits for a strong lock with no lock_timeout: while it waits, all later queries of the table queue behind it",
            .what = "The first statement of a migration that takes a lock which blocks writes on a table in use, with no "
                    "lock_timeout in force: not set in the file, in env.py, in connect_args or by the runner (configuration "
                    "`lock-timeout-set-by-runner`). One finding a migration; where no migration of the tree and no env.py "
                    "sets it, one finding for the tree.",
            .database =
                "A lock request that conflicts with a running transaction waits in a queue, and later requests line up "
                "behind it, even plain SELECTs that would not have conflicted with the running transaction. So a quick "
                "ALTER TABLE behind one long report stops all traffic of the table. With lock_timeout the statement gives "
                "up instead and can be tried again. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_column(\"users\", \"name\")  # foreshot: ignore[MIG302]\n",
            .good = "op.execute(\"SET LOCAL lock_timeout = '5s'\")\n"
                    "op.drop_column(\"users\", \"name\")  # foreshot: ignore[MIG302]\n",
            .allow = "The role that runs migrations has lock_timeout set on the server, or the runner sets it: say so with "
                     "`lock-timeout-set-by-runner = true`.",
            .references = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
            .bad_files = "=== migrations/env.py\n"
                         "from alembic import context\n"
                         "from sqlalchemy import create_engine\n\n"
                         "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                         "    context.configure(connection=connection, transaction_per_migration=True)\n"
                         "    with context.begin_transaction():\n"
                         "        context.run_migrations()\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          if (view.project.lock_timeout_set_by_runner) return;
          // A tree that sets it nowhere is told once, for the tree.
          if (!sets_lock_timeout(view.tree)) return;
          const auto* step = first_unbounded(view);
          if (step == nullptr) return;
          const StepView at{view.project, view.tree, *step};
          const auto* effect = at.strong_lock();
          report.add(at.finding()
                         .says("one long-running query on " + quoted(effect->relation) +
                               " makes this statement wait, and everybody else behind it: no lock_timeout is set")
                         .about(effect->relation.display())
                         .help("run op.execute(\"SET LOCAL lock_timeout = '5s'\") first, and run the migration again when "
                               "it gives up"));
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          if (view.project.lock_timeout_set_by_runner || sets_lock_timeout(view.tree)) return;
          std::size_t count = 0;
          const Step* newest = nullptr;
          for (const auto index : view.tree.graph->order()) {
            // What has run everywhere does not wait any more.
            if (view.tree.released[index]) continue;
            const auto* step = first_unbounded({view.project, view.tree, index});
            if (step == nullptr) continue;
            ++count;
            newest = step;
          }
          if (newest == nullptr) return;
          const auto& environment = view.tree.source.environment;
          const auto place = environment.configure.known() ? environment.configure : newest->sql->span;
          auto draft = Draft(place);
          const auto& in_template = environment.template_settings;
          if (std::find(in_template.begin(), in_template.end(), "lock_timeout") != in_template.end())
            std::move(draft).note("note  script.py.mako sets it in revisions that are made from now on; these were made before");
          report.add(std::move(draft)
                         .says("no lock_timeout is set anywhere: " + std::to_string(count) +
                               (count == 1 ? " migration waits" : " migrations wait") +
                               " for strong locks without limit, and everything that comes after queues behind them")
                         .about("tree")
                         .label(newest->sql->span, "for instance here")
                         .help("set it once in env.py, for instance connect_args={\"options\": \"-c lock_timeout=5000\"} "
                               "for psycopg, or connection.execute(text(\"SET lock_timeout = '5s'\")) after "
                               "context.configure(…)"));
        },
};

}  // namespace foreshot::rules
