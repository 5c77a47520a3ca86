// The fixes of migrations, each for one sort of statement: a rule names the one that answers its finding. All of them give
// nothing where the statement is not a simple call that runs once, or where something they need is not known.
#pragma once

#include <optional>
#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::fix {

// Builds or drops the index of the step CONCURRENTLY, detaches its partition CONCURRENTLY, outside a transaction.
auto concurrently(const StepView& at) -> std::optional<Fix>;

// Runs the statement as it is, outside a transaction.
auto outside_transaction(const StepView& at) -> std::optional<Fix>;

// Puts what follows a raw COMMIT into an autocommit_block.
auto autocommit_block_for_commit(const StepView& at) -> std::optional<Fix>;

// Drops what a failed attempt may have left before CREATE INDEX CONCURRENTLY IF NOT EXISTS.
auto drop_invalid_index_first(const StepView& at) -> std::optional<Fix>;

// Adds the foreign key or check NOT VALID, and validates it in a revision of its own.
auto validated_later(const StepView& at, const AddConstraint& add) -> std::optional<Fix>;

// Adds the column without its foreign key, then that key NOT VALID, and validates it later.
auto foreign_key_apart(const StepView& at, const AddConstraint& add) -> std::optional<Fix>;

// Builds a unique index CONCURRENTLY, and makes it the key's or constraint's in a revision of its own.
auto index_first(const StepView& at, const AddConstraint& add) -> std::optional<Fix>;

// Adds CHECK (… IS NOT NULL) NOT VALID, and validates it in a later revision, where SET NOT NULL then reads nothing.
auto proved_not_null(const StepView& at, const Identifier& column) -> std::optional<Fix>;

// Adds the column so that nothing is rewritten or refused, fills it in batches, and demands NOT NULL at the end where it
// is wanted: expand, backfill, contract.
auto filled_later(const StepView& at, const AddColumn& add) -> std::optional<Fix>;

// The statements that downgrade() lacks.
auto downgrade_written(const RevisionView& view) -> std::optional<Fix>;      // all of them
auto downgrade_completed(const RevisionView& view) -> std::optional<Fix>;    // those that undo what is left

// A revision that merges all heads that no label keeps apart.
auto merged_heads(const TreeView& view) -> std::optional<Fix>;

// server_default="now()" as sa.text("now()").
auto default_as_text(const StepView& at, Span value) -> std::optional<Fix>;

// A shorter name in place of one that is too long, wherever the revision writes it.
auto shorter_name(const Project& project, const Revision& revision, const std::string& name) -> std::optional<Fix>;

// A column that add_column was to make the primary key, with the key.
auto primary_key_added(const StepView& at, const AddColumn& add) -> std::optional<Fix>;

}  // namespace foreshot::fix
