#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// What a statement makes or drops that a second run would stumble over; empty: it can be repeated.
auto stumbles(const Action& action) -> std::string {
  if (const auto* create = std::get_if<CreateIndex>(&action))
    return create->if_not_exists || !create->name.known || create->name.empty() ? "" : create->name.text;
  if (const auto* create = std::get_if<CreateTable>(&action)) return create->if_not_exists ? "" : create->table.name.text;
  if (const auto* create = std::get_if<CreateEnum>(&action)) return create->type.name.text;
  if (const auto* change = std::get_if<AlterEnum>(&action))
    return change->if_not_exists || change->added.empty() ? change->renamed_from : change->added;
  if (const auto* drop = std::get_if<DropObject>(&action))
    return drop->if_exists || drop->names.empty() ? "" : drop->names.front().name.text;
  if (const auto* alter = std::get_if<AlterTable>(&action)) {
    for (const auto& subcommand : alter->subcommands) {
      if (const auto* add = std::get_if<AddColumn>(&subcommand); add != nullptr && !add->if_not_exists) return add->column.name.text;
      if (const auto* drop = std::get_if<DropColumn>(&subcommand); drop != nullptr && !drop->if_exists) return drop->column.text;
      if (const auto* add = std::get_if<AddConstraint>(&subcommand); add != nullptr && !add->constraint.name.empty())
        return add->constraint.name.text;
      if (const auto* drop = std::get_if<DropConstraint>(&subcommand); drop != nullptr && !drop->if_exists) return drop->constraint.text;
      if (const auto* detach = std::get_if<DetachPartition>(&subcommand); detach != nullptr && !detach->finalize)
        return detach->partition.name.text;
    }
  }
  return {};
}

auto changes(const Action& action) -> bool {
  if (std::holds_alternative<SetVariable>(action) || std::holds_alternative<TransactionControl>(action)) return false;
  if (const auto* dml = std::get_if<Dml>(&action)) return dml->verb != Dml::Verb::select;
  if (const auto* drop = std::get_if<DropObject>(&action); drop != nullptr && drop->if_exists) return false;
  return true;
}

// The first statement of an upgrade that stays when a later one fails, and cannot be repeated.
struct Leftover {
  const Step* step = nullptr;
  const Step* next = nullptr;
  std::string name;
};

auto leftover(const RevisionView& view) -> Leftover {
  const auto& range = view.steps();
  std::vector<std::string> dropped;
  Leftover found;
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& step = view.tree.timeline->steps()[i];
    if (step.nested) continue;
    if (found.step != nullptr && changes(step.action()) && step.op != found.step->op) {
      found.next = &step;
      return found;
    }
    if (const auto* drop = std::get_if<DropObject>(&step.action()); drop != nullptr && drop->if_exists)
      for (const auto& gone : drop->names) dropped.push_back(gone.name.text);
    // What asks first, or is not known to run outside a transaction, is not judged.
    const auto& transaction = view.tree.timeline->transactions()[step.transaction];
    if (step.in_transaction || !transaction.known || step.conditional || found.step != nullptr) continue;
    const auto object = stumbles(step.action());
    if (object.empty() || std::find(dropped.begin(), dropped.end(), object) != dropped.end()) continue;
    found.step = &step;
    found.name = object;
  }
  return {};
}

}  // namespace

extern const Rule not_rerunnable;
const Rule not_rerunnable = {
    .code = "MIG412",
    .name = "not-rerunnable",
    .level = Level::warning,
    .doc =
        {
            .summary = "A statement outside a transaction cannot be repeated, and more statements follow: after a failure the revision cannot run again",
            .what = "In an `autocommit_block()` (or on an AUTOCOMMIT connection) a CREATE, ADD or DROP without IF [NOT] EXISTS that is "
                    "followed by other statements of the revision, with no DROP … IF EXISTS of it before. One finding a revision; "
                    "one for the tree where env.py puts the connection on AUTOCOMMIT.",
            .database =
                "What runs outside a transaction stays when a later statement fails, but the revision is not marked as done. The "
                "next run begins with it again and stops at `… already exists`; somebody has to clean up by hand.",
            .bad = "with op.get_context().autocommit_block():\n"
                   "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True)\n"
                   "    op.create_index(\"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True)\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\"ix_users_age\", postgresql_concurrently=True, if_exists=True)\n"
                    "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True)\n"
                    "    op.drop_index(\"ix_users_email\", postgresql_concurrently=True, if_exists=True)\n"
                    "    op.create_index(\"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True)\n",
            .allow = "Somebody watches the migration and cleans up.",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration."
                          "MigrationContext.autocommit_block",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          if (view.tree.source.environment.autocommit) return;
          const auto found = leftover(view);
          if (found.step == nullptr) return;
          const StepView at{view.project, view.tree, *found.step};
          report.add(at.finding()
                         .without_locks()
                         .says("if a later statement fails, this revision cannot run again: " + quoted(found.name) +
                               " is done outside a transaction, and doing it twice fails")
                         .about(found.name)
                         .label(found.next->sql->span, "this may fail")
                         .help("use IF [NOT] EXISTS, drop what may be left first, or give each such statement a revision of its own"));
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          if (!environment.autocommit || !environment.configure.known()) return;
          std::size_t count = 0;
          Leftover newest;
          for (const auto index : view.tree.graph->order()) {
            auto found = leftover({view.project, view.tree, index});
            if (found.step == nullptr) continue;
            ++count;
            newest = std::move(found);
          }
          if (count == 0) return;
          report.add(Draft(environment.configure)
                         .says("a revision that fails half-way cannot run again: the connection is on AUTOCOMMIT, and " +
                               std::to_string(count) + (count == 1 ? " revision has" : " revisions have") +
                               " statements that cannot be repeated")
                         .about("tree")
                         .label(newest.step->sql->span, "for instance, doing this twice fails")
                         .help("run migrations in a transaction, and use op.get_context().autocommit_block() where one is not allowed"));
        },
};

}  // namespace foreshot::rules
