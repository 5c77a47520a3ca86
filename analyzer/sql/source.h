// A Source is SQL text on its way to the parser: escapes and placeholders of the driver are gone, each unknown part is
// one hole byte, and every byte still knows its place in the MappedText that it came from.
//
//     MappedText   UPDATE t SET a = :v WHERE b = 'x\:y'
//     Source       UPDATE t SET a = \x01 WHERE b = 'x:y'         unknowns: { ":v", a parameter }
//
// Sources are derived from Sources: the body of a DO block, the string of an EXECUTE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/mapped_text.h"
#include "analyzer/sql/read.h"

namespace foreshot::sql {

struct Unknown {
  std::string what;                       // for people: "schema", ":name"
  std::vector<std::string> alternatives;  // the texts it can be, where they are known
  bool parameter = false;                 // a bind parameter: its value is not in the text, its place is regular
  std::string constant = {};              // the name of a constant of the run; empty: it may differ from place to place
};

// A range of bytes of the MappedText.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class Source {
 public:
  Source(const MappedText& mapped, Binds binds);
  explicit Source(const MappedText* mapped) : mapped_(mapped) {}  // empty

  auto text() const -> std::string_view { return text_; }
  auto mapped() const -> const MappedText& { return *mapped_; }

  auto place(std::size_t begin, std::size_t end) const -> Place;
  auto span(std::size_t begin, std::size_t end) const -> Span;
  auto display(std::size_t begin, std::size_t end) const -> std::string;

  // The unknown parts in [begin, end): indexes [first, last) into unknowns().
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
    auto empty() const -> bool { return first == last; }
  };
  auto unknowns(std::size_t begin, std::size_t end) const -> Range;
  auto unknown(std::size_t index) const -> const Unknown& { return unknowns_[index]; }
  auto position(std::size_t index) const -> std::uint32_t { return positions_[index]; }
  auto unknown_count() const -> std::size_t { return unknowns_.size(); }

  // Building.
  auto append(const Source& from, std::size_t begin, std::size_t end) -> void;
  auto write(std::string_view text, Place place) -> void;  // text without holes
  auto write_unknown(Unknown unknown, Place place) -> void;

 private:
  struct Run {
    std::uint32_t begin = 0;  // in text_
    Place place;
  };
  auto run_at(std::size_t offset) const -> std::size_t;
  auto run_end(std::size_t run) const -> std::uint32_t;
  auto add_run(std::uint32_t begin, Place place) -> void;
  auto read_sqlalchemy(std::string_view raw) -> void;
  auto read_driver(std::string_view raw) -> void;
  auto copy_raw(std::string_view raw, std::size_t begin, std::size_t end) -> void;

  const MappedText* mapped_ = nullptr;
  std::string text_;
  std::vector<Run> runs_;
  std::vector<Unknown> unknowns_;
  std::vector<std::uint32_t> positions_;
  std::size_t next_hole_ = 0;  // of mapped_, while its text is read
};

// What a string token says, without its quotes and escapes, as a Source.
auto unquoted(const Source& source, std::size_t begin, std::size_t end, bool doubled, bool backslashes) -> Source;

}  // namespace foreshot::sql
