#include "analyzer/base/glob.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace foreshot {
namespace {

auto in_class(std::string_view name, int c) -> bool {
  static constexpr std::pair<std::string_view, int (*)(int)> classes[] = {
      {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl}, {"digit", isdigit},
      {"graph", isgraph}, {"lower", islower}, {"print", isprint}, {"punct", ispunct}, {"space", isspace},
      {"upper", isupper}, {"xdigit", isxdigit}};
  for (const auto& [known, test] : classes)
    if (known == name) return c < 128 && test(c) != 0;
  return false;
}

// Reads a bracket expression that starts at pattern[at] == '['; returns the place after it, or npos if it never ends.
auto read_set(std::string_view pattern, std::size_t at, std::bitset<256>& set) -> std::size_t {
  auto i = at + 1;
  bool negated = false;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) {
    negated = true;
    ++i;
  }
  int previous = -1;
  for (bool first = true;; first = false) {
    if (i >= pattern.size()) return std::string_view::npos;
    auto c = static_cast<unsigned char>(pattern[i]);
    if (c == ']' && !first) break;
    if (c == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const auto close = pattern.find(":]", i + 2);
      if (close != std::string_view::npos) {
        const auto name = pattern.substr(i + 2, close - i - 2);
        for (int each = 0; each < 256; ++each)
          if (in_class(name, each)) set.set(static_cast<std::size_t>(each));
        i = close + 2;
        previous = -1;
        continue;
      }
    }
    if (c == '-' && previous >= 0 && i + 1 < pattern.size() && pattern[i + 1] != ']') {
      ++i;
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      const auto last = static_cast<unsigned char>(pattern[i]);
      for (int each = previous; each <= last; ++each) set.set(static_cast<std::size_t>(each));
      previous = -1;
      ++i;
      continue;
    }
    if (c == '\\') {
      if (++i >= pattern.size()) return std::string_view::npos;
      c = static_cast<unsigned char>(pattern[i]);
    }
    set.set(c);
    previous = c;
    ++i;
  }
  if (negated) set.flip();
  set.reset('/');
  return i + 1;
}

}  // namespace

Glob::Glob(std::string_view pattern) {
  using Kind = Token::Kind;
  bool plain = true;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '*') {
      auto after = i;
      while (after < pattern.size() && pattern[after] == '*') ++after;
      const bool starts = i == 0 || pattern[i - 1] == '/';
      plain = false;
      if (after - i >= 2 && starts && after == pattern.size()) {
        tokens_.push_back({Kind::rest});
      } else if (after - i >= 2 && starts && pattern[after] == '/') {
        tokens_.push_back({Kind::folders_enter});
        tokens_.push_back({Kind::folders});
        ++after;
      } else {
        tokens_.push_back({Kind::star});
      }
      i = after;
      continue;
    }
    if (c == '?') {
      tokens_.push_back({Kind::any});
      plain = false;
      ++i;
      continue;
    }
    if (c == '[') {
      std::bitset<256> set;
      const auto after = read_set(pattern, i, set);
      if (after == std::string_view::npos) {
        never_ = true;
        return;
      }
      tokens_.push_back({Kind::set, 0, static_cast<std::uint32_t>(sets_.size())});
      sets_.push_back(set);
      plain = false;
      i = after;
      continue;
    }
    if (c == '\\' && ++i >= pattern.size()) {
      never_ = true;
      return;
    }
    tokens_.push_back({Kind::literal, pattern[i]});
    if (plain) prefix_ += pattern[i];
    ++i;
  }
  literal_ = plain;
}

auto Glob::matches(std::string_view path) const -> bool {
  using Kind = Token::Kind;
  if (never_) return false;
  if (literal_) return path == prefix_;
  if (!path.starts_with(prefix_)) return false;
  // A set of places in the pattern, moved on one character at a time.
  std::vector<char> here(tokens_.size() + 1, 0), next;
  const auto enter = [&](std::vector<char>& places, std::size_t at) {
    for (;;) {
      if (places[at] != 0) return;
      places[at] = 1;
      if (at == tokens_.size()) return;
      const auto kind = tokens_[at].kind;
      if (kind == Kind::star || kind == Kind::rest) {
        ++at;
      } else if (kind == Kind::folders_enter) {
        places[at + 1] = 1;
        at += 2;
      } else {
        return;
      }
    }
  };
  enter(here, 0);
  for (const char c : path) {
    next.assign(tokens_.size() + 1, 0);
    bool alive = false;
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      if (here[at] == 0) continue;
      alive = true;
      const auto& token = tokens_[at];
      switch (token.kind) {
        case Kind::literal:
          if (c == token.literal) enter(next, at + 1);
          break;
        case Kind::any:
          if (c != '/') enter(next, at + 1);
          break;
        case Kind::set:
          if (sets_[token.set].test(static_cast<unsigned char>(c))) enter(next, at + 1);
          break;
        case Kind::star:
          if (c != '/') enter(next, at);
          break;
        case Kind::rest: enter(next, at); break;
        case Kind::folders_enter: break;
        case Kind::folders:
          next[at] = 1;
          if (c == '/') enter(next, at + 1);
          break;
      }
    }
    if (!alive) return false;
    here.swap(next);
  }
  return here[tokens_.size()] != 0;
}

namespace {

auto strip(std::string_view pattern) -> std::string_view {
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  if (pattern.size() > 1 && pattern.starts_with('/')) pattern.remove_prefix(1);
  return pattern;
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern)
    : glob_(strip(pattern)), anchored_(pattern.find('/') < pattern.find_last_not_of('/')) {}

PathPattern::PathPattern(std::string_view pattern, std::string_view folder, std::string_view root) : PathPattern(pattern) {
  if (!anchored_ || folder == root) return;
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  for (; pattern.starts_with("../"); pattern.remove_prefix(3)) folder = folder.substr(0, folder.rfind('/'));
  glob_ = Glob(strip(pattern));
  // "/" ends with the slash that other folders lack.
  if (folder == "/") folder = "";
  if (root == "/") root = "";
  if (folder == root) return;
  if (root.starts_with(folder) && root[folder.size()] == '/')
    above_ = std::string(root.substr(folder.size() + 1)) + "/";
  else if (folder.starts_with(root) && folder[root.size()] == '/')
    below_ = std::string(folder.substr(root.size() + 1)) + "/";
  else
    elsewhere_ = true;
}

auto PathPattern::matches(std::string_view path, std::size_t asked) const -> bool {
  const auto written = path.size();
  if (path.starts_with("./")) path.remove_prefix(2);
  if (elsewhere_ || !path.starts_with(below_)) return false;
  path.remove_prefix(below_.size());
  std::string joined;
  if (!above_.empty()) path = joined = above_ + std::string(path);
  // How much of the path is left behind what is not asked about.
  const auto open = written - std::min(asked, written);
  const auto skipped = asked == 0 ? 0 : path.size() - std::min(open, path.size());
  for (std::size_t begin = 0;;) {
    const auto slash = path.find('/', begin);
    const auto end = slash == std::string_view::npos ? path.size() : slash;
    if (end > skipped && glob_.matches(anchored_ ? path.substr(0, end) : path.substr(begin, end - begin))) return true;
    if (slash == std::string_view::npos) return false;
    begin = slash + 1;
  }
}

}  // namespace foreshot
