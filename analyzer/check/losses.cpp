// What an upgrade takes away from running code, and where the code still asks for it.
#include <algorithm>
#include <string_view>

#include "analyzer/check/rule.h"

namespace foreshot {
namespace {

// The steps of the upgrade that the step is one of.
auto upgrade_of(const StepView& at) -> std::pair<std::size_t, std::size_t> {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  return {range.upgrade_begin, range.upgrade_end};
}

// A view over the table, made by the same revision: the old name lives on for running code.
auto has_compatibility_view(const StepView& at, const ObjectName& table) -> bool {
  const auto [begin, end] = upgrade_of(at);
  for (auto i = begin; i < end; ++i) {
    const auto* view = std::get_if<CreateView>(&at.tree.timeline->steps()[i].action());
    if (view != nullptr && std::any_of(view->reads.begin(), view->reads.end(), [&](const ObjectName& read) { return read.name == table.name; }))
      return true;
  }
  return false;
}

// May a statement of the revision have taken the rows of the table elsewhere before it is dropped?
auto rows_read(const StepView& at, std::size_t begin, const ObjectName& name) -> bool {
  const auto& steps = at.tree.timeline->steps();
  const auto schema = at.before();
  for (auto i = begin; &steps[i] < &at.step; ++i) {
    const auto& action = steps[i].action();
    if (std::holds_alternative<Unreadable>(action) || std::holds_alternative<SyntaxError>(action)) return true;
    const auto* dml = std::get_if<Dml>(&action);
    const auto* create = std::get_if<CreateTable>(&action);
    const auto* reads = dml != nullptr ? &dml->reads : create != nullptr ? &create->reads : nullptr;
    if (dml != nullptr && dml->from_query && dml->reads.empty()) return true;
    if (reads != nullptr && std::any_of(reads->begin(), reads->end(), [&](const ObjectName& read) { return !read.known() || schema.same_table(read, name); })) return true;
  }
  return false;
}

// The same revision makes a table of that name again, and perhaps takes the rows over: it is replaced, not dropped. What is
// only dropped in case it is there, and nobody has seen, is the revision's own.
auto replaced(const StepView& at, const ObjectName& name) -> bool {
  if (!at.made_again(name)) return false;
  const auto* drop = at.action<DropObject>();
  return (drop != nullptr && drop->if_exists && at.before().table(name) == nullptr) || rows_read(at, upgrade_of(at).first, name);
}

auto made_by_this(const StepView& at, const TableColumn* column) -> bool {
  return column != nullptr && column->origin.known() && column->origin.revision == at.step.revision;
}

// Are the two on different sides of one test, so that only one of them runs?
auto either_or(const Operation& a, const Operation& b) -> bool {
  for (const auto& one : a.conditions)
    for (const auto& other : b.conditions)
      if (one.test.known() && one.kind == other.kind && one.test == other.test && one.branch != other.branch) return true;
  return false;
}

// May a statement of [begin, end) give the column of the table values?
auto given_values(const StepView& at, std::size_t begin, std::size_t end, const ObjectName& table, const Identifier& column) -> bool {
  const auto& steps = at.tree.timeline->steps();
  for (auto i = begin; i < end; ++i) {
    const auto& action = steps[i].action();
    if (std::holds_alternative<Unreadable>(action) || std::holds_alternative<SyntaxError>(action)) return true;
    if (const auto* block = std::get_if<Block>(&action); block != nullptr && !block->understood) return true;
    const auto* dml = std::get_if<Dml>(&action);
    if (dml == nullptr || dml->verb == Dml::Verb::select || dml->verb == Dml::Verb::delete_) continue;
    if (dml->table.known() && !at.before().same_table(dml->table, table)) continue;
    if (dml->columns.empty() || std::any_of(dml->columns.begin(), dml->columns.end(), [&](const Identifier& assigned) { return !assigned.known || assigned == column; }))
      return true;
  }
  return false;
}

// What has the name that the column had for running code, when the upgrade is done.
auto successor_of(const StepView& at, const ObjectName& table, Identifier name) -> LostColumn::Successor {
  using Successor = LostColumn::Successor;
  constexpr std::size_t looked_at = 500;  // statements before and after; people exchange columns in a few
  const auto& steps = at.tree.timeline->steps();
  const auto here = static_cast<std::size_t>(&at.step - steps.data());
  auto [begin, end] = upgrade_of(at);
  begin = std::max(begin, here > looked_at ? here - looked_at : 0);
  end = std::min(end, here + looked_at);
  const auto renames = [&](std::size_t i) -> const Rename* {
    const auto* rename = std::get_if<Rename>(&steps[i].action());
    const bool column = rename != nullptr && rename->kind == ObjectKind::column && !either_or(*steps[i].op, at.op());
    return column && at.before().same_table(rename->object, table) ? rename : nullptr;
  };
  // Before this upgrade it may have had another.
  auto from = here;
  for (auto i = here; i > begin; --i)
    if (const auto* rename = renames(i - 1); rename != nullptr && rename->to == name) {
      name = rename->part;
      from = i;
    }
  auto found = Successor::none;
  for (auto i = from; i < end; ++i) {
    if (const auto* rename = renames(i); rename != nullptr) {
      if (rename->part == name) found = Successor::none;
      if (rename->to != name) continue;
      const auto* known = at.before().table(table);
      const auto* column = known == nullptr ? nullptr : known->column(rename->part.text);
      found = !made_by_this(at, column) || given_values(at, begin, i, table, rename->part) ? Successor::filled : Successor::empty;
    } else if (const auto* alter = std::get_if<AlterTable>(&steps[i].action());
               alter != nullptr && !either_or(*steps[i].op, at.op()) && at.before().same_table(alter->table, table)) {
      for (const auto& part : alter->subcommands) {
        if (const auto* add = std::get_if<AddColumn>(&part); add != nullptr && add->column.name == name)
          found = add->column.generated != Column::Generated::no || given_values(at, i + 1, end, table, name) ? Successor::filled : Successor::empty;
        if (const auto* drop = std::get_if<DropColumn>(&part); drop != nullptr && drop->column == name) found = Successor::none;
      }
    }
  }
  return found;
}

auto may_be(const Identifier& name, const Identifier& wanted) -> bool { return !name.known || name.symbolic() || name == wanted; }

auto names_data_change(std::string_view verb) -> bool {
  return verb == "SELECT" || verb == "INSERT" || verb == "UPDATE" || verb == "DELETE";
}

// May the statement bring the column, or the table, back?
auto may_bring_back(const Action& action, const ObjectName& table, const Identifier& column) -> bool {
  // What nobody can read may do it.
  if (const auto* unreadable = std::get_if<Unreadable>(&action)) return !names_data_change(unreadable->verb);
  if (const auto* block = std::get_if<Block>(&action)) return !block->understood;
  if (const auto* create = std::get_if<CreateTable>(&action)) {
    if (!may_be(create->table.name, table.name)) return false;
    const bool all_written = !create->as_query && create->like.empty() && create->inherits.empty() && !create->partition_of;
    return column.empty() || !all_written ||
           std::any_of(create->columns.begin(), create->columns.end(), [&](const Column& made) { return may_be(made.name, column); });
  }
  if (const auto* view = std::get_if<CreateView>(&action)) return may_be(view->view.name, table.name);
  if (const auto* move = std::get_if<SetSchema>(&action)) return move->object.name == table.name;
  if (const auto* rename = std::get_if<Rename>(&action)) {
    if (rename->kind == ObjectKind::column) return may_be(rename->object.name, table.name) && may_be(rename->to, column);
    const bool relation = rename->kind == ObjectKind::table || rename->kind == ObjectKind::view || rename->kind == ObjectKind::materialized_view;
    return relation && may_be(rename->to, table.name);
  }
  const auto* alter = std::get_if<AlterTable>(&action);
  if (alter == nullptr || column.empty() || !may_be(alter->table.name, table.name)) return false;
  return std::any_of(alter->subcommands.begin(), alter->subcommands.end(), [&](const Subcommand& subcommand) {
    const auto* add = std::get_if<AddColumn>(&subcommand);
    return add != nullptr && may_be(add->column.name, column);
  });
}

// Certain that the upgrade runs this statement, and that no later one brings back what it takes.
auto gone_for_good(const StepView& at, const ObjectName& table, const Identifier& column) -> bool {
  // "If it is there yet" ends as the plain statement does.
  const auto& conditions = at.op().conditions;
  const bool asked_only = std::all_of(conditions.begin(), conditions.end(), [](const Condition& condition) {
    return condition.kind == Condition::Kind::inspection || condition.kind == Condition::Kind::offline;
  });
  if (!asked_only || at.sql().conditional) return false;
  const auto& steps = at.tree.timeline->steps();
  for (auto later = &at.step - steps.data() + 1; later < static_cast<std::ptrdiff_t>(steps.size()); ++later) {
    const auto& step = steps[static_cast<std::size_t>(later)];
    if (!step.downgrade && may_bring_back(step.action(), table, column)) return false;
  }
  const auto heads = at.tree.timeline->heads();
  if (column.empty() ? heads.exists(table) == Existence::yes : heads.column_exists(table, column) == Existence::yes) return false;
  // A table of that name in another tree: it may be the one that is meant, unless it lacks the same.
  return std::all_of(at.project.trees.begin(), at.project.trees.end(), [&](const RevisionTree& tree) {
    if (&tree == &at.tree) return true;
    const auto elsewhere = tree.timeline->heads();
    if (!tree.timeline->history().seen(table, elsewhere.moment())) return true;
    return (column.empty() ? elsewhere.exists(table) : elsewhere.column_exists(table, column)) == Existence::no;
  });
}

}  // namespace

auto StepView::lost_columns() const -> std::vector<LostColumn> {
  std::vector<LostColumn> lost;
  const auto known_column = [&](const ObjectName& name, const Identifier& column) -> const TableColumn* {
    const auto* table = before().table(name);
    return table == nullptr ? nullptr : table->column(column.text);
  };
  each_subcommand<DropColumn>(*this, [&](const AlterTable& alter, const DropColumn& drop, std::size_t i) {
    if (!live(alter.table) || alter.kind != ObjectKind::table) return;
    if (before().column_exists(alter.table, drop.column) == Existence::no) return;
    const auto* column = known_column(alter.table, drop.column);
    // Added by this very revision: nobody can rely on it.
    if (!made_by_this(*this, column))
      lost.push_back({&alter.table, &drop.column, nullptr, column, i, successor_of(*this, alter.table, drop.column)});
  });
  const auto* rename = action<Rename>();
  if (rename == nullptr || rename->kind != ObjectKind::column || rename->part == rename->to || !live(rename->object)) return lost;
  if (before().column_exists(rename->object, rename->part) == Existence::no) return lost;
  // Columns of views are renamed with the views.
  if (const auto* table = before().table(rename->object); table != nullptr && table->kind != ObjectKind::table) return lost;
  const auto* column = known_column(rename->object, rename->part);
  if (made_by_this(*this, column) || has_compatibility_view(*this, rename->object)) return lost;
  lost.push_back({&rename->object, &rename->part, &rename->to, column, 0, successor_of(*this, rename->object, rename->part)});
  return lost;
}

auto StepView::made_again(const ObjectName& name) const -> bool {
  const auto [begin, end] = upgrade_of(*this);
  const auto& steps = tree.timeline->steps();
  for (auto i = begin; i < end; ++i) {
    if (&steps[i] <= &step) continue;
    const auto& later = steps[i].action();
    if (const auto* create = std::get_if<CreateTable>(&later); create != nullptr && create->table.name == name.name) return true;
    if (const auto* rename = std::get_if<Rename>(&later); rename != nullptr && rename->kind == ObjectKind::table && rename->to == name.name) return true;
  }
  return false;
}

auto StepView::lost_tables() const -> std::vector<const ObjectName*> {
  std::vector<const ObjectName*> lost;
  const auto* drop = action<DropObject>();
  if (drop == nullptr || drop->kind != ObjectKind::table) return lost;
  for (const auto& name : drop->names) {
    // Made by this revision, or not there at all.
    if (!live(name) || before().exists(name) == Existence::no) continue;
    if (!replaced(*this, name)) lost.push_back(&name);
  }
  return lost;
}

auto StepView::uses_of(const ObjectName& table, const Identifier& column) const -> std::vector<const Use*> {
  std::vector<const Use*> found;
  if (step.downgrade || !table.known() || table.symbolic() || !column.known || column.symbolic()) return found;
  const auto& all = project.uses;
  auto use = std::lower_bound(all.begin(), all.end(), table.name.text,
                              [](const Use& each, const std::string& name) { return each.table.name.text < name; });
  for (; use != all.end() && use->table.name == table.name; ++use)
    if (use->column == column.text && before().same_table(use->table, table)) found.push_back(&*use);
  if (!found.empty() && !gone_for_good(*this, table, column)) found.clear();
  return found;
}

auto StepView::fills_new_from() const -> const ObjectName* {
  const auto in_use = [&](const std::vector<ObjectName>& reads) -> const ObjectName* {
    const auto found = std::find_if(reads.begin(), reads.end(), [&](const ObjectName& name) { return live(name); });
    return found == reads.end() ? nullptr : &*found;
  };
  if (const auto* create = action<CreateTable>(); create != nullptr && create->as_query && create->with_data) return in_use(create->reads);
  if (const auto* view = action<CreateView>(); view != nullptr && view->materialized && view->with_data) return in_use(view->reads);
  return nullptr;
}

auto StepView::closed_table() const -> std::optional<ClosedTable> {
  // Outside a transaction nothing earlier is still locked.
  if (!step.in_transaction || !transaction().known) return std::nullopt;
  const auto* own = target_table(step.action());
  for (const auto& lock : held()) {
    if (!blocks_reads(lock.mode)) continue;
    // The table that the work is about is a matter of the rule for that statement.
    if (own != nullptr && *own == lock.relation) continue;
    const auto& earlier = tree.timeline->steps()[lock.step];
    if (earlier.conditional) continue;
    if (earlier.revision != step.revision && (tree.released[earlier.revision] || !transaction().spans_revisions)) continue;
    const StepView then{project, tree, earlier};
    // A table that is dropped, or dropped and made anew, is nobody's any more.
    if (!then.live(lock.relation) || !live(lock.relation)) continue;
    if (const auto* drop = then.action<DropObject>(); drop != nullptr && drop->kind == ObjectKind::table) continue;
    return ClosedTable{lock, earlier.sql->span};
  }
  return std::nullopt;
}

auto says_with_uses(Draft&& draft, const std::string& claim, const std::vector<const Use*>& uses) -> Draft&& {
  constexpr std::size_t shown = 3;
  const auto& first = *uses.front();
  auto message = claim + ": " + (first.kind == Use::Kind::sql ? "SQL text of the application still names it" : quoted(first.shown) + " still maps it");
  if (uses.size() == 2) message += ", and one more place uses it";
  if (uses.size() > 2) message += ", and " + std::to_string(uses.size() - 1) + " more places use it";
  std::move(draft).says(std::move(message));
  for (std::size_t i = 0; i < uses.size() && i < shown; ++i) {
    const auto& use = *uses[i];
    std::move(draft).label(use.span, use.kind == Use::Kind::model   ? quoted(use.shown) + " is mapped here"
                                     : use.kind == Use::Kind::query ? quoted(use.shown) + " is used here"
                                                                    : "this " + use.shown + " names it");
  }
  if (uses.size() > shown) std::move(draft).note("uses  and " + std::to_string(uses.size() - shown) + (uses.size() == shown + 1 ? " more place" : " more places"));
  return std::move(draft);
}

}  // namespace foreshot
