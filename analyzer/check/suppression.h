// Suppressions: comments that say which findings a person has looked at and allows.
//
//     # foreshot: ignore[MIG101] -- reason          its statement, or, alone on a line, the whole next one
//     # foreshot: file-ignore[MIG201]               the file
//     # foreshot: disable[MIG1] … enable[MIG1]      from one comment to the other
//     # noqa: MIG101                                its statement; codes only
//     -- foreshot: ignore[MIG101]                   the same inside SQL text
//
// Inside the brackets `until=2027-01-31` gives a last day; after it the findings return.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/facts/gap.h"

namespace foreshot {

struct Suppression {
  struct Name {
    std::string text;      // as written: code, prefix or name
    Span span;
    bool used = false;
  };
  Span comment;            // the whole comment
  Span directive;          // "foreshot: ignore[…] -- …"
  std::uint32_t begin = 0, end = 0;  // the bytes of the file that it covers
  std::vector<Name> names;
  std::string reason;
  std::string until;       // "2027-01-31" or empty
  bool noqa = false;
  bool bare_noqa = false;  // covers nothing of ours; kept for a hint
  bool own_line = false;
};

// All suppressions of one file, in order. `comments` are those of the file.
auto read_suppressions(const SourceMap& sources, FileId file, const std::vector<Comment>& comments)
    -> std::vector<Suppression>;

}  // namespace foreshot
