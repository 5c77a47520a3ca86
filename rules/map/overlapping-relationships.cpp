#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule overlapping_relationships;
const Rule overlapping_relationships = {
    .code = "MAP105",
    .name = "overlapping-relationships",
    .level = Level::warning,
    .precision = Precision::high,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Two relationships write the same foreign key and do not know of each other: what one is given, the other does not show",
            .what =
                "Two relationships that are both writable, over the same foreign key or the same association table, neither of which "
                "names the other with back_populates, backref or overlaps.",
            .database =
                "A flush copies the key for both. Which wins, when they were given different values, nobody says, and in memory the two "
                "never agree: order.user = user leaves user.orders as it was. SQLAlchemy warns when the mappers are configured: "
                "`relationship X will copy column Q to column P, which conflicts with relationship(s): …`.",
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
                   "    players: Mapped[list[\"Player\"]] = relationship()\n"
                   "\n"
                   "\n"
                   "class Player(Base):\n"
                   "    __tablename__ = \"players\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                   "    team: Mapped[Team] = relationship()\n",
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
                    "    players: Mapped[list[\"Player\"]] = relationship(back_populates=\"team\")\n"
                    "\n"
                    "\n"
                    "class Player(Base):\n"
                    "    __tablename__ = \"players\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    team_id: Mapped[int] = mapped_column(ForeignKey(\"teams.id\"), index=True)\n"
                    "    team: Mapped[Team] = relationship(back_populates=\"players\")\n",
            .allow = "Only one of them is ever written; viewonly=True on the other says so.",
            .references = "https://docs.sqlalchemy.org/en/20/errors.html#error-qzyx",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& [one, other] : relationships_in_conflict(view.project)) {
            // Of an association table that is a class as well another rule speaks.
            if (one.over_mapped_secondary || other.over_mapped_secondary) continue;
            const auto first = one.model->name + "." + one.relationship->name, second = other.model->name + "." + other.relationship->name;
            // One of several over the same key is enough.
            const bool first_told = !told.insert({one.relationship->span.file, one.relationship->span.begin}).second;
            const bool other_told = !told.insert({other.relationship->span.file, other.relationship->span.begin}).second;
            if (first_told || (other_told && one.relationship->span.begin != other.relationship->span.begin)) continue;
            report.add(Draft(one.relationship->span)
                           .says(quoted(first) + " and " + quoted(second) + " write the same " +
                                 (one.relationship->secondary.empty() ? "foreign key " + quoted(one.column) : "association table " + quoted(one.relationship->written_table.name)) +
                                 " and do not know of each other: what one is given, the other does not show")
                           .about(first)
                           .label(other.relationship->span, "the other one")
                           .help(one.model->id == other.relationship->target_model && other.model->id == one.relationship->target_model
                                     ? "connect them: back_populates=\"" + other.relationship->name + "\" here and back_populates=\"" + one.relationship->name + "\" there"
                                     : std::string("make the one that is only read viewonly=True, or name the other in overlaps=")));
          }
        },
};

}  // namespace foreshot::rules
