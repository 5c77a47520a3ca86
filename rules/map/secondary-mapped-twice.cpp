#include <set>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule secondary_mapped_twice;
const Rule secondary_mapped_twice = {
    .code = "MAP106",
    .name = "secondary-mapped-twice",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "An association table is written by a many-to-many relationship and by a class of its own: both insert and delete the "
                "same rows",
            .what =
                "The table in secondary= of a writable relationship is mapped by a class that has, or is the target of, writable "
                "relationships over the same keys, and neither side is viewonly or names the other in overlaps.",
            .database =
                "Adding through the relationship inserts a row that the session's objects of the class know nothing of; deleting "
                "through one and changing through the other sends two statements for the same row, and the second fails or finds "
                "nothing. SQLAlchemy warns when the mappers are configured.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Membership(Base):\n"
                   "    __tablename__ = \"memberships\"\n"
                   "    user_id: Mapped[int] = mapped_column(ForeignKey(\"users.id\"), primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), primary_key=True, index=True)\n"
                   "    user: Mapped[\"User\"] = relationship(back_populates=\"memberships\")\n"
                   "\n"
                   "\n"
                   "class User(Base):\n"
                   "    __tablename__ = \"users\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    memberships: Mapped[list[Membership]] = relationship(back_populates=\"user\")\n"
                   "    teams: Mapped[list[\"Team\"]] = relationship(secondary=\"memberships\")\n"
                   "\n"
                   "\n"
                   "class Team(Base):\n"
                   "    __tablename__ = \"teams\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Membership(Base):\n"
                    "    __tablename__ = \"memberships\"\n"
                    "    user_id: Mapped[int] = mapped_column(ForeignKey(\"users.id\"), primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), primary_key=True, index=True)\n"
                    "    user: Mapped[\"User\"] = relationship(back_populates=\"memberships\")\n"
                    "\n"
                    "\n"
                    "class User(Base):\n"
                    "    __tablename__ = \"users\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    memberships: Mapped[list[Membership]] = relationship(back_populates=\"user\")\n"
                    "    teams: Mapped[list[\"Team\"]] = relationship(secondary=\"memberships\", viewonly=True)\n"
                    "\n"
                    "\n"
                    "class Team(Base):\n"
                    "    __tablename__ = \"teams\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n",
            .allow = "Rows are only ever written through one of the two.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html#combining-association-object-with-many-to-many-access- "
                "patterns",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          // Partners over one table are told together.
          std::set<std::string> told;
          for (const auto& [one, other] : relationships_in_conflict(view.project)) {
            if (!one.over_mapped_secondary && !other.over_mapped_secondary) continue;
            const auto& direct = one.relationship->secondary.empty() ? other : one;
            const auto& through = one.relationship->secondary.empty() ? one : other;
            if (!told.insert(direct.relationship->written_table.display()).second) continue;
            const auto name = direct.model->name + "." + direct.relationship->name;
            report.add(Draft(direct.relationship->span)
                           .says(quoted(name) + " and " + quoted(through.model->name + "." + through.relationship->name) + " both write the rows of " +
                                 quoted(direct.relationship->written_table.name) + ": what one adds or removes, the other does not know of")
                           .about(name)
                           .label(through.relationship->span, "the same rows as objects of a class")
                           .help("make " + quoted(direct.relationship->name) + " viewonly=True, or replace it by an association_proxy over the class"));
          }
        },
};

}  // namespace foreshot::rules
