#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Was the type made by op.create_table() for one of its columns?
auto made_with_table(const StepView& at, const EnumType& type) -> bool {
  const auto& range = at.tree.timeline->revision(type.origin.revision);
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i)
    if (at.tree.timeline->steps()[i].after == type.origin.moment) return at.tree.timeline->steps()[i].op->call == "create_table";
  return false;
}

}  // namespace

extern const Rule enum_type_created_twice;
const Rule enum_type_created_twice = {
    .code = "MIG705",
    .name = "enum-type-created-twice",
    .level = Level::error,
    .doc =
        {
            .summary = "An enum type is created that an earlier statement of the history has created: the migration fails",
            .what = "A second CREATE TYPE of one name: by `op.create_table` with `sa.Enum(…, name=…)`, which does not look whether the "
                    "type is there; by `sa.Enum(…).create(op.get_bind())` without `checkfirst=True`; by SQL text.",
            .database = "PostgreSQL answers `type \"…\" already exists` and the migration stops. CREATE TYPE has no IF NOT EXISTS. Within one "
                        "`alembic upgrade` a second create_table() remembers what the first one made: a new database can be "
                        "built, while the one that is upgraded release by release fails.",
            .bad = "op.create_table(\n"
                   "    \"refunds\",\n"
                   "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                   "    sa.Column(\"state\", sa.Enum(\"open\", \"paid\", name=\"order_state\")),\n"
                   ")\n",
            .good = "from sqlalchemy.dialects import postgresql\n"
                    "op.create_table(\n"
                    "    \"refunds\",\n"
                    "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                    "    sa.Column(\"state\", postgresql.ENUM(name=\"order_state\", create_type=False)),\n"
                    ")\n",
            .allow = "The older type is dropped outside the migrations.",
            .references = "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ENUM",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateEnum>();
          // checkfirst=True, a test of pg_type or an exception handler in a DO block: what is there is left alone.
          if (create == nullptr || at.step.conditional || at.step.nested || !at.body().fully_read) return;
          const auto* type = at.before().enum_type(create->type);
          if (type == nullptr || !type->certain || !type->origin.known()) return;
          if (at.before().type_exists(create->type) != Existence::yes) return;
          // Within one run Alembic remembers the types that its create_table() has made, and makes none of them twice.
          const auto apart = made_with_table(at, *type) && at.op().call == "create_table";
          if (apart && type->origin.revision == at.step.revision) return;
          report.add(at.finding()
                         .without_locks()
                         .says("the migration fails here" +
                               std::string(apart ? ", unless it runs in one go with the revision that made the type" : "") + ": the type " +
                               quoted(create->type) + " is already there")
                         .about(create->type.display())
                         .label(type->origin.span, "it is created here")
                         .help("use the existing type: postgresql.ENUM(…, name=\"" + create->type.name.text +
                               "\", create_type=False)"));
        },
};

}  // namespace foreshot::rules
