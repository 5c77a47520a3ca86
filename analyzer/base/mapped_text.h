// A MappedText is text that a program builds (an f-string, a rendered statement) in which every byte knows which bytes
// of a file it came from, and in which parts nobody knows are holes.
//
//     op.execute(f"ALTER TABLE {schema}.users ADD COLUMN x int")      schema unknown
//
// is the text "ALTER TABLE \x01.users ADD COLUMN x int" with three pieces: verbatim, hole("schema"), verbatim.
// Values are immutable once built and cheap to share; building is linear in the bytes appended.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

namespace foreshot {

class MappedText {
 public:
  // The byte that stands for a hole in text(); literal \x01 bytes of the input are replaced by spaces when appended.
  static constexpr char hole_byte = '\x01';

  struct Piece {
    std::uint32_t begin = 0;  // in text()
    std::uint32_t end = 0;
    Span origin;            // where it came from; unknown for text that no file spells (rendered keywords)
    bool verbatim = false;  // byte i of the piece is byte i of origin (no escapes between)
    std::int32_t hole = -1;  // index into holes(), or -1
  };

  struct Hole {
    std::string what;  // for people: the expression as written, "schema", "get_name()"
    Span where;
    std::vector<std::string> alternatives;  // if non-empty, the hole is one of these texts (an optional prefix, say)
    std::string constant = {};  // if non-empty, the name of a value that is the same throughout a run: an option, a setting
  };

  MappedText() = default;
  explicit MappedText(std::string_view rendered) { append(rendered, Span{}); }

  auto text() const -> const std::string& { return text_; }
  auto pieces() const -> const std::vector<Piece>& { return pieces_; }
  auto holes() const -> const std::vector<Hole>& { return holes_; }
  auto complete() const -> bool { return holes_.empty(); }
  // Every hole is a constant of the run: as a name, the text means one object wherever it is spelled like this.
  auto identifies() const -> bool;
  auto empty() const -> bool { return text_.empty(); }
  auto size() const -> std::size_t { return text_.size(); }

  // Bytes from a file. `verbatim` when bytes.size() == origin.size() and they are the same bytes.
  auto append(std::string_view bytes, Span origin, bool verbatim = false) -> void;
  auto append(const MappedText& other) -> void;
  auto append_hole(std::string what, Span where, std::vector<std::string> alternatives = {}, std::string constant = {}) -> void;

  // The part [begin, end) of the text, with its pieces and holes.
  auto slice(std::size_t begin, std::size_t end) const -> MappedText;

  // The narrowest range of one file that [begin, end) of the text came from: exact inside a verbatim piece, else the whole
  // origin of the pieces touched, from the first one on as long as they follow each other in the file. Unknown when
  // nothing there came from a file.
  auto origin(std::size_t begin, std::size_t end) const -> Span;

  // For people: holes are shown as {what}, or as the {constant} that they are.
  auto display() const -> std::string;

 private:
  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<Hole> holes_;
};

}  // namespace foreshot
