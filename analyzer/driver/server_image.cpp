#include "analyzer/driver/server_image.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

constexpr std::array names = {"postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha", "postgres-ha"};

auto digit(char c) -> bool { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

auto number_at(std::string_view text) -> int {
  int value = 0;
  std::size_t i = 0;
  for (; i < text.size() && digit(text[i]) && i < 4; ++i) value = value * 10 + (text[i] - '0');
  return i == 0 || i > 2 ? 0 : value;
}

auto plausible(int major) -> bool { return major >= 9 && major <= 30; }

// "16", "16-alpine", "15-3.3", "latest-pg14", "pg16", "${PG_VERSION:-15}".
auto major_of(std::string_view tag) -> int {
  for (auto pg = tag.find("pg"); pg != std::string_view::npos; pg = tag.find("pg", pg + 1))
    if (const auto major = number_at(tag.substr(pg + 2)); plausible(major)) return major;
  if (tag.starts_with('$')) {
    const auto fallback = tag.find(":-");
    return fallback == std::string_view::npos ? 0 : number_at(tag.substr(fallback + 2));
  }
  return number_at(tag);
}

template <typename Each>
auto each_image(std::string_view text, Each each) -> void {
  for (const auto* name : names) {
    const std::string_view word = name;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const auto end = at + word.size();
      if (at > 0 && (std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0 || text[at - 1] == '-' || text[at - 1] == '_')) continue;
      // "//postgres:…@host" is the address of a database.
      if (at > 1 && text[at - 1] == '/' && text[at - 2] == '/') continue;
      if (end >= text.size() || text[end] != ':') continue;
      auto stop = end + 1;
      if (text.substr(stop).starts_with("${"))
        stop = std::min(text.find('}', stop), text.size() - 1) + 1;
      while (stop < text.size() && (std::isalnum(static_cast<unsigned char>(text[stop])) != 0 || text[stop] == '.' || text[stop] == '-' || text[stop] == '_')) ++stop;
      if (stop < text.size() && text[stop] == '@') {
        // postgres:password@host, but postgres:16@sha256:… is an image.
        if (!text.substr(stop).starts_with("@sha256")) continue;
      }
      auto begin = at;
      while (begin > 0 && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0 || std::string_view("./-_").find(text[begin - 1]) != std::string_view::npos)) --begin;
      each(text.substr(begin, stop - begin), text.substr(end + 1, stop - end - 1));
    }
  }
}

}  // namespace

auto image_rank(std::string_view path) -> std::optional<int> {
  const auto name = file_name(path);
  const bool yaml = name.ends_with(".yml") || name.ends_with(".yaml");
  if (yaml && (name.find("compose") != std::string::npos)) return name.find("prod") != std::string::npos ? 0 : 1;
  if (yaml && (path.find(".github/workflows/") != std::string_view::npos || path.find(".circleci/") != std::string_view::npos ||
               name == ".gitlab-ci.yml" || name == "azure-pipelines.yml" || name == ".drone.yml" ||
               name == "bitbucket-pipelines.yml" || name == ".travis.yml"))
    return 2;
  if (name.starts_with("Dockerfile") || name.starts_with("Containerfile") || name.ends_with(".dockerfile") || name.ends_with(".Dockerfile"))
    return 3;
  return std::nullopt;
}

auto server_in(std::string_view text, std::string& image) -> std::optional<int> {
  std::optional<int> lowest;
  each_image(text, [&](std::string_view words, std::string_view tag) {
    const auto major = major_of(tag);
    if (!plausible(major) || (lowest && *lowest <= major)) return;
    lowest = major;
    image = words;
  });
  return lowest;
}

auto names_postgresql_image(std::string_view text) -> bool {
  for (const auto* name : names)
    for (const auto& lead : {"image: ", "image: \"", "image: '", "FROM "})
      if (text.find(std::string(lead) + name) != std::string_view::npos) return true;
  bool found = false;
  each_image(text, [&](std::string_view, std::string_view tag) { found = found || plausible(major_of(tag)) || tag.starts_with("latest"); });
  return found;
}

}  // namespace foreshot::driver
