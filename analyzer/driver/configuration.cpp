#include "analyzer/driver/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <string_view>
#include <utility>

#include "analyzer/driver/paths.h"
#include "analyzer/driver/toml.h"

namespace foreshot::driver {
namespace {

class Reader {
 public:
  Reader(std::string file, std::string folder, std::string_view text, Configuration& to, std::vector<ConfigurationProblem>& problems)
      : file_(std::move(file)), folder_(std::move(folder)), text_(text), to_(to), problems_(problems) {}

  auto table(const toml::table& table, std::string_view where) -> void {
    where_ = where;
    each_entry(table, keys());
  }

  auto problem(const toml::source_region& region, std::string message, std::string hint = {}) -> void {
    problems_.push_back(place(region, std::move(message), std::move(hint)));
  }

 private:
  using Read = void (Reader::*)(const toml::node&);
  using Keys = std::vector<std::pair<std::string, Read>>;

  auto each_entry(const toml::table& table, const Keys& keys) -> void {
    // toml++ orders by name; people read problems from the top.
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      const auto& x = a.first->source().begin;
      const auto& y = b.first->source().begin;
      return std::pair(x.line, x.column) < std::pair(y.line, y.column);
    });
    for (const auto& [key, node] : entries) {
      const auto known = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.first == key->str(); });
      if (known == keys.end()) {
        std::vector<std::string> names;
        for (const auto& [name, read] : keys) names.push_back(name);
        const auto near = nearest_word(key->str(), names);
        problem(key->source(), fmt::format("unknown key `{}`{}", key->str(), in()), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
        continue;
      }
      (this->*known->second)(*node);
    }
  }
  auto section(const toml::node& node, const std::string& name, const Keys& keys) -> void {
    const auto* table = node.as_table();
    if (table == nullptr) return problem(node.source(), fmt::format("`{}` must be a table", name));
    const auto outer = std::exchange(where_, where_.empty() ? name : where_ + "." + name);
    each_entry(*table, keys);
    where_ = outer;
  }

  auto place(const toml::source_region& region, std::string message, std::string hint = {}) const -> ConfigurationProblem {
    ConfigurationProblem made;
    made.file = file_;
    made.line = std::max<std::uint32_t>(1, region.begin.line);
    made.column = std::max<std::uint32_t>(1, region.begin.column);
    made.message = std::move(message);
    made.hint = std::move(hint);
    auto rest = text_;
    for (std::uint32_t line = 1; line < made.line && !rest.empty(); ++line) {
      const auto newline = rest.find('\n');
      rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    }
    auto line = rest.substr(0, rest.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    made.source_line = std::string(line);
    const auto byte = [&](std::uint32_t column) {
      std::size_t at = 0;
      for (std::uint32_t c = 1; c < column && at < line.size(); ++c) {
        ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
      }
      return at;
    };
    made.begin = byte(made.column);
    made.end = region.end.line == region.begin.line && region.end.column > region.begin.column ? byte(region.end.column) : line.size();
    return made;
  }

  static auto keys() -> const Keys& {
    static const Keys list = {
        {"select", &Reader::select}, {"extend-select", &Reader::extend_select}, {"ignore", &Reader::ignore},
        {"per-file-ignores", &Reader::per_file_ignores}, {"severity", &Reader::severity}, {"fail-on", &Reader::fail_on},
        {"exclude", &Reader::exclude}, {"extend-exclude", &Reader::extend_exclude},
        {"respect-gitignore", &Reader::respect_gitignore}, {"force-exclude", &Reader::force_exclude},
        {"output-format", &Reader::output_format}, {"start-after", &Reader::start_after},
        {"server-version", &Reader::server_version}, {"dialect", &Reader::dialect},
        {"sqlalchemy-version", &Reader::sqlalchemy_version}, {"alembic-config", &Reader::alembic_config},
        {"models", &Reader::models}, {"lock-timeout-set-by-runner", &Reader::runner},
        {"unsafe-fixes", &Reader::unsafe_fixes}, {"extend-safe-fixes", &Reader::extend_safe_fixes}, {"tables", &Reader::tables},
        {"stats", &Reader::stats}, {"extend", &Reader::extend}};
    return list;
  }

  auto in() const -> std::string { return where_.empty() ? "" : fmt::format(" in [{}]", where_); }

  auto text(const toml::node& node, std::string_view key) -> std::optional<std::string> {
    if (const auto* value = node.as_string()) return value->get();
    problem(node.source(), fmt::format("`{}` must be a string", key));
    return std::nullopt;
  }
  auto flag(const toml::node& node, std::string_view key) -> std::optional<bool> {
    if (const auto* value = node.as_boolean()) return value->get();
    problem(node.source(), fmt::format("`{}` must be true or false", key));
    return std::nullopt;
  }
  auto texts(const toml::node& node, std::string_view key, bool one_is_enough,
             const std::function<void(const std::string&, const toml::node&)>& check = {}) -> std::vector<std::string> {
    std::vector<std::string> found;
    const auto take = [&](const toml::node& item) {
      if (const auto* value = item.as_string()) {
        if (check) check(value->get(), item);
        found.push_back(value->get());
      } else {
        problem(item.source(), fmt::format("`{}` must be {}list of strings", key, one_is_enough ? "a string or a " : "a "));
      }
    };
    if (const auto* items = node.as_array())
      for (const auto& item : *items) take(item);
    else if (one_is_enough)
      take(node);
    else
      problem(node.source(), fmt::format("`{}` must be a list of strings", key));
    return found;
  }
  auto check_selector(const std::string& selector, const toml::source_region& region) -> void {
    if (selector_known(selector)) return;
    const auto near = nearest_rule(selector);
    problem(region, fmt::format("unknown rule `{}`", selector), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }
  auto selectors(const toml::node& node, std::string_view key) -> std::vector<std::string> {
    return texts(node, key, false, [&](const auto& selector, const auto& item) { check_selector(selector, item.source()); });
  }

  auto select(const toml::node& node) -> void { to_.rules.select = selectors(node, "select"); }
  auto extend_select(const toml::node& node) -> void { to_.rules.extend_select = selectors(node, "extend-select"); }
  auto ignore(const toml::node& node) -> void { to_.rules.ignore = selectors(node, "ignore"); }
  auto patterns(const toml::node& node, std::string_view key, bool one_is_enough) -> std::vector<FilePattern> {
    std::vector<FilePattern> found;
    for (auto& pattern : texts(node, key, one_is_enough)) found.push_back({std::move(pattern), folder_});
    return found;
  }
  auto exclude(const toml::node& node) -> void { to_.exclude = patterns(node, "exclude", false); }
  auto extend_exclude(const toml::node& node) -> void { to_.extend_exclude = patterns(node, "extend-exclude", false); }
  auto respect_gitignore(const toml::node& node) -> void { to_.respect_gitignore = flag(node, "respect-gitignore"); }
  auto force_exclude(const toml::node& node) -> void { to_.force_exclude = flag(node, "force-exclude"); }
  auto alembic_config(const toml::node& node) -> void {
    to_.alembic_configs = texts(node, "alembic-config", true);
    for (auto& path : to_.alembic_configs) path = absolute(path, folder_);
  }
  auto models(const toml::node& node) -> void { to_.models = patterns(node, "models", true); }
  auto runner(const toml::node& node) -> void { to_.lock_timeout_set_by_runner = flag(node, "lock-timeout-set-by-runner"); }

  auto unsafe_fixes(const toml::node& node) -> void { to_.unsafe_fixes = flag(node, "unsafe-fixes"); }
  auto extend_safe_fixes(const toml::node& node) -> void { to_.extend_safe_fixes = selectors(node, "extend-safe-fixes"); }

  auto per_file_ignores(const toml::node& node) -> void {
    const auto* table = node.as_table();
    if (table == nullptr) return problem(node.source(), "`per-file-ignores` must be a table of patterns");
    to_.per_file_ignores.clear();
    for (const auto& [key, value] : *table)
      to_.per_file_ignores.emplace_back(FilePattern{std::string(key.str()), folder_}, selectors(value, "per-file-ignores"));
  }

  auto severity(const toml::node& node) -> void {
    const auto* table = node.as_table();
    if (table == nullptr) return problem(node.source(), "`severity` must be a table of rules");
    to_.severity.clear();
    for (const auto& [key, value] : *table) {
      check_selector(std::string(key.str()), key.source());
      const auto word = text(value, "severity");
      if (!word) continue;
      if (const auto level = parse_level(*word))
        to_.severity.emplace_back(std::string(key.str()), *level);
      else
        problem(value.source(), fmt::format("`{}` is no level: error, warning, info or off", *word));
    }
  }

  auto fail_on(const toml::node& node) -> void {
    const auto word = text(node, "fail-on");
    if (!word) return;
    const auto level = *word == "never" ? std::optional(Level::off) : parse_level(*word);
    if (!level || *word == "off") return problem(node.source(), fmt::format("`{}` is none of error, warning, info, never", *word));
    to_.fail_on = level;
  }

  auto output_format(const toml::node& node) -> void {
    const auto word = text(node, "output-format");
    if (!word) return;
    if (*word != "full" && *word != "concise" && *word != "json" && *word != "sarif")
      return problem(node.source(), fmt::format("`{}` is none of full, concise, json, sarif", *word));
    to_.output_format = *word;
  }

  auto start_after(const toml::node& node) -> void {
    to_.start_after = {};
    if (const auto* table = node.as_table()) {
      for (const auto& [key, value] : *table) to_.start_after.by_tree[std::string(key.str())] = texts(value, "start-after", true);
      return;
    }
    to_.start_after.revisions = texts(node, "start-after", true);
  }

  auto server_version(const toml::node& node) -> void {
    std::optional<std::int64_t> major;
    if (const auto* value = node.as_integer()) major = value->get();
    if (const auto* value = node.as_floating_point()) major = static_cast<std::int64_t>(value->get());
    if (const auto* value = node.as_string()) {
      const auto& word = value->get();
      if (!word.empty() && word.size() < 8 && std::isdigit(static_cast<unsigned char>(word[0])) != 0) major = std::stoi(word);
    }
    if (!major) return problem(node.source(), "`server-version` must be a PostgreSQL major version, 12 to 18");
    if (*major < 12) return problem(node.source(), fmt::format("PostgreSQL {} is older than foreshot knows: 12 to 18", *major));
    if (*major > 18) to_.notes.push_back(fmt::format("PostgreSQL {} is newer than foreshot knows and counts as 18", *major));
    to_.server_version = static_cast<int>(std::min<std::int64_t>(*major, 18));
  }

  auto dialect(const toml::node& node) -> void {
    auto word = text(node, "dialect");
    if (!word) return;
    std::transform(word->begin(), word->end(), word->begin(), [](unsigned char c) { return std::tolower(c); });
    static const std::vector<std::string> known = {"postgresql", "postgres", "mysql", "mariadb", "sqlite", "oracle", "mssql", "snowflake", "bigquery", "cockroachdb", "redshift", "duckdb", "clickhouse"};
    if (std::find(known.begin(), known.end(), *word) == known.end()) {
      const auto near = nearest_word(*word, known);
      return problem(node.source(), fmt::format("unknown dialect `{}`", *word), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }
    to_.dialect = *word == "postgres" ? "postgresql" : *word;
  }

  auto sqlalchemy_version(const toml::node& node) -> void {
    if (const auto* value = node.as_floating_point())
      to_.sqlalchemy_version = fmt::format("{:.1f}", value->get());
    else if (auto word = text(node, "sqlalchemy-version"))
      to_.sqlalchemy_version = *word;
    if (!to_.sqlalchemy_version.empty() && !to_.sqlalchemy_version.starts_with("1.") && !to_.sqlalchemy_version.starts_with("2."))
      problem(node.source(), fmt::format("`{}` is no version of SQLAlchemy like 1.4 or 2.0", to_.sqlalchemy_version));
  }

  auto tables(const toml::node& node) -> void {
    static const Keys list = {{"hot", &Reader::hot}, {"small", &Reader::small}};
    section(node, "tables", list);
  }
  auto hot(const toml::node& node) -> void {
    to_.sizes.clear_hot();
    for (const auto& pattern : texts(node, "hot", true)) to_.sizes.add_hot(pattern);
  }
  auto small(const toml::node& node) -> void {
    to_.sizes.clear_small();
    for (const auto& pattern : texts(node, "small", true)) to_.sizes.add_small(pattern);
  }

  auto stats(const toml::node& node) -> void {
    static const Keys list = {{"file", &Reader::stats_file}, {"max-age-days", &Reader::max_age}, {"small-rows", &Reader::small_rows},
                              {"scan-mb-per-second", &Reader::scan_rate}, {"rewrite-mb-per-second", &Reader::rewrite_rate},
                              {"index-rows-per-second", &Reader::index_rate}, {"changed-rows-per-second", &Reader::change_rate}};
    if (node.is_string()) return stats_file(node);
    if (!node.is_table()) return problem(node.source(), "`stats` must be a file, or a table with `file`");
    section(node, "stats", list);
  }
  auto stats_file(const toml::node& node) -> void {
    const auto path = text(node, "stats.file");
    if (!path) return;
    to_.statistics.file = absolute(*path, folder_);
    to_.statistics_place = place(node.source(), "");
  }
  auto amount(const toml::node& node, std::string_view key, double least) -> std::optional<double> {
    const auto value = node.value<double>();
    if (node.is_number() && value && *value >= least && *value < 1e15) return value;
    problem(node.source(), fmt::format("`{}` must be a number, {} or more", key, least));
    return std::nullopt;
  }
  auto max_age(const toml::node& node) -> void {
    if (const auto days = amount(node, "max-age-days", 0)) to_.statistics.max_age_days = static_cast<int>(std::min(*days, 1e6));
  }
  auto small_rows(const toml::node& node) -> void {
    if (const auto rows = amount(node, "small-rows", 0)) to_.sizes.small_rows = *rows;
  }
  auto scan_rate(const toml::node& node) -> void {
    if (const auto rate = amount(node, "scan-mb-per-second", 1)) to_.sizes.rates.scanned_bytes = *rate * 1e6;
  }
  auto rewrite_rate(const toml::node& node) -> void {
    if (const auto rate = amount(node, "rewrite-mb-per-second", 1)) to_.sizes.rates.rewritten_bytes = *rate * 1e6;
  }
  auto index_rate(const toml::node& node) -> void {
    if (const auto rate = amount(node, "index-rows-per-second", 1)) to_.sizes.rates.indexed_rows = *rate;
  }
  auto change_rate(const toml::node& node) -> void {
    if (const auto rate = amount(node, "changed-rows-per-second", 1)) to_.sizes.rates.changed_rows = *rate;
  }

  // Read before everything else, by read_configuration.
  auto extend(const toml::node&) -> void {}

  std::string file_, folder_;
  std::string_view text_;
  std::string where_;
  Configuration& to_;
  std::vector<ConfigurationProblem>& problems_;
};

auto read(const std::string& file, const std::string& folder, Configuration& to, std::vector<ConfigurationProblem>& problems,
          int depth) -> void {
  const auto text = read_bytes(file);
  if (!text) {
    problems.push_back({file, 1, 1, "this configuration cannot be read", "", "", 0, 0});
    return;
  }
  const auto parsed = toml::parse(std::string_view(*text), std::string_view(file));
  Reader reader(file, folder.empty() ? parent(file) : folder, *text, to, problems);
  if (!parsed) {
    reader.problem(parsed.error().source(), fmt::format("this is no TOML: {}", parsed.error().description()));
    return;
  }
  const toml::table* table = &parsed.table();
  std::string where;
  if (file_name(file) == "pyproject.toml") {
    const auto* tool = (*table)["tool"].as_table();
    const auto* node = tool == nullptr ? nullptr : tool->get("foreshot");
    if (node == nullptr) return;
    table = node->as_table();
    if (table == nullptr) return reader.problem(node->source(), "`tool.foreshot` must be a table");
    where = "tool.foreshot";
  }
  if (const auto* base = table->get("extend")) {
    const auto* value = base->as_string();
    if (value == nullptr) {
      reader.problem(base->source(), "`extend` must be a path");
    } else if (depth >= 8) {
      reader.problem(base->source(), "`extend` goes round in a circle, or too far");
    } else {
      const auto inherited = absolute(value->get(), parent(file));
      if (path_kind(inherited) != PathKind::file)
        reader.problem(base->source(), fmt::format("there is no file `{}`", value->get()));
      else
        read(inherited, folder, to, problems, depth + 1);
    }
  }
  reader.table(*table, where);
}

}  // namespace

auto read_configuration(const std::string& file, Configuration& to, std::vector<ConfigurationProblem>& problems,
                        const std::string& folder) -> void {
  read(file, folder, to, problems, 0);
  to.file = file;
}

auto apply_override(const std::string& text, const std::string& folder, Configuration& to, std::vector<ConfigurationProblem>& problems) -> void {
  const auto parsed = toml::parse(std::string_view(text), std::string_view("--config"));
  Reader reader("--config", folder, text, to, problems);
  if (!parsed) return reader.problem(parsed.error().source(), fmt::format("this is no TOML: {}", parsed.error().description()));
  reader.table(parsed.table(), "");
}

}  // namespace foreshot::driver
