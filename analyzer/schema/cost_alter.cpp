// What ALTER TABLE costs, one subcommand after the other, in the order in which the server carries them out.
#include <algorithm>
#include <map>
#include <numeric>

#include "analyzer/schema/costing.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;
constexpr auto light = LockMode::share_update_exclusive;

// Storage parameters that the server changes beside running queries; all others lock readers out.
auto is_light_parameter(const std::string& name) -> bool {
  static constexpr std::string_view names[] = {
      "fillfactor", "toast_tuple_target", "parallel_workers", "vacuum_index_cleanup", "vacuum_truncate",
      "log_autovacuum_min_duration", "vacuum_max_eager_freeze_failure_rate", "deduplicate_items"};
  return name.starts_with("autovacuum_") || name.starts_with("toast.") ||
         std::find(std::begin(names), std::end(names), name) != std::end(names);
}

constexpr int pass_of_keys = 7;

// Which of the server's passes over an ALTER TABLE takes the subcommand.
struct Pass {
  auto operator()(const DropColumn&) const -> int { return 1; }
  auto operator()(const DropConstraint&) const -> int { return 1; }
  auto operator()(const DropNotNull&) const -> int { return 1; }
  auto operator()(const DropDefault&) const -> int { return 1; }
  auto operator()(const DropIdentity&) const -> int { return 1; }
  auto operator()(const DropExpression&) const -> int { return 1; }
  auto operator()(const AlterColumnType&) const -> int { return 2; }
  auto operator()(const AddColumn&) const -> int { return 3; }
  auto operator()(const SetExpression&) const -> int { return 4; }
  auto operator()(const AddConstraint& add) const -> int {
    switch (add.constraint.kind) {
      case ConstraintKind::check:
      case ConstraintKind::not_null: return 5;
      case ConstraintKind::foreign_key: return 8;
      default: return pass_of_keys;
    }
  }
  auto operator()(const SetNotNull&) const -> int { return 6; }
  auto operator()(const SetIdentity&) const -> int { return 6; }
  auto operator()(const AddIdentity&) const -> int { return 8; }
  auto operator()(const SetDefault&) const -> int { return 8; }
  template <typename T>
  auto operator()(const T&) const -> int { return 9; }
};

auto pass_of(const Subcommand& subcommand) -> int { return std::visit(Pass{}, subcommand); }

auto in_server_order(const std::vector<Subcommand>& subcommands) -> std::vector<std::size_t> {
  std::vector<std::size_t> order(subcommands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return pass_of(subcommands[a]) < pass_of(subcommands[b]); });
  return order;
}

}  // namespace

auto Costing::on_table(const AlterTable& action, LockMode lock, Work work, const std::string& cause) -> void {
  add(action.table, lock, work, cause).kind = action.kind;
}

auto Costing::on_all(const AlterTable& action, LockMode lock, Work work, const std::string& cause) -> void {
  const auto* owner = table(action.table);
  // A partitioned table has no rows of its own.
  const auto empty = owner != nullptr && !owner->partition_by.empty();
  on_table(action, lock, empty ? Work::none : work, empty ? "" : cause);
  for (const auto* child : below(action.table, action.only)) {
    const auto no_rows = !child->partition_by.empty();
    add(child->name, lock, no_rows ? Work::none : work, no_rows ? "" : cause);
  }
}

// Is it settled before the first subcommand is carried out that all rows are written anew?
auto Costing::rewrites_first(const AlterTable& action) const -> bool {
  return std::any_of(action.subcommands.begin(), action.subcommands.end(), [&](const Subcommand& subcommand) {
    const auto early = std::holds_alternative<SetPersistence>(subcommand) || std::holds_alternative<SetAccessMethod>(subcommand) ||
                       std::holds_alternative<AlterColumnType>(subcommand);
    if (!early) return false;
    Costing alone(at_);
    alone.alter(action, subcommand);
    return std::any_of(alone.cost_.effects.begin(), alone.cost_.effects.end(), [&](const Effect& effect) {
      return effect.work == Work::rewrite && effect.relation == action.table;
    });
  });
}

auto Costing::run(const AlterTable& action) -> void {
  if (!action.table.known()) return unknown("the table is not known");
  if (action.if_exists && before_.exists(action.table) == Existence::no) return;
  const auto first = cost_.effects.size();
  // A later subcommand meets what an earlier one has made of the table.
  constexpr std::size_t many = 100;
  const auto start = before_;
  const auto partitions = before_.children(action.table);
  History changed(start);
  const auto several = action.subcommands.size() > 1 && action.subcommands.size() <= many;
  rewritten_ = several && rewrites_first(action);
  for (const auto i : in_server_order(action.subcommands)) {
    subcommand_ = i;
    alter(action, action.subcommands[i]);
    if (!several) continue;
    auto single = action;
    single.subcommands = {action.subcommands[i]};
    single.spans.clear();
    changed.apply(single, {}, true);
    before_ = changed.latest();
  }
  before_ = start;
  subcommand_ = 0;
  rewritten_ = false;
  if (action.subcommands.empty()) on_table(action, exclusive);
  // The strongest lock that a subcommand needs is taken first and held for all of them.
  std::map<std::string, LockMode> strongest;
  for (auto i = first; i < cost_.effects.size(); ++i) {
    auto& mode = strongest[cost_.effects[i].relation.display()];
    mode = std::max(mode, cost_.effects[i].lock);
  }
  // Partitions and heirs that it reaches are locked like the table; only the index behind a key comes to a partition as
  // CREATE INDEX brings it.
  const auto own = strongest[action.table.display()];
  if (action.subcommands.size() > 1)
    for (auto i = first; i < cost_.effects.size(); ++i) {
      const auto& subcommand = action.subcommands[cost_.effects[i].subcommand];
      if (pass_of(subcommand) == pass_of_keys || cost_.effects[i].kind != ObjectKind::table) continue;
      const auto reached = std::any_of(partitions.begin(), partitions.end(), [&](const Table* child) {
        return child->name == cost_.effects[i].relation;
      });
      auto& mode = strongest[cost_.effects[i].relation.display()];
      if (reached) mode = std::max(mode, own);
    }
  for (auto i = first; i < cost_.effects.size(); ++i)
    cost_.effects[i].lock = strongest[cost_.effects[i].relation.display()];
}

auto Costing::alter_index(const AlterTable& action, const Subcommand& subcommand) -> void {
  if (const auto* place = std::get_if<SetTablespace>(&subcommand)) {
    const auto stays = place->tablespace.text == "pg_default";
    return on_table(action, exclusive, stays ? Work::none : Work::rewrite, stays ? "" : "copies the index");
  }
  if (const auto* part = std::get_if<AttachPartition>(&subcommand)) add(part->partition, exclusive).kind = ObjectKind::index;
  const auto* other = std::get_if<OtherSubcommand>(&subcommand);
  const auto heavy = other != nullptr && !std::all_of(other->parameters.begin(), other->parameters.end(), is_light_parameter);
  on_table(action, heavy ? exclusive : light);
}

auto Costing::alter_other(const AlterTable& action, const OtherSubcommand& other) -> void {
  const std::string_view what = other.what;
  if (what.starts_with("SET (") || what.starts_with("RESET (")) {
    const auto beside = action.kind != ObjectKind::view &&
                        std::all_of(other.parameters.begin(), other.parameters.end(), is_light_parameter);
    return on_table(action, beside ? light : exclusive);
  }
  if (what == "SET STATISTICS") return on_all(action, light);
  if (what == "SET STORAGE") return on_all(action, exclusive);
  const auto beside = what.starts_with("ALTER COLUMN SET (") || what.starts_with("ALTER COLUMN RESET (") ||
                      what == "CLUSTER ON" || what == "SET WITHOUT CLUSTER";
  on_table(action, beside ? light : exclusive);
}

// Where and how the rows are stored. False: the subcommand is about something else.
auto Costing::alter_storage(const AlterTable& action, const Subcommand& subcommand) -> bool {
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  const auto moves = [&](const Identifier& from, const std::string& to, const std::string& usual, const char* cause) {
    const auto stays = (from.empty() || from.text == "default" ? usual : from.text) == (to.empty() || to == "default" ? usual : to);
    if (!from.known) {
      on_table(action, exclusive);
      return unknown("where the table is stored is not known");
    }
    if (stays || partitioned) return on_table(action, exclusive);
    on_table(action, exclusive, Work::rewrite, cause);
  };
  if (const auto* persistence = std::get_if<SetPersistence>(&subcommand)) {
    if (partitioned || (owner != nullptr && owner->origin.known() && owner->unlogged == !persistence->logged))
      on_table(action, exclusive);
    else
      on_table(action, exclusive, Work::rewrite, "writes the table anew");
    return true;
  }
  if (const auto* place = std::get_if<SetTablespace>(&subcommand)) {
    moves(owner != nullptr ? owner->tablespace : Identifier(), place->tablespace.text, "pg_default",
          "copies the table to the tablespace");
    return true;
  }
  if (const auto* method = std::get_if<SetAccessMethod>(&subcommand)) {
    moves(owner != nullptr ? owner->access_method : Identifier(), method->method.text, "heap", "writes the table anew");
    return true;
  }
  return false;
}

auto Costing::alter(const AlterTable& action, const Subcommand& subcommand) -> void {
  if (action.kind == ObjectKind::index) return alter_index(action, subcommand);
  if (const auto* add = std::get_if<AddColumn>(&subcommand)) return add_column(action, *add);
  if (const auto* drop = std::get_if<DropColumn>(&subcommand)) return drop_column(action, *drop);
  if (const auto* type = std::get_if<AlterColumnType>(&subcommand)) return change_type(action, *type);
  if (const auto* set = std::get_if<SetNotNull>(&subcommand)) return set_not_null(action, set->column, "verifies NOT NULL");
  if (const auto* constrain = std::get_if<AddConstraint>(&subcommand)) return add_constraint(action, constrain->constraint);
  if (const auto* release = std::get_if<DropConstraint>(&subcommand)) return drop_constraint(action, *release);
  if (const auto* check = std::get_if<ValidateConstraint>(&subcommand)) return validate(action, *check);
  if (const auto* change = std::get_if<AlterConstraint>(&subcommand)) return enforce(action, *change);
  if (const auto* partition = std::get_if<AttachPartition>(&subcommand)) return attach(action, *partition);
  if (const auto* partition = std::get_if<DetachPartition>(&subcommand)) return detach(action, *partition);
  if (alter_storage(action, subcommand)) return;

  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  if (const auto* expression = std::get_if<SetExpression>(&subcommand)) {
    const auto* column = owner != nullptr ? owner->column(expression->column.text) : nullptr;
    if (column == nullptr || column->column.generated == Column::Generated::no) {
      on_all(action, exclusive);
      return unknown("whether the column is stored is not known");
    }
    if (column->column.generated == Column::Generated::stored)
      return on_all(action, exclusive, Work::rewrite, "computes the stored column for every row");
    const auto checked = column->not_null == Known::yes ||
                         std::any_of(owner->constraints.begin(), owner->constraints.end(), [&](const TableConstraint& item) {
                           if (item.constraint.kind != ConstraintKind::check || item.constraint.not_enforced) return false;
                           const auto used = item.constraint.expression.columns();
                           return std::find(used.begin(), used.end(), expression->column.text) != used.end();
                         });
    return on_all(action, exclusive, checked ? Work::scan : Work::none, checked ? "verifies what is demanded of the column" : "");
  }
  if (const auto* heir = std::get_if<SetInherit>(&subcommand)) {
    on_table(action, exclusive);
    if (heir->inherit && heir->parent.known()) add(heir->parent, light);
    return;
  }
  if (const auto* triggers = std::get_if<SetTriggers>(&subcommand)) {
    on_table(action, triggers->rule ? exclusive : LockMode::share_row_exclusive);
    if (!partitioned || triggers->rule || action.only) return;
    // Triggers for each row are those of the partitions; since version 15, so are those of foreign keys.
    const auto keys = triggers->which == "ALL" && at_.version >= 15;
    const auto all = triggers->which == "ALL" || triggers->which == "USER";
    auto reaches = false;
    for (const auto& trigger : owner->triggers) reaches = reaches || (trigger.each_row && (all || trigger.name.text == triggers->which));
    for (const auto& item : owner->constraints)
      reaches = reaches || (keys && item.constraint.kind == ConstraintKind::foreign_key);
    reaches = reaches || (keys && !before_.referencing(action.table).empty());
    if (reaches) add_below(action.table, LockMode::share_row_exclusive);
    return;
  }
  if (const auto* other = std::get_if<OtherSubcommand>(&subcommand)) return alter_other(action, *other);
  if (const auto* nullable = std::get_if<DropNotNull>(&subcommand); nullable != nullptr && at_.version >= 18) {
    // Nothing is dropped where nothing is.
    const auto* column = owner != nullptr ? owner->column(nullable->column.text) : nullptr;
    if (column != nullptr && column->certain && column->not_null == Known::no) return on_table(action, exclusive);
    // Under ONLY the heirs keep it, as their own.
    if (action.only && owner != nullptr)
      for (const auto* child : heirs(*owner)) add(child->name, exclusive);
  }
  const auto identity = std::holds_alternative<AddIdentity>(subcommand) || std::holds_alternative<SetIdentity>(subcommand) ||
                        std::holds_alternative<DropIdentity>(subcommand);
  const auto column_wide = std::holds_alternative<SetDefault>(subcommand) ||
                           std::holds_alternative<DropDefault>(subcommand) ||
                           std::holds_alternative<DropNotNull>(subcommand) ||
                           std::holds_alternative<DropExpression>(subcommand) || (identity && partitioned);
  return column_wide ? on_all(action, exclusive) : on_table(action, exclusive);
}

}  // namespace foreshot
