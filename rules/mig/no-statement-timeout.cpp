#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule no_statement_timeout;
const Rule no_statement_timeout = {
    .code = "MIG414",
    .name = "no-statement-timeout",
    .level = Level::off,
    .doc =
        {
            .summary = "No statement_timeout is set for migrations: a statement that takes hours holds its locks for hours",
            .what = "Neither env.py nor any revision sets statement_timeout. One finding for the tree.",
            .database = "lock_timeout bounds what a statement waits for, statement_timeout how long it works. Without it a rewrite of a big "
                        "table runs as long as it takes, under its lock, and nothing stops it. Concurrent builds and VALIDATE need 0.",
            .bad = "",
            .good = "",
            .allow = "The role that runs migrations has statement_timeout set on the server.",
            .references = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          if (environment.settings_unknown || view.tree.source.revisions.empty()) return;
          for (const auto& setting : environment.settings)
            if (setting.name == "statement_timeout") return;
          for (const auto& step : view.tree.timeline->steps()) {
            if (step.statement_timeout.in_force) return;
            if (const auto* set = std::get_if<SetVariable>(&step.action()); set != nullptr && set->name == "statement_timeout") return;
          }
          if (!environment.configure.known()) return;
          report.add(Draft(environment.configure)
                         .says("a statement that takes hours holds its locks for hours: no statement_timeout is set anywhere")
                         .about("tree")
                         .help("set it in env.py, for instance connect_args={\"options\": \"-c statement_timeout=600000\"}, and to 0 for "
                               "concurrent builds"));
        },
};

}  // namespace foreshot::rules
