#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto has(const std::vector<Identifier>& names, std::string_view name) -> bool {
  return std::any_of(names.begin(), names.end(), [&](const Identifier& one) { return one.text == name; });
}

// Does something else still keep rows apart by columns of the key?
auto kept(const Table& table, const std::vector<Identifier>& key) -> bool {
  for (const auto& item : table.constraints) {
    const auto& constraint = item.constraint;
    if (constraint.kind != ConstraintKind::primary_key && constraint.kind != ConstraintKind::unique) continue;
    if (!constraint.columns.empty() && std::all_of(constraint.columns.begin(), constraint.columns.end(),
                                                   [&](const Identifier& one) { return has(key, one.text); }))
      return true;
  }
  for (const auto& item : table.indexes) {
    const auto& index = item.index;
    if (!index.unique || index.predicate.exists() || index.keys.empty()) continue;
    if (std::all_of(index.keys.begin(), index.keys.end(),
                    [&](const IndexKey& one) { return !one.column.empty() && has(key, one.column.text); }))
      return true;
  }
  return false;
}

// The key is exchanged: the revision makes another one with some of its columns, under a condition, over an expression or
// with another column instead of one. A key that only takes a column more does not keep rows apart by the old ones.
auto exchanged(const StepView& at, const Table& table, const std::vector<Identifier>& key) -> bool {
  for (const auto& item : table.indexes) {
    const auto& index = item.index;
    if (!index.unique || !item.origin.known() || item.origin.revision != at.step.revision) continue;
    std::vector<Identifier> columns;
    bool computed = index.predicate.exists();
    for (const auto& part : index.keys) {
      computed = computed || part.column.empty();
      columns.push_back(part.column);
      for (auto& used : part.expression.columns()) columns.emplace_back(std::move(used));
    }
    const auto shared = std::count_if(key.begin(), key.end(), [&](const Identifier& one) { return has(columns, one.text); });
    if (shared > 0 && (computed || shared < static_cast<std::ptrdiff_t>(key.size()))) return true;
  }
  return false;
}

}  // namespace

extern const Rule key_dropped;
const Rule key_dropped = {
    .code = "MIG315",
    .name = "key-dropped",
    .level = Level::warning,
    .doc =
        {
            .summary = "A primary key or unique constraint is dropped: rows may repeat, ON CONFLICT fails, and replication may lose the key",
            .what = "`op.drop_constraint(…)` or `DROP CONSTRAINT` of a primary key or unique constraint of a table in use, when "
                    "all its columns stay, no other key over them is there at the end of the revision, and the revision does not "
                    "exchange it for another one with some of its columns.",
            .database =
                "From the commit on, duplicates are accepted, and they have to be removed before the key can come back. "
                "`INSERT … ON CONFLICT` on those columns fails at once. Queries lose the index behind the key. Without its "
                "primary key a table in logical replication refuses UPDATE and DELETE. The statement closes the table to "
                "everybody (ACCESS EXCLUSIVE) until the transaction ends. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_constraint(\"users_pkey\", \"users\")\n",
            .good = "op.execute(\"ALTER TABLE visits ADD CONSTRAINT uq_visits_visit_no UNIQUE USING INDEX ux_visits_visit_no\")\n",
            .allow = "Duplicates are wanted, and no running statement names the columns in ON CONFLICT.",
            .references = "https://www.postgresql.org/docs/current/logical-replication-publication.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<DropConstraint>(at, [&](const AlterTable& alter, const DropConstraint& drop, std::size_t i) {
            if (!at.live(alter.table)) return;
            const auto* table = at.before().table(alter.table);
            const auto* item = table == nullptr ? nullptr : table->constraint(drop.constraint.text);
            if (item == nullptr || !item->certain) return;
            const auto& constraint = item->constraint;
            const bool primary = constraint.kind == ConstraintKind::primary_key;
            if (!primary && constraint.kind != ConstraintKind::unique) return;
            if (item->origin.known() && item->origin.revision == at.step.revision) return;
            // What counts is how the revision leaves the table: dropped, renamed, with another key, without the columns.
            const auto* left = at.tree.timeline->after(at.step.revision).table(alter.table);
            if (left == nullptr || constraint.columns.empty() || kept(*left, constraint.columns)) return;
            if (exchanged(at, *left, constraint.columns)) return;
            if (primary && left->primary_key() != nullptr) return;
            for (const auto& column : constraint.columns)
              if (left->column(column.text) == nullptr) return;
            std::string columns;
            for (const auto& column : constraint.columns) columns += (columns.empty() ? "" : ", ") + quoted(column);
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("without the " + std::string(primary ? "primary key" : "unique constraint") + " " +
                                 quoted(drop.constraint) + " rows of " + quoted(alter.table) + " may repeat in " + columns +
                                 ", and ON CONFLICT on " + (constraint.columns.size() == 1 ? "it" : "them") + " fails")
                           .about(alter.table.display() + "." + drop.constraint.text)
                           .label(item->origin.known() ? item->origin.span : Span{}, "the key is made here")
                           .help("build the key that replaces it first (a unique index, CONCURRENTLY), then drop the old one"));
          });
        },
};

}  // namespace foreshot::rules
