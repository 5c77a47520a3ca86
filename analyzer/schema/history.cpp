#include "analyzer/schema/history.h"

#include <algorithm>
#include <cassert>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto is_null(const Expression& expression) -> bool {
  return expression.kind == Expression::Kind::constant && expression.constant == Expression::Constant::null;
}

// Does the expression, a CHECK, say that the column is not null? AND joins what is all required; NOT turns it round,
// and then it is OR that joins so.
auto demands_not_null(const Expression& expression, std::string_view column) -> bool {
  std::vector<std::pair<const Expression*, bool>> pending{{&expression, false}};
  const auto is_it = [&](const Expression& value) {
    return value.kind == Expression::Kind::column && value.name.name.text == column;
  };
  for (std::size_t i = 0; i < pending.size() && i < 1000; ++i) {
    const auto [at, negated] = pending[i];
    if (at->kind != Expression::Kind::operation) continue;
    const auto& parts = at->arguments;
    if (at->text == (negated ? "OR" : "AND"))
      for (const auto& part : parts) pending.emplace_back(&part, negated);
    if (at->text == "NOT" && parts.size() == 1) pending.emplace_back(&parts.front(), !negated);
    if (at->text == (negated ? "IS NULL" : "IS NOT NULL") && parts.size() == 1) {
      if (is_it(parts.front())) return true;
      const auto row = parts.front().kind == Expression::Kind::array && parts.front().text == "ROW" && !negated;
      if (row && std::any_of(parts.front().arguments.begin(), parts.front().arguments.end(), is_it)) return true;
    }
    if (at->text == (negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM") && parts.size() == 2 &&
        ((is_it(parts[0]) && is_null(parts[1])) || (is_it(parts[1]) && is_null(parts[0]))))
      return true;
  }
  return false;
}

}  // namespace

auto Table::column(std::string_view wanted) const -> const TableColumn* {
  for (const auto& item : columns)
    if (item.column.name.text == wanted) return &item;
  return nullptr;
}

auto Table::constraint(std::string_view wanted) const -> const TableConstraint* {
  for (const auto& item : constraints)
    if (item.constraint.name.text == wanted) return &item;
  return nullptr;
}

auto Table::index(std::string_view wanted) const -> const TableIndex* {
  for (const auto& item : indexes)
    if (item.index.name.text == wanted) return &item;
  return nullptr;
}

auto Table::primary_key() const -> const TableConstraint* {
  for (const auto& item : constraints)
    if (item.constraint.kind == ConstraintKind::primary_key) return &item;
  return nullptr;
}

auto Table::proof_of_not_null(std::string_view column) const -> const TableConstraint* {
  for (const auto& item : constraints) {
    const auto& constraint = item.constraint;
    if (!item.validated || !item.certain || constraint.not_enforced) continue;
    if (constraint.kind == ConstraintKind::check && demands_not_null(constraint.expression, column)) return &item;
    if (constraint.kind == ConstraintKind::not_null && constraint.columns.size() == 1 &&
        constraint.columns.front().text == column)
      return &item;
  }
  return nullptr;
}

// ── State: reading ───────────────────────────────────────────────────────────────────────────────────────────────

auto History::State::path(Moment at) const -> const std::vector<std::string>& {
  for (auto entry = paths.rbegin(); entry != paths.rend(); ++entry)
    if (entry->first <= at) return entry->second;
  assert(!paths.empty());
  return paths.front().second;
}

auto History::State::wanted(const ObjectName& name, Moment at) const -> Wanted {
  Wanted result{name.name.text, name.schema.text};
  result.anywhere = !name.schema.known;
  if (name.schema.empty()) result.path = &path(at);
  return result;
}

auto History::State::doubted_since(Moment since, Moment at) const -> bool {
  const auto first = std::upper_bound(doubts.begin(), doubts.end(), since);
  if (first != doubts.end() && *first <= at) return true;
  return base != nullptr && since == 0 && base->doubted_since(0, base_moment);
}

auto History::State::each_user(Places State::*places, const std::string& name, Moment at,
                               const std::function<void(const std::shared_ptr<const Table>&)>& visit) const -> void {
  if (const auto found = (this->*places).find(name); found != (this->*places).end()) {
    for (std::size_t i = 0; i < found->second.slots.size(); ++i) {  // by number: a visitor may add to the list
      const auto* version = tables.at(found->second.slots[i], at);
      if (version == nullptr || version->value == nullptr) continue;
      const auto table = version->value;
      visit(table);
    }
  }
  if (base == nullptr) return;
  base->each_user(places, name, base_moment, [&](const std::shared_ptr<const Table>& table) {
    const auto found = find(&State::tables, table->name, at);
    if (found.value == table) visit(table);
  });
}

auto History::State::same(const ObjectName& a, const ObjectName& b, Moment at) const -> bool {
  if (a.name.text != b.name.text) return false;
  if (a.schema == b.schema || !a.schema.known || !b.schema.known) return true;
  const auto& search = path(at);
  const auto resolved = [&](const ObjectName& name) -> std::string_view {
    if (!name.schema.empty()) return name.schema.text;
    const auto found = find(&State::tables, name, at);
    if (found.value != nullptr && !found.value->name.schema.empty()) return found.value->name.schema.text;
    return search.empty() ? std::string_view() : std::string_view(search.front());
  };
  const auto first = resolved(a);
  const auto second = resolved(b);
  return first == second || first.empty() || second.empty() || is_symbolic(first) != is_symbolic(second);
}

auto History::State::descendants(const ObjectName& table, Moment at) const -> std::vector<ObjectName> {
  std::vector<ObjectName> found;
  std::set<std::pair<std::string, std::string>> visited{{table.schema.text, table.name.text}};
  const auto look = [&](const ObjectName& parent) {
    each_user(&State::relation_users, parent.name.text, at, [&](const std::shared_ptr<const Table>& user) {
      auto child = !user->partition_of.empty() && same(user->partition_of, parent, at);
      for (const auto& other : user->inherits) child = child || same(other, parent, at);
      if (child && visited.emplace(user->name.schema.text, user->name.name.text).second) found.push_back(user->name);
    });
  };
  look(table);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto parent = found[i];
    look(parent);
  }
  return found;
}

// ── History ──────────────────────────────────────────────────────────────────────────────────────────────────────

History::History() : state_(std::make_unique<State>()) { state_->paths.emplace_back(0, std::vector<std::string>{"public"}); }

History::History(Schema base) : History() {
  if (base.history() == nullptr) return;
  state_->base = base.history()->state_.get();
  state_->base_moment = base.moment();
  state_->paths.front().second = state_->base->path(base.moment());
}

History::~History() = default;
History::History(History&&) noexcept = default;
auto History::operator=(History&&) noexcept -> History& = default;

auto History::latest() const -> Schema { return {this, state_->moment}; }
auto History::set_complete(bool complete) -> void { state_->complete = complete; }
auto History::complete() const -> bool { return state_->ever_complete(); }

auto History::set_names_certain(bool certain) -> void { state_->names_certain = certain; }
auto History::names_certain() const -> bool { return state_->all_names_certain(); }

auto History::seen(const ObjectName& table, Moment moment) const -> bool {
  return state_->find(&State::tables, table, moment).seen();
}

namespace {

template <typename Changes, typename Slots>
auto changed_names(const Changes& changes, const Slots& slots, Moment from, Moment to) -> std::vector<ObjectName> {
  std::set<std::pair<std::string, std::string>> names;
  auto at = std::upper_bound(changes.begin(), changes.end(), from,
                             [](Moment wanted, const auto& change) { return wanted < change.first; });
  for (; at != changes.end() && at->first <= to; ++at) names.emplace(slots[at->second].name, slots[at->second].schema);
  std::vector<ObjectName> result;
  for (const auto& [name, schema] : names) result.push_back({Identifier(schema), Identifier(name)});
  return result;
}

}  // namespace

auto History::changed_tables(Moment from, Moment to) const -> std::vector<ObjectName> {
  return changed_names(state_->table_changes, state_->tables.slots(), from, to);
}

auto History::changed_enums(Moment from, Moment to) const -> std::vector<ObjectName> {
  return changed_names(state_->enum_changes, state_->enums.slots(), from, to);
}

auto History::set_search_path(std::vector<std::string> schemas) -> void {
  state_->paths.emplace_back(state_->moment, std::move(schemas));
}

auto History::vouch(Table table) -> void {
  if (!table.name.known()) return;
  table.from_model = true;
  const auto slot = state_->vouched.slot(state_->schema_of(table.name), table.name.name.text);
  state_->vouched.put(slot, 0, std::make_shared<const Table>(std::move(table)));
}

auto History::doubt(const ObjectName& table) -> void {
  if (table.empty() || !table.known()) {
    if (state_->doubts.empty() || state_->doubts.back() != state_->moment) state_->doubts.push_back(state_->moment);
    return;
  }
  state_->doubt_table(table, {});
}

auto History::State::doubt_table(const ObjectName& name, const Change& change) -> void {
  if (!name.known() || table(name, moment) == nullptr) return;
  edit(name, change, [](Table& changed) {
    changed.columns_complete = false;
    changed.constraints_complete = false;
    for (std::size_t i = 0; i < changed.columns.size(); ++i) {
      const auto& seen = changed.columns[i];
      if (!seen.certain && !seen.type_known && seen.not_null == Known::unknown) continue;
      auto& column = changed.columns.edit(i);
      column.certain = false;
      column.type_known = false;
      column.not_null = Known::unknown;
    }
    for (std::size_t i = 0; i < changed.constraints.size(); ++i)
      if (changed.constraints[i].certain) changed.constraints.edit(i).certain = false;
    for (std::size_t i = 0; i < changed.indexes.size(); ++i)
      if (changed.indexes[i].certain) changed.indexes.edit(i).certain = false;
  });
}

}  // namespace foreshot
