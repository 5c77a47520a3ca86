// Enums, composite types and domains.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

template <typename T>
auto shared(T value) -> std::shared_ptr<const T> {
  return std::make_shared<const T>(std::move(value));
}

// PostgreSQL's name for a CHECK of a domain that has none.
auto check_name(const Domain& domain, const std::string& given) -> std::string {
  if (!given.empty()) return given;
  for (auto number = 0;; ++number) {
    auto name = make_object_name(domain.name.name.text, "", number == 0 ? "check" : "check" + std::to_string(number));
    if (std::find(domain.checks.begin(), domain.checks.end(), name) == domain.checks.end()) return name;
  }
}

}  // namespace

auto History::State::apply(const CreateEnum& action, const Change& change) -> void {
  if (const auto there = find(&State::enums, action.type, moment).value; there != nullptr && there->certain) return;
  EnumType type;
  type.name = action.type;
  type.values = action.values;
  type.values_known = action.values_known;
  type.certain = change.certain;
  type.origin = change.origin;
  put(&State::enums, action.type, shared(std::move(type)));
}

auto History::State::apply(const AlterEnum& action, const Change& change) -> void {
  const auto found = find(&State::enums, action.type, moment);
  if (found.value == nullptr && found.seen()) return;
  auto type = found.value != nullptr ? *found.value : EnumType();
  if (found.value == nullptr) {
    type.name = action.type;
    type.values_known = false;
    type.certain = change.certain;
  }
  if (!action.value_known || !change.certain) {
    type.values_known = false;
    if (!action.added.empty()) type.added.emplace_back(action.added, change.origin);
  } else if (!action.added.empty()) {
    const auto there = std::find(type.values.begin(), type.values.end(), action.added) != type.values.end();
    if (there) return;
    auto place = type.values.end();
    if (const auto space = action.position.find(' '); space != std::string::npos) {
      const auto neighbour = std::find(type.values.begin(), type.values.end(), action.position.substr(space + 1));
      if (neighbour != type.values.end())
        place = action.position.starts_with("AFTER") ? std::next(neighbour) : neighbour;
    }
    type.values.insert(place, action.added);
    type.added.emplace_back(action.added, change.origin);
  } else {
    std::replace(type.values.begin(), type.values.end(), action.renamed_from, action.renamed_to);
  }
  put(&State::enums, action.type, shared(std::move(type)));
}

auto History::State::apply(const CreateType& action, const Change& change) -> void {
  put(&State::types, action.type, shared(PlainObject{change.certain, change.origin}));
}

auto History::State::apply(const CreateDomain& action, const Change& change) -> void {
  Domain domain;
  domain.name = action.domain;
  domain.base = action.base;
  domain.constrained = action.not_null || !action.constraints.empty();
  domain.not_null = action.not_null;
  domain.default_value = action.default_value;
  for (const auto& check : action.constraints) domain.checks.push_back(check_name(domain, check.name.text));
  domain.certain = change.certain;
  domain.origin = change.origin;
  put(&State::domains, action.domain, shared(std::move(domain)));
}

auto History::State::apply(const AlterDomain& action, const Change& change) -> void {
  const auto found = find(&State::domains, action.domain, moment).value;
  if (found == nullptr) return;
  auto domain = *found;
  switch (action.what) {
    case AlterDomain::What::add_constraint:
      if (action.constraint.kind == ConstraintKind::not_null)
        domain.not_null = true;
      else
        domain.checks.push_back(check_name(domain, action.constraint.name.text));
      break;
    case AlterDomain::What::set_not_null: domain.not_null = true; break;
    case AlterDomain::What::drop_constraint:
      // A name that is not among the CHECKs may be that of NOT NULL.
      if (std::erase(domain.checks, action.constraint.name.text) == 0 && domain.not_null) domain.certain = false;
      break;
    case AlterDomain::What::drop_not_null: domain.not_null = false; break;
    case AlterDomain::What::set_default: domain.default_value = action.default_value; break;
    case AlterDomain::What::drop_default: domain.default_value = Expression(); break;
    default: return;
  }
  domain.constrained = domain.not_null || !domain.checks.empty();
  if (!change.certain) domain.certain = false;
  put(&State::domains, action.domain, shared(std::move(domain)));
}

auto History::State::apply(const AlterType& action, const Change& change) -> void {
  if (!action.cascade) return;
  std::vector<ObjectName> typed;
  each_user(&State::type_users, action.type.name.text, moment, [&](const std::shared_ptr<const Table>& table) {
    if (table->of_type.name == action.type.name) typed.push_back(table->name);
  });
  for (const auto& name : typed) {
    AlterTable alter;
    alter.table = name;
    for (const auto& subcommand : action.subcommands) apply_subcommand(alter, subcommand, change);
  }
}

auto History::State::rename_type(const ObjectName& from, const ObjectName& to, const Change& change) -> void {
  const auto move = [&](auto kind) {
    const auto found = find(kind, from, moment).value;
    if (found == nullptr) return;
    auto renamed = *found;
    renamed.certain = renamed.certain && change.certain;
    if constexpr (requires { renamed.name; }) renamed.name = to;
    if (change.certain) put(kind, from, decltype(find(kind, from, moment).value)());
    put(kind, to, shared(std::move(renamed)));
  };
  move(&State::enums);
  move(&State::domains);
  move(&State::types);
  std::vector<ObjectName> users;
  each_user(&State::type_users, from.name.text, moment,
            [&](const std::shared_ptr<const Table>& user) { users.push_back(user->name); });
  for (const auto& user : users)
    edit(user, change, [&](Table& table) {
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& type = table.columns[i].column.type;
        if (type.name.text != from.name.text) continue;
        if (!type.schema.empty() && !from.schema.empty() && type.schema != from.schema) continue;
        auto& column = table.columns.edit(i);
        column.column.type.name = to.name;
        column.column.type.schema = to.schema;
        column.type_known = column.type_known && change.certain;
      }
    });
}

}  // namespace foreshot
