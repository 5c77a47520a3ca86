#include "analyzer/driver/dependencies.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

constexpr std::array packages = {"sqlalchemy", "alembic", "psycopg2", "psycopg2-binary", "psycopg", "psycopg-binary",
                                 "asyncpg", "pg8000", "pymysql", "mysqlclient", "aiomysql", "asyncmy",
                                 "mysql-connector-python", "aiosqlite", "cx-oracle", "oracledb", "pyodbc", "pymssql",
                                 "snowflake-sqlalchemy", "sqlalchemy-bigquery"};

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return c == '_' ? '-' : std::tolower(c); });
  return out;
}

auto name_part(char c) -> bool { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '/'; }

auto is_lock(std::string_view name) -> bool { return name.ends_with(".lock"); }

// `name = "x"` … `version = "1.2"` as uv, poetry and pdm write them; Pipfile.lock is JSON with `"x": { … "version": "==1.2"`.
auto read_lock(const std::string& path, std::string_view text, Dependencies& to) -> void {
  for (const auto* package : packages) {
    for (const auto& head : {"name = \"" + std::string(package) + "\"", "\"" + std::string(package) + "\": {"}) {
      const auto at = text.find(head);
      if (at == std::string_view::npos) continue;
      const auto version = text.find("version", at + head.size());
      if (version == std::string_view::npos || version - at > 2000) continue;
      const auto open = text.find('"', version + (text[version - 1] == '"' ? 8 : 7));
      if (open == std::string_view::npos) continue;
      const auto close = text.find('"', open + 1);
      if (close == std::string_view::npos) continue;
      auto pinned = std::string(text.substr(open + 1, close - open - 1));
      if (!pinned.starts_with('=')) pinned.insert(0, "==");
      to[package].push_back({path, std::move(pinned), true});
    }
  }
}

auto read_constraint(std::string_view text, std::size_t at) -> std::string {
  const auto skip = [&] { while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at; };
  skip();
  if (at < text.size() && text[at] == '[') at = std::min(text.find(']', at), text.size() - 1) + 1;
  skip();
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;   // the closing quote of a TOML key
  skip();
  // TOML: sqlalchemy = "^1.4" or = {version = "^1.4", …}
  if (at < text.size() && text[at] == '=' && at + 1 < text.size() && text[at + 1] != '=') {
    ++at;
    skip();
    if (at < text.size() && text[at] == '{') {
      const auto version = text.find("version", at);
      const auto close = text.find('}', at);
      if (version == std::string_view::npos || version > close) return {};
      at = text.find_first_of("\"'", version);
      if (at == std::string_view::npos) return {};
    }
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  }
  std::string constraint;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::string_view("<>=!~^.*,+ ()").find(c) == std::string_view::npos) break;
    if (c != ' ' && c != '(' && c != ')') constraint += c;
  }
  const auto starts = constraint.empty() ? ' ' : constraint.front();
  if (std::isdigit(static_cast<unsigned char>(starts)) == 0 && std::string_view("<>=!~^").find(starts) == std::string_view::npos) return {};
  return constraint;
}

// The numbers at the start of "1.4.46"; -1 where there is none.
auto numbers(std::string_view text) -> std::array<int, 3> {
  std::array<int, 3> found = {-1, -1, -1};
  std::size_t at = 0;
  for (auto& number : found) {
    if (at >= text.size() || std::isdigit(static_cast<unsigned char>(text[at])) == 0) break;
    number = 0;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0 && number < 100000)
      number = number * 10 + (text[at++] - '0');
    if (at >= text.size() || text[at] != '.') break;
    ++at;
  }
  return found;
}

}  // namespace

auto names_dependencies(std::string_view path) -> bool {
  const auto name = file_name(path);
  if (name == "pyproject.toml" || name == "setup.cfg" || name == "setup.py" || name == "Pipfile" || name == "environment.yml") return true;
  if (name == "uv.lock" || name == "poetry.lock" || name == "pdm.lock" || name == "Pipfile.lock") return true;
  if (!name.ends_with(".txt") && !name.ends_with(".in")) return false;
  return name.starts_with("requirements") || name.starts_with("constraints") || name.find("requirements") != std::string::npos ||
         path.find("requirements/") != std::string_view::npos;
}

auto read_dependencies(const std::string& path, std::string_view text, Dependencies& to) -> void {
  if (is_lock(file_name(path))) return read_lock(path, text, to);
  const auto folded = lower(text);
  for (const auto* package : packages) {
    const std::string_view name = package;
    for (auto at = folded.find(name); at != std::string::npos; at = folded.find(name, at + 1)) {
      const auto end = at + name.size();
      if (at > 0 && name_part(folded[at - 1])) continue;
      if (end < folded.size() && (name_part(folded[end]) || folded[end] == ':')) continue;
      auto line = at;
      while (line > 0 && folded[line - 1] != '\n') --line;
      if (folded.find('#', line) < at) continue;
      to[package].push_back({path, read_constraint(text, end), false});
    }
  }
}

auto allowed_version(const std::string& constraint) -> std::optional<Version> {
  std::optional<Version> best;
  bool pinned = false;
  for (std::size_t at = 0; at < constraint.size();) {
    auto end = constraint.find(',', at);
    if (end == std::string::npos) end = constraint.size();
    const std::string_view part = std::string_view(constraint).substr(at, end - at);
    at = end + 1;
    const auto digits = part.find_first_of("0123456789");
    if (digits == std::string_view::npos) continue;
    const auto op = part.substr(0, digits);
    const auto [major, minor, patch] = numbers(part.substr(digits));
    const Version written{major, std::max(minor, 0), std::max(patch, 0)};
    if (op == "==" || op == "===" || op == "=" || op.empty() || op == "~=" || op == "~" || op == "^") {
      // ^1.4 and ~=1.4 let any later 1.x in, of which SQLAlchemy has none; what is written is what is meant.
      if (!pinned) best = written;
      pinned = true;
    } else if (op == "<" && !pinned) {
      if (minor <= 0 && patch <= 0)
        best = Version{major - 1, 99, 99};
      else if (patch <= 0)
        best = Version{major, minor - 1, 99};
      else
        best = Version{major, minor, patch - 1};
    } else if (op == "<=" && !pinned) {
      best = written;
    }
  }
  return best;
}

}  // namespace foreshot::driver
