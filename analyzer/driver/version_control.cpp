#include "analyzer/driver/version_control.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t small_file = 64 << 10;
constexpr std::size_t packed_limit = 64 << 20;

auto stripped(std::string_view text) -> std::string_view {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

auto first_line(const std::string& path) -> std::string {
  const auto text = read_bytes(path, small_file);
  return text ? std::string(stripped(std::string_view(*text).substr(0, text->find('\n')))) : std::string();
}

// SHA-1 or SHA-256. Whatever else a ref's file holds is not published.
auto is_commit(std::string_view text) -> bool {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

template <typename Take>
auto each_line(std::string_view text, Take take) -> void {
  while (!text.empty()) {
    const auto newline = text.find('\n');
    take(text.substr(0, newline));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
}

auto packed_commit(const std::string& common, std::string_view name) -> std::string {
  std::string found;
  const auto text = read_bytes(common + "/packed-refs", packed_limit);
  if (text) each_line(*text, [&](std::string_view line) {
    const auto space = line.find(' ');
    if (space != std::string_view::npos && stripped(line.substr(space + 1)) == name && is_commit(line.substr(0, space)))
      found = line.substr(0, space);
  });
  return found;
}

// A value of git's configuration: quotes are taken off, a comment ends it.
auto value_of(std::string_view written) -> std::string {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c == '"')
      quoted = !quoted;
    else if (c == '\\' && i + 1 < written.size())
      out += written[++i];
    else if (!quoted && (c == '#' || c == ';'))
      break;
    else
      out += c;
  }
  return std::string(stripped(out));
}

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

auto origin(const std::string& common) -> std::string {
  std::string url;
  bool here = false;
  const auto text = read_bytes(common + "/config", small_file);
  if (text) each_line(*text, [&](std::string_view line) {
    line = stripped(line);
    if (line.starts_with('[')) {
      const auto head = line.substr(0, line.find(']'));
      const auto quote = head.find('"');
      here = quote != std::string_view::npos && lower(stripped(head.substr(1, quote - 1))) == "remote" && head.substr(quote) == "\"origin\"";
      return;
    }
    const auto equals = line.find('=');
    if (here && url.empty() && equals != std::string_view::npos && lower(stripped(line.substr(0, equals))) == "url")
      url = value_of(line.substr(equals + 1));
  });
  return url;
}

}  // namespace

auto public_address(std::string_view url) -> std::string {
  std::string scheme;
  if (const auto mark = url.find("://"); mark != std::string_view::npos) {
    scheme = lower(url.substr(0, mark));
    if (scheme != "https" && scheme != "http" && scheme != "ssh" && scheme != "git") return {};
    url.remove_prefix(mark + 3);
  } else {
    // As git decides it: "host:path" is no folder when no slash stands before the colon.
    const auto colon = url.find(':');
    if (colon == std::string_view::npos || colon < 2 || url.find('/') < colon) return {};
    scheme = "ssh";
  }
  const bool short_form = scheme == "ssh" && url.find(':') < url.find('/') && url.find(':') + 1 < url.size() &&
                          std::isdigit(static_cast<unsigned char>(url[url.find(':') + 1])) == 0;
  url = url.substr(0, url.find_first_of("?#"));
  const auto host_end = short_form ? std::string_view::npos : url.find('/');
  if (const auto at = url.substr(0, host_end).rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  std::string rest(url);
  if (const auto colon = rest.find(':'); short_form && colon != std::string::npos)
    rest.replace(colon, rest[colon + 1] == '/' ? 2 : 1, "/");
  const auto host = rest.substr(0, rest.find('/'));
  const bool plain = std::all_of(rest.begin(), rest.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-._~/:%+,=()").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (host.empty() || rest.size() == host.size() || !plain) return {};
  return scheme + "://" + rest;
}

auto version_control(const std::string& repository) -> report::VersionControl {
  report::VersionControl found;
  auto folder = repository + "/.git";
  if (path_kind(folder) == PathKind::file) {
    const auto line = first_line(folder);
    if (!line.starts_with("gitdir:")) return found;
    folder = absolute(stripped(std::string_view(line).substr(7)), repository);
  }
  const auto shared = first_line(folder + "/commondir");
  const auto common = shared.empty() ? folder : absolute(shared, folder);
  found.repository_uri = public_address(origin(common));
  auto head = first_line(folder + "/HEAD");
  for (int hops = 0; hops < 5 && head.starts_with("ref:"); ++hops) {
    const auto name = std::string(stripped(std::string_view(head).substr(4)));
    if (!name.starts_with("refs/") || name.find("..") != std::string::npos) break;
    if (hops == 0 && name.starts_with("refs/heads/")) found.branch = name.substr(11);
    head = first_line(folder + "/" + name);
    if (head.empty()) head = first_line(common + "/" + name);
    if (head.empty()) head = packed_commit(common, name);
  }
  if (is_commit(head))
    found.revision = head;
  else
    found.branch.clear();
  return found;
}

}  // namespace foreshot::driver
