#include "analyzer/driver/table_statistics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/driver/paths.h"

namespace foreshot::driver {

const char* const statistics_query =
    R"(SELECT jsonb_pretty(jsonb_build_object(
  'version', 1,
  'taken', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'server', current_setting('server_version_num')::int / 10000,
  'tables', coalesce(jsonb_agg(jsonb_build_object(
    'schema', n.nspname,
    'name', c.relname,
    'rows', s.rows,
    'bytes', s.bytes,
    'indexes', (SELECT coalesce(jsonb_object_agg(i.relname, pg_relation_size(i.oid)), '{}')
                  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid))
    ORDER BY n.nspname, c.relname), '[]')))
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
   SELECT sum(pg_table_size(p.oid)) AS bytes,
          CASE WHEN bool_or(p.reltuples < 0 OR (p.relpages = 0 AND pg_relation_size(p.oid) > 0)) THEN NULL
               ELSE sum(p.reltuples)::bigint END AS rows
     FROM pg_class p
    WHERE p.oid = c.oid AND c.relkind <> 'p'
       OR c.relkind = 'p' AND p.oid IN (SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE t.isleaf)) s
 WHERE c.relkind IN ('r', 'p', 'm')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)';
)";

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_problems = 20;

// A JSON value that knows where it ends in the text.
struct Node {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object } kind = Kind::null;
  std::size_t end = 0;
  double number = 0;
  std::string text;
  std::vector<std::pair<std::string, Node>> members;   // of an object; an array's have no name

  auto member(std::string_view name) const -> const Node* {
    for (const auto& [key, value] : members)
      if (key == name) return &value;
    return nullptr;
  }
};

// Walks a text and tells how far the parser has come.
class Counting {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counting(const char* at, const char* begin, std::size_t* read) : at_(at), begin_(begin), read_(read) {}
  auto operator*() const -> reference { return *at_; }
  auto operator++() -> Counting& {
    ++at_;
    *read_ = static_cast<std::size_t>(at_ - begin_);
    return *this;
  }
  auto operator==(const Counting& other) const -> bool { return at_ == other.at_; }
  auto operator!=(const Counting& other) const -> bool { return at_ != other.at_; }

 private:
  const char* at_;
  const char* begin_;
  std::size_t* read_;
};

// Builds the nodes from nlohmann's events.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const std::size_t& read) : read_(read) {}

  auto null() -> bool override { return put({}); }
  auto boolean(bool) -> bool override { return put(made(Node::Kind::boolean)); }
  auto number_integer(number_integer_t value) -> bool override { return number(static_cast<double>(value)); }
  auto number_unsigned(number_unsigned_t value) -> bool override { return number(static_cast<double>(value)); }
  auto number_float(number_float_t value, const string_t&) -> bool override { return number(value); }
  auto string(string_t& value) -> bool override {
    auto node = made(Node::Kind::string);
    node.text = value;
    return put(std::move(node));
  }
  auto binary(binary_t&) -> bool override { return false; }
  auto start_object(std::size_t) -> bool override { return open(Node::Kind::object); }
  auto start_array(std::size_t) -> bool override { return open(Node::Kind::array); }
  auto end_object() -> bool override { return close(); }
  auto end_array() -> bool override { return close(); }
  auto key(string_t& value) -> bool override {
    key_ = value;
    return true;
  }
  auto parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) -> bool override {
    failed_at = position;  // counts the wrong byte
    return false;
  }

  Node root;
  std::optional<std::size_t> failed_at;

 private:
  auto made(Node::Kind kind) const -> Node {
    Node node;
    node.kind = kind;
    return node;
  }
  auto number(double value) -> bool {
    auto node = made(Node::Kind::number);
    node.number = value;
    return put(std::move(node));
  }
  auto put(Node node) -> bool {
    // The character after a number is read with it.
    node.end = node.kind == Node::Kind::number && read_ > 0 ? read_ - 1 : read_;
    if (open_.empty())
      root = std::move(node);
    else
      open_.back().second.members.emplace_back(std::move(key_), std::move(node));
    key_.clear();
    return true;
  }
  auto open(Node::Kind kind) -> bool {
    if (open_.size() >= deepest) {
      failed_at = read_;
      return false;
    }
    open_.emplace_back(std::move(key_), made(kind));
    key_.clear();
    return true;
  }
  auto close() -> bool {
    auto [key, node] = std::move(open_.back());
    open_.pop_back();
    key_ = std::move(key);
    return put(std::move(node));
  }

  const std::size_t& read_;
  std::vector<std::pair<std::string, Node>> open_;
  std::string key_;
};

class StatisticsReader {
 public:
  StatisticsReader(std::string file, std::string_view text, TableSizes& to, std::vector<ConfigurationProblem>& problems)
      : file_(std::move(file)), text_(text), to_(to), problems_(problems) {}

  auto read() -> void {
    std::size_t read = 0;
    Builder builder(read);
    const auto* begin = text_.data();
    const auto* end = begin + text_.size();
    if (!nlohmann::json::sax_parse(Counting(begin, begin, &read), Counting(end, begin, &read), &builder))
      return problem(builder.failed_at.value_or(read), "this is no JSON of table sizes", again);
    const auto& root = builder.root;
    const auto* version = root.member("version");
    if (root.kind != Node::Kind::object || version == nullptr || version->kind != Node::Kind::number || version->number != 1)
      return problem(version == nullptr ? 0 : version->end, "table sizes are an object with `version` 1", again);
    const auto* taken = root.member("taken");
    if (taken == nullptr || taken->kind != Node::Kind::string || !day_number(taken->text))
      return problem(taken == nullptr ? 0 : taken->end, "`taken` must be the time of the statistics, like \"2027-01-31T12:00:00Z\"", again);
    const auto* tables = root.member("tables");
    if (tables == nullptr || tables->kind != Node::Kind::array)
      return problem(tables == nullptr ? 0 : tables->end, "`tables` must be a list", again);
    to_.taken = taken->text.substr(0, 10);
    for (const auto& [name, entry] : tables->members) table(entry);
  }

  // Days since 0000-03-01 of a text that begins with "2027-01-31".
  static auto day_number(const std::string& text) -> std::optional<int> {
    int year = 0, month = 0, day = 0;
    if (text.size() < 10 || std::sscanf(text.c_str(), "%4d-%2d-%2d", &year, &month, &day) != 3) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || month < 1 || month > 12 || day < 1 || day > 31 || year < 1) return std::nullopt;
    const auto y = month <= 2 ? year - 1 : year;
    const auto m = month <= 2 ? month + 9 : month - 3;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1;
  }

 private:
  static constexpr const char* again = "foreshot config stats tells how the file is written";

  auto table(const Node& entry) -> void {
    const auto* name = entry.member("name");
    if (entry.kind != Node::Kind::object || name == nullptr || name->kind != Node::Kind::string || name->text.empty())
      return problem(entry.end, "a table has a `name`", again);
    const auto* schema = entry.member("schema");
    if (schema != nullptr && schema->kind != Node::Kind::string) return problem(schema->end, "`schema` must be a string", again);
    MeasuredTable made;
    if (!amount(entry, "rows", name->text, made.rows) || !amount(entry, "bytes", name->text, made.bytes)) return;
    if (const auto* indexes = entry.member("indexes")) {
      if (indexes->kind != Node::Kind::object) return problem(indexes->end, "`indexes` must be an object of names and bytes", again);
      for (const auto& [index, bytes] : indexes->members) {
        if (bytes.kind != Node::Kind::number || bytes.number < 0)
          return problem(bytes.end, fmt::format("the size of `{}` must be a number of bytes", index), again);
        made.indexes[index] = bytes.number;
      }
    }
    to_.measure(schema == nullptr ? "public" : schema->text, name->text, std::move(made));
  }

  // A number that is not negative, or null; false, and told, when it is anything else.
  auto amount(const Node& entry, const char* key, const std::string& table, double& to) -> bool {
    const auto* value = entry.member(key);
    if (value == nullptr || value->kind == Node::Kind::null) return true;
    to = value->number;
    if (value->kind == Node::Kind::number && value->number >= 0) return true;
    problem(value->end, fmt::format("`{}` of `{}` must be a number, 0 or more, or null", key, table), again);
    return false;
  }

  auto problem(std::size_t end, std::string message, std::string hint) -> void {
    if (problems_.size() >= most_problems) return;
    ConfigurationProblem made;
    made.file = file_;
    made.message = std::move(message);
    made.hint = std::move(hint);
    const auto at = std::min(end > 0 ? end - 1 : 0, text_.size());
    const auto before = text_.substr(0, at);
    made.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    const auto start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    auto line = text_.substr(start, text_.substr(start).find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    made.end = std::min(at - start + 1, line.size());
    // What is wrong begins behind the last space or comma.
    const auto value = line.substr(0, made.end);
    const auto space = value.size() < 2 ? std::string_view::npos : value.find_last_of(" ,:[{\t", value.size() - 2);
    made.begin = space == std::string_view::npos ? 0 : space + 1;
    // A file without line breaks is not shown.
    if (line.size() <= 400) made.source_line = std::string(line);
    made.column = 1 + static_cast<std::uint32_t>(std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(made.begin),
                                                               [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    problems_.push_back(std::move(made));
  }

  std::string file_;
  std::string_view text_;
  TableSizes& to_;
  std::vector<ConfigurationProblem>& problems_;
};

}  // namespace

auto read_statistics(Configuration& configuration, std::vector<ConfigurationProblem>& problems) -> void {
  const auto& file = configuration.statistics.file;
  if (file.empty()) return;
  const auto text = read_bytes(file);
  if (!text) {
    auto problem = configuration.statistics_place;
    problem.message = fmt::format("there is no file `{}` that can be read", file_name(file));
    problem.hint = "foreshot config stats tells how it is written";
    problems.push_back(std::move(problem));
    return;
  }
  StatisticsReader(file, *text, configuration.sizes, problems).read();
}

auto check_statistics_age(const Configuration& configuration, const std::string& today, std::vector<ConfigurationProblem>& problems)
    -> void {
  const auto& statistics = configuration.statistics;
  const auto taken = StatisticsReader::day_number(configuration.sizes.taken);
  const auto now = StatisticsReader::day_number(today);
  if (!taken || !now || statistics.max_age_days == 0 || *now - *taken <= statistics.max_age_days) return;
  auto problem = configuration.statistics_place;
  problem.message = fmt::format("`{}` is {} days old, {} at most: tables have grown since", file_name(statistics.file), *now - *taken,
                                statistics.max_age_days);
  problem.hint = "write it anew: foreshot config stats.query | psql -XAtq DATABASE > " + file_name(statistics.file);
  problems.push_back(std::move(problem));
}

}  // namespace foreshot::driver
