#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule delete_orphan_misused;
const Rule delete_orphan_misused = {
    .code = "MAP207",
    .name = "delete-orphan-misused",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A cascade that SQLAlchemy refuses when it configures the mappers: delete-orphan on the wrong side, or with "
                       "passive_deletes=\"all\"",
            .what = "`delete-orphan` on a many-to-one or many-to-many relationship without single_parent=True; passive_deletes=\"all\" "
                    "together with delete cascade; `delete-orphan` without `delete` (a warning of SQLAlchemy, and a warning here).",
            .database =
                "Configuring the mappers raises ArgumentError, with the first query or the first object of the program.",
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
                   "    team: Mapped[Team] = relationship(cascade=\"all, delete-orphan\")\n",
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
                    "    players: Mapped[list[\"Player\"]] = relationship(cascade=\"all, delete-orphan\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/cascades.html#delete-orphan",
        },
    .on_model =
        [](const ModelView& view, Report& report) {
          for (const auto& relationship : view.model.relationships) {
            if (relationship.inherited || !relationship.understood || !relationship.cascade_known || relationship.viewonly) continue;
            const auto name = view.model.name + "." + relationship.name;
            const bool orphans = has_cascade(relationship, "delete-orphan"), deletes = has_cascade(relationship, "delete");
            const bool shared = relationship.direction_known && (relationship.direction == Direction::many_to_one || relationship.direction == Direction::many_to_many);
            if (orphans && shared && !relationship.single_parent) {
              report.add(Draft(relationship.span)
                             .says("SQLAlchemy refuses this mapping: `delete-orphan` on " + quoted(name) + ", whose objects may have several parents")
                             .about(name)
                             .help("put the cascade on the one-to-many side; single_parent=True where each object has one parent only"));
            } else if (relationship.passive_deletes == Relationship::PassiveDeletes::all && (orphans || deletes)) {
              report.add(Draft(relationship.span)
                             .says("SQLAlchemy refuses this mapping: passive_deletes=\"all\" together with delete cascade on " + quoted(name))
                             .about(name)
                             .help("write passive_deletes=True"));
            } else if (orphans && !deletes) {
              report.add(Draft(relationship.span)
                             .says("`delete-orphan` without `delete` on " + quoted(name) + ": the children of a deleted parent stay")
                             .about(name)
                             .level(Level::warning)
                             .help("write cascade=\"all, delete-orphan\""));
            }
          }
        },
};

}  // namespace foreshot::rules
