#include "analyzer/report/rule_page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analyzer/check/selection.h"

namespace foreshot::report {
namespace {

auto trimmed(std::string_view text) -> std::string_view {
  while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

// What stands above a further block of an example.
auto caption(std::string_view name) -> std::string {
  if (name == "downgrade") return "and in downgrade():";
  if (name.starts_with("next revision")) return fmt::format("and in the {}:", name);
  return fmt::format("with `{}`:", name);
}

auto language(std::string_view name) -> std::string_view {
  return name.ends_with(".toml") ? "toml" : "python";
}

auto fenced(std::string_view code, std::string_view files) -> std::string {
  auto out = fmt::format("```python\n{}\n```\n", trimmed(code));
  constexpr std::string_view mark = "=== ";
  while (files.starts_with(mark)) {
    const auto line = files.find('\n');
    const auto name = files.substr(mark.size(), line - mark.size());
    const auto end = files.find("\n=== ", line);
    const auto text = trimmed(line < files.size() ? files.substr(line, end - line) : "");
    // An empty __init__.py tells nobody anything.
    if (!text.empty()) out += fmt::format("\n{}\n\n```{}\n{}\n```\n", caption(name), language(name), text);
    files.remove_prefix(end < files.size() ? end + 1 : files.size());
  }
  return out;
}

auto section(std::string_view heading, std::string_view text) -> std::string {
  return trimmed(text).empty() ? std::string() : fmt::format("\n### {}\n\n{}\n", heading, trimmed(text));
}

// How to allow it. What is wrong with the configuration, a comment or the syntax is not allowed by a comment.
auto how_to_allow(const Rule& rule) -> std::string {
  const auto family = std::string_view(rule.code).substr(0, 3);
  if (family == "CFG" || family == "SUP" || family == "SYN") return {};
  auto out = fmt::format("\n\nTo allow it, put `# foreshot: ignore[{}] -- the reason` on the line.", rule.code);
  if (rule.by_size)
    out += " Or name the table as small, `small = [\"kinds\"]` under `[tool.foreshot.tables]` in pyproject.toml: up to some "
           "10,000 rows the work is over at once.";
  return out;
}

}  // namespace

auto precision_name(Precision precision) -> const char* {
  switch (precision) {
    case Precision::very_high: return "very-high";
    case Precision::high: return "high";
    case Precision::medium: return "medium";
    case Precision::low: return "low";
  }
  return "low";
}

auto rule_markdown(const Rule& rule) -> std::string {
  const auto& doc = rule.doc;
  std::string out = fmt::format("{}.\n", doc.summary);
  out += section("What it does", doc.what);
  out += section("What the database does", doc.database);
  if (!trimmed(doc.bad).empty()) out += fmt::format("\n### Example\n\n{}", fenced(doc.bad, doc.bad_files));
  if (!trimmed(doc.good).empty()) out += fmt::format("\n### Use instead\n\n{}", fenced(doc.good, doc.good_files));
  out += section("When to allow it", doc.allow + how_to_allow(rule));
  out += section("References", doc.references);
  return out;
}

auto rules_text(const std::vector<const Rule*>& rules) -> std::string {
  std::string out;
  for (const auto* rule : rules) {
    if (!out.empty()) out += "\n";
    out += fmt::format("# {} {} ({})\n\n{}", rule->code, rule->name, level_name(rule->level), rule_markdown(*rule));
  }
  return out;
}

auto rules_json(const std::vector<const Rule*>& rules) -> std::string {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const auto* rule : rules) {
    const auto& doc = rule->doc;
    list.push_back({{"code", rule->code}, {"name", rule->name}, {"level", level_name(rule->level)},
                    {"precision", precision_name(rule->precision)}, {"needs_postgresql", rule->needs_postgresql},
                    {"summary", doc.summary}, {"what", doc.what}, {"database", doc.database}, {"bad", doc.bad},
                    {"bad_files", doc.bad_files}, {"good", doc.good}, {"good_files", doc.good_files},
                    {"allow", doc.allow}, {"references", doc.references}, {"markdown", rule_markdown(*rule)}});
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

auto rules_markdown(const std::vector<const Rule*>& rules) -> std::string {
  std::string out = "# Rules\n\nWritten by `foreshot rule --all --output-format markdown` from the rules themselves; not edited by hand.\n\n"
                    "| code | name | default | what is reported |\n|---|---|---|---|\n";
  const auto anchor = [](const Rule& rule) {
    std::string code = rule.code;
    for (auto& c : code) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return code;
  };
  for (const auto* rule : rules)
    out += fmt::format("| [{}](#{}) | {} | {} | {} |\n", rule->code, anchor(*rule), rule->name, level_name(rule->level), rule->doc.summary);
  for (const auto* rule : rules)
    out += fmt::format("\n<a id=\"{}\"></a>\n## {} {}\n\nDefault: {}. {}", anchor(*rule), rule->code, rule->name,
                       level_name(rule->level), rule_markdown(*rule));
  return out;
}

}  // namespace foreshot::report
