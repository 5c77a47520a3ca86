#include "analyzer/fix/stages.h"

#include <algorithm>
#include <utility>

#include "analyzer/fix/python_text.h"
#include "analyzer/fix/revision_file.h"

namespace foreshot::fix {
namespace {

auto is_timeout(const Action& action) -> bool {
  const auto* set = std::get_if<SetVariable>(&action);
  return set != nullptr && set->local && (set->name == "lock_timeout" || set->name == "statement_timeout");
}

auto is_block_mark(const Action& action) -> bool {
  const auto* control = std::get_if<TransactionControl>(&action);
  return control != nullptr && (control->what == TransactionControl::What::autocommit_begin || control->what == TransactionControl::What::autocommit_end);
}

template <typename Body>
auto each_step(const StepView& at, bool downgrade, Body body) -> void {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto begin = downgrade ? range.downgrade_begin : range.upgrade_begin, end = downgrade ? range.downgrade_end : range.upgrade_end;
  for (auto i = begin; i < end; ++i) body(StepView{at.project, at.tree, at.tree.timeline->steps()[i]});
}

// May a later statement of the revision run before this one? It does not ask for what this one makes, and this one does
// not stumble over what it makes.
auto may_pass(const StepView& later, const ObjectName& table) -> bool {
  const auto& action = later.step.action();
  if (std::holds_alternative<SetVariable>(action) || std::holds_alternative<CommentOn>(action) || is_block_mark(action)) return true;
  const auto* about = target_table(action);
  if (about == nullptr || !about->known() || later.step.nested || !later.op().conditions.empty()) return false;
  if (std::holds_alternative<CreateIndex>(action)) return true;
  if (const auto* create = std::get_if<CreateTable>(&action)) {
    const auto refers = [&](const Constraint& constraint) { return constraint.kind == ConstraintKind::foreign_key && constraint.references.table.name == table.name; };
    return std::none_of(create->constraints.begin(), create->constraints.end(), refers) &&
           std::all_of(create->columns.begin(), create->columns.end(), [&](const Column& column) { return std::none_of(column.constraints.begin(), column.constraints.end(), refers); });
  }
  const auto* alter = std::get_if<AlterTable>(&action);
  return alter != nullptr && std::all_of(alter->subcommands.begin(), alter->subcommands.end(), [&](const Subcommand& part) {
    if (const auto* add = std::get_if<AddConstraint>(&part))
      return add->constraint.kind == ConstraintKind::check ||
             (add->constraint.kind == ConstraintKind::foreign_key && add->constraint.references.table.name != table.name);
    return std::holds_alternative<AddColumn>(part) || std::holds_alternative<SetDefault>(part) || std::holds_alternative<DropDefault>(part) ||
           (about->name != table.name);
  });
}

auto rest_does_not_suffer(const StepView& at) -> bool {
  const auto* table = target_table(at.step.action());
  const auto name = table == nullptr ? ObjectName() : *table;
  bool good = at.body().gaps.empty() && at.body().fully_read;
  each_step(at, false, [&](const StepView& later) {
    if (later.step.operation > at.step.operation) good = good && may_pass(later, name);
  });
  return good;
}

class Stager {
 public:
  Stager(const StepView& at, const Call& call, const Plan& plan)
      : at_(at), call_(call), plan_(plan), layout_(call.layout()), op_(op_name(layout_)), sa_(sa_name(layout_)) {}

  auto fix() -> std::optional<Fix> {
    const auto& first = plan_.stages.front();
    const bool outside = std::any_of(first.up.begin(), first.up.end(), [](const Part& part) { return part.outside; });
    const bool stays = !outside || is_alone(at_);
    if (stays ? !stay(outside) : !move()) return std::nullopt;
    if (!chain(stays ? 1 : 0)) return std::nullopt;
    add_imports();
    fix_.safe = plan_.safe;
    fix_.message = plan_.says;
    const auto& text = at_.project.sources.file(call_.file()).text;
    fix_.holds.push_back({call_.file(), 0, static_cast<std::uint32_t>(text.size())});
    return std::move(fix_);
  }

 private:
  auto put(Span lines, const std::string& indent, const std::string& code) -> void {
    for (const char c : code) {
      wants_op_ = wants_op_ || c == *op_mark;
      wants_sa_ = wants_sa_ || c == *sa_mark;
    }
    const auto made = named(code, op_.empty() ? "op" : op_, sa_.empty() ? "sa" : sa_);
    fix_.edits.push_back({lines, made.empty() ? "" : indented(made, indent) + "\n"});
  }

  // A function whose only statement goes needs another.
  auto put_in_body(const Call& call, Span lines, const std::string& code) -> void {
    const bool whole = !call.place().block.known() || call.place().block_size == 1;
    const bool last = code.empty() && whole && std::any_of(layout_.functions.begin(), layout_.functions.end(), [&](const FunctionPlace& function) {
      return function.span.contains(call.place().span) && function.statements.size() <= (function.docstring ? 2U : 1U);
    });
    put(lines, indent_of(lines), last ? "pass" : code);
  }

  // What was said about the statement stays with it.
  auto commented(const std::string& code) const -> std::string {
    const auto comment = call_.comment();
    return comment.empty() ? code : comment + "\n" + code;
  }

  auto indent_of(Span lines) const -> std::string {
    const auto text = at_.project.sources.text(lines);
    return std::string(text.substr(0, std::min(text.find_first_not_of(" \t"), text.size())));
  }

  auto stay(bool outside) -> bool {
    const auto& first = plan_.stages.front();
    auto lines = call_.lines();
    std::vector<Part> parts = first.up;
    if (call_.in_autocommit()) {
      // The block is there already.
      if (call_.place().block_size != 1 && !std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.outside; })) return false;
      if (call_.place().block_size == 1)
        lines = call_.lines_with_block();
      else
        for (auto& part : parts) part.outside = false;
    } else if (call_.in_batch()) {
      // Batch operations run when the block ends.
      const bool own = std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.text.find(op_mark) == std::string::npos; });
      if (!own && call_.place().block_size != 1) return false;
      if (!own) lines = call_.lines_with_block();
    }
    put_in_body(call_, lines, commented(lines_of(parts)));
    if (outside) remove_timeouts();
    if (at_.revision().downgrade.shape != Body::Shape::working) return true;
    if (plan_.moves_undoing)
      if (const auto undoing = counterpart()) put_in_body(*undoing, undoing->lines_with_block(), "");
    if (plan_.keeps_downgrade) return true;
    const auto undoing = counterpart();
    if (!undoing) return false;
    if (undoing->in_batch() && undoing->place().block_size != 1) return false;
    put_in_body(*undoing, undoing->lines_with_block(), lines_of(first.down));
    return true;
  }

  // Timeouts of a transaction that nothing runs in any more.
  auto remove_timeouts() -> void {
    each_step(at_, false, [&](const StepView& other) {
      if (!is_timeout(other.step.action())) return;
      if (const auto call = call_of(other)) fix_.edits.push_back({call->lines_with_block(), ""});
    });
  }

  auto move() -> bool {
    if (!rest_does_not_suffer(at_)) return false;
    put_in_body(call_, call_.lines_with_block(), "");
    if (at_.revision().downgrade.shape != Body::Shape::working) return true;
    if (const auto undoing = counterpart()) put_in_body(*undoing, undoing->lines_with_block(), "");
    return true;
  }

  auto counterpart() const -> std::optional<Call> { return undoing_call(at_, plan_.undone_by); }

  auto chain(std::size_t begin) -> bool {
    if (begin >= plan_.stages.size()) return true;
    const auto index = at_.step.revision;
    std::set<std::string> taken;
    auto after = at_.revision().id;
    for (auto i = begin; i < plan_.stages.size(); ++i) {
      const auto& stage = plan_.stages[i];
      RevisionText text{stage.message, i == 0 ? commented(lines_of(stage.up)) : lines_of(stage.up), lines_of(stage.down), plan_.imports};
      auto made = revision_file(at_.tree, at_.project, index, {after}, text, taken);
      if (!made) return false;
      after = made->id;
      fix_.creates.push_back(std::move(made->file));
    }
    auto moved = followers_moved(at_.tree, at_.project, index, after);
    if (!moved) return false;
    fix_.edits.insert(fix_.edits.end(), moved->begin(), moved->end());
    if (auto edit = own_transactions(at_.project, at_.tree)) fix_.edits.push_back(std::move(*edit));
    return true;
  }

  auto add_imports() -> void {
    std::string lines;
    if (wants_op_ && op_.empty()) lines += "from alembic import op\n";
    if (wants_sa_ && sa_.empty()) lines += "import sqlalchemy as sa\n";
    if (!lines.empty()) fix_.edits.push_back({{call_.file(), layout_.next_import, layout_.next_import}, lines});
  }

  const StepView& at_;
  const Call& call_;
  const Plan& plan_;
  const FileLayout& layout_;
  std::string op_, sa_;
  bool wants_op_ = false, wants_sa_ = false;
  Fix fix_;
};

}  // namespace

auto undoing_call(const StepView& at, const std::function<bool(const StepView&)>& undone_by) -> std::optional<Call> {
  std::optional<Call> found;
  std::size_t count = 0;
  if (!undone_by) return found;
  each_step(at, true, [&](const StepView& step) {
    if (!undone_by(step)) return;
    ++count;
    found = step.op().statements.size() == 1 ? call_of(step) : std::nullopt;
  });
  return count == 1 ? found : std::nullopt;
}

auto own_transactions(const Project& project, const RevisionTree& tree) -> std::optional<Edit> {
  const auto& environment = tree.source.environment;
  if (environment.transaction_per_migration.value_or(false) || environment.autocommit) return std::nullopt;
  if (environment.transaction_per_migration || environment.env_file == no_file || !environment.configure.known()) return std::nullopt;
  const auto& span = environment.configure;
  const auto text = project.sources.text(span);
  // A setting that comes in a dictionary would be given twice.
  if (!text.ends_with(')') || text.find('#') != std::string_view::npos || text.find("**") != std::string_view::npos) return std::nullopt;
  auto last = text.size() - 1;
  while (last > 0 && std::string_view(" \t\r\n").find(text[last - 1]) != std::string_view::npos) --last;
  const auto at = span.begin + static_cast<std::uint32_t>(last);
  const bool comma = text[last - 1] == ',', empty = text[last - 1] == '(';
  std::string made = comma || empty ? "" : ",";
  if (text.find('\n', last) != std::string_view::npos) {
    const auto line = text.rfind('\n', last - 1);
    const auto begin = line == std::string_view::npos ? 0 : line + 1;
    const auto margin = text.substr(begin, text.find_first_not_of(" \t", begin) - begin);
    made += "\n" + std::string(margin) + "transaction_per_migration=True";
    if (comma) made += ",";
  } else {
    made += std::string(empty ? "" : " ") + "transaction_per_migration=True";
  }
  return Edit{{span.file, at, at}, made};
}

auto is_alone(const StepView& at) -> bool {
  bool alone = at.body().gaps.empty() && at.body().fully_read && at.op().statements.size() == 1;
  each_step(at, false, [&](const StepView& other) {
    if (other.step.op == at.step.op || is_block_mark(other.step.action())) return;
    alone = alone && is_timeout(other.step.action()) && call_of(other).has_value();
  });
  return alone;
}

auto lines_of(const std::vector<Part>& parts) -> std::string {
  std::string out;
  bool open = false;
  for (const auto& part : parts) {
    if (part.outside && !open) out += (out.empty() ? "" : "\n") + std::string("with ") + op_mark + ".get_context().autocommit_block():";
    open = part.outside;
    out += out.empty() ? "" : "\n";
    out += open ? indented(part.text, "    ") : part.text;
  }
  return out;
}

auto staged(const StepView& at, const Call& call, const Plan& plan) -> std::optional<Fix> {
  if (plan.stages.empty()) return std::nullopt;
  return Stager(at, call, plan).fix();
}

}  // namespace foreshot::fix
