// A Glob is a path pattern as git understands one: `?`, `*` and `[…]` match inside one folder name, `**` between slashes
// matches any number of folders, `\` takes the next character as it is.
//
//     *.py           a.py, not a/b.py          a/**/b     a/b, a/x/b, a/x/y/b
//     **/b           b, a/b, a/x/b             a/**       all below a, not a
//
// Matching is linear in text × pattern for every input: a pattern cannot make it hang.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace foreshot {

class Glob {
 public:
  explicit Glob(std::string_view pattern);
  auto matches(std::string_view path) const -> bool;

 private:
  struct Token {
    enum class Kind : std::uint8_t { literal, any, star, set, folders_enter, folders, rest } kind;
    char literal = 0;
    std::uint32_t set = 0;
  };
  std::vector<Token> tokens_;
  std::vector<std::bitset<256>> sets_;
  std::string prefix_;          // literal text that every match starts with
  bool literal_ = false;        // no wildcard: the prefix is all of it
  bool never_ = false;          // malformed: matches nothing
};

// A pattern of exclude, per-file-ignores and the like: without '/' it matches a file or folder name anywhere, with one it
// is anchored at the folder in which it was written. What matches a folder covers everything below it.
class PathPattern {
 public:
  explicit PathPattern(std::string_view pattern);
  // Written in `folder`, asked about paths relative to `root`; both absolute and normal.
  PathPattern(std::string_view pattern, std::string_view folder, std::string_view root);
  // A file or folder, relative, '/' separators. Only a match that reaches beyond the first `asked` bytes counts.
  auto matches(std::string_view path, std::size_t asked = 0) const -> bool;

 private:
  Glob glob_;
  bool anchored_ = false;
  bool elsewhere_ = false;     // anchored at a folder that is neither above nor below the root
  std::string above_;          // the way from the folder down to the root, ends with '/'
  std::string below_;          // the way from the root down to the folder, ends with '/'
};

}  // namespace foreshot
