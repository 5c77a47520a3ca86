#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule downgrade_refused;
const Rule downgrade_refused = {
    .code = "MIG502",
    .name = "downgrade-refused",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "downgrade() raises without saying why: whoever has to go back in an emergency is told nothing",
            .what = "A `downgrade()` that always raises an exception without a text. One that says why is not reported.",
            .database = "Nothing: `alembic downgrade` stops at this revision with a traceback.",
            .bad = "op.execute(\"UPDATE users SET email = lower(email) WHERE id = 1\")\n",
            .good = "op.execute(\"UPDATE users SET email = lower(email) WHERE id = 1\")\n",
            .allow = "Everybody who runs migrations knows the reason.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
            .bad_files = "=== downgrade\nraise NotImplementedError\n",
            .good_files = "=== downgrade\nraise NotImplementedError(\"the old spelling of the addresses is not kept\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& downgrade = view.revision().downgrade;
          if (downgrade.shape != Body::Shape::refuses || !downgrade.refusal.empty()) return;
          report.add(Draft(downgrade.span)
                         .says("downgrade() raises without a reason, so nobody learns how to go back")
                         .about("downgrade")
                         .help("give the exception a text that says why there is no way back and what to do instead"));
        },
};

}  // namespace foreshot::rules
