// A Gitignore is one .gitignore file: patterns that say which paths below its folder git leaves out. Follows
// gitignore(5): the last pattern that matches decides, `!` takes back, a trailing `/` means folders only, a pattern with
// a `/` elsewhere is anchored to the file's folder. Whoever walks asks the files from the deepest folder up, and does not
// enter a folder that is ignored (git cannot take back what is inside one).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/glob.h"

namespace foreshot::driver {

class Gitignore {
 public:
  enum class Verdict : std::uint8_t { undecided, ignored, kept };

  Gitignore(std::string folder, std::string_view text);  // the folder, relative to the walk's root, "" for the root

  auto folder() const -> const std::string& { return folder_; }
  auto empty() const -> bool { return rules_.empty(); }
  // `path` is relative to the walk's root and lies below folder().
  auto verdict(std::string_view path, bool is_folder) const -> Verdict;

 private:
  struct Rule {
    Glob glob;
    bool negated = false;
    bool folders_only = false;
    bool anchored = false;
  };
  std::string folder_;
  std::vector<Rule> rules_;
};

}  // namespace foreshot::driver
