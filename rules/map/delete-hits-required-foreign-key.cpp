#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The foreign key of the target that the relationship goes over; null when it cannot be told.
auto child_key(const Model& child, const Relationship& relationship) -> const Constraint* {
  if (relationship.remote_columns.empty()) return nullptr;
  for (const auto& constraint : child.constraints) {
    if (constraint.kind != ConstraintKind::foreign_key || constraint.columns.size() != relationship.remote_columns.size())
      continue;
    bool same = true;
    for (std::size_t i = 0; i < constraint.columns.size(); ++i)
      same = same && std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(),
                               constraint.columns[i].text) != relationship.remote_columns.end();
    if (same) return &constraint;
  }
  return nullptr;
}

auto required(const Model& child, const Constraint& key) -> bool {
  if (key.columns.empty()) return false;
  return std::all_of(key.columns.begin(), key.columns.end(), [&](const Identifier& name) {
    return std::any_of(child.columns.begin(), child.columns.end(), [&](const ModelColumn& column) {
      return column.column.name == name && column.nullable_known && column.column.not_null;
    });
  });
}

auto has(const Relationship& relationship, const char* cascade) -> bool {
  return std::find(relationship.cascade.begin(), relationship.cascade.end(), cascade) != relationship.cascade.end();
}

}  // namespace

extern const Rule delete_hits_required_foreign_key;
const Rule delete_hits_required_foreign_key = {
    .code = "MAP201",
    .name = "delete-hits-required-foreign-key",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "session.delete() of a parent fails: the session first sets the children's foreign key to NULL, and that column is NOT NULL",
            .what = "A one-to-many relationship without delete cascade and without passive_deletes, over a NOT NULL foreign key, "
                    "and a `session.delete(…)` of the parent somewhere in the project.",
            .database =
                "Before it deletes the parent, SQLAlchemy loads the children and sends `UPDATE child SET parent_id = NULL`. "
                "PostgreSQL refuses: null value in column violates not-null constraint. ON DELETE CASCADE in the database does "
                "not help, it never gets its turn.",
            .bad = "from shop.models import User\n\n\n"
                   "def forget(session, user_id):\n"
                   "    session.delete(session.get(User, user_id))\n",
            .good = "from shop.models import Order\n\n\n"
                    "def cancel(session, order_id):\n"
                    "    session.delete(session.get(Order, order_id))\n",
            .allow = "Parents with children are never deleted, and something before the delete makes sure.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#delete",
        },
    .on_delete =
        [](const DeleteView& view, Report& report) {
          const auto& deletion = view.deletion;
          // A test that deletes and fails says so itself.
          if (deletion.bulk || deletion.model == no_model || deletion.role == PathRole::test) return;
          const auto& parent = view.project.model(deletion.model);
          for (const auto& relationship : parent.relationships) {
            if (relationship.direction != Direction::one_to_many && relationship.direction != Direction::one_to_one) continue;
            if (!relationship.direction_known || !relationship.understood || !relationship.cascade_known) continue;
            if (relationship.viewonly || relationship.custom_join || relationship.many_foreign_keys) continue;
            if (has(relationship, "delete") || relationship.passive_deletes != Relationship::PassiveDeletes::no) continue;
            if (relationship.target_model == no_model) continue;
            // The function looked after the children before: deleted them, moved them, or asked whether there are any.
            if (std::find(deletion.minded.begin(), deletion.minded.end(), relationship.target_model) != deletion.minded.end()) continue;
            const auto& child = view.project.model(relationship.target_model);
            const auto* key = child_key(child, relationship);
            // The key on the parent's own side, or one that may be NULL, is no trouble.
            if (key == nullptr || !required(child, *key)) continue;
            // A child whose rows cannot be there without the parent's primary key in their own key fails differently.
            const auto column = key->columns.front().text;
            report.add(Draft(deletion.span)
                           .says("deleting a " + quoted(parent.name) + " that has " + quoted(relationship.name) +
                                 " fails: the session first sets " + quoted(child.name + "." + column) +
                                 " to NULL, and it is NOT NULL")
                           .about(parent.name + "." + relationship.name)
                           .label(relationship.span, "the relationship has no delete cascade")
                           .help(key->references.on_delete == "CASCADE"
                                     ? "add passive_deletes=True and cascade=\"all, delete-orphan\" to the relationship, so that "
                                       "ON DELETE CASCADE gets its turn"
                                     : "add cascade=\"all, delete-orphan\" to the relationship, or delete the children first"));
          }
        },
};

}  // namespace foreshot::rules
