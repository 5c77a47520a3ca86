#include "analyzer/sql/holes.h"

#include <algorithm>
#include <charconv>

#include "analyzer/sql/keywords.h"

namespace foreshot::sql {
namespace {

// Two characters of Unicode's private use area. PostgreSQL takes bytes above 127 as letters of a name.
constexpr std::string_view mark_begin = "\xEE\x80\x80";
constexpr std::string_view mark_end = "\xEE\x80\x81";

auto mark(std::size_t index) -> std::string {
  std::string text(mark_begin);
  text += std::to_string(index);
  text += mark_end;
  return text;
}

}  // namespace

auto Prepared::source_offset(std::uint32_t offset) const -> std::uint32_t {
  const auto after = std::upper_bound(edits.begin(), edits.end(), offset,
                                      [](std::uint32_t at, const Edit& edit) { return at < edit.begin; });
  if (after == edits.begin()) return begin + offset;
  const auto& edit = *(after - 1);
  return offset < edit.end ? edit.source : edit.source + 1 + (offset - edit.end);
}

Replacements::Replacements(const Source& source, Tokens tokens) : source_(source), tokens_(tokens) {
  const auto range = source.unknowns(tokens.front().begin, tokens.back().end);
  std::size_t token = 0;
  for (auto index = range.first; index < range.last; ++index) {
    while (token < tokens.size() && tokens[token].end <= source.position(index)) ++token;
    slots_.push_back({index, token, choices(index, token), 0});
  }
}

// Does the token before end a value or a name, so that what follows is the rest of a clause and not a value?
auto Replacements::follows_value(std::size_t token) const -> bool {
  if (token == 0) return false;
  const auto& before = tokens_[token - 1];
  switch (before.kind) {
    case Token::Kind::word:
      return before.hole || !is_keyword(text_of(source_.text(), before));
    case Token::Kind::quoted_word:
    case Token::Kind::string:
    case Token::Kind::escape_string:
    case Token::Kind::dollar_string:
    case Token::Kind::number:
    case Token::Kind::parameter:
    case Token::Kind::close:
      return true;
    default:
      return false;
  }
}

auto Replacements::choices(std::size_t unknown, std::size_t at) const -> std::vector<Choice> {
  // Inside a comment.
  if (at >= tokens_.size() || tokens_[at].begin > source_.position(unknown)) return {Choice::name};
  const auto& token = tokens_[at];
  const auto& alternatives = source_.unknown(unknown).alternatives;
  if (token.kind == Token::Kind::number) return {};
  if (token.kind != Token::Kind::word) return {Choice::name};
  const bool first = token.begin == source_.position(unknown);
  const bool alone = first && token.end == token.begin + 1;
  const bool before_quoted = alone && at + 1 < tokens_.size() && tokens_[at + 1].begin == token.end &&
                             tokens_[at + 1].kind == Token::Kind::quoted_word;
  if (first && !alternatives.empty() && (!alone || before_quoted) &&
      std::all_of(alternatives.begin(), alternatives.end(),
                  [](const std::string& text) { return text.empty() || text.back() == '.'; }))
    return {Choice::prefix, Choice::name};
  if (!alternatives.empty()) return std::vector<Choice>(alternatives.size(), Choice::alternative);
  if (before_quoted) return {Choice::prefix, Choice::nothing};
  if (!alone) {
    // `{condition}ORDER BY`: the unknown part may end with the white space before a keyword.
    const bool before_keyword = first && is_keyword(text_of(source_.text(), token).substr(1));
    if (before_keyword) return {Choice::name, Choice::spaced, Choice::nothing};
    return {Choice::name};
  }
  if (source_.unknown(unknown).parameter)
    return {Choice::parameter, Choice::name, Choice::text, Choice::group, Choice::number, Choice::nothing};
  if (follows_value(at)) {
    if (at + 1 == tokens_.size()) return {Choice::nothing, Choice::name, Choice::group, Choice::query, Choice::branch};
    return {Choice::name, Choice::nothing, Choice::group, Choice::query, Choice::branch};
  }
  // `ADD x` and `DROP x` without the word COLUMN may go on with CONSTRAINT or anything else.
  const bool any_part =
      at > 2 && is_word(source_.text(), tokens_[0], "alter") &&
      (is_word(source_.text(), tokens_[at - 1], "add") || is_word(source_.text(), tokens_[at - 1], "drop"));
  if (any_part && at + 1 == tokens_.size()) return {};
  return {Choice::name,       Choice::text,  Choice::number, Choice::group,  Choice::pair,
          Choice::assignment, Choice::query, Choice::branch, Choice::nothing};
}

auto Replacements::replacement(const Slot& slot) const -> std::string {
  const auto name = mark(slot.unknown);
  if (slot.choices.empty()) return name;
  switch (slot.choices[slot.chosen]) {
    case Choice::name:
      return name;
    case Choice::spaced:
      return name + " ";
    case Choice::branch:
      return "WHEN " + name + " THEN " + name;
    case Choice::prefix:
      return name + ".";
    case Choice::parameter:
      return "$" + std::to_string(first_parameter + static_cast<int>(slot.unknown));
    case Choice::text:
      return "'" + name + "'";
    case Choice::number:
      return std::to_string(first_number + static_cast<int>(slot.unknown));
    case Choice::group:
      return "(" + name + ")";
    case Choice::pair:
      return name + " " + name;
    case Choice::assignment:
      return name + " = " + name;
    case Choice::query:
      return "(SELECT " + name + ")";
    case Choice::nothing:
      return "";
    case Choice::alternative: {
      // The longest first: an optional word such as CONCURRENTLY changes more when it is left out.
      auto texts = source_.unknown(slot.unknown).alternatives;
      std::sort(texts.begin(), texts.end(), [](const std::string& left, const std::string& right) {
        return left.size() != right.size() ? left.size() > right.size() : left < right;
      });
      return texts[slot.chosen];
    }
  }
  return name;
}

auto Replacements::prepare() const -> Prepared {
  Prepared prepared;
  prepared.begin = tokens_.front().begin;
  const auto end = tokens_.back().end;
  const auto text = source_.text();
  auto copied = prepared.begin;
  for (const auto& slot : slots_) {
    const auto at = source_.position(slot.unknown);
    prepared.text += text.substr(copied, at - copied);
    const auto begin = static_cast<std::uint32_t>(prepared.text.size());
    prepared.text += replacement(slot);
    prepared.edits.push_back({begin, static_cast<std::uint32_t>(prepared.text.size()), at});
    copied = at + 1;
    const auto choice = slot.choices.empty() ? Choice::name : slot.choices[slot.chosen];
    prepared.standing = std::max(prepared.standing, standing(slot.unknown, slot.token, choice));
    if (choice == Choice::nothing) {
      prepared.vanished = true;
      if (copied != end) prepared.vanished_inside = true;
    }
  }
  prepared.text += text.substr(copied, end - copied);
  return prepared;
}

auto Replacements::standing(std::size_t unknown, std::size_t token, Choice choice) const -> Prepared::Standing {
  using Standing = Prepared::Standing;
  if (token >= tokens_.size() || tokens_[token].begin > source_.position(unknown)) return Standing::settled;  // a comment
  const auto& part = source_.unknown(unknown);
  const bool name_or_value = choice == Choice::name || choice == Choice::prefix || choice == Choice::text ||
                             choice == Choice::number || choice == Choice::parameter;
  if (part.parameter && name_or_value) return choice == Choice::parameter ? Standing::settled : Standing::open;
  if (!part.constant.empty() && name_or_value) return Standing::settled;
  const auto kind = tokens_[token].kind;
  if (kind == Token::Kind::string || kind == Token::Kind::escape_string) return Standing::value;
  const bool whole = choice == Choice::name || choice == Choice::text || choice == Choice::number ||
                     choice == Choice::parameter || choice == Choice::group;
  return whole && is_value_place(source_, tokens_, token) ? Standing::value : Standing::open;
}

auto Replacements::advance(const Prepared& failed, std::uint32_t position) -> bool {
  constexpr unsigned limit = 64;
  if (++attempts_ > limit) return false;
  for (const auto& slot : slots_)
    if (slot.choices.empty()) return false;
  auto slot = slots_.size();
  while (slot > 0 && failed.edits[slot - 1].begin > position) --slot;
  for (; slot > 0; --slot) {
    auto& candidate = slots_[slot - 1];
    if (candidate.chosen + 1 < candidate.choices.size()) {
      ++candidate.chosen;
      for (auto later = slot; later < slots_.size(); ++later) slots_[later].chosen = 0;
      return true;
    }
  }
  return false;
}

auto has_mark(std::string_view text) -> bool { return text.find(mark_begin) != std::string_view::npos; }

auto without_marks(std::string_view text, const Source& source) -> std::string {
  std::string shown;
  for (auto at = text.find(mark_begin); at != std::string_view::npos; at = text.find(mark_begin)) {
    shown += text.substr(0, at);
    text.remove_prefix(at + mark_begin.size());
    std::size_t index = source.unknown_count();
    const auto digits = std::from_chars(text.data(), text.data() + text.size(), index);
    text.remove_prefix(static_cast<std::size_t>(digits.ptr - text.data()));
    // PostgreSQL cuts long names, so the end of the mark may be missing.
    if (text.substr(0, mark_end.size()) == mark_end) text.remove_prefix(mark_end.size());
    const bool found = index < source.unknown_count();
    if (found && source.unknown(index).parameter)
      shown += source.unknown(index).what;
    else if (found && !source.unknown(index).constant.empty())
      shown += "{" + source.unknown(index).constant + "}";
    else
      shown += "{" + (found ? source.unknown(index).what : std::string()) + "}";
  }
  shown += text;
  return shown;
}

auto identifier_of(std::string_view text, const Source& source) -> Identifier {
  if (!has_mark(text)) return Identifier(text);
  auto shown = without_marks(text, source);
  for (auto at = text.find(mark_begin); at != std::string_view::npos; at = text.find(mark_begin, at + 1)) {
    std::size_t index = source.unknown_count();
    std::from_chars(text.data() + at + mark_begin.size(), text.data() + text.size(), index);
    if (index >= source.unknown_count() || source.unknown(index).constant.empty()) return Identifier::unknown(std::move(shown));
  }
  return Identifier(std::move(shown));
}

}  // namespace foreshot::sql
