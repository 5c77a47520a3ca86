#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto list(const std::vector<const Table*>& tables, const char* word) -> std::string {
  std::string text;
  for (const auto* table : tables) text += (text.empty() ? std::string(word) + " " : ", ") + quoted(table->name);
  return text;
}

auto is_own(const StepView& at, const Origin& origin) -> bool { return origin.known() && origin.revision == at.step.revision; }

// Those that the revision did not make itself.
auto older(const StepView& at, std::vector<const Table*> tables) -> std::vector<const Table*> {
  tables.erase(std::remove_if(tables.begin(), tables.end(), [&](const Table* table) { return is_own(at, table->origin); }), tables.end());
  return tables;
}

// What is known to go with a table; empty when nothing is known.
auto dependents(const StepView& at, const ObjectName& table) -> std::string {
  const auto before = at.before();
  const auto keys = list(older(at, before.referencing(table)), "the foreign keys of");
  const auto views = list(older(at, before.readers(table)), "the views");
  return keys + (keys.empty() || views.empty() ? "" : " and ") + views;
}

// The name of what a statement makes that is neither a table nor a part of one; null: it makes nothing of the kind.
auto made_by(const Action& action) -> const ObjectName* {
  if (const auto* function = std::get_if<CreateFunction>(&action)) return &function->function;
  if (const auto* type = std::get_if<CreateEnum>(&action)) return &type->type;
  if (const auto* type = std::get_if<CreateType>(&action)) return &type->type;
  if (const auto* domain = std::get_if<CreateDomain>(&action)) return &domain->domain;
  if (const auto* sequence = std::get_if<CreateSequence>(&action)) return &sequence->sequence;
  if (const auto* view = std::get_if<CreateView>(&action)) return &view->view;
  return nullptr;
}

// Made by this upgrade and not there before: whatever depends on it, the upgrade made too.
auto made_here(const StepView& at, const ObjectName& name) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto earlier = at.tree.timeline->before(at.step.revision);
  if (earlier.function(name) != nullptr || earlier.sequence(name) != nullptr || earlier.exists(name) == Existence::yes ||
      earlier.type_exists(name) == Existence::yes)
    return false;
  constexpr std::size_t looked_at = 1000;
  const auto& steps = at.tree.timeline->steps();
  const auto here = static_cast<std::size_t>(&at.step - steps.data());
  for (auto i = std::max(range.upgrade_begin, here > looked_at ? here - looked_at : 0); i < here; ++i)
    if (const auto* made = made_by(steps[i].action()); made != nullptr && made->name == name.name && made->schema == name.schema) return true;
  return false;
}

auto tell(const StepView& at, Report& report, Span span, const std::string& what, const std::string& subject,
          const std::string& known) -> void {
  report.add(at.finding()
                 .at(span)
                 .says(what + " with CASCADE drops everything that depends on it" +
                       (known.empty() ? ", named nowhere in the migration" : ": " + known))
                 .about(subject)
                 .help("drop what depends on it by name first, then drop without CASCADE: PostgreSQL refuses if something "
                       "was forgotten"));
}

}  // namespace

extern const Rule drop_cascade;
const Rule drop_cascade = {
    .code = "MIG308",
    .name = "drop-cascade",
    .level = Level::error,
    .doc =
        {
            .summary = "CASCADE removes objects, or empties tables, that the migration does not name",
            .what = "`DROP … CASCADE` of a table, column, constraint, type, function or view, or `TRUNCATE … CASCADE`, "
                    "of something that existed before the revision. What is known to depend on it is listed.",
            .database =
                "DROP CASCADE drops views, foreign keys, defaults and columns that depend on the object, and takes ACCESS "
                "EXCLUSIVE on their tables. TRUNCATE CASCADE empties every table that references the named one, directly or "
                "through others. What depends on it in production may differ from what depends on it in the test database.",
            .bad = "op.execute(\"DROP VIEW active_users CASCADE\")\n",
            .good = "op.execute(\"DROP VIEW active_users\")\n",
            .allow = "Everything that depends on the object is meant to go, in every database.",
            .references = "https://www.postgresql.org/docs/current/ddl-depend.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto before = at.before();
          const bool all_known = before.history() != nullptr && before.history()->complete();
          const auto* drop = at.action<DropObject>();
          // A whole schema, or all that a role owns, is a matter of its own rule.
          if (drop != nullptr && drop->cascade && drop->kind != ObjectKind::schema && drop->kind != ObjectKind::owned) {
            for (const auto& name : drop->names) {
              if (name.known() && made_here(at, name)) continue;
              std::string known;
              if (drop->kind == ObjectKind::table || drop->kind == ObjectKind::view ||
                  drop->kind == ObjectKind::materialized_view) {
                if (before.exists(name) == Existence::no) continue;
                const auto* table = before.table(name);
                // Made by this revision: what depends on it is in sight.
                if (table != nullptr && is_own(at, table->origin)) continue;
                known = dependents(at, name);
                // Nothing depends on it, and nothing can be there that was not seen.
                if (known.empty() && all_known && table != nullptr) continue;
              }
              tell(at, report, at.sql().span, "dropping " + quoted(name), name.display(), known);
            }
          }
          if (const auto* truncate = at.action<Truncate>(); truncate != nullptr && truncate->cascade) {
            for (const auto& name : truncate->tables) {
              if (!at.live(name)) continue;
              const auto referencing = before.referencing(name);
              if (referencing.empty() && all_known && before.table(name) != nullptr) continue;
              report.add(at.finding()
                             .says("truncating " + quoted(name) + " with CASCADE also empties every table that references it" +
                                   (referencing.empty() ? "" : ":" + list(referencing, "")))
                             .about(name.display())
                             .help("name all tables in one TRUNCATE without CASCADE: PostgreSQL refuses if one was forgotten"));
            }
          }
          each_subcommand<DropColumn>(at, [&](const AlterTable& alter, const DropColumn& drop, std::size_t i) {
            if (!drop.cascade || !at.live(alter.table)) return;
            if (before.column_exists(alter.table, drop.column) == Existence::no) return;
            const auto* table = before.table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(drop.column.text);
            if (column != nullptr && is_own(at, column->origin)) return;
            tell(at, report, at.subcommand_span(i), "dropping column " + quoted(drop.column) + " of " + quoted(alter.table),
                 alter.table.display() + "." + drop.column.text, {});
          });
          each_subcommand<DropConstraint>(at, [&](const AlterTable& alter, const DropConstraint& drop, std::size_t i) {
            if (!drop.cascade || !at.live(alter.table)) return;
            if (before.constraint_exists(alter.table, drop.constraint) == Existence::no) return;
            const auto* table = before.table(alter.table);
            const auto* constraint = table == nullptr ? nullptr : table->constraint(drop.constraint.text);
            // Nothing can depend on a check or a foreign key.
            if (constraint != nullptr && (constraint->constraint.kind == ConstraintKind::check ||
                                          constraint->constraint.kind == ConstraintKind::foreign_key))
              return;
            if (constraint != nullptr && is_own(at, constraint->origin)) return;
            const auto referencing = before.referencing(alter.table);
            if (referencing.empty() && all_known) return;
            tell(at, report, at.subcommand_span(i), "dropping " + quoted(drop.constraint) + " of " + quoted(alter.table),
                 alter.table.display() + "." + drop.constraint.text, list(referencing, "foreign keys of"));
          });
        },
};

}  // namespace foreshot::rules
