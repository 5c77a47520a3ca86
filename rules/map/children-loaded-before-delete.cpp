#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule children_loaded_before_delete;
const Rule children_loaded_before_delete = {
    .code = "MAP203",
    .name = "children-loaded-before-delete",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Deleting a parent loads its children and deletes them one by one, although the database would cascade",
            .what =
                "A one-to-many relationship whose cascade contains \"delete\" (\"all\" does), without "
                "passive_deletes, over a foreign key that says ON DELETE CASCADE.",
            .database =
                "`session.delete(parent)` sends a SELECT for the children and a DELETE for each of them before it "
                "deletes the parent. With passive_deletes=True the session sends one DELETE, for the parent, and the "
                "database deletes the children; only children that the session has loaded already still get a DELETE "
                "each. The schema stays as it is: no migration is needed.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import Mapped, mapped_column, relationship\n"
                   "from shop.models import Base\n\n\n"
                   "class Team(Base):\n"
                   "    __tablename__ = \"teams\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\")\n\n\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\", ondelete=\"CASCADE\"), index=True)\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import Mapped, mapped_column, relationship\n"
                    "from shop.models import Base\n\n\n"
                    "class Team(Base):\n"
                    "    __tablename__ = \"teams\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\", passive_deletes=True)\n\n\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\", ondelete=\"CASCADE\"), index=True)\n",
            .allow =
                "Something in the application must see each child that is deleted: events of the session, or cascades "
                "from the children that the database does not know.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#using-foreign-key-on-delete-cascade-with-orm-relationships",
        },
    .on_model =
        [](const ModelView& view, Report& report) {
          const auto& parent = view.model;
          for (const auto& relationship : parent.relationships) {
            // It is told where it is declared, once.
            if (relationship.inherited || relationship.target_model == no_model) continue;
            if (relationship.direction != Direction::one_to_many && relationship.direction != Direction::one_to_one) continue;
            if (!relationship.direction_known || !relationship.understood || !relationship.cascade_known) continue;
            if (relationship.viewonly || relationship.custom_join || relationship.many_foreign_keys) continue;
            if (!has_cascade(relationship, "delete") || relationship.passive_deletes != Relationship::PassiveDeletes::no) continue;
            // What is loaded with its parent anyway is deleted by the session.
            if (relationship.lazy != Lazy::select && relationship.lazy != Lazy::dynamic && relationship.lazy != Lazy::raise_) continue;
            const auto& child = view.project.model(relationship.target_model);
            const auto key = key_under(child, relationship);
            if (key < 0 || child.constraints[static_cast<std::size_t>(key)].references.on_delete != "CASCADE") continue;
            report.add(Draft(relationship.span)
                           .says("deleting a " + quoted(parent.name) + " loads all its " + quoted(relationship.name) +
                                 " and deletes them one by one, although the foreign key cascades")
                           .about(parent.name + "." + relationship.name)
                           .label(child.constraint_spans[static_cast<std::size_t>(key)], "ON DELETE CASCADE is declared here")
                           .help("add passive_deletes=True to the relationship"));
          }
        },
};

}  // namespace foreshot::rules
