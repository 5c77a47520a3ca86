#include "analyzer/schema/replay.h"

#include <algorithm>

namespace foreshot {
namespace {

constexpr std::uint32_t nothing = 0xffffffff;
constexpr int deepest_block = 8;

// Does the operation run for certain, as far as the conditions around it say?
auto runs_for_certain(const Operation& operation) -> bool {
  for (const auto& condition : operation.conditions) {
    // Online is the way that is replayed.
    if (condition.kind == Condition::Kind::offline && operation.offline_guarded) continue;
    return false;
  }
  return std::all_of(operation.repeats.begin(), operation.repeats.end(), [](const Repeat& repeat) { return repeat.known; });
}

// Gaps behind which operations may be hidden that change what exists.
auto hides_changes(const Body& body) -> bool {
  if (!body.fully_read) return true;
  return std::any_of(body.gaps.begin(), body.gaps.end(), [](const Gap& gap) {
    return gap.kind == Gap::Kind::operation_unknown || gap.kind == Gap::Kind::control_flow;
  });
}

}  // namespace

Replay::Replay(const TreeSource& tree, const RevisionGraph& graph, Timeline& timeline)
    : tree_(tree), graph_(graph), timeline_(timeline),
      session_(tree.environment, timeline.options_.lock_timeout_set_by_runner, timeline.transactions_) {}

auto Replay::run() -> void {
  const auto count = tree_.revisions.size();
  timeline_.revisions_.resize(count);
  timeline_.differences_.resize(count);
  timeline_.downgrade_histories_.resize(count);
  touches_missing_.resize(count, false);
  for (RevisionIndex r = 0; r < count; ++r) timeline_.any_released_ = timeline_.any_released_ || released(r);
  if (timeline_.options_.models != nullptr)
    for (const auto& table : *timeline_.options_.models) timeline_.history_.vouch(table);

  timeline_.history_.set_names_certain(tree_.environment.naming_convention_known);
  history_ = &timeline_.history_;
  auto first = true;
  auto before_was_released = true;
  for (const auto r : graph_.order()) {
    // Without start-after each revision is a deployment of its own; with it, the unreleased ones run in one.
    const auto own_deployment = first || !timeline_.any_released_ || released(r) || before_was_released;
    // A connection in its usual state goes on, so that the transaction of a whole upgrade keeps its number.
    if (first || (own_deployment && session_.left_usual_state())) {
      session_.connect();
      session_.begin_migration(true);
    } else {
      if (own_deployment) session_.forget_settings();
      session_.begin_migration(false);
    }
    if (own_deployment) {
      held_.clear();
      last_taken_ = nothing;
    }
    first = false;
    before_was_released = released(r);
    upgrade(r);
  }
  decide_completeness();
  for (const auto r : graph_.order()) downgrade(r);
}

auto Replay::upgrade(RevisionIndex r) -> void {
  auto& steps = timeline_.revisions_[r];
  const auto& source = tree_.revisions[r].upgrade;
  const auto hidden = hides_changes(source);
  if (hidden) history_->doubt({});
  steps.upgrade_begin = timeline_.steps_.size();
  steps.before = moment_;
  body(source, r, false);
  steps.after = moment_;
  steps.upgrade_end = timeline_.steps_.size();
  if (hidden) history_->doubt({});
}

auto Replay::downgrade(RevisionIndex r) -> void {
  auto& steps = timeline_.revisions_[r];
  const auto& source = tree_.revisions[r].downgrade;
  steps.downgrade_begin = steps.downgrade_end = timeline_.steps_.size();
  if (source.shape != Body::Shape::working) return;
  auto own = std::make_unique<History>(timeline_.history_.at(steps.after));
  history_ = own.get();
  moment_ = 0;
  seen_settings_ = seen_transactions_ = nothing;
  held_.clear();
  last_taken_ = nothing;
  search_path_.clear();
  session_.connect();
  session_.begin_migration(true);
  if (hides_changes(source)) history_->doubt({});
  body(source, r, true);
  steps.downgrade_end = timeline_.steps_.size();
  steps.downgrade_after = moment_;
  find_differences(timeline_, tree_, r, *own, timeline_.differences_[r]);
  timeline_.downgrade_histories_[r] = std::move(own);
}

auto Replay::body(const Body& source, RevisionIndex r, bool downgrade) -> void {
  called_ = 0;
  for (std::uint32_t number = 0; number < source.operations.size(); ++number) {
    const auto& operation = source.operations[number];
    const auto certain = runs_for_certain(operation);
    Step step;
    step.revision = r;
    step.downgrade = downgrade;
    step.operation = number;
    step.op = &operation;
    for (std::uint32_t i = 0; i < operation.statements.size(); ++i) {
      step.statement = i;
      step.nested = false;
      statement(operation, operation.statements[i], 0, step, certain);
    }
  }
}

auto Replay::statement(const Operation& operation, const Statement& source, std::uint32_t depth, Step step, bool certain)
    -> void {
  const auto* block = std::get_if<Block>(&source.action);
  if (block == nullptr || block->statements.empty() || depth > deepest_block) {
    execute(operation, source, step, certain && !source.conditional);
    return calls(operation, source, depth, std::move(step), certain && !source.conditional);
  }
  step.nested = true;
  for (const auto& inner : block->statements)
    statement(operation, inner, depth + 1, step, certain && !source.conditional);
  if (!block->understood) history_->doubt({});
}

// What the functions do that the statement calls, as far as the history has made them.
auto Replay::calls(const Operation& operation, const Statement& source, std::uint32_t depth, Step step, bool certain) -> void {
  constexpr std::uint32_t most = 5000;  // statements of functions in one body
  const auto* dml = std::get_if<Dml>(&source.action);
  const auto* other = std::get_if<Other>(&source.action);
  if (other != nullptr && other->tag != "CALL") other = nullptr;
  const auto* functions = dml != nullptr ? &dml->functions : other != nullptr ? &other->objects : nullptr;
  if (functions == nullptr || depth > deepest_block) return;
  // A function in a query of tables runs once per row, or not at all.
  const auto once = other != nullptr || (dml->verb == Dml::Verb::select && dml->reads.empty() && !dml->where.exists());
  step.nested = true;
  for (const auto& name : *functions) {
    const auto* function = history_->at(moment_).function(name);
    if (function == nullptr || function->code == nullptr) continue;
    const auto code = function->code;
    for (const auto& inner : code->statements)
      if (++called_ <= most) statement(operation, inner, depth + 1, step, certain && once);
    if (!code->understood || called_ > most) history_->doubt({});
  }
}

auto Replay::execute(const Operation& operation, const Statement& source, Step step, bool certain) -> void {
  if (seen_settings_ != session_.setting_changes()) {
    seen_settings_ = session_.setting_changes();
    if (auto path = session_.search_path(); path != search_path_) {
      history_->set_search_path(path);
      search_path_ = std::move(path);
    }
  }
  const auto* control = std::get_if<TransactionControl>(&source.action);
  step.sql = &source;
  step.before = moment_;
  step.conditional = !certain;
  step.autocommit_block = session_.in_autocommit_block();
  step.after_raw_commit = session_.after_raw_commit();
  const auto place = session_.place_of(operation);
  step.transaction = place.transaction;
  step.in_transaction = place.in_transaction;
  if (seen_transactions_ != session_.transaction_changes() || !place.in_transaction) {
    // What an earlier transaction held is released.
    if (seen_transactions_ != nothing) {
      held_.clear();
      last_taken_ = nothing;
    }
    seen_transactions_ = session_.transaction_changes();
  }
  step.held = last_taken_;
  step.settings = session_.settings();
  step.lock_timeout = session_.timeout("lock_timeout");
  step.statement_timeout = session_.timeout("statement_timeout");

  Situation situation;
  situation.before = history_->at(moment_);
  situation.settings = step.settings;
  situation.version = timeline_.options_.server_version;
  if (operation.existing_type) situation.existing_type = &*operation.existing_type;
  if (operation.existing_nullable) situation.existing_nullable = &*operation.existing_nullable;
  step.cost = cost(source.action, situation);
  if (!step.downgrade && certain) note_missing(source.action, step.revision);

  Origin origin;
  origin.revision = step.revision;
  origin.span = source.span;
  origin.transaction = step.transaction;
  moment_ = history_->apply(source.action, origin, certain);
  if (const auto* block = std::get_if<Block>(&source.action); block != nullptr && !block->understood) history_->doubt({});
  step.after = moment_;
  if (control != nullptr)
    session_.control(*control, operation, source.span, certain);
  else if (const auto* variable = std::get_if<SetVariable>(&source.action))
    session_.set(*variable, source.span, certain);
  else if (const auto* dml = std::get_if<Dml>(&source.action); dml != nullptr && !dml->calls.empty())
    session_.call(*dml, source.span, certain);
  timeline_.steps_.push_back(std::move(step));
  take_locks(timeline_.steps_.back());
}

auto Replay::take_locks(const Step& step) -> void {
  if (!step.in_transaction) return;
  for (const auto& effect : step.cost.effects) {
    if (effect.created_here || effect.lock <= LockMode::row_share || !effect.relation.known()) continue;
    auto& strongest = held_[effect.relation.display()];
    if (effect.lock <= strongest) continue;
    // A lock of a statement that may not run does not stand in for that of a later one.
    if (!step.conditional) strongest = effect.lock;
    timeline_.taken_.push_back({{effect.relation, effect.lock, timeline_.steps_.size() - 1}, last_taken_});
    last_taken_ = static_cast<std::uint32_t>(timeline_.taken_.size() - 1);
  }
}

auto Replay::note_missing(const Action& action, RevisionIndex r) -> void {
  const auto look = [&](const ObjectName& table) {
    if (table.known() && !history_->seen(table, moment_)) touches_missing_[r] = true;
  };
  const auto look_at = [&](const Constraint& constraint) {
    if (constraint.kind == ConstraintKind::foreign_key) look(constraint.references.table);
  };
  if (const auto* alter = std::get_if<AlterTable>(&action)) {
    if (alter->kind == ObjectKind::table && !alter->if_exists) look(alter->table);
    for (const auto& subcommand : alter->subcommands)
      if (const auto* add = std::get_if<AddConstraint>(&subcommand)) look_at(add->constraint);
  } else if (const auto* create = std::get_if<CreateTable>(&action)) {
    for (const auto& constraint : create->constraints)
      if (!(constraint.references.table == create->table)) look_at(constraint);
    for (const auto& column : create->columns)
      for (const auto& constraint : column.constraints)
        if (!(constraint.references.table == create->table)) look_at(constraint);
  } else if (const auto* drop = std::get_if<DropObject>(&action)) {
    if (drop->kind == ObjectKind::table && !drop->if_exists)
      for (const auto& name : drop->names) look(name);
  } else if (const auto* index = std::get_if<CreateIndex>(&action)) {
    look(index->table);
  } else if (const auto* rename = std::get_if<Rename>(&action)) {
    const auto of_table = rename->kind == ObjectKind::table || rename->kind == ObjectKind::column;
    if (of_table && !rename->if_exists) look(rename->object);
  }
}

// The history tells what does not exist only when it began with nothing: one root that creates tables, and no revision
// but the newest ones speaks of a table that no revision made.
auto Replay::decide_completeness() -> void {
  if (graph_.roots().size() != 1 || !graph_.problems().empty()) return;
  const auto root = graph_.roots().front();
  const auto& source = tree_.revisions[root];
  if (!source.depends_on.empty() || !source.down_known || source.upgrade.imports_application) return;
  if (hides_changes(source.upgrade) || !source.upgrade.gaps.empty()) return;
  const auto& steps = timeline_.revisions_[root];
  auto creates = false;
  for (auto i = steps.upgrade_begin; i < steps.upgrade_end; ++i) {
    const auto& step = timeline_.steps_[i];
    creates = creates || (!step.conditional && std::holds_alternative<CreateTable>(step.action()));
    if (std::holds_alternative<Unreadable>(step.action())) return;
  }
  if (!creates) return;
  for (RevisionIndex r = 0; r < touches_missing_.size(); ++r)
    if (touches_missing_[r] && (!graph_.children(r).empty() || r == root)) return;
  timeline_.history_.set_complete(true);
}

}  // namespace foreshot
