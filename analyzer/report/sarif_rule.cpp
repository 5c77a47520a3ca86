#include "analyzer/report/sarif_rule.h"

#include <string>
#include <string_view>

#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"
#include "analyzer/report/rule_page.h"
#include "analyzer/report/sarif.h"

namespace foreshot::report {
namespace {

// At most `limit` characters, cut between words; one code point at least stays whole.
auto shortened(std::string text, std::size_t limit) -> std::string {
  if (text.size() <= limit) return text;
  auto end = limit - 3;
  while (end > 0 && text[end] != ' ') --end;
  text.resize(end);
  return text + "...";
}

auto ended(std::string_view text) -> std::string {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
  return with_marks(text, "'") + ".";
}

auto family(std::string_view code) -> const char* {
  if (code.starts_with("MIG")) return "migration";
  if (code.starts_with("REV")) return "revision";
  if (code.starts_with("MAP")) return "mapping";
  if (code.starts_with("ORM")) return "orm";
  if (code.starts_with("SCH")) return "schema";
  return "foreshot";
}

}  // namespace

auto sarif_rule(const Rule& rule, const Outcome& outcome) -> nlohmann::ordered_json {
  using Json = nlohmann::ordered_json;
  auto level = rule.level == Level::off ? Level::warning : rule.level;
  if (const auto chosen = outcome.levels.find(rule.code); chosen != outcome.levels.end()) level = chosen->second;
  const auto* name = level == Level::info ? "note" : level == Level::off ? "none" : level_name(level);
  const auto* severity = level == Level::error ? "error" : level == Level::warning ? "warning" : "recommendation";
  Json made = {{"id", rule.code},
          {"name", pascal_case(rule.name)},
          {"shortDescription", {{"text", shortened(ended(rule.doc.summary), 1024)}}},
          {"fullDescription", {{"text", shortened(ended(std::string(rule.doc.summary) + ". " + rule.doc.what), 1000)}}},
          {"help", {{"text", ended(std::string(rule.doc.what) + " " + rule.doc.database)}, {"markdown", rule_markdown(rule)}}},
          {"defaultConfiguration", {{"enabled", level != Level::off}, {"level", name}}},
          {"properties", {{"tags", {family(rule.code), "postgresql", "sqlalchemy"}},
                          {"precision", precision_name(rule.precision)},
                          {"problem.severity", severity}}}};
  if (const auto page = rule_page(rule); !page.empty()) made["helpUri"] = page;
  return made;
}

}  // namespace foreshot::report
