#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Scratch: gone, or made safe, by the end of the upgrade.
auto stays_unlogged(const StepView& at, const ObjectName& name) -> bool {
  const auto end = at.tree.timeline->after(at.step.revision);
  const auto* table = end.table(name);
  return table != nullptr ? table->unlogged : end.exists(name) != Existence::no;
}

auto tell(const StepView& at, Report& report, Span span, const ObjectName& name) -> void {
  if (!stays_unlogged(at, name)) return;
  report.add(at.finding()
                 .without_locks()
                 .at(span)
                 .says("every row of " + quoted(name) + " is lost when the server crashes, and replicas never have one: the table is unlogged")
                 .about(name.display())
                 .help("leave out UNLOGGED, unless the rows can be made again at any time"));
}

}  // namespace

extern const Rule unlogged_table;
const Rule unlogged_table = {
    .code = "MIG317",
    .name = "unlogged-table",
    .level = Level::warning,
    .doc =
        {
            .summary = "An unlogged table is empty after a crash of the server, and does not exist for replicas",
            .what = "`CREATE UNLOGGED TABLE`, `prefixes=[\"UNLOGGED\"]` or `SET UNLOGGED`, for a table that is still there and "
                    "unlogged when the upgrade ends.",
            .database =
                "Changes of an unlogged table are not written ahead. PostgreSQL empties it after a crash or an immediate "
                "shutdown, a standby cannot read it, and a failover finds it empty. A backup taken from a standby does not "
                "have its rows. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_table(\"sessions\", sa.Column(\"id\", sa.Integer(), primary_key=True), prefixes=[\"UNLOGGED\"])\n",
            .good = "op.create_table(\"sessions\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n",
            .allow = "The rows are a cache or a scratch area that can be lost at any time.",
            .references = "https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (const auto* create = at.action<CreateTable>(); create != nullptr && create->unlogged && !create->temporary)
            tell(at, report, at.sql().span, create->table);
          each_subcommand<SetPersistence>(at, [&](const AlterTable& alter, const SetPersistence& set, std::size_t i) {
            if (set.logged || alter.kind != ObjectKind::table) return;
            // It is already.
            const auto* table = at.before().table(alter.table);
            if (table != nullptr && table->unlogged) return;
            tell(at, report, at.subcommand_span(i), alter.table);
          });
        },
};

}  // namespace foreshot::rules
