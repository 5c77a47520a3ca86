#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The key is unique, or the primary key: no other row has the same.
auto is_alone(const Model& owner, const Relationship& relationship) -> bool {
  const auto same = [&](const Constraint& constraint) {
    if (constraint.kind != ConstraintKind::unique && constraint.kind != ConstraintKind::primary_key) return false;
    return !constraint.columns.empty() && std::all_of(constraint.columns.begin(), constraint.columns.end(), [&](const Identifier& column) {
      return std::find(relationship.local_columns.begin(), relationship.local_columns.end(), column.text) != relationship.local_columns.end();
    });
  };
  if (std::any_of(owner.constraints.begin(), owner.constraints.end(), same)) return true;
  for (const auto& column : owner.columns)
    if (std::any_of(column.column.constraints.begin(), column.column.constraints.end(), same)) return true;
  return std::any_of(owner.indexes.begin(), owner.indexes.end(), [&](const ModelIndex& index) {
    return index.index.unique && index.index.keys.size() == 1 && relationship.local_columns.size() == 1 &&
           index.index.keys.front().column.text == relationship.local_columns.front();
  });
}

// The other side has one object, not a list.
auto partner_is_single(const Model& target, const Relationship& relationship) -> bool {
  return std::any_of(target.relationships.begin(), target.relationships.end(), [&](const Relationship& other) {
    const bool partner = other.name == relationship.back_populates || (!other.back_populates.empty() && other.back_populates == relationship.name);
    return partner && (other.direction == Direction::one_to_one || !other.uselist.value_or(true));
  });
}

}  // namespace

extern const Rule cascade_deletes_shared_row;
const Rule cascade_deletes_shared_row = {
    .code = "MAP206",
    .name = "cascade-deletes-shared-row",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Deleting a row deletes the row that it points to, though others may use it: delete cascade on the side that "
                       "shares",
            .what = "Delete cascade on a many-to-one relationship whose foreign key is not unique, or on a many-to-many relationship, "
                    "without single_parent.",
            .database =
                "The cascade goes from the row that is deleted to what it refers to. For many-to-one that is the parent, with all "
                "its other children; for many-to-many the far objects, not only the links, which the session removes by itself.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Team(Base):\n"
                   "    __tablename__ = \"teams\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "    team: Mapped[Team] = relationship(cascade=\"all\")\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Team(Base):\n"
                    "    __tablename__ = \"teams\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "    team: Mapped[Team] = relationship()\n",
            .allow = "Each object has its own row, and nothing but the program makes sure.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#using-delete-cascade-with-many-to-many-relationships",
        },
    .on_model =
        [](const ModelView& view, Report& report) {
          const auto& owner = view.model;
          for (const auto& relationship : owner.relationships) {
            if (relationship.inherited || relationship.target_model == no_model) continue;
            const bool one = relationship.direction == Direction::many_to_one;
            if ((!one && relationship.direction != Direction::many_to_many) || !relationship.direction_known || !relationship.understood) continue;
            if (!relationship.cascade_known || relationship.viewonly || relationship.single_parent || !has_cascade(relationship, "delete")) continue;
            // What is not loaded stays.
            if (relationship.passive_deletes != Relationship::PassiveDeletes::no) continue;
            // Orphans on this side need single_parent: another rule's words.
            if (has_cascade(relationship, "delete-orphan")) continue;
            const auto& target = view.project.model(relationship.target_model);
            if (one && (relationship.local_columns.empty() || is_alone(owner, relationship) || partner_is_single(target, relationship))) continue;
            report.add(Draft(relationship.span)
                           .says("deleting a " + quoted(owner.name) + " deletes its " + quoted(relationship.name) + " too, though other rows may use " +
                                 (one ? "it" : "them"))
                           .about(owner.name + "." + relationship.name)
                           .label(target.span, "the rows that go with it")
                           .help(one ? "take `delete` out of the cascade; if each row has a " + quoted(target.name) + " of its own, make the key unique"
                                     : "take `delete` out of the cascade: the links are removed without it"));
          }
        },
};

}  // namespace foreshot::rules
