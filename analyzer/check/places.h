// Where findings lie: which revision of which tree a file is, what of it is reported, in what order.
#pragma once

#include <unordered_map>

#include "analyzer/check/project.h"
#include "analyzer/check/run.h"

namespace foreshot {

struct RevisionPlace {
  const RevisionTree* tree = nullptr;
  RevisionIndex revision = 0;
};

class Places {
 public:
  Places(const Project& project, const CheckOptions& options);

  enum class Answer { reported, elsewhere, released, old };
  auto of(FileId file) const -> Answer;
  // Of a finding about a revision that lies in another file, a helper or an SQL file.
  auto of(const RevisionPlace& place, FileId file) const -> Answer;
  auto revision(FileId file) const -> const RevisionPlace*;  // null: no revision

 private:
  const CheckOptions& options_;
  std::unordered_map<FileId, RevisionPlace> revisions_;
};

}  // namespace foreshot
