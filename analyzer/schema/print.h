// Stable text for people and tests: a schema, the cost of a statement, the steps of a revision.
#pragma once

#include <string>

#include "analyzer/schema/timeline.h"

namespace foreshot {

// One line for each table, column, constraint and index, sorted by table:
//     table orders
//       column id int4 not null default nextval('orders_id_seq')
//       constraint orders_pkey primary key (id)
auto print_schema(const Schema& schema) -> std::string;
auto print_table(const Table& table) -> std::string;

// "orders ACCESS EXCLUSIVE rewrite (writes every row with the new type)", a line for each effect.
auto print_cost(const Cost& cost) -> std::string;

// A step: its SQL, transaction, settings, locks and work, each on lines of their own.
auto print_step(const Timeline& timeline, const Step& step) -> std::string;

// All steps of a revision, upgrade and downgrade, and what the downgrade leaves.
auto print_revision(const Timeline& timeline, const TreeSource& tree, RevisionIndex revision) -> std::string;

}  // namespace foreshot
