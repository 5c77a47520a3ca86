// Sequences, views, functions, data; and History::apply, which picks the step for an action.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

template <typename T>
auto shared(T value) -> std::shared_ptr<const T> {
  return std::make_shared<const T>(std::move(value));
}

}  // namespace

auto History::State::apply(const CreateSequence& action, const Change& change) -> void {
  const auto there = find(&State::sequences, action.sequence, moment).value;
  if (there != nullptr && there->certain) return;
  put(&State::sequences, action.sequence, shared(Sequence{action.sequence, {}, {}, change.certain, change.origin}));
}

auto History::State::apply(const AlterSequence& action, const Change& change) -> void {
  const auto there = find(&State::sequences, action.sequence, moment).value;
  if (there == nullptr || action.owned_by_table.empty()) return;
  auto changed = *there;
  changed.table = action.owned_by_table;
  changed.column = action.owned_by_column;
  changed.certain = changed.certain && change.certain;
  put(&State::sequences, action.sequence, shared(std::move(changed)));
}

auto History::State::apply(const CreateRule& action, const Change& change) -> void {
  edit(action.table, change, [&](Table& table) {
    table.rules.erase_if([&](const CreateRule& rule) { return rule.name == action.name; });
    table.rules.push_back(action);
  });
}

auto History::State::apply(const CreateView& action, const Change& change) -> void {
  if (!action.view.known()) return;
  const auto there = table(action.view, moment);
  if (there != nullptr && there->certain && !action.replace) return;
  Table view;
  view.name = action.view;
  view.kind = action.materialized ? ObjectKind::materialized_view : ObjectKind::view;
  view.reads = action.reads;
  view.columns_read = action.columns_read;
  view.certain = change.certain;
  view.origin = there != nullptr ? there->origin : change.origin;
  put_table(action.view, std::move(view));
}

auto History::State::apply(const CreateFunction& action, const Change& change) -> void {
  FunctionVolatility function;
  function.name = action.function;
  function.volatility = change.certain ? action.volatility : "";
  function.language = action.language;
  function.origin = change.origin;
  // Overloads of one name that differ are told apart by nobody: what such a call does is not known.
  const auto there = find(&State::functions, action.function, moment).value;
  if (there != nullptr && !action.replace && there->volatility != function.volatility) function.volatility.clear();
  if (change.certain && (there == nullptr || action.replace)) function.code = action.code;
  put(&State::functions, action.function, shared(std::move(function)));
}

auto History::State::apply(const CreateTrigger& action, const Change& change) -> void {
  edit(action.table, change, [&](Table& table) {
    table.triggers.erase_if([&](const CreateTrigger& trigger) { return trigger.name == action.name; });
    if (table.triggers.size() < most_parts) table.triggers.push_back(action);
  });
}

auto History::State::apply(const CreatePolicy& action, const Change& change) -> void {
  edit(action.table, change, [&](Table& table) {
    if (!action.alter && table.policies.size() < most_parts) table.policies.push_back(action);
  });
}

auto History::State::apply(const Truncate& action, const Change& change) -> void {
  if (!change.certain) return;
  for (const auto& name : action.tables) {
    if (table(name, moment) == nullptr) continue;
    edit(name, change, [&](Table& table) {
      table.rows = Known::no;
      table.rows_origin = change.origin;
      table.emptied = change.origin;
    });
  }
}

auto History::State::apply(const Dml& action, const Change& change) -> void {
  if (!action.table.known()) return;
  // Under a test, too: "if there are rows: DELETE".
  if (action.verb == Dml::Verb::delete_ && !action.where.exists() && !action.limited && action.reads.empty()) {
    edit(action.table, change, [&](Table& table) { table.emptied = change.origin; });
    return;
  }
  const auto fills = action.verb == Dml::Verb::insert || action.verb == Dml::Verb::copy || action.verb == Dml::Verb::merge;
  if (!fills) return;
  const auto found = table(action.table, moment);
  const auto rows = change.certain && action.rows > 0 ? Known::yes : Known::unknown;
  if (found == nullptr || ((found->rows == Known::yes || found->rows == rows) && !found->emptied.known())) return;
  edit(action.table, change, [&](Table& table) {
    table.emptied = {};
    if (table.rows == Known::yes) return;
    table.rows = rows;
    table.rows_origin = change.origin;
  });
}

auto History::State::apply(const Rename& action, const Change& change) -> void {
  if (!action.object.known() || !action.to.known) return;
  const auto to = ObjectName{action.object.schema, action.to};
  switch (action.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view: rename_table(action.object, to, change); break;
    case ObjectKind::column: {
      std::vector<ObjectName> targets{action.object};
      for (auto& child : descendants(action.object, moment)) targets.push_back(std::move(child));
      for (const auto& target : targets) rename_column(target, action.part.text, action.to, change);
      break;
    }
    case ObjectKind::constraint:
      edit(action.object, change, [&](Table& table) {
        for (std::size_t i = 0; i < table.constraints.size(); ++i)
          if (table.constraints[i].constraint.name.text == action.part.text) {
            auto& renamed = table.constraints.edit(i);
            renamed.constraint.name = action.to;
            renamed.name_generated = false;
            renamed.certain = renamed.certain && change.certain;
            if (!renamed.index.empty()) renamed.index = action.to.text;
          }
        for (std::size_t i = 0; i < table.indexes.size(); ++i)
          if (table.indexes[i].constraint == action.part.text) {
            table.indexes.edit(i).index.name = action.to;
            table.indexes.edit(i).constraint = action.to.text;
          }
      });
      break;
    case ObjectKind::index: {
      std::vector<ObjectName> owners;
      each_user(&State::index_places, action.object.name.text, moment, [&](const std::shared_ptr<const Table>& table) {
        if (table->index(action.object.name.text) != nullptr) owners.push_back(table->name);
      });
      for (const auto& owner : owners)
        edit(owner, change, [&](Table& table) {
          for (std::size_t i = 0; i < table.indexes.size(); ++i) {
            if (table.indexes[i].index.name.text != action.object.name.text) continue;
            auto& renamed = table.indexes.edit(i);
            renamed.index.name = action.to;
            renamed.certain = renamed.certain && change.certain;
            if (renamed.constraint.empty()) continue;
            for (std::size_t k = 0; k < table.constraints.size(); ++k)
              if (table.constraints[k].constraint.name.text == renamed.constraint) {
                table.constraints.edit(k).constraint.name = action.to;
                table.constraints.edit(k).index = action.to.text;
              }
            renamed.constraint = action.to.text;
          }
        });
      break;
    }
    case ObjectKind::type:
    case ObjectKind::domain: rename_type(action.object, to, change); break;
    case ObjectKind::sequence:
      if (!change.certain) break;
      if (const auto there = find(&State::sequences, action.object, moment).value) {
        auto renamed = *there;
        renamed.name = to;
        put(&State::sequences, action.object, std::shared_ptr<const Sequence>());
        put(&State::sequences, to, shared(std::move(renamed)));
      }
      break;
    default: break;
  }
}

auto History::State::rename_column(const ObjectName& owner, const std::string& from, const Identifier& to,
                                   const Change& change) -> void {
  const auto rename = [&](Identifier& name) {
    if (name.text == from) name = to;
  };
  edit(owner, change, [&](Table& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].column.name.text == from) {
        auto& column = table.columns.edit(i);
        column.column.name = to;
        column.certain = column.certain && change.certain;
        if (!change.certain) {
          auto old = table.columns[i];
          old.column.name = Identifier(from);
          table.columns.push_back(std::move(old));
        }
        break;
      }
    for (std::size_t i = 0; i < table.constraints.size(); ++i) {
      auto& constraint = table.constraints.edit(i).constraint;
      for (auto& name : constraint.columns) rename(name);
      for (auto& name : constraint.include) rename(name);
      rename_in(constraint.expression, from, to);
    }
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
      auto& index = table.indexes.edit(i).index;
      for (auto& key : index.keys) {
        rename(key.column);
        rename_in(key.expression, from, to);
      }
      for (auto& name : index.include) rename(name);
      rename_in(index.predicate, from, to);
    }
    for (auto& name : table.partition_key) rename(name);
  });
  std::vector<ObjectName> users;
  each_user(&State::relation_users, owner.name.text, moment,
            [&](const std::shared_ptr<const Table>& user) { users.push_back(user->name); });
  for (const auto& user : users)
    edit(user, change, [&](Table& table) {
      for (std::size_t i = 0; i < table.constraints.size(); ++i) {
        const auto& constraint = table.constraints[i].constraint;
        if (constraint.kind != ConstraintKind::foreign_key || !same(constraint.references.table, owner, moment)) continue;
        for (auto& name : table.constraints.edit(i).constraint.references.columns) rename(name);
      }
      for (auto& [relation, column] : table.columns_read)
        if (relation == owner.name.text && column == from) column = to.text;
    });
}

auto History::State::rename_in(Expression& expression, const std::string& from, const Identifier& to) const -> void {
  std::vector<Expression*> pending{&expression};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    auto& at = *pending[i];
    if (at.kind == Expression::Kind::column && at.name.name.text == from) at.name.name = to;
    for (auto& argument : at.arguments) pending.push_back(&argument);
  }
}

auto History::State::apply(const SetSchema& action, const Change& change) -> void {
  if (!action.object.known() || !action.schema.known) return;
  const auto to = ObjectName{action.schema, action.object.name};
  switch (action.kind) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::foreign_table: rename_table(action.object, to, change); break;
    case ObjectKind::type:
    case ObjectKind::domain: rename_type(action.object, to, change); break;
    default: break;
  }
}

auto History::State::apply(const Unreadable& action, const Change& change) -> void {
  const auto is = [&](const char* verb) { return action.verb.starts_with(verb); };
  const auto changes_objects = action.verb.empty() || is("CREATE") || is("ALTER") || is("DROP") || is("DO") || is("CALL");
  if (!changes_objects) return;
  doubts.push_back(moment);
  if (is("ALTER") || is("DROP")) doubt_table(action.table, change);
}

auto History::apply(const Action& action, const Origin& origin, bool certain) -> Moment {
  auto& state = *state_;
  ++state.moment;
  auto changed = origin;
  changed.moment = state.moment;
  const State::Change change{changed, certain};
  std::visit(
      [&](const auto& specific) {
        if constexpr (requires { state.apply(specific, change); }) state.apply(specific, change);
      },
      action);
  return state.moment;
}

}  // namespace foreshot
