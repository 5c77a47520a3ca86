#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule enum_value_renamed;
const Rule enum_value_renamed = {
    .code = "MIG316",
    .name = "enum-value-renamed",
    .level = Level::warning,
    .doc =
        {
            .summary = "A value of an enum is renamed: running code that writes or compares the old one fails, and reads one it does not know",
            .what = "`ALTER TYPE … RENAME VALUE` of an enum that existed before the revision, unless the "
                    "migration asks the database first which values there are.",
            .database =
                "The rename takes effect for all rows at once. From the commit on the old label is an invalid input value: "
                "every INSERT, UPDATE and WHERE of the running release that names it fails, and SQLAlchemy's Enum raises "
                "LookupError for rows that carry the new one. No table is locked. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TYPE order_state RENAME VALUE 'paid' TO 'settled'\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'settled'\")\n",
            .allow = "The application is stopped while the migration runs, or no code knows the old value.",
            .references = "https://www.postgresql.org/docs/current/sql-altertype.html",
            .bad_files = "=== downgrade\nop.execute(\"ALTER TYPE order_state RENAME VALUE 'settled' TO 'paid'\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* alter = at.action<AlterEnum>();
          if (alter == nullptr || alter->renamed_from.empty() || !alter->value_known) return;
          // Which values there are is asked of the database: what the old one is to the code, nobody can tell.
          const auto& conditions = at.op().conditions;
          if (std::any_of(conditions.begin(), conditions.end(),
                          [](const Condition& one) { return one.kind == Condition::Kind::inspection; }))
            return;
          const auto before = at.before();
          const auto* type = before.enum_type(alter->type);
          if (type != nullptr) {
            // The type, or the value, is of this upgrade: nobody uses it yet.
            if (type->origin.known() && type->origin.revision == at.step.revision) return;
            for (const auto& [value, origin] : type->added)
              if (value == alter->renamed_from && origin.known() && origin.revision == at.step.revision) return;
            // Renamed by a statement that does not apply.
            if (type->values_known && type->certain &&
                std::find(type->values.begin(), type->values.end(), alter->renamed_from) == type->values.end())
              return;
          } else if (before.type_exists(alter->type) == Existence::no) {
            return;
          }
          report.add(at.finding()
                         .without_locks()
                         .says("running code that writes or compares " + quoted(alter->renamed_from) + " fails, and reads " +
                               quoted(alter->renamed_to) + ", which it does not know")
                         .about(alter->type.display() + "." + alter->renamed_from)
                         .help("add the new value, release code that reads both and writes the new one, then update the rows"));
        },
};

}  // namespace foreshot::rules
