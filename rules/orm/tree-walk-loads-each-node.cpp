#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule tree_walk_loads_each_node;
const Rule tree_walk_loads_each_node = {
    .code = "ORM116",
    .name = "tree-walk-loads-each-node",
    .level = Level::warning,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A function walks a tree along a lazily loaded relationship: one query for every node",
            .what =
                "A function calls itself with what a relationship of a class to itself gives (`for child in node.children: "
                "walk(child)`), or a loop goes up with `node = node.parent`, and the relationship is loaded on access.",
            .database =
                "Each node asks for its own children, or for its parent: N queries for a tree of N nodes, one after the other. A "
                "recursive CTE fetches all of them with one query; selectinload() with recursion_depth needs one for each level; so "
                "does a column that names the root of each node, without recursion.",
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
                   "    children: Mapped[list[\"Folder\"]] = relationship()\n"
                   "\n"
                   "\n"
                   "def count(folder: Folder):\n"
                   "    return 1 + sum(count(child) for child in folder.children)\n",
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
                    "    children: Mapped[list[\"Folder\"]] = relationship()\n"
                    "\n"
                    "\n"
                    "def count(folder: Folder):\n"
                    "    return len(folder.children)\n",
            .allow = "The trees are small, or the nodes are all in the session.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#sqlalchemy.orm.selectinload",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::node || load.model == no_model) return;
          const auto& model = view.project.model(load.model);
          const auto name = model.name + "." + load.attribute;
          auto draft = Draft(load.access)
                           .says(load.to_many ? "one query for every node of the tree: " + quoted(name) + " is loaded on access, and the function goes on with what it finds"
                                              : "one query for every level on the way up: " + quoted(name) + " is loaded on access")
                           .about(name)
                           .label(load.loop, "it goes on from there here")
                           .label(load.origin, "the first rows come from here");
          if (!load.sql.empty()) std::move(draft).runs(load.sql);
          if (const auto* relationship = model.relationship(load.attribute)) std::move(draft).label(relationship->span, "mapped so that it is loaded on access");
          // The way up is short, as a rule.
          if (nobody_waits(load.role) || !load.to_many) std::move(draft).level(Level::info);
          report.add(std::move(draft).help(load.to_many ? "fetch the whole tree with a recursive CTE, or load several levels with selectinload(" + name + ", recursion_depth=…)"
                                                        : "fetch the whole way with a recursive CTE"));
        },
};

}  // namespace foreshot::rules
