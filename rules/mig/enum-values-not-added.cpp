#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule enum_values_not_added;
const Rule enum_values_not_added = {
    .code = "MIG722",
    .name = "enum-values-not-added",
    .level = Level::warning,
    .doc =
        {
            .summary = "A column is altered to the enum type that it already has, with more values: on PostgreSQL nothing is added",
            .what = "`op.alter_column(…, type_=sa.Enum(…, name=…))` where the column has the type of that name already, and the call "
                    "lists values that the type does not have.",
            .database =
                "Alembic sends `ALTER COLUMN … TYPE name`, and the name is all that PostgreSQL sees: the type stays as it is, the "
                "statement succeeds, and the first INSERT of a new value fails with `invalid input value for enum`. Only "
                "`ALTER TYPE … ADD VALUE` adds values.",
            .bad = "op.alter_column(\"orders\", \"state\", type_=sa.Enum(\"open\", \"paid\", \"void\", name=\"order_state\"))\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'void'\")\n",
            .allow = "The values are added outside the migrations.",
            .references = "https://www.postgresql.org/docs/current/sql-altertype.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* note = at.op().has(Oddity::enum_type_not_created);
          if (note == nullptr || note->values.empty()) return;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t) {
            if (!change.type.known() || change.type.array_dimensions > 0) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(change.column.text);
            const auto* type = at.before().enum_type({change.type.schema, change.type.name});
            const auto& existing = at.op().existing_type;
            const auto same_before = column != nullptr && column->type_known
                                         ? column->column.type.name == change.type.name
                                         : existing && existing->name == change.type.name;
            if (!same_before) return;
            // What the type has: by the history, else by what the call itself calls the old type.
            std::vector<std::string> has;
            if (type != nullptr && type->certain && type->values_known) {
              has = type->values;
            } else if (const auto* old = at.op().has(Oddity::existing_type_given); type == nullptr && old != nullptr && existing &&
                                                                                   existing->name == change.type.name) {
              has = old->values;
            }
            if (has.empty()) return;
            // The values are added afterwards.
            const auto* later = at.tree.timeline->after(at.step.revision).enum_type({change.type.schema, change.type.name});
            std::string missing;
            for (const auto& value : note->values) {
              const auto in = [&](const std::vector<std::string>& values) { return std::find(values.begin(), values.end(), value) != values.end(); };
              if (in(has) || (later != nullptr && (in(later->values) || !later->values_known))) continue;
              missing += (missing.empty() ? "" : ", ") + quoted(value);
            }
            if (missing.empty()) return;
            report.add(at.finding()
                           .without_locks()
                           .at(note->span)
                           .says("inserting " + missing + " fails after this migration: the column has the type " + quoted(change.type.name) +
                                 " already, and PostgreSQL adds no values here")
                           .about(alter.table.display() + "." + change.column.text)
                           .help("add them with op.execute(\"ALTER TYPE " + change.type.name.text + " ADD VALUE IF NOT EXISTS '…'\") inside "
                                 "`with op.get_context().autocommit_block():`"));
          });
        },
};

}  // namespace foreshot::rules
