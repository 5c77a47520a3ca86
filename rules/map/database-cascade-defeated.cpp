#include <algorithm>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto has(const Relationship& relationship, const char* cascade) -> bool {
  return std::find(relationship.cascade.begin(), relationship.cascade.end(), cascade) != relationship.cascade.end();
}

// Does deleting an object of `from` through a session delete objects of `to`, by its class or by delete cascades?
auto reaches(const Project& project, ModelId from, ModelId to) -> bool {
  constexpr std::size_t most = 64;
  std::vector<ModelId> pending{from};
  for (std::size_t i = 0; i < pending.size() && i < most; ++i) {
    if (related(project, pending[i], to)) return true;
    for (const auto& relationship : project.model(pending[i]).relationships) {
      const auto next = relationship.target_model;
      // What the database deletes by itself no session sees.
      if (next == no_model || !has(relationship, "delete") || relationship.passive_deletes != Relationship::PassiveDeletes::no) continue;
      if (std::find(pending.begin(), pending.end(), next) == pending.end()) pending.push_back(next);
    }
  }
  return false;
}

// A place in the application where a session deletes one; null when there is none.
auto deletion_of(const Project& project, ModelId model) -> const Delete* {
  for (const auto& deletion : project.deletes)
    if (!deletion.bulk && deletion.model != no_model && deletion.role != PathRole::test && reaches(project, deletion.model, model)) return &deletion;
  return nullptr;
}

}  // namespace

extern const Rule database_cascade_defeated;
const Rule database_cascade_defeated = {
    .code = "MAP202",
    .name = "database-cascade-defeated",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "ON DELETE CASCADE never gets its turn: the session sets the children's foreign key to NULL first, so they stay behind",
            .what = "A one-to-many relationship without delete cascade and without passive_deletes, over a nullable foreign key "
                    "that says ON DELETE CASCADE, where the application deletes such a parent through a session: by "
                    "`session.delete(…)`, or along the delete cascade of what it deletes.",
            .database =
                "`session.delete(parent)` loads the children, sets their key to NULL, and only then deletes the parent. When the "
                "database would cascade there is nothing left that points to the parent: the children are orphans.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n\n\n"
                   "class Base(DeclarativeBase):\n    pass\n\n\n"
                   "class Team(Base):\n    __tablename__ = \"teams\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    players: Mapped[list[\"Player\"]] = relationship()\n\n\n"
                   "class Player(Base):\n    __tablename__ = \"players\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int | None] = mapped_column(ForeignKey(\"teams.id\", ondelete=\"CASCADE\"), index=True)\n\n\n"
                   "def dissolve(session, key):\n    session.delete(session.get(Team, key))\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n\n\n"
                    "class Base(DeclarativeBase):\n    pass\n\n\n"
                    "class Team(Base):\n    __tablename__ = \"teams\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete\", passive_deletes=True)\n\n\n"
                    "class Player(Base):\n    __tablename__ = \"players\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int | None] = mapped_column(ForeignKey(\"teams.id\", ondelete=\"CASCADE\"), index=True)\n\n\n"
                    "def dissolve(session, key):\n    session.delete(session.get(Team, key))\n",
            .allow = "Parents are only ever deleted by SQL statements, not through the session.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#using-foreign-key-on-delete-cascade-with-orm-relationships",
        },
    .on_model =
        [](const ModelView& view, Report& report) {
          const auto& parent = view.model;
          const Delete* deletion = nullptr;
          for (const auto& relationship : parent.relationships) {
            // It is told where it is declared, once.
            if (relationship.inherited) continue;
            if (relationship.direction != Direction::one_to_many && relationship.direction != Direction::one_to_one) continue;
            if (!relationship.direction_known || !relationship.understood || !relationship.cascade_known) continue;
            if (relationship.viewonly || relationship.custom_join || relationship.many_foreign_keys) continue;
            if (has(relationship, "delete") || relationship.passive_deletes != Relationship::PassiveDeletes::no) continue;
            if (relationship.target_model == no_model || relationship.remote_columns.empty()) continue;
            const auto& child = view.project.model(relationship.target_model);
            for (std::size_t i = 0; i < child.constraints.size(); ++i) {
              const auto& key = child.constraints[i];
              if (key.kind != ConstraintKind::foreign_key || key.references.on_delete != "CASCADE") continue;
              if (key.columns.size() != 1 || relationship.remote_columns.size() != 1 ||
                  key.columns.front().text != relationship.remote_columns.front())
                continue;
              const bool nullable = std::any_of(child.columns.begin(), child.columns.end(), [&](const ModelColumn& column) {
                return column.column.name == key.columns.front() && column.nullable_known && !column.column.not_null;
              });
              // A required key fails instead, and only where a parent is deleted.
              if (!nullable) continue;
              // A mapping that nothing deletes through leaves nobody behind.
              if (deletion == nullptr) deletion = deletion_of(view.project, parent.id);
              if (deletion == nullptr) return;
              report.add(Draft(relationship.span)
                             .says("deleting a " + quoted(parent.name) + " leaves its " + quoted(relationship.name) +
                                   " behind: the session sets " + quoted(child.name + "." + key.columns.front().text) +
                                   " to NULL before ON DELETE CASCADE can act")
                             .about(parent.name + "." + relationship.name)
                             .label(i < child.constraint_spans.size() ? child.constraint_spans[i] : Span{},
                                    "ON DELETE CASCADE is declared here")
                             .label(deletion->span, deletion->model == parent.id ? "deleted here" : "deleted along with a " + quoted(view.project.model(deletion->model).name) + " here")
                             .help("add passive_deletes=True together with cascade=\"all, delete\" to the relationship"));
            }
          }
        },
};

}  // namespace foreshot::rules
