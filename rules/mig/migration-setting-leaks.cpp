#include <map>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Is this what the server has where nobody sets anything?
auto is_usual_value(const SetVariable& set) -> bool {
  if (set.name.ends_with("_timeout")) return milliseconds(set.value) == 0;
  return set.value_known && set.name == "session_replication_role" && set.value == "origin";
}

}  // namespace

extern const Rule migration_setting_leaks;
const Rule migration_setting_leaks = {
    .code = "MIG406",
    .name = "migration-setting-leaks",
    .level = Level::warning,
    .doc =
        {
            .summary = "A setting is changed for the whole connection and never reset: the revisions that run after it get it too",
            .what = "`SET name = …` without LOCAL, or `set_config(…, false)`, in upgrade() with no `RESET` of it later in the revision. One "
                    "finding a revision.",
            .database =
                "SET without LOCAL holds until the connection is closed, past the COMMIT. Alembic runs all pending revisions on one "
                "connection, so a search_path, a role, or a statement_timeout of 0 reaches revisions that do not expect it, and "
                "what they do depends on which revisions ran before in the same call.",
            .bad = "op.execute(\"SET statement_timeout = '1h'\")\n"
                   "op.execute(\"COMMENT ON TABLE users IS 'people'\")\n",
            .good = "op.execute(\"SET LOCAL statement_timeout = '1h'\")\n"
                    "op.execute(\"COMMENT ON TABLE users IS 'people'\")\n",
            .allow = "The setting is meant for all later revisions, and each of them works without it too.",
            .references = "https://www.postgresql.org/docs/current/sql-set.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          std::map<std::string, const Step*> open;
          const auto& range = view.steps();
          for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
            const auto& step = view.tree.timeline->steps()[i];
            const auto set_to = [&](const SetVariable& set) {
              if (set.local) return;
              // A name with a dot is the project's own, and nothing of the server's listens to it.
              if (set.name.find('.') != std::string::npos) return;
              if (set.reset && set.name == "all") open.clear();
              else if (set.reset || is_usual_value(set)) open.erase(set.name);
              else if (set.value_known || open.find(set.name) == open.end()) open[set.name] = &step;
              // A value that was asked for before is put back.
              else open.erase(set.name);
            };
            if (const auto* set = std::get_if<SetVariable>(&step.action())) set_to(*set);
            const auto* dml = std::get_if<Dml>(&step.action());
            if (dml == nullptr) continue;
            for (const auto& call : dml->calls) {
              if (call.name.name.text != "set_config" || call.arguments.size() != 3) continue;
              if (call.arguments[0].kind != Expression::Kind::constant) continue;
              SetVariable set;
              set.name = call.arguments[0].text;
              set.value = call.arguments[1].text;
              set.value_known = call.arguments[1].kind == Expression::Kind::constant;
              set.local = call.arguments[2].text != "false" && call.arguments[2].text != "f";
              set_to(set);
            }
          }
          const Step* first = nullptr;
          std::string names;
          for (const auto& [name, step] : open) {
            if (first == nullptr || step < first) first = step;
            names += (names.empty() ? "" : ", ") + quoted(name);
          }
          if (first == nullptr) return;
          const StepView at{view.project, view.tree, *first};
          report.add(at.finding()
                         .without_locks()
                         .says("revisions that run after this one in the same upgrade get " + names + " too: SET without LOCAL outlives the "
                               "transaction")
                         .about(names)
                         .help("use SET LOCAL, or RESET at the end where the statements run outside a transaction"));
        },
};

}  // namespace foreshot::rules
