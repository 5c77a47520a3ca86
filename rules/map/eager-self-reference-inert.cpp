#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto word(Lazy lazy) -> const char* {
  return lazy == Lazy::joined ? "joined" : lazy == Lazy::selectin ? "selectin" : lazy == Lazy::subquery ? "subquery" : nullptr;
}

}  // namespace

extern const Rule eager_self_reference_inert;
const Rule eager_self_reference_inert = {
    .code = "MAP103",
    .name = "eager-self-reference-inert",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "lazy=\"joined\", \"selectin\" or \"subquery\" on a relationship of a class to itself loads nothing eagerly without "
                "join_depth",
            .what =
                "A relationship whose target is its own class, mapped with lazy=\"joined\", \"selectin\" or \"subquery\" and without "
                "join_depth.",
            .database =
                "An eager loader stops where it meets a class that is on the way already, and the class that is queried is the first on "
                "the way. So it never begins: the attribute is loaded on first access, with one query for each object, as lazy=\"select\" "
                "does. join_depth says how many levels to load.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Folder(Base):\n"
                   "    __tablename__ = \"folders\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    parent_id: Mapped[int | None] = mapped_column(ForeignKey(\"folders.id\"), index=True)\n"
                   "    children: Mapped[list[\"Folder\"]] = relationship(lazy=\"selectin\")\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Folder(Base):\n"
                    "    __tablename__ = \"folders\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    parent_id: Mapped[int | None] = mapped_column(ForeignKey(\"folders.id\"), index=True)\n"
                    "    children: Mapped[list[\"Folder\"]] = relationship(lazy=\"selectin\", join_depth=2)\n",
            .allow = "Never: it does nothing. lazy=\"select\" says what happens.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/self_referential.html#configuring-self-referential-eager-loading",
        },
    .on_model =
        [](const ModelView& view, Report& report) {
          const auto& model = view.model;
          for (const auto& relationship : model.relationships) {
            const auto* lazy = word(relationship.lazy);
            if (lazy == nullptr || relationship.join_depth || !relationship.understood || relationship.inherited) continue;
            // Between a class and its subclass the way is another one.
            if (relationship.target_model != model.id) continue;
            const auto name = model.name + "." + relationship.name;
            report.add(Draft(relationship.span)
                           .says("lazy=\"" + std::string(lazy) + "\" has no effect here: " + quoted(name) +
                                 " leads to its own class, so it is loaded on access, with one query for each object")
                           .about(name)
                           .help("say with join_depth how many levels to load, or load it with an option of the query"));
          }
        },
};

}  // namespace foreshot::rules
