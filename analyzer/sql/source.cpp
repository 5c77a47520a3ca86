#include "analyzer/sql/source.h"

#include <algorithm>

namespace foreshot::sql {
namespace {

// `\w` of Python's re on text: letters beyond ASCII count, and nearly all characters there are letters.
auto is_word_byte(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

auto narrow(std::size_t offset) -> std::uint32_t { return static_cast<std::uint32_t>(offset); }

}  // namespace

Source::Source(const MappedText& mapped, Binds binds) : mapped_(&mapped) {
  const std::string_view raw = mapped.text();
  text_.reserve(raw.size());
  if (binds == Binds::sqlalchemy && raw.find(':') != std::string_view::npos)
    read_sqlalchemy(raw);
  else if (binds == Binds::driver && raw.find('%') != std::string_view::npos)
    read_driver(raw);
  else
    copy_raw(raw, 0, raw.size());
  // A NUL would end the text for the parser.
  std::replace(text_.begin(), text_.end(), '\0', ' ');
}

auto Source::copy_raw(std::string_view raw, std::size_t begin, std::size_t end) -> void {
  if (begin >= end) return;
  const auto at = text_.size();
  add_run(narrow(at), {narrow(begin), narrow(end)});
  text_.append(raw.substr(begin, end - begin));
  for (auto hole = text_.find(MappedText::hole_byte, at); hole != std::string::npos;
       hole = text_.find(MappedText::hole_byte, hole + 1)) {
    const auto& from = mapped_->holes()[std::min(next_hole_++, mapped_->holes().size() - 1)];
    unknowns_.push_back({from.constant.empty() ? from.what : from.constant, from.alternatives, false, from.constant});
    positions_.push_back(narrow(hole));
  }
}

// SQLAlchemy's two expressions: `(?<![:\w\\]):(\w+)(?!:)` is a parameter, wherever it stands, quotes included;
// then `\\(:[\w$]*)(?![:\w$])` loses its backslash.
auto Source::read_sqlalchemy(std::string_view raw) -> void {
  std::size_t copied = 0;
  for (auto at = raw.find(':'); at != std::string_view::npos && at < raw.size(); at = raw.find(':', at)) {
    const char before = at == 0 ? '\0' : raw[at - 1];
    auto end = at + 1;
    while (end < raw.size() && is_word_byte(raw[end])) ++end;
    if (before == '\\') {
      auto tail = at + 1;
      while (tail < raw.size() && (is_word_byte(raw[tail]) || raw[tail] == '$')) ++tail;
      if (tail >= raw.size() || raw[tail] != ':') {
        copy_raw(raw, copied, at - 1);
        copied = at;
      }
      at = at + 1;
      continue;
    }
    if (before == ':' || is_word_byte(before) || end == at + 1) {
      at = at + 1;
      continue;
    }
    // Before another colon the expression gives back one character: `:name::int` binds `:nam`.
    if (end < raw.size() && raw[end] == ':') --end;
    if (end == at + 1) {
      at = at + 1;
      continue;
    }
    copy_raw(raw, copied, at);
    write_unknown({std::string(raw.substr(at, end - at)), {}, true}, {narrow(at), narrow(end)});
    copied = end;
    at = end;
  }
  copy_raw(raw, copied, raw.size());
}

auto Source::read_driver(std::string_view raw) -> void {
  std::size_t copied = 0;
  for (auto at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at)) {
    const char after = at + 1 < raw.size() ? raw[at + 1] : '\0';
    if (after == '%') {
      copy_raw(raw, copied, at + 1);
      copied = at + 2;
      at += 2;
      continue;
    }
    std::size_t end = at;
    if (after == 's' || after == 'b' || after == 't') {
      // `5 %total` is a modulo: a placeholder is not followed by a letter.
      if (at + 2 >= raw.size() || !is_word_byte(raw[at + 2])) end = at + 2;
    } else if (after == '(') {
      const auto close = raw.find(')', at);
      if (close != std::string_view::npos && close + 1 < raw.size() &&
          std::string_view("sbtd").find(raw[close + 1]) != std::string_view::npos &&
          std::all_of(raw.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                      raw.begin() + static_cast<std::ptrdiff_t>(close), is_word_byte))
        end = close + 2;
    }
    if (end == at) {
      ++at;
      continue;
    }
    copy_raw(raw, copied, at);
    write_unknown({std::string(raw.substr(at, end - at)), {}, true}, {narrow(at), narrow(end)});
    copied = end;
    at = end;
  }
  copy_raw(raw, copied, raw.size());
}

auto Source::add_run(std::uint32_t begin, Place place) -> void {
  // Text that goes on where the last byte-by-byte run ended belongs to that run.
  if (!runs_.empty() && begin - runs_.back().begin == runs_.back().place.end - runs_.back().place.begin &&
      runs_.back().place.end == place.begin) {
    runs_.back().place.end = place.end;
    return;
  }
  runs_.push_back({begin, place});
}

auto Source::run_at(std::size_t offset) const -> std::size_t {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), offset,
                                      [](std::size_t at, const Run& run) { return at < run.begin; });
  return after == runs_.begin() ? 0 : static_cast<std::size_t>(after - runs_.begin()) - 1;
}

auto Source::run_end(std::size_t run) const -> std::uint32_t {
  return run + 1 < runs_.size() ? runs_[run + 1].begin : narrow(text_.size());
}

auto Source::place(std::size_t begin, std::size_t end) const -> Place {
  if (runs_.empty()) return {};
  begin = std::min(begin, text_.size());
  end = std::clamp(end, begin, text_.size());
  const auto locate = [&](std::size_t offset, bool as_end) -> std::uint32_t {
    const auto index = run_at(as_end && offset > begin ? offset - 1 : offset);
    const auto& run = runs_[index];
    if (run_end(index) - run.begin == run.place.end - run.place.begin)
      return run.place.begin + (narrow(offset) - run.begin);
    return as_end ? run.place.end : run.place.begin;
  };
  const auto from = locate(begin, false);
  return {from, std::max(from, locate(end, true))};
}

auto Source::span(std::size_t begin, std::size_t end) const -> Span {
  const auto where = place(begin, end);
  return mapped_->origin(where.begin, where.end);
}

auto Source::display(std::size_t begin, std::size_t end) const -> std::string {
  const auto range = unknowns(begin, end);
  const std::string_view text = text_;
  if (range.empty()) return std::string(text.substr(begin, end - begin));
  std::string shown;
  for (auto index = range.first; index < range.last; ++index) {
    shown += text.substr(begin, positions_[index] - begin);
    const auto& unknown = unknowns_[index];
    shown += unknown.parameter ? unknown.what : "{" + unknown.what + "}";
    begin = positions_[index] + 1;
  }
  shown += text.substr(begin, end - begin);
  return shown;
}

auto Source::unknowns(std::size_t begin, std::size_t end) const -> Range {
  const auto first = std::lower_bound(positions_.begin(), positions_.end(), begin);
  const auto last = std::lower_bound(first, positions_.end(), end);
  return {static_cast<std::size_t>(first - positions_.begin()), static_cast<std::size_t>(last - positions_.begin())};
}

auto Source::append(const Source& from, std::size_t begin, std::size_t end) -> void {
  if (begin >= end) return;
  const auto shift = text_.size();
  for (auto index = from.run_at(begin); index < from.runs_.size() && from.runs_[index].begin < end; ++index) {
    const auto run_begin = std::max<std::size_t>(begin, from.runs_[index].begin);
    const auto run_end = std::min<std::size_t>(end, from.run_end(index));
    runs_.push_back({narrow(shift + run_begin - begin), from.place(run_begin, run_end)});
  }
  const auto range = from.unknowns(begin, end);
  for (auto index = range.first; index < range.last; ++index) {
    unknowns_.push_back(from.unknowns_[index]);
    positions_.push_back(narrow(shift + from.positions_[index] - begin));
  }
  text_.append(from.text_, begin, end - begin);
}

auto Source::write(std::string_view text, Place place) -> void {
  if (text.empty()) return;
  runs_.push_back({narrow(text_.size()), place});
  const auto begin = text_.size();
  text_.append(text);
  std::replace(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.end(), MappedText::hole_byte, ' ');
}

auto Source::write_unknown(Unknown unknown, Place place) -> void {
  runs_.push_back({narrow(text_.size()), place});
  positions_.push_back(narrow(text_.size()));
  unknowns_.push_back(std::move(unknown));
  text_.push_back(MappedText::hole_byte);
}

auto unquoted(const Source& source, std::size_t begin, std::size_t end, bool doubled, bool backslashes) -> Source {
  Source result(&source.mapped());
  const auto text = source.text();
  std::size_t copied = begin;
  for (auto at = begin; at + 1 < end; ++at) {
    if (doubled && text[at] == '\'' && text[at + 1] == '\'') {
      result.append(source, copied, at + 1);
      copied = at + 2;
      ++at;
    } else if (backslashes && text[at] == '\\') {
      result.append(source, copied, at);
      const char escaped = text[at + 1];
      const char plain = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
      result.write(std::string_view(&plain, 1), source.place(at, at + 2));
      copied = at + 2;
      ++at;
    }
  }
  result.append(source, copied, end);
  return result;
}

}  // namespace foreshot::sql
