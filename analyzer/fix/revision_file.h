// A new revision file, as `alembic revision` would write it in this tree: script.py.mako's header, the configured file
// name, an id that is a hash of what the revision does.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::fix {

struct RevisionText {
  std::string message;              // "validate fk_orders_user_id"
  std::string upgrade, downgrade;   // statements with marks, without indentation; empty: pass
  std::set<std::string> imports;    // further lines
};

struct RevisionFile {
  std::string id;
  NewFile file;
};

// After the given revisions of the tree (more than one: a merge; they may be new themselves), beside the file of `model`.
// Ids that `taken` holds are not used again. Nothing when the place or the style is not known.
auto revision_file(const RevisionTree& tree, const Project& project, RevisionIndex model, const std::vector<std::string>& after,
                   const RevisionText& text, std::set<std::string>& taken) -> std::optional<RevisionFile>;

// The edits that make the revisions that follow `old` follow `last` instead. Nothing when one of them cannot be edited.
auto followers_moved(const RevisionTree& tree, const Project& project, RevisionIndex old, const std::string& last)
    -> std::optional<std::vector<Edit>>;

}  // namespace foreshot::fix
