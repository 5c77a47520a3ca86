#include "analyzer/check/places.h"

namespace foreshot {

Places::Places(const Project& project, const CheckOptions& options) : options_(options) {
  for (const auto& tree : project.trees)
    for (RevisionIndex r = 0; r < tree.source.revisions.size(); ++r)
      revisions_.emplace(tree.source.revisions[r].file, RevisionPlace{&tree, r});
}

auto Places::revision(FileId file) const -> const RevisionPlace* {
  const auto found = revisions_.find(file);
  return found == revisions_.end() ? nullptr : &found->second;
}

auto Places::of(FileId file) const -> Answer {
  if (!options_.report_everything && !options_.reported_files.contains(file)) return Answer::elsewhere;
  const auto* place = revision(file);
  return place == nullptr ? Answer::reported : of(*place, file);
}

auto Places::of(const RevisionPlace& place, FileId file) const -> Answer {
  const auto& [tree, r] = place;
  if (r < tree->released.size() && tree->released[r]) return Answer::released;
  if (options_.all_revisions || options_.start_after_given || options_.listed_however_old.contains(file))
    return Answer::reported;
  return r < tree->recent.size() && !tree->recent[r] ? Answer::old : Answer::reported;
}

}  // namespace foreshot
