#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"
#include "analyzer/check/step_size.h"

namespace foreshot {
namespace {

auto is_utc_text(const Expression& expression) -> bool {
  return expression.kind == Expression::Kind::constant && (expression.text == "UTC" || expression.text == "utc");
}

// Does USING say no more than what the server would do by itself in a session at UTC?
auto only_casts(const Expression& using_) -> bool {
  const auto* at = &using_;
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1) at = &at->arguments.front();
  if (at->kind == Expression::Kind::column) return true;
  const bool zone = (at->kind == Expression::Kind::operation && at->text == "AT TIME ZONE") ||
                    (at->kind == Expression::Kind::function && at->name.name.text == "timezone");
  if (!zone || at->arguments.size() != 2) return false;
  const auto& one = at->arguments[0];
  const auto& two = at->arguments[1];
  return (is_utc_text(one) && two.kind == Expression::Kind::column) || (is_utc_text(two) && one.kind == Expression::Kind::column);
}

// The old enum was renamed by an earlier statement of the same revision, to make room for the new one.
auto makes_room(const StepView& at, const ObjectName& type) -> bool {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  const auto begin = at.step.downgrade ? range.downgrade_begin : range.upgrade_begin;
  const auto end = at.step.downgrade ? range.downgrade_end : range.upgrade_end;
  for (auto i = begin; i < end && &steps[i] < &at.step; ++i)
    if (const auto* rename = std::get_if<Rename>(&steps[i].action());
        rename != nullptr && rename->kind == ObjectKind::type && rename->object.name == type.name)
      return true;
  return false;
}

// The last statement of the migration that runs in the step's transaction, behind the step: until then nothing is
// released. Unknown: the step is the last.
auto last_in_transaction(const StepView& at) -> Span {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  const auto begin = at.step.downgrade ? range.downgrade_begin : range.upgrade_begin;
  for (auto i = at.step.downgrade ? range.downgrade_end : range.upgrade_end; i > begin && &steps[i - 1] > &at.step; --i)
    if (steps[i - 1].transaction == at.step.transaction) return steps[i - 1].op == at.step.op ? Span() : steps[i - 1].op->span;
  return {};
}

}  // namespace

auto StepView::type_rewrite(std::size_t subcommand) const -> TypeRewrite {
  const auto* alter = action<AlterTable>();
  if (alter == nullptr || !step.cost.known || subcommand >= alter->subcommands.size()) return TypeRewrite::none;
  const auto* change = std::get_if<AlterColumnType>(&alter->subcommands[subcommand]);
  if (change == nullptr) return TypeRewrite::none;
  const auto rewrites = std::any_of(step.cost.effects.begin(), step.cost.effects.end(), [&](const Effect& effect) {
    // The rows of a partitioned table lie in its partitions.
    return effect.subcommand == subcommand && effect.kind == ObjectKind::table && effect.work == Work::rewrite;
  });
  if (!rewrites) return TypeRewrite::none;
  const auto schema = before();
  const auto* table = schema.table(alter->table);
  const auto* column = table == nullptr ? nullptr : table->column(change->column.text);
  const auto trusted = column != nullptr && table->knows_type(*column);
  const auto* from = trusted ? &column->column.type : op().existing_type ? &*op().existing_type : nullptr;
  // A table that is made unless it is there has this type, or one that nobody knows.
  if (from == nullptr && column != nullptr && column->type_known) from = &column->column.type;
  const ObjectName to{change->type.schema, change->type.name};
  if (schema.enum_type(to) != nullptr) {
    const bool was_enum = trusted && schema.enum_type({from->schema, from->name}) != nullptr && from->name != change->type.name;
    if (was_enum || (!trusted && makes_room(*this, to))) return TypeRewrite::enum_swap;
  }
  if (from == nullptr || !change->using_.exists() || !only_casts(change->using_)) return TypeRewrite::needed;
  // Who changes it only if something is so, to the type that it has here, means a database where it has another.
  if (*from == change->type && step.conditional) return TypeRewrite::needed;
  const auto plain = type_change(*from, change->type, step.settings, version());
  return plain.known && !plain.rewrites && !plain.needs_using ? TypeRewrite::by_using : TypeRewrite::needed;
}

auto StepView::work_on(const ObjectName& table) const -> Work {
  auto most = step.cost.work_on(table);
  for (const auto* child : before().children(table))
    if (live(child->name)) most = std::max(most, step.cost.work_on(child->name));
  return most;
}

auto StepView::subcommand_span(std::size_t index) const -> Span {
  const auto* alter = action<AlterTable>();
  // A part whose text is a constant from elsewhere in the file is told at the statement.
  if (alter != nullptr && index < alter->spans.size() && step.sql->span.contains(alter->spans[index])) return alter->spans[index];
  return step.sql->span;
}

auto StepView::finding() const -> Draft {
  Draft draft(step.sql->span);
  auto& finding = draft.finding_;
  finding.runs.push_back(step.sql->sql);
  for (const auto& call : step.op->called_from)
    if (call.file == revision().file) finding.called_at = call;
  // A Column from elsewhere is told at the call that adds it.
  if (!finding.called_at.known() && step.op->span.file == revision().file) finding.called_at = step.op->span;
  auto strongest = LockMode::none;
  std::vector<LockMode> modes;  // of finding.locks, same order
  for (const auto& effect : step.cost.effects) {
    if (effect.created_here || effect.lock < LockMode::share_update_exclusive) continue;
    strongest = std::max(strongest, effect.lock);
    const auto table = effect.relation.display();
    const auto known = std::find_if(finding.locks.begin(), finding.locks.end(),
                                    [&](const LockShown& lock) { return lock.table == table; });
    const auto place = static_cast<std::size_t>(known - finding.locks.begin());
    if (known == finding.locks.end()) {
      finding.locks.push_back({table, "", work_shown(effect.work), false, false});
      modes.push_back(effect.lock);
    } else if (known->work == work_shown(Work::none)) {
      known->work = work_shown(effect.work);
    }
    modes[place] = std::max(modes[place], effect.lock);
  }
  for (std::size_t i = 0; i < modes.size(); ++i) {
    finding.locks[i].mode = lock_name(modes[i]);
    finding.locks[i].blocks_reads = blocks_reads(modes[i]);
    finding.locks[i].blocks_writes = blocks_writes(modes[i]);
  }
  if (blocks_reads(strongest))
    finding.waits = "SELECT, INSERT, UPDATE, DELETE";
  else if (blocks_writes(strongest))
    finding.waits = "INSERT, UPDATE, DELETE";
  if (!finding.waits.empty()) {
    const auto& around = transaction();
    finding.until = around.ends_text;
    // Why so long is what somebody can change.
    if (finding.until == "the whole upgrade ends")
      finding.until += environment().sql_before_configure
                           ? ", with all its migrations: env.py uses the connection before Alembic does"
                           : ", with all its migrations: transaction_per_migration is not set";
    finding.until_span = around.ends.known() || around.none ? around.ends : last_in_transaction(*this);
  }
  add_sizes(*this, finding);
  return draft;
}

}  // namespace foreshot
