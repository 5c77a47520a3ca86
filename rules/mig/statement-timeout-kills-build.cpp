#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

constexpr auto short_time = 15.0 * 60 * 1000;

}  // namespace

extern const Rule statement_timeout_kills_build;
const Rule statement_timeout_kills_build = {
    .code = "MIG409",
    .name = "statement-timeout-kills-build",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "A long statement that blocks nobody runs under a short statement_timeout: it is killed half-way and leaves an invalid index",
            .what = "CREATE INDEX CONCURRENTLY, REINDEX CONCURRENTLY or VALIDATE CONSTRAINT on a table in use while a statement_timeout of "
                    "fifteen minutes or less is in force, from the revision or from env.py.",
            .database =
                "statement_timeout counts the whole statement. A concurrent build reads the table twice and waits for old "
                "transactions in between; when it is cancelled an INVALID index stays, which every write maintains and no query "
                "uses. VALIDATE has to begin anew. Neither needs a statement_timeout: lock_timeout bounds what they wait for.",
            .bad = "with op.get_context().autocommit_block():\n"
                   "    op.execute(\"SET statement_timeout = '30s'\")\n"
                   "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True, if_not_exists=True)  # foreshot: ignore[MIG413]\n"
                   "    op.execute(\"RESET statement_timeout\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"SET statement_timeout = 0\")\n"
                    "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True, if_not_exists=True)  # foreshot: ignore[MIG413]\n"
                    "    op.execute(\"RESET statement_timeout\")\n",
            .allow = "The table is small enough.",
            .references = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto& timeout = at.step.statement_timeout;
          if (!timeout.in_force || !timeout.certain) return;
          const auto limit = milliseconds(timeout.value);
          if (limit <= 0 || limit > short_time) return;
          std::string what;
          ObjectName table;
          Span place;
          if (const auto* create = at.action<CreateIndex>(); create != nullptr && create->concurrently) {
            what = "an invalid index";
            table = create->table;
          }
          if (const auto* reindex = at.action<Reindex>(); reindex != nullptr && reindex->concurrently) {
            what = "an invalid index";
            const auto owner = at.before().index(reindex->object);
            table = reindex->kind == ObjectKind::table ? reindex->object : owner.table != nullptr ? owner.table->name : ObjectName{};
          }
          each_subcommand<ValidateConstraint>(at, [&](const AlterTable& alter, const ValidateConstraint&, std::size_t i) {
            what = "the constraint unvalidated";
            table = alter.table;
            place = at.subcommand_span(i);
          });
          if (what.empty() || !table.known() || !at.live(table)) return;
          report.add(at.finding()
                         .without_locks()
                         .at(place)
                         .says("on a big table this is killed half-way and leaves " + what + ": statement_timeout is " + quoted(timeout.value))
                         .about(table.display())
                         .label(timeout.span, "it is set here")
                         .help("set statement_timeout to 0 for this statement only, and keep lock_timeout"));
        },
};

}  // namespace foreshot::rules
