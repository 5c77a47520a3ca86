#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

constexpr auto absurd = 10.0 * 60 * 1000;

}  // namespace

extern const Rule timeout_set_too_late;
const Rule timeout_set_too_late = {
    .code = "MIG407",
    .name = "timeout-set-too-late",
    .level = Level::warning,
    .doc =
        {
            .summary = "lock_timeout is set after the lock it should bound, to 0, or so high that it bounds nothing",
            .what = "`SET lock_timeout` behind a statement of the revision that waits for a strong lock without one; before such a "
                    "statement a value of 0, which means none, or of more than ten minutes.",
            .database =
                "A timeout holds for what comes after it. The statement before it waits without limit, and everything that comes later "
                "for the table waits behind it. With ten minutes the table is as good as down for ten minutes before the "
                "migration gives up.",
            .bad = "op.execute(\"SET LOCAL lock_timeout = '1h'\")\n"
                   "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .good = "op.execute(\"SET LOCAL lock_timeout = '3s'\")\n"
                    "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          if (view.project.lock_timeout_set_by_runner) return;
          const auto& range = view.steps();
          const Effect* waited = nullptr;   // of the first step that waits without a timeout
          const Step* waiting = nullptr;
          const Step* setting = nullptr;    // the last SET
          double value = -1;
          for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
            const auto at = view.step(i);
            const auto* set = at.action<SetVariable>();
            if (set != nullptr && set->name == "lock_timeout") {
              setting = nullptr;
              // What is not known, or not certain to run, says nothing.
              if (set->reset || !set->value_known || at.step.conditional) continue;
              setting = &at.step;
              value = milliseconds(set->value);
              if (waiting != nullptr && value > 0) {
                report.add(at.finding()
                               .without_locks()
                               .says("one long-running query on " + quoted(waited->relation) + " makes everybody wait behind this "
                                     "migration: lock_timeout is set after the statement that waits for the lock")
                               .about("late")
                               .label(waiting->sql->span, "this waits without limit")
                               .help("set it as the first thing in upgrade()"));
                return;
              }
              continue;
            }
            const auto* effect = at.strong_lock();
            if (effect == nullptr) continue;
            if (setting != nullptr && (value == 0 || value > absurd)) {
              const StepView there{view.project, view.tree, *setting};
              report.add(there.finding()
                             .without_locks()
                             .says("one long-running query on " + quoted(effect->relation) + " makes everybody wait behind this migration: " +
                                   (value == 0 ? "0 means no lock_timeout at all" : "this lock_timeout bounds nothing that matters"))
                             .about("value")
                             .label(at.step.sql->span, "this waits for the lock")
                             .help("a few seconds are enough; run the migration again when it gives up"));
              return;
            }
            if (waiting != nullptr || at.step.lock_timeout.in_force || !at.step.lock_timeout.certain) continue;
            waiting = &at.step;
            waited = effect;
          }
        },
};

}  // namespace foreshot::rules
