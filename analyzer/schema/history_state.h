// History::State: the registries behind a History and the steps of applying an action. Private to schema/.
#pragma once

#include <functional>
#include <set>
#include <unordered_set>

#include "analyzer/schema/history.h"
#include "analyzer/schema/registry.h"

namespace foreshot {

// An object of which only the existence matters: a composite type, a schema.
struct PlainObject {
  bool certain = true;
  Origin origin;
};

struct History::State {
  Registry<Table> tables;
  Registry<EnumType> enums;
  Registry<Domain> domains;
  Registry<FunctionVolatility> functions;
  Registry<PlainObject> types;      // composite, range and base types
  Registry<Sequence> sequences;
  Registry<Table> vouched;

  // Slots of tables that once held an index of that name; that referenced, inherited or read a relation of that name;
  // that had a column of a type of that name. Entries are never removed: a reader asks the version of the moment.
  struct Users {
    std::vector<std::uint32_t> slots;
    std::unordered_set<std::uint32_t> known;
  };
  using Places = std::unordered_map<std::string, Users>;
  Places index_places, relation_users, type_users;

  const State* base = nullptr;      // of an overlay
  Moment base_moment = 0;
  Moment moment = 0;
  bool complete = false;
  bool names_certain = true;
  bool symbols = false;             // a name with a constant of the run was put: it may be any name that was not seen
  std::vector<Moment> doubts;       // from each of these on, what was not seen may exist
  std::vector<std::pair<Moment, std::vector<std::string>>> paths;

  std::vector<std::pair<Moment, std::uint32_t>> table_changes, enum_changes;  // (moment, slot), in order

  // ── reading ──
  auto path(Moment at) const -> const std::vector<std::string>&;
  auto wanted(const ObjectName& name, Moment at) const -> Wanted;
  auto doubted_since(Moment since, Moment at) const -> bool;
  auto ever_complete() const -> bool { return !symbols && (base != nullptr ? base->ever_complete() : complete); }

  auto all_names_certain() const -> bool { return names_certain && (base == nullptr || base->all_names_certain()); }

  template <typename T>
  auto find(Registry<T> State::*kind, const ObjectName& name, Moment at) const -> typename Registry<T>::Found {
    const auto where = wanted(name, at);
    auto own = (this->*kind).find(where, at);
    if (own.seen() || base == nullptr) return own;
    auto below = (base->*kind).find(where, base_moment);
    // The overlay has changed the object that the base would answer with.
    if (below.seen() && below.slot != Registry<T>::none) {
      const auto& slot = (base->*kind).slots()[below.slot];
      if ((this->*kind).holds(slot.schema, slot.name, at)) return {};
    }
    below.since = 0;
    return below;
  }
  auto table(const ObjectName& name, Moment at) const -> std::shared_ptr<const Table> {
    return find(&State::tables, name, at).value;
  }
  template <typename T>
  auto existence(const typename Registry<T>::Found& found, Moment at) const -> Existence {
    if (found.value != nullptr) return found.value->certain ? Existence::yes : Existence::unknown;
    if (found.elsewhere || doubted_since(found.since, at)) return Existence::unknown;
    if (found.seen()) return Existence::no;
    return ever_complete() ? Existence::no : Existence::unknown;
  }
  // Calls visit for each table of the moment that may use what `places` lists under a name, once each.
  auto each_user(Places State::*places, const std::string& name, Moment at,
                 const std::function<void(const std::shared_ptr<const Table>&)>& visit) const -> void;
  // Do two names mean one table?
  auto same(const ObjectName& a, const ObjectName& b, Moment at) const -> bool;
  auto tables_in(const std::string& schema) const -> std::vector<ObjectName>;
  auto descendants(const ObjectName& table, Moment at) const -> std::vector<ObjectName>;

  // ── changing ──
  struct Change {
    Origin origin;
    bool certain = true;
  };
  auto schema_of(const ObjectName& name) const -> std::string;
  template <typename T>
  auto put(Registry<T> State::*kind, const ObjectName& name, std::shared_ptr<const T> value) -> std::uint32_t {
    // An object that is there keeps its place, however its name is written.
    const auto found = find(kind, name, moment);
    auto& registry = this->*kind;
    auto slot = Registry<T>::none;
    if (found.value != nullptr && registry.find(wanted(name, moment), moment).seen())
      slot = found.slot;
    else if (found.value != nullptr && base != nullptr)
      slot = registry.slot((base->*kind).slots()[found.slot].schema, name.name.text);
    else
      slot = registry.slot(schema_of(name), name.name.text);
    registry.put(slot, moment, std::move(value));
    symbols = symbols || name.symbolic();
    if constexpr (std::is_same_v<T, Table>) table_changes.emplace_back(moment, slot);
    if constexpr (std::is_same_v<T, EnumType>) enum_changes.emplace_back(moment, slot);
    return slot;
  }
  auto list_uses(std::uint32_t slot, const Table& table, const Table* previous) -> void;
  auto put_table(const ObjectName& name, Table table) -> void;
  auto drop_table(const ObjectName& name) -> void;
  // Changes the table, or what is known of a table that nobody created: a partial one.
  auto edit(const ObjectName& name, const Change& change, const std::function<void(Table&)>& how) -> void;
  auto name_constraint(const Table& table, Constraint& constraint) const -> bool;
  auto name_index(const Table& table, CreateIndex& index) const -> bool;
  auto add_column(Table& table, const Column& column, const Change& change) -> void;
  auto add_constraint(Table& table, Constraint constraint, const Change& change) -> TableConstraint&;
  auto drop_constraint(Table& table, std::string_view name, const Change& change) -> void;
  auto drop_column(Table& table, std::string_view name, const Change& change) -> void;
  auto add_index(Table& table, CreateIndex index, const Change& change) -> std::string;
  // Puts the index into a partition, with what it is part of; the index of the same columns that is there may be it.
  auto add_part(Table& partition, const CreateIndex& index, const std::string& parent, const Change& change) -> std::string;
  auto drop_index(const ObjectName& name, const Change& change) -> void;
  auto attach(const ObjectName& parent, const AttachPartition& attach, const Change& change) -> void;
  auto detach(const ObjectName& partition, const Change& change) -> void;
  auto attach_index(const ObjectName& parent, const ObjectName& part, const Change& change) -> void;
  auto validate(const AlterTable& alter, const Identifier& name, const Change& change) -> void;
  auto drop_references(const ObjectName& table, const std::vector<std::string>* columns, const Change& change) -> void;
  auto inherit_from(Table& table, const Table& parent, const Change& change) -> void;
  auto rename_column(const ObjectName& owner, const std::string& from, const Identifier& to, const Change& change)
      -> void;
  auto rename_in(Expression& expression, const std::string& from, const Identifier& to) const -> void;
  auto rename_type(const ObjectName& from, const ObjectName& to, const Change& change) -> void;
  auto doubt_table(const ObjectName& name, const Change& change) -> void;
  auto rename_table(const ObjectName& from, const ObjectName& to, const Change& change) -> void;

  auto apply(const CreateTable& action, const Change& change) -> void;
  auto apply(const DropObject& action, const Change& change) -> void;
  auto apply(const AlterTable& action, const Change& change) -> void;
  auto apply(const Rename& action, const Change& change) -> void;
  auto apply(const SetSchema& action, const Change& change) -> void;
  auto apply(const CreateIndex& action, const Change& change) -> void;
  auto apply(const CreateEnum& action, const Change& change) -> void;
  auto apply(const AlterEnum& action, const Change& change) -> void;
  auto apply(const CreateType& action, const Change& change) -> void;
  auto apply(const AlterType& action, const Change& change) -> void;
  auto apply(const CreateDomain& action, const Change& change) -> void;
  auto apply(const AlterDomain& action, const Change& change) -> void;
  auto apply(const CreateSequence& action, const Change& change) -> void;
  auto apply(const AlterSequence& action, const Change& change) -> void;
  auto apply(const CreateView& action, const Change& change) -> void;
  auto apply(const CreateFunction& action, const Change& change) -> void;
  auto apply(const CreateTrigger& action, const Change& change) -> void;
  auto apply(const CreatePolicy& action, const Change& change) -> void;
  auto apply(const CreateRule& action, const Change& change) -> void;
  auto apply(const Truncate& action, const Change& change) -> void;
  auto apply(const Dml& action, const Change& change) -> void;
  auto apply(const Unreadable& action, const Change& change) -> void;
  auto apply_subcommand(const AlterTable& alter, const Subcommand& subcommand, const Change& change) -> void;
};

// Would the server take the one for the other, of a partition and its parent?
auto same_index(const CreateIndex& a, const CreateIndex& b) -> bool;

// makeObjectName of the server: name1_name2_label cut to 63 bytes, the longer part first.
auto make_object_name(std::string name1, std::string name2, const std::string& label) -> std::string;

}  // namespace foreshot
