// What adding and dropping columns and NOT NULL cost.
#include <algorithm>

#include "analyzer/schema/costing.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;

auto is_null(const Expression& value) -> bool {
  return !value.exists() ||
         (value.kind == Expression::Kind::constant && value.constant == Expression::Constant::null);
}

}  // namespace

auto Costing::domain_facts(const TypeName& type) const -> DomainFacts {
  DomainFacts facts;
  auto at = type;
  for (auto depth = 0; depth < 16; ++depth) {
    const auto* domain = before_.domain({at.schema, at.name});
    if (domain == nullptr) return facts;
    // An array of a domain has elements of it, and no value of its own.
    if (at.array_dimensions > 0) return facts;
    if (!domain->certain) facts.constrained = Known::unknown;
    if (domain->certain && domain->constrained) facts.constrained = Known::yes;
    if (!facts.default_value.exists()) facts.default_value = domain->default_value;
    if (facts.constrained != Known::no) return facts;
    at = domain->base;
  }
  facts.constrained = Known::unknown;
  return facts;
}

// The column comes to the table and to what inherits from it; a heir that has it already keeps its own, and its heirs too.
auto Costing::add_column_to(const Table& owner, const AlterTable& action, const Column& column, Work work,
                            const std::string& cause, int depth) -> void {
  if (depth > 16 || action.only) return;
  for (const auto* child : heirs(owner)) {
    const auto* there = child->column(column.name.text);
    const auto merges = there != nullptr && there->certain && child->certain;
    const auto works = !merges && child->partition_by.empty();
    add(child->name, exclusive, works ? work : Work::none, works ? cause : "");
    if (!merges) add_column_to(*child, action, column, work, cause, depth + 1);
  }
}

auto Costing::add_column(const AlterTable& action, const AddColumn& added) -> void {
  const auto& column = added.column;
  const auto* owner = table(action.table);
  if (added.if_not_exists && before_.column_exists(action.table, column.name) == Existence::yes)
    return on_table(action, exclusive);
  const auto everywhere = [&](Work work, const std::string& cause) {
    const auto no_rows = owner != nullptr && !owner->partition_by.empty();
    on_table(action, exclusive, no_rows ? Work::none : work, no_rows ? "" : cause);
    if (owner != nullptr) add_column_to(*owner, action, column, work, cause, 0);
  };
  std::string rewrite;
  auto not_known = std::string();
  auto value = column.default_value;
  if (column.type.is_serial())
    rewrite = "fills the new column from its sequence";
  else if (column.identity != Column::Identity::no)
    rewrite = "fills the new identity column";
  else if (column.generated == Column::Generated::stored)
    rewrite = "computes the stored column for every row";
  else if (column.generated == Column::Generated::no) {
    const auto domain = domain_facts(column.type);
    if (domain.constrained == Known::unknown) not_known = "whether the domain has constraints is not known";
    if (domain.constrained == Known::yes) rewrite = "checks the domain of the new column for every row";
    if (!value.exists()) value = domain.default_value;
    const auto volatility = is_volatile(value, before_);
    // Up to version 12 the default of a domain is no default of the table.
    if (volatility == Known::yes && (column.default_value.exists() || at_.version > 12))
      rewrite = "computes the volatile default for every row";
    else if (volatility == Known::unknown && rewrite.empty())
      not_known = "whether the default is volatile is not known";
  }
  auto primary = false;
  for (const auto& constraint : column.constraints) primary = primary || constraint.kind == ConstraintKind::primary_key;
  everywhere(rewrite.empty() ? Work::none : Work::rewrite, rewrite);
  if (rewrite.empty()) {
    const auto virtual_column = column.generated == Column::Generated::virtual_;
    if ((column.not_null || primary) && ((is_null(value) && column.generated == Column::Generated::no) || virtual_column)) {
      everywhere(Work::scan, "verifies NOT NULL of the new column");
      if (owner != nullptr && owner->certain && owner->rows == Known::yes && !virtual_column)
        fails("column \"" + column.name.text + "\" of relation \"" + action.table.name.text + "\" contains null values");
    }
  }
  for (const auto& constraint : column.constraints) {
    switch (constraint.kind) {
      case ConstraintKind::check:
        if (constraint.not_enforced) break;
        if (constraint.no_inherit)
          on_table(action, exclusive, Work::scan, "verifies the CHECK of the new column");
        else
          everywhere(Work::scan, "verifies the CHECK of the new column");
        break;
      case ConstraintKind::unique:
      case ConstraintKind::primary_key: {
        const auto* kind = constraint.kind == ConstraintKind::unique ? "UNIQUE" : "PRIMARY KEY";
        const auto cause = std::string("builds the index behind ") + kind;
        // Partitions have the index too, heirs do not.
        if (owner != nullptr && owner->partition_by.empty())
          on_table(action, exclusive, Work::index_build, cause);
        else
          on_all(action, exclusive, Work::index_build, cause);
        break;
      }
      case ConstraintKind::foreign_key: {
        const auto& parent = constraint.references.table;
        const auto filled = column.default_value.exists() || column.type.is_serial() ||
                            column.generated != Column::Generated::no;
        const auto scans = filled && !constraint.not_enforced && !constraint.not_valid;
        if (scans) on_all(action, exclusive, Work::scan, "validates the foreign key of the new column");
        if (!parent.known() || before_.same_table(parent, action.table)) break;
        const auto looks_up = scans && !(is_null(column.default_value) && column.generated == Column::Generated::no);
        refer(parent, LockMode::share_row_exclusive, looks_up ? Work::scan : Work::none,
              "the foreign key of the new column refers to it");
        break;
      }
      default: break;
    }
  }
  if (!not_known.empty()) unknown(not_known);
}

auto Costing::drop_column(const AlterTable& action, const DropColumn& drop) -> void {
  on_all(action, exclusive);
  const auto* owner = table(action.table);
  if (owner == nullptr) return;
  // What a heir has from its parent only becomes its own: it is changed too.
  if (action.only)
    for (const auto* child : heirs(*owner)) add(child->name, exclusive);
  const auto is_it = [&](const Identifier& name) { return name.text == drop.column.text; };
  for (const auto& item : owner->constraints) {
    const auto& constraint = item.constraint;
    if (std::none_of(constraint.columns.begin(), constraint.columns.end(), is_it)) continue;
    if (constraint.kind == ConstraintKind::foreign_key && !before_.same_table(constraint.references.table, owner->name))
      release(constraint.references.table, "a foreign key to it is dropped");
  }
  if (!drop.cascade) return;
  for (const auto* child : before_.referencing(action.table)) {
    if (child == owner) continue;
    for (const auto& item : child->constraints) {
      const auto& reference = item.constraint.references;
      if (item.constraint.kind == ConstraintKind::foreign_key && before_.same_table(reference.table, owner->name) &&
          std::any_of(reference.columns.begin(), reference.columns.end(), is_it)) {
        add(child->name, exclusive, Work::none, "its foreign key is dropped");
        break;
      }
    }
  }
  drop_readers(action.table, drop.column.text, 0);
}

auto Costing::set_not_null(const AlterTable& action, const Identifier& column, const std::string& cause) -> void {
  const auto settled = [&](const Table* owner) {
    if (owner == nullptr) return false;
    if (owner->proof_of_not_null(column.text) != nullptr) return true;
    const auto* known = owner->column(column.text);
    return known != nullptr && known->certain && known->not_null == Known::yes;
  };
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->column(column.text) : nullptr;
  const auto said_not_null = at_.existing_nullable != nullptr && !*at_.existing_nullable &&
                             (known == nullptr || known->not_null == Known::unknown);
  const auto scans = !settled(owner) && !said_not_null && (owner == nullptr || owner->partition_by.empty());
  on_table(action, exclusive, scans ? Work::scan : Work::none, scans ? cause : "");
  // Where the column of a partitioned table is NOT NULL, so are those below it; since version 18 those of heirs too.
  const auto parts = owner != nullptr && !owner->partition_by.empty();
  if (known != nullptr && known->certain && known->not_null == Known::yes && (parts || at_.version >= 18)) return;
  for (const auto* child : below(action.table, action.only)) {
    const auto child_scans = !settled(child) && child->partition_by.empty();
    add(child->name, exclusive, child_scans ? Work::scan : Work::none, child_scans ? cause : "");
  }
  // A change under a condition leaves open whether the column allows NULL.
  if (known != nullptr && !said_not_null && (!known->certain || !owner->certain)) unknown("whether the column allows NULL is not known");
}

}  // namespace foreshot
