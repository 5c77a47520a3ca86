#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto what_it_does(const Subcommand& subcommand) -> std::string {
  if (const auto* persistence = std::get_if<SetPersistence>(&subcommand))
    return persistence->logged ? "SET LOGGED writes all of " : "SET UNLOGGED writes all of ";
  if (const auto* place = std::get_if<SetTablespace>(&subcommand)) return "moving to tablespace " + quoted(place->tablespace) + " copies all of ";
  if (const auto* method = std::get_if<SetAccessMethod>(&subcommand)) return "SET ACCESS METHOD " + method->method.text + " writes all of ";
  return {};
}

}  // namespace

extern const Rule storage_change_rewrites_table;
const Rule storage_change_rewrites_table = {
    .code = "MIG209",
    .name = "storage-change-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "SET LOGGED, SET UNLOGGED, SET TABLESPACE or SET ACCESS METHOD copies the whole table under an exclusive lock",
            .what = "A change of where or how a table (or an index) in use is stored, other than to what it is already.",
            .database =
                "Every row and every index is written to new files while ACCESS EXCLUSIVE is held: SELECT, INSERT, UPDATE and "
                "DELETE wait until the transaction ends. SET LOGGED also writes the whole table to the WAL, and after SET "
                "UNLOGGED a crash empties it. Moving an index closes the index, and queries of its table wait while they "
                "are planned. The same on PostgreSQL 12 to 18 (SET ACCESS METHOD: 15 and later).",
            .bad = "op.execute(\"ALTER TABLE users SET TABLESPACE fast\")\n",
            .good = "op.execute(\"CREATE TABLE imported_users (LIKE users) TABLESPACE fast\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* alter = at.action<AlterTable>();
          if (alter == nullptr || !at.step.cost.known) return;
          // An index is in use when its table is.
          auto owner = alter->table;
          if (alter->kind == ObjectKind::index) {
            const auto place = at.before().index(alter->table);
            if (place.table != nullptr) owner = place.table->name;
          } else if (alter->kind != ObjectKind::table && alter->kind != ObjectKind::materialized_view) {
            return;
          }
          if (!at.live(owner)) return;
          for (std::size_t i = 0; i < alter->subcommands.size(); ++i) {
            const auto words = what_it_does(alter->subcommands[i]);
            if (words.empty()) continue;
            bool rewrites = false;
            for (const auto& effect : at.step.cost.effects) rewrites = rewrites || (effect.subcommand == i && effect.work == Work::rewrite);
            if (!rewrites) continue;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says(words + quoted(alter->table) + " anew while nobody can " +
                                 (alter->kind == ObjectKind::index ? "use it" : "read or write it"))
                           .about(alter->table.display())
                           .help("do it while the application is stopped, or with pg_repack, which moves a table while it is "
                                 "in use"));
          }
        },
};

}  // namespace foreshot::rules
