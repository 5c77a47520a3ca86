// The questions a Schema answers about its moment.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {

auto Schema::table(const ObjectName& name) const -> const Table* {
  if (history_ == nullptr || !name.known()) return nullptr;
  const auto& state = *history_->state_;
  const auto found = state.find(&History::State::tables, name, moment_);
  if (found.seen()) return found.value.get();
  // A model describes the heads; what an earlier moment looked like it does not know.
  if (moment_ < state.moment) return nullptr;
  return state.vouched.find(state.wanted(name, moment_), moment_).value.get();
}

auto Schema::exists(const ObjectName& name) const -> Existence {
  if (history_ == nullptr || !name.known()) return Existence::unknown;
  const auto& state = *history_->state_;
  const auto found = state.find(&History::State::tables, name, moment_);
  if (!found.seen() && state.vouched.find(state.wanted(name, moment_), state.moment).seen())
    return moment_ == state.moment ? Existence::yes : Existence::unknown;
  return state.existence<Table>(found, moment_);
}

auto Schema::column_exists(const ObjectName& name, const Identifier& column) const -> Existence {
  if (history_ == nullptr || !name.known() || !column.known) return Existence::unknown;
  const auto found = history_->state_->table(name, moment_);
  if (found == nullptr) return Existence::unknown;
  if (const auto* known = found->column(column.text))
    return known->certain && found->certain ? Existence::yes : Existence::unknown;
  if (!found->certain || !found->columns_complete || column.symbolic()) return Existence::unknown;
  for (const auto& other : found->columns)
    if (!other.column.name.known || other.column.name.symbolic()) return Existence::unknown;
  return history_->state_->doubted_since(found->origin.moment, moment_) ? Existence::unknown : Existence::no;
}

auto Schema::constraint_exists(const ObjectName& name, const Identifier& constraint) const -> Existence {
  if (history_ == nullptr || !name.known() || !constraint.known) return Existence::unknown;
  const auto found = history_->state_->table(name, moment_);
  if (found == nullptr) return Existence::unknown;
  if (const auto* known = found->constraint(constraint.text))
    return known->certain && found->certain ? Existence::yes : Existence::unknown;
  if (!found->certain || !found->columns_complete || !found->constraints_complete) return Existence::unknown;
  if (!history_->state_->all_names_certain()) return Existence::unknown;
  // How the server shortens a name that is not known is not known either.
  if (name.name.symbolic() || constraint.symbolic()) return Existence::unknown;
  for (const auto& other : found->constraints)
    if (!other.certain || !other.constraint.name.known || other.constraint.name.symbolic()) return Existence::unknown;
  // Servers from 18 on give NOT NULL a name of this form.
  if (constraint.text.find("not_null") != std::string::npos) return Existence::unknown;
  return history_->state_->doubted_since(found->origin.moment, moment_) ? Existence::unknown : Existence::no;
}

auto Schema::index_exists(const ObjectName& name) const -> Existence {
  if (history_ == nullptr || !name.known()) return Existence::unknown;
  if (const auto place = index(name); place.index != nullptr)
    return place.index->certain && place.table->certain ? Existence::yes : Existence::unknown;
  const auto& state = *history_->state_;
  if (state.doubted_since(0, moment_) || !state.all_names_certain() || name.symbolic()) return Existence::unknown;
  auto known_elsewhere = false;
  auto seen = false;
  for (const auto* layer = &state; layer != nullptr; layer = layer->base) {
    const auto places = layer->index_places.find(name.name.text);
    if (places == layer->index_places.end()) continue;
    const auto at = layer == &state ? moment_ : state.base_moment;
    for (const auto slot : places->second.slots) {
      for (const auto& version : layer->tables.slots()[slot].versions) {
        if (version.begin > at || version.value == nullptr) continue;
        if (version.value->index(name.name.text) != nullptr) seen = true;
      }
      const auto* last = layer->tables.at(slot, at);
      if (last != nullptr && last->value != nullptr && last->value->index(name.name.text) != nullptr)
        known_elsewhere = true;
    }
  }
  if (known_elsewhere) return Existence::unknown;
  if (seen) return Existence::no;
  return state.ever_complete() ? Existence::no : Existence::unknown;
}

auto Schema::type_exists(const ObjectName& name) const -> Existence {
  if (history_ == nullptr || !name.known()) return Existence::unknown;
  const auto& state = *history_->state_;
  const auto as_enum = state.find(&History::State::enums, name, moment_);
  const auto as_domain = state.find(&History::State::domains, name, moment_);
  const auto as_type = state.find(&History::State::types, name, moment_);
  const auto first = state.existence<EnumType>(as_enum, moment_);
  if (as_enum.value != nullptr) return first;
  if (as_domain.value != nullptr) return state.existence<Domain>(as_domain, moment_);
  if (as_type.value != nullptr) return state.existence<PlainObject>(as_type, moment_);
  if (as_domain.seen()) return state.existence<Domain>(as_domain, moment_);
  if (as_type.seen()) return state.existence<PlainObject>(as_type, moment_);
  return first;
}

auto Schema::enum_type(const ObjectName& name) const -> const EnumType* {
  if (history_ == nullptr || !name.known()) return nullptr;
  return history_->state_->find(&History::State::enums, name, moment_).value.get();
}

auto Schema::domain(const ObjectName& name) const -> const Domain* {
  if (history_ == nullptr || !name.known()) return nullptr;
  return history_->state_->find(&History::State::domains, name, moment_).value.get();
}

auto Schema::domains_over(const ObjectName& name) const -> std::vector<const Domain*> {
  std::vector<const Domain*> found;
  if (history_ == nullptr || !name.known()) return found;
  for (const auto* layer = history_->state_.get(); layer != nullptr; layer = layer->base) {
    for (const auto& slot : layer->domains.slots()) {
      const auto* known = slot.versions.empty() || slot.versions.back().value == nullptr ? nullptr : domain(slot.versions.back().value->name);
      if (known == nullptr || known->base.name.text != name.name.text) continue;
      const auto schemas_agree = known->base.schema.empty() || name.schema.empty() || known->base.schema == name.schema;
      if (schemas_agree && std::find(found.begin(), found.end(), known) == found.end()) found.push_back(known);
    }
  }
  return found;
}

auto Schema::sequence(const ObjectName& name) const -> const Sequence* {
  if (history_ == nullptr || !name.known()) return nullptr;
  return history_->state_->find(&History::State::sequences, name, moment_).value.get();
}

auto Schema::sequences_of(const ObjectName& table) const -> std::vector<const Sequence*> {
  std::vector<const Sequence*> found;
  if (history_ == nullptr || !table.known()) return found;
  for (const auto* layer = history_->state_.get(); layer != nullptr; layer = layer->base)
    for (const auto& slot : layer->sequences.slots()) {
      const auto* known = slot.versions.empty() || slot.versions.back().value == nullptr ? nullptr : sequence(slot.versions.back().value->name);
      if (known != nullptr && known->table.known() && same_table(known->table, table) &&
          std::find(found.begin(), found.end(), known) == found.end())
        found.push_back(known);
    }
  return found;
}

auto Schema::tables_of_type(const ObjectName& type) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr || !type.known()) return found;
  const auto& state = *history_->state_;
  state.each_user(&History::State::type_users, type.name.text, moment_, [&](const auto& table) {
    if (table->of_type.name == type.name) found.push_back(table.get());
  });
  return found;
}

auto Schema::function(const ObjectName& name) const -> const FunctionVolatility* {
  if (history_ == nullptr || !name.known()) return nullptr;
  return history_->state_->find(&History::State::functions, name, moment_).value.get();
}

auto Schema::index(const ObjectName& name) const -> IndexPlace {
  if (history_ == nullptr || !name.known()) return {};
  const auto& state = *history_->state_;
  IndexPlace place;
  const auto where = state.wanted(name, moment_);
  state.each_user(&History::State::index_places, name.name.text, moment_, [&](const auto& table) {
    const auto* index = table->index(name.name.text);
    if (index == nullptr || place.index != nullptr) return;
    const auto schema = state.schema_of(table->name);
    if (where.rank(schema) >= 0) place = {table.get(), index};
  });
  return place;
}

auto Schema::referencing(const ObjectName& name) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr || !name.known()) return found;
  const auto& state = *history_->state_;
  state.each_user(&History::State::relation_users, name.name.text, moment_, [&](const auto& table) {
    for (const auto& item : table->constraints) {
      if (item.constraint.kind != ConstraintKind::foreign_key) continue;
      if (!state.same(item.constraint.references.table, name, moment_)) continue;
      found.push_back(table.get());
      return;
    }
  });
  return found;
}

auto Schema::partitions(const ObjectName& name) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr || !name.known()) return found;
  const auto& state = *history_->state_;
  state.each_user(&History::State::relation_users, name.name.text, moment_, [&](const auto& table) {
    if (!table->partition_of.empty() && state.same(table->partition_of, name, moment_)) found.push_back(table.get());
  });
  return found;
}

auto Schema::children(const ObjectName& name) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr || !name.known()) return found;
  const auto& state = *history_->state_;
  for (const auto& child : state.descendants(name, moment_))
    if (const auto table = state.table(child, moment_)) found.push_back(table.get());
  return found;
}

auto Schema::readers(const ObjectName& name) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr || !name.known()) return found;
  const auto& state = *history_->state_;
  state.each_user(&History::State::relation_users, name.name.text, moment_, [&](const auto& table) {
    for (const auto& read : table->reads)
      if (state.same(read, name, moment_)) {
        found.push_back(table.get());
        return;
      }
  });
  return found;
}

auto Schema::columns_of_type(const ObjectName& type) const
    -> std::vector<std::pair<const Table*, const TableColumn*>> {
  std::vector<std::pair<const Table*, const TableColumn*>> found;
  if (history_ == nullptr || !type.known()) return found;
  const auto& state = *history_->state_;
  state.each_user(&History::State::type_users, type.name.text, moment_, [&](const auto& table) {
    for (const auto& item : table->columns) {
      const auto& used = item.column.type;
      const auto schemas_agree = used.schema.empty() || type.schema.empty() || used.schema == type.schema ||
                                 used.schema.symbolic() != type.schema.symbolic();
      if (used.name.text == type.name.text && schemas_agree) found.emplace_back(table.get(), &item);
    }
  });
  return found;
}

auto Schema::same_table(const ObjectName& a, const ObjectName& b) const -> bool {
  if (history_ == nullptr) return a == b;
  return history_->state_->same(a, b, moment_);
}

auto Schema::tables() const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  if (history_ == nullptr) return found;
  const auto& state = *history_->state_;
  for (std::uint32_t slot = 0; slot < state.tables.slots().size(); ++slot)
    if (const auto* version = state.tables.at(slot, moment_); version != nullptr && version->value != nullptr)
      found.push_back(version->value.get());
  if (const auto* base = state.base; base != nullptr) {
    for (std::uint32_t slot = 0; slot < base->tables.slots().size(); ++slot) {
      const auto* version = base->tables.at(slot, state.base_moment);
      if (version == nullptr || version->value == nullptr) continue;
      if (!state.tables.holds(base->tables.slots()[slot].schema, base->tables.slots()[slot].name, moment_))
        found.push_back(version->value.get());
    }
  }
  if (moment_ >= state.moment)
    for (const auto& slot : state.vouched.slots())
      if (!state.find(&History::State::tables, slot.versions.back().value->name, moment_).seen())
        found.push_back(slot.versions.back().value.get());
  std::sort(found.begin(), found.end(), [](const Table* a, const Table* b) {
    return std::pair(a->name.name.text, a->name.schema.text) < std::pair(b->name.name.text, b->name.schema.text);
  });
  return found;
}

auto Schema::enums() const -> std::vector<const EnumType*> {
  std::vector<const EnumType*> found;
  if (history_ == nullptr) return found;
  const auto& state = *history_->state_;
  for (std::uint32_t slot = 0; slot < state.enums.slots().size(); ++slot)
    if (const auto* version = state.enums.at(slot, moment_); version != nullptr && version->value != nullptr)
      found.push_back(version->value.get());
  if (const auto* base = state.base; base != nullptr) {
    for (std::uint32_t slot = 0; slot < base->enums.slots().size(); ++slot) {
      const auto* version = base->enums.at(slot, state.base_moment);
      if (version == nullptr || version->value == nullptr) continue;
      if (!state.enums.holds(base->enums.slots()[slot].schema, base->enums.slots()[slot].name, moment_))
        found.push_back(version->value.get());
    }
  }
  std::sort(found.begin(), found.end(),
            [](const EnumType* a, const EnumType* b) { return a->name.name.text < b->name.name.text; });
  return found;
}

}  // namespace foreshot
