#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// One column of the key in front is enough to find the few rows that share its value.
auto leads(const std::vector<std::string>& keys, const std::vector<std::string>& columns) -> bool {
  return !keys.empty() && std::find(columns.begin(), columns.end(), keys.front()) != columns.end();
}

auto names(const std::vector<Identifier>& identifiers) -> std::vector<std::string> {
  std::vector<std::string> texts;
  for (const auto& identifier : identifiers) texts.push_back(identifier.text);
  return texts;
}

// An index, unique constraint or primary key that begins with a column of the key.
auto served(const TableView& view, const std::vector<std::string>& columns) -> bool {
  const auto serves = [&](const CreateIndex& index) {
    if (index.method != "btree" && index.method != "hash") return false;
    if (index.predicate.exists() && index.predicate.text != "IS NOT NULL") return false;
    std::vector<std::string> keys;
    for (const auto& key : index.keys) {
      if (key.column.empty()) break;
      // A key that nobody knows may be the right one.
      if (!key.column.known) return true;
      keys.push_back(key.column.text);
    }
    return leads(keys, columns);
  };
  if (view.table != nullptr) {
    for (const auto& index : view.table->indexes)
      if (serves(index.index)) return true;
    for (const auto& constraint : view.table->constraints)
      if ((constraint.constraint.kind == ConstraintKind::primary_key || constraint.constraint.kind == ConstraintKind::unique ||
           constraint.constraint.kind == ConstraintKind::exclusion) &&
          leads(names(constraint.constraint.columns), columns))
        return true;
  }
  for (const auto id : view.models) {
    const auto& model = view.project.model(id);
    // Where part of a model is not understood, an index may hide there.
    if (!model.complete) return true;
    for (const auto& index : model.indexes)
      if (!index.keys_known || serves(index.index)) return true;
    for (const auto& constraint : model.constraints)
      if ((constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique) &&
          leads(names(constraint.columns), columns))
        return true;
    std::vector<std::string> key;
    for (const auto& column : model.columns)
      for (const auto& constraint : column.column.constraints)
        if (constraint.kind == ConstraintKind::primary_key) key.push_back(column.column.name.text);
    if (!key.empty() && leads(key, columns)) return true;
  }
  return false;
}

struct Evidence {
  std::string text;
  Span span;
};

// Something that searches the child by the key: a cascade, a delete of the parent, navigation from the parent.
auto evidence(const TableView& view, const Constraint& key, const std::vector<std::string>& columns, const ObjectName& child)
    -> Evidence {
  const auto reads = " reads all of " + quoted(child);
  const auto& rule = key.references.on_delete;
  if (rule == "CASCADE" || rule == "SET NULL" || rule == "SET DEFAULT")
    return {"deleting a row of " + quoted(key.references.table) + reads + " for ON DELETE " + rule, {}};
  for (const auto& deletion : view.project.deletes) {
    if (deletion.model == no_model || deletion.role == PathRole::test) continue;
    if (view.project.model(deletion.model).table.name == key.references.table.name)
      return {"rows of " + quoted(key.references.table) + " are deleted, and each delete" + reads, deletion.span};
  }
  for (const auto& parent : view.project.models) {
    if (!(parent.table.name == key.references.table.name)) continue;
    for (const auto& relationship : parent.relationships) {
      if (relationship.direction != Direction::one_to_many || !relationship.direction_known) continue;
      if (std::find(view.models.begin(), view.models.end(), relationship.target_model) == view.models.end()) continue;
      if (relationship.remote_columns != columns) continue;
      return {"loading " + quoted(parent.name + "." + relationship.name) + reads, relationship.span};
    }
  }
  return {};
}

}  // namespace

extern const Rule foreign_key_without_index;
const Rule foreign_key_without_index = {
    .code = "SCH201",
    .name = "foreign-key-without-index",
    .level = Level::warning,
    .doc =
        {
            .summary = "A foreign key that is searched by has no index: each delete of a parent, or load of its children, reads the whole table",
            .what =
                "No index, unique constraint or primary key of the child table begins with the foreign key's columns, "
                "neither in the models nor in the migrations, and something searches by the key: ON DELETE CASCADE or "
                "SET NULL, code that deletes parents, or a relationship from parent to children.",
            .database =
                "PostgreSQL makes no index for a foreign key. Each delete of a parent, each change of its key and "
                "each load of its children then reads the whole child table. `index=True` on the column, or "
                "`Index(\"ix_name\", \"a\", \"b\")` in `__table_args__` for a key of several columns, mends the "
                "model. The database that is there gets the index from a migration: MIG101 shows how, without "
                "stopping writes. Give it the name that the model's index has, ix_addresses_user_id below.",
            .bad = "from sqlalchemy import ForeignKey\n"
                   "from sqlalchemy.orm import Mapped, mapped_column\n"
                   "from shop.models import Base\n\n\n"
                   "class Address(Base):\n"
                   "    __tablename__ = \"addresses\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    user_id: Mapped[int] = mapped_column(ForeignKey(\"users.id\", ondelete=\"CASCADE\"))\n",
            .good = "from sqlalchemy import ForeignKey\n"
                    "from sqlalchemy.orm import Mapped, mapped_column\n"
                    "from shop.models import Base\n\n\n"
                    "class Address(Base):\n"
                    "    __tablename__ = \"addresses\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    user_id: Mapped[int] = mapped_column(ForeignKey(\"users.id\", ondelete=\"CASCADE\"), index=True)\n",
            .allow = "The child table is small, or parents are never deleted and children never looked up by parent.",
            .references = "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
        },
    .on_table =
        [](const TableView& view, Report& report) {
          // The model is where the index belongs; a table that no model maps is not judged.
          for (const auto id : view.models) {
            const auto& model = view.project.model(id);
            for (std::size_t i = 0; i < model.constraints.size(); ++i) {
              const auto& key = model.constraints[i];
              if (key.kind != ConstraintKind::foreign_key || key.columns.empty() || !key.references.table.known()) continue;
              const auto columns = names(key.columns);
              if (served(view, columns)) continue;
              const auto found = evidence(view, key, columns, model.table);
              if (found.text.empty()) continue;
              std::string list;
              for (const auto& column : columns) list += (list.empty() ? "" : "` or `") + column;
              const auto span = i < model.constraint_spans.size() ? model.constraint_spans[i] : model.span;
              report.add(Draft(span)
                             .says(found.text + ": no index of it begins with " + quoted(list))
                             .about(model.table.display() + "." + list)
                             .label(found.span, "searches by this key")
                             .help("add index=True to the column, and in a migration op.create_index(…, "
                                   "postgresql_concurrently=True) inside autocommit_block()"));
            }
            // Several classes on one table declare the same key.
            break;
          }
        },
};

}  // namespace foreshot::rules
