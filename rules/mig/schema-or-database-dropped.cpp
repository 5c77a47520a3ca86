#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Made by an earlier statement of this upgrade.
auto made_here(const StepView& at, const Identifier& schema) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end && &steps[i] < &at.step; ++i)
    if (const auto* create = std::get_if<CreateSchema>(&steps[i].action());
        create != nullptr && create->schema == schema && !create->if_not_exists)
      return true;
  return false;
}

}  // namespace

extern const Rule schema_or_database_dropped;
const Rule schema_or_database_dropped = {
    .code = "MIG319",
    .name = "schema-or-database-dropped",
    .level = Level::error,
    .doc =
        {
            .summary = "A whole schema, database or all that a role owns is dropped: everything in it is gone",
            .what = "`DROP SCHEMA … CASCADE`, `DROP DATABASE` or `DROP OWNED BY` in an upgrade. `DROP SCHEMA` without CASCADE and "
                    "`DROP TABLESPACE` refuse to drop anything that is not empty, and are left alone.",
            .database =
                "DROP SCHEMA … CASCADE drops every table in the schema with its rows, and whatever depends on them in other "
                "schemas, under ACCESS EXCLUSIVE on each. DROP OWNED BY drops what the role owns in this database and takes its "
                "privileges away. DROP DATABASE cannot be undone at all. None names what goes, and production may hold "
                "more than the test database. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"DROP SCHEMA reporting CASCADE\")\n",
            .good = "op.execute(\"DROP SCHEMA IF EXISTS reporting\")\n",
            .allow = "Everything in it, in every database, is known and not needed.",
            .references = "https://www.postgresql.org/docs/current/sql-dropschema.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* drop = at.action<DropObject>();
          if (drop == nullptr) return;
          const bool schema = drop->kind == ObjectKind::schema;
          if (!schema && drop->kind != ObjectKind::database && drop->kind != ObjectKind::owned) return;
          // An empty schema takes nothing along.
          if (schema && !drop->cascade) return;
          for (const auto& name : drop->names) {
            if (schema && made_here(at, name.name)) continue;
            std::string inside;
            std::size_t count = 0;
            if (schema)
              for (const auto* table : at.before().tables())
                if (table->name.schema == name.name && ++count <= 3) inside += (inside.empty() ? "" : ", ") + quoted(table->name);
            if (count > 3) inside += " and " + std::to_string(count - 3) + " more";
            const std::string what = schema                               ? "everything in the schema " + quoted(name)
                                     : drop->kind == ObjectKind::database ? "the whole database " + quoted(name)
                                                                          : "everything that the role " + quoted(name) + " owns";
            report.add(at.finding()
                           .says(what + " is gone for good, with all its rows" + (inside.empty() ? "" : ": " + inside))
                           .about(name.display())
                           .help("drop what is known to be unused by name; leave schemas, databases and roles to an operator"));
          }
        },
};

}  // namespace foreshot::rules
