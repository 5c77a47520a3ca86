#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule backing_index_dropped;
const Rule backing_index_dropped = {
    .code = "MIG717",
    .name = "backing-index-dropped",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "The index belongs to a primary key, unique or exclusion constraint: PostgreSQL refuses to drop it by itself",
            .what = "`op.drop_index(…)` or `DROP INDEX` of the index that a constraint of the replayed history made or took over.",
            .database = "PostgreSQL answers `cannot drop index … because constraint … on table … requires it`, and the migration stops. "
                        "The index goes with its constraint. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"DROP INDEX users_pkey\")\n",
            .good = "op.drop_constraint(\"users_pkey\", \"users\", type_=\"primary\")  # foreshot: ignore[MIG315] -- replaced next\n",
            .allow = "Never: it fails.",
            .references = "https://www.postgresql.org/docs/current/sql-dropindex.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* drop = at.action<DropObject>();
          // What does not run for certain does not fail for certain; CASCADE takes the constraint along for other kinds only.
          if (drop == nullptr || drop->kind != ObjectKind::index || at.step.conditional) return;
          for (const auto& name : drop->names) {
            const auto place = at.before().index(name);
            if (place.index == nullptr || place.index->constraint.empty() || !place.index->certain || !place.table->certain) continue;
            if (place.table->from_model || at.before().index_exists(name) != Existence::yes) continue;
            const auto* constraint = place.table->constraint(place.index->constraint);
            if (constraint == nullptr || !constraint->certain) continue;
            report.add(at.finding()
                           .without_locks()
                           .says("the migration fails here: " + quoted(name) + " belongs to the constraint " +
                                 quoted(place.index->constraint) + " of " + quoted(place.table->name))
                           .about(name.display())
                           .label(constraint->origin.span, "the constraint is made here")
                           .help("drop the constraint: op.drop_constraint(\"" + place.index->constraint + "\", \"" +
                                 place.table->name.name.text + "\")"));
          }
        },
};

}  // namespace foreshot::rules
