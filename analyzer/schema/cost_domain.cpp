// What changes of domains and composite types cost the tables that use them.
#include <algorithm>
#include <set>

#include "analyzer/schema/costing.h"

namespace foreshot {

// The columns of the domain, and those of the domains over it.
auto Costing::domain_users(const ObjectName& domain, int depth) -> void {
  if (depth > 16) return;
  for (const auto& [user, column] : before_.columns_of_type(domain)) {
    if (column->column.type.array_dimensions > 0)
      return fails("cannot alter type \"" + domain.name.text + "\" because column \"" + user->name.name.text + "." +
                   column->column.name.text + "\" uses it");
    if (user->partition_by.empty()) add(user->name, LockMode::share, Work::scan, "checks every value of the domain");
    for (const auto* reader : before_.readers(user->name)) {
      if (reader->kind != ObjectKind::materialized_view) continue;
      for (const auto& [relation, used] : reader->columns_read)
        if (relation == user->name.name.text && used == column->column.name.text)
          unknown("a materialized view may hold values of the domain");
    }
  }
  for (const auto* over : before_.domains_over(domain)) domain_users(over->name, depth + 1);
}

auto Costing::run(const AlterDomain& action) -> void {
  using What = AlterDomain::What;
  const auto checks = (action.what == What::add_constraint && !action.constraint.not_valid) ||
                      action.what == What::validate || action.what == What::set_not_null;
  if (checks) domain_users(action.domain, 0);
}

// A table OF the type is changed like the type.
auto Costing::run(const AlterType& action) -> void {
  for (const auto* typed : before_.tables_of_type(action.type)) {
    if (!action.cascade) return fails("cannot alter type \"" + action.type.name.text + "\" because it is the type of a typed table");
    add(typed->name, LockMode::access_exclusive, Work::none, "it is a table of the type");
    for (const auto& subcommand : action.subcommands)
      if (std::holds_alternative<AlterColumnType>(subcommand)) unknown("the old type of the attribute is not known");
  }
}

}  // namespace foreshot
