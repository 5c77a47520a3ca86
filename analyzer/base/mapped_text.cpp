#include "analyzer/base/mapped_text.h"

#include <algorithm>
#include <utility>

namespace foreshot {
namespace {

// Parts of one text stand near each other in the file: adjacent literals, comments and line breaks between them.
constexpr std::uint32_t farthest_neighbour = 2000;

}  // namespace

auto MappedText::append(std::string_view bytes, Span origin, bool verbatim) -> void {
  if (bytes.empty()) return;
  const auto begin = static_cast<std::uint32_t>(text_.size());
  text_.append(bytes);
  std::replace(text_.begin() + begin, text_.end(), hole_byte, ' ');
  const auto end = static_cast<std::uint32_t>(text_.size());
  verbatim = verbatim && origin.size() == bytes.size();
  if (!pieces_.empty()) {
    auto& last = pieces_.back();
    const bool both_rendered = last.hole < 0 && !last.origin.known() && !origin.known();
    const bool continues = last.hole < 0 && last.verbatim && verbatim && last.origin.file == origin.file &&
                           last.origin.end == origin.begin;
    if (both_rendered || continues) {
      last.end = end;
      if (continues) last.origin.end = origin.end;
      return;
    }
  }
  pieces_.push_back({begin, end, origin, verbatim, -1});
}

auto MappedText::append(const MappedText& other) -> void {
  if (&other == this) {
    const auto copy = other;
    append(copy);
    return;
  }
  const auto offset = static_cast<std::uint32_t>(text_.size());
  const auto first_hole = static_cast<std::int32_t>(holes_.size());
  text_ += other.text_;
  holes_.insert(holes_.end(), other.holes_.begin(), other.holes_.end());
  for (auto piece : other.pieces_) {
    piece.begin += offset;
    piece.end += offset;
    if (piece.hole >= 0) piece.hole += first_hole;
    pieces_.push_back(piece);
  }
}

auto MappedText::identifies() const -> bool {
  return std::all_of(holes_.begin(), holes_.end(), [](const Hole& hole) { return !hole.constant.empty(); });
}

auto MappedText::append_hole(std::string what, Span where, std::vector<std::string> alternatives, std::string constant) -> void {
  const auto begin = static_cast<std::uint32_t>(text_.size());
  text_.push_back(hole_byte);
  pieces_.push_back({begin, begin + 1, where, false, static_cast<std::int32_t>(holes_.size())});
  holes_.push_back({std::move(what), where, std::move(alternatives), std::move(constant)});
}

auto MappedText::slice(std::size_t begin, std::size_t end) const -> MappedText {
  MappedText part;
  end = std::min(end, text_.size());
  if (begin >= end) return part;
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), begin,
                                [](std::size_t at, const Piece& candidate) { return at < candidate.end; });
  for (; piece != pieces_.end() && piece->begin < end; ++piece) {
    const auto from = std::max<std::size_t>(begin, piece->begin);
    const auto to = std::min<std::size_t>(end, piece->end);
    if (piece->hole >= 0) {
      const auto& hole = holes_[static_cast<std::size_t>(piece->hole)];
      part.append_hole(hole.what, hole.where, hole.alternatives, hole.constant);
      continue;
    }
    auto origin = piece->origin;
    if (piece->verbatim) {
      origin.begin += static_cast<std::uint32_t>(from - piece->begin);
      origin.end = origin.begin + static_cast<std::uint32_t>(to - from);
    }
    part.append(std::string_view(text_).substr(from, to - from), origin, piece->verbatim);
  }
  return part;
}

auto MappedText::origin(std::size_t begin, std::size_t end) const -> Span {
  Span all;
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), begin,
                                [](std::size_t at, const Piece& candidate) { return at < candidate.end; });
  for (; piece != pieces_.end() && piece->begin < std::max(end, begin + 1); ++piece) {
    auto origin = piece->origin;
    if (!origin.known()) continue;
    if (piece->verbatim) {
      const auto from = std::max<std::size_t>(begin, piece->begin) - piece->begin;
      const auto to = std::min<std::size_t>(end, piece->end) - piece->begin;
      origin.end = origin.begin + static_cast<std::uint32_t>(std::max(from, to));
      origin.begin += static_cast<std::uint32_t>(from);
    }
    if (!all.known())
      all = origin;
    // A value put in from elsewhere (a constant of the module, a row of a list) is no part of this place.
    else if (origin.file == all.file && origin.begin >= all.end && origin.begin - all.end <= farthest_neighbour)
      all.end = origin.end;
  }
  return all;
}

auto MappedText::display() const -> std::string {
  std::string shown;
  for (const auto& piece : pieces_) {
    if (piece.hole >= 0) {
      const auto& hole = holes_[static_cast<std::size_t>(piece.hole)];
      shown += '{' + (hole.constant.empty() ? hole.what : hole.constant) + '}';
      continue;
    }
    shown.append(text_, piece.begin, piece.end - piece.begin);
  }
  return shown;
}

}  // namespace foreshot
