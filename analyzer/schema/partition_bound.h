// Do the validated CHECKs of a table prove that all its rows lie inside, or all outside, the bound of a partition? The
// server reads the rows unless it can prove that, clause by clause.
#pragma once

#include "analyzer/schema/history.h"

namespace foreshot {

// Inside: what spares the scan of a table that is attached to `parent`.
auto inside(const Table& rows, const Table& parent, const PartitionBound& bound) -> Known;

// Outside: what spares the scan of the default partition.
auto outside(const Table& rows, const Table& parent, const PartitionBound& bound) -> Known;

}  // namespace foreshot
