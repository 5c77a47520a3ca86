#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule passive_deletes_without_on_delete;
const Rule passive_deletes_without_on_delete = {
    .code = "MAP204",
    .name = "passive-deletes-without-on-delete",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "passive_deletes leaves the children to the database, and the foreign key has no ON DELETE rule: deleting a "
                       "parent fails",
            .what = "A one-to-many relationship with passive_deletes=True over a foreign key without ON DELETE CASCADE, SET NULL or "
                    "SET DEFAULT, in the model and in the migrations.",
            .database =
                "passive_deletes=True tells the session not to load children that are to be deleted or set to NULL with their "
                "parent, because the database does it. Without an ON DELETE rule the DELETE of the parent violates the foreign "
                "key.",
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
                   "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\", passive_deletes=True)\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n",
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
                    "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\", passive_deletes=True)\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\", ondelete=\"CASCADE\"), index=True)\n",
            .allow = "Parents with children are never deleted.",
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
            // "all" is asked for where the error is wanted, or a trigger acts.
            if (relationship.passive_deletes != Relationship::PassiveDeletes::yes) continue;
            const auto& child = view.project.model(relationship.target_model);
            const auto key = key_under(child, relationship);
            if (key < 0 || acts_on_delete(child.constraints[static_cast<std::size_t>(key)].references.on_delete)) continue;
            if (migrated_with_on_delete(view.project, child, child.constraints[static_cast<std::size_t>(key)])) continue;
            report.add(Draft(relationship.span)
                           .says("deleting a " + quoted(parent.name) + " that has " + quoted(relationship.name) +
                                 " fails: passive_deletes leaves them to the database, whose foreign key has no ON DELETE rule")
                           .about(parent.name + "." + relationship.name)
                           .label(child.constraint_spans[static_cast<std::size_t>(key)], "no ON DELETE here")
                           .help("give the foreign key ondelete=\"CASCADE\" by a migration, or take passive_deletes away"));
          }
        },
};

}  // namespace foreshot::rules
