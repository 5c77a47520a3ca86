#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto has(const Relationship& relationship, const char* cascade) -> bool {
  return std::find(relationship.cascade.begin(), relationship.cascade.end(), cascade) != relationship.cascade.end();
}

}  // namespace

extern const Rule bulk_delete_skips_cascade;
const Rule bulk_delete_skips_cascade = {
    .code = "MAP205",
    .name = "bulk-delete-skips-cascade",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A DELETE statement bypasses the cascade that the mapping declares: rows that still have children cannot be deleted",
            .what = "`session.execute(delete(Parent))` or `query(Parent).delete()` where a relationship of the parent has delete "
                    "cascade but the children's foreign key has no ON DELETE rule.",
            .database =
                "A bulk delete is one SQL statement; the unit of work and its cascades are not involved. PostgreSQL refuses to "
                "delete a parent that a child still references: violates foreign key constraint.",
            .bad = "from sqlalchemy import delete\n"
                   "from shop.models import Cart\n\n\n"
                   "def purge(session):\n"
                   "    session.execute(delete(Cart).where(Cart.id < 100))\n",
            .good = "from sqlalchemy import delete\n"
                    "from shop.models import Cart, CartItem\n\n\n"
                    "def purge(session):\n"
                    "    session.execute(delete(CartItem).where(CartItem.cart_id < 100))\n"
                    "    session.execute(delete(Cart).where(Cart.id < 100))\n",
            .allow = "The statement only deletes parents without children.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#orm-queryguide-update-delete-caveats",
        },
    .on_delete =
        [](const DeleteView& view, Report& report) {
          const auto& deletion = view.deletion;
          // A test that deletes and fails says so itself.
          if (!deletion.bulk || deletion.model == no_model || deletion.role == PathRole::test) return;
          // Whoever calls a function that deletes rows of any class has his order of doing so.
          if (deletion.by_helper) return;
          const auto& parent = view.project.model(deletion.model);
          for (const auto& relationship : parent.relationships) {
            if (!relationship.direction_known || !relationship.understood || !relationship.cascade_known) continue;
            if (relationship.direction != Direction::one_to_many && relationship.direction != Direction::one_to_one) continue;
            if (!has(relationship, "delete") || relationship.viewonly || relationship.many_foreign_keys) continue;
            if (relationship.target_model == no_model || relationship.remote_columns.size() != 1) continue;
            const auto& child = view.project.model(relationship.target_model);
            // The function looked after the children before: deleted them, moved them, or asked whether there are any.
            if (std::find(deletion.minded.begin(), deletion.minded.end(), relationship.target_model) != deletion.minded.end()) continue;
            for (std::size_t i = 0; i < child.constraints.size(); ++i) {
              const auto& key = child.constraints[i];
              if (key.kind != ConstraintKind::foreign_key || key.columns.size() != 1) continue;
              if (key.columns.front().text != relationship.remote_columns.front()) continue;
              if (!key.references.on_delete.empty() && key.references.on_delete != "NO ACTION" &&
                  key.references.on_delete != "RESTRICT")
                continue;
              report.add(Draft(deletion.span)
                             .says("this DELETE fails for every " + quoted(parent.name) + " that still has " +
                                   quoted(relationship.name) + ": the cascade of the mapping does not apply to bulk deletes")
                             .about(parent.name + "." + relationship.name)
                             .label(relationship.span, "the cascade is declared here")
                             .label(i < child.constraint_spans.size() ? child.constraint_spans[i] : Span{},
                                    "this foreign key has no ON DELETE rule")
                             .help("delete the children first, or give the foreign key ondelete=\"CASCADE\" by a migration"));
            }
          }
        },
};

}  // namespace foreshot::rules
