#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule enum_type_not_created;
const Rule enum_type_not_created = {
    .code = "MIG704",
    .name = "enum-type-not-created",
    .level = Level::error,
    .doc =
        {
            .summary = "A column gets an enum type that nothing has created: the migration fails",
            .what = "`op.add_column` or `op.alter_column` with `sa.Enum(…, name=…)` where no earlier statement of the history "
                    "created the type. Only `op.create_table` creates enum types by itself.",
            .database = "PostgreSQL answers `type \"…\" does not exist` and the migration stops.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Enum(\"free\", \"paid\", name=\"plan_kind\")))\n",
            .good = "plan_kind = sa.Enum(\"free\", \"paid\", name=\"plan_kind\")\n"
                    "plan_kind.create(op.get_bind(), checkfirst=True)\n"
                    "op.add_column(\"users\", sa.Column(\"plan\", plan_kind))\n",
            .allow = "The type is created outside the migrations.",
            .references = "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ENUM.create",
            .bad_files = "=== downgrade\nop.drop_column(\"users\", \"plan\")\n",
            .good_files = "=== downgrade\nop.drop_column(\"users\", \"plan\")\nop.execute(\"DROP TYPE plan_kind\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* note = at.op().has(Oddity::enum_type_not_created);
          if (note == nullptr || at.step.conditional) return;
          const auto judge = [&](const TypeName& type, std::size_t i) {
            // Types that may come from outside the history keep the rule silent.
            if (!type.known() || at.before().type_exists({type.schema, type.name}) != Existence::no) return;
            report.add(at.finding()
                           .without_locks()
                           .at(note->span.known() ? note->span : at.subcommand_span(i))
                           .says("the type " + quoted(type.name) + " does not exist: nothing before this statement creates it, "
                                 "and the migration fails")
                           .about(type.name.text)
                           .help("create it first: sa.Enum(…, name=\"" + type.name.text +
                                 "\").create(op.get_bind(), checkfirst=True)"));
          };
          each_subcommand<AddColumn>(
              at, [&](const AlterTable&, const AddColumn& add, std::size_t i) { judge(add.column.type, i); });
          each_subcommand<AlterColumnType>(
              at, [&](const AlterTable&, const AlterColumnType& change, std::size_t i) { judge(change.type, i); });
        },
};

}  // namespace foreshot::rules
