#include "analyzer/report/sarif.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <map>

#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"
#include "analyzer/report/line_hash.h"
#include "analyzer/report/sarif_rule.h"
#include "analyzer/report/utf16.h"

namespace foreshot::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_results = 5000;
constexpr std::size_t most_locations = 1000;

auto sentence(std::string text) -> std::string {
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  // Brackets would start a link.
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out + ".";
}

class Writer {
 public:
  explicit Writer(const Outcome& outcome) : outcome_(outcome), rules_(outcome.rules) {
    auto items = outcome.items();
    for (const auto& item : items)
      if (std::find(rules_.begin(), rules_.end(), item.diagnostic->rule) == rules_.end()) rules_.push_back(item.diagnostic->rule);
    std::sort(rules_.begin(), rules_.end(), [](const Rule* a, const Rule* b) { return std::string_view(a->code) < b->code; });
    total_ = items.size();
    if (items.size() > most_results) {
      // The gravest are kept, in their order.
      auto ranked = items;
      std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        if (a.diagnostic->level != b.diagnostic->level) return a.diagnostic->level > b.diagnostic->level;
        return a.diagnostic->rule->precision < b.diagnostic->rule->precision;
      });
      ranked.resize(most_results);
      items = std::move(ranked);
    }
    items_ = std::move(items);
  }

  auto document() -> Json {
    Json run;
    Json rules = Json::array();
    for (const auto* rule : rules_) rules.push_back(sarif_rule(*rule, outcome_));
    run["tool"]["driver"] = {{"name", "foreshot"}, {"fullName", "foreshot, checks of migrations and queries"},
                             {"version", FORESHOT_VERSION}, {"semanticVersion", FORESHOT_VERSION},
                             {"informationUri", home_page()}, {"rules", std::move(rules)}};
    run["automationDetails"] = {{"id", category()}};
    Json results = Json::array();
    for (const auto& item : items_) results.push_back(result(item));
    if (auto provenance = version_control(); !provenance.is_null()) run["versionControlProvenance"] = std::move(provenance);
    run["invocations"] = Json::array({invocation()});
    run["columnKind"] = "utf16CodeUnits";
    run["results"] = std::move(results);
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  }

 private:
  auto category() const -> std::string {
    if (outcome_.projects.size() != 1) return "foreshot/";
    const auto& project = outcome_.projects.front();
    const auto inner = project.root == project.repository ? std::string() : relative_path(project.root, project.repository);
    return inner.empty() || inner == "." ? "foreshot/" : "foreshot/" + inner + "/";
  }

  // One repository is what %SRCROOT% stands for; a run over several says nothing about them.
  auto version_control() const -> Json {
    if (outcome_.projects.empty()) return nullptr;
    const auto& first = outcome_.projects.front();
    for (const auto& project : outcome_.projects)
      if (project.repository != first.repository) return nullptr;
    const auto& from = first.version_control;
    if (from.repository_uri.empty()) return nullptr;
    Json details = {{"repositoryUri", from.repository_uri}};
    if (!from.revision.empty()) details["revisionId"] = from.revision;
    if (!from.branch.empty()) details["branch"] = from.branch;
    details["mappedTo"] = {{"uriBaseId", "%SRCROOT%"}};
    return Json::array({std::move(details)});
  }

  auto invocation() const -> Json {
    Json one = {{"executionSuccessful", true}, {"exitCode", outcome_.exit_code}};
    if (!outcome_.started.empty()) {
      one["startTimeUtc"] = outcome_.started;
      one["endTimeUtc"] = outcome_.ended;
    }
    Json notifications = Json::array();
    const auto notify = [&](std::string text) {
      notifications.push_back({{"level", "warning"}, {"message", {{"text", sentence(std::move(text))}}}});
    };
    for (const auto& project : outcome_.projects)
      for (const auto& notice : project.notices) notify(with_marks(notice, "'"));
    if (total_ > items_.size()) notify(fmt::format("{} of {} findings are listed, the gravest", items_.size(), total_));
    one["toolExecutionNotifications"] = std::move(notifications);
    return one;
  }

  // Relative to the repository where the file lies in it, else an absolute file URI.
  auto artifact(const ProjectOutcome& project, FileId file) const -> Json {
    return artifact(project, std::string_view(project.project->sources.file(file).path));
  }

  auto artifact(const ProjectOutcome& project, std::string_view rest) const -> Json {
    std::string folder = project.root;
    while (rest.starts_with("../")) {
      folder.erase(std::min(folder.size(), folder.rfind('/')));
      rest.remove_prefix(3);
    }
    const auto path = relative_path(folder + "/" + std::string(rest), project.repository);
    if (path.starts_with("../")) return {{"uri", "file://" + percent_encoded(folder + "/" + std::string(rest))}};
    return {{"uri", percent_encoded(path)}, {"uriBaseId", "%SRCROOT%"}};
  }

  auto point(const SourceMap& sources, Span span, std::uint32_t offset) const -> std::pair<std::uint32_t, std::size_t> {
    const auto line = sources.line_column(span.file, offset).line;
    const auto begin = sources.line_begin(span.file, line);
    return {line, utf16_units(sources.text({span.file, begin, offset})) + 1};
  }

  auto region(const SourceMap& sources, Span span) const -> Json {
    const auto [start_line, start_column] = point(sources, span, span.begin);
    auto [end_line, end_column] = point(sources, span, span.end);
    if (start_line == end_line && start_column == end_column) ++end_column;  // an empty region has no width to show
    Json made = {{"startLine", start_line}, {"startColumn", start_column}, {"endLine", end_line}, {"endColumn", end_column}};
    auto text = std::string(sources.text(span));
    if (text.size() > 4000) text.resize(4000);
    made["snippet"] = {{"text", text}};
    return made;
  }

  // The lines around a region, so that a reader sees where it stands.
  auto context(const SourceMap& sources, Span span) const -> Json {
    const auto first = std::max<std::uint32_t>(2, sources.line_column(span.file, span.begin).line) - 1;
    const auto end = sources.line_column(span.file, span.end).line;
    const auto last = std::min(end + 1, sources.line_count(span.file));
    const auto begin_offset = sources.line_begin(span.file, first);
    const auto text = sources.line_text(span.file, last);
    const auto end_offset = sources.line_begin(span.file, last) + static_cast<std::uint32_t>(text.size());
    if (end_offset - begin_offset > 8000 || (begin_offset == span.begin && end_offset <= span.end)) return nullptr;
    return {{"startLine", first}, {"startColumn", 1}, {"endLine", last}, {"endColumn", utf16_units(text) + 1},
            {"snippet", {{"text", sources.text({span.file, begin_offset, end_offset})}}}};
  }

  auto location(const ProjectOutcome& project, Span span) const -> Json {
    const auto& sources = project.project->sources;
    return {{"physicalLocation", {{"artifactLocation", artifact(project, span.file)}, {"region", region(sources, span)}}}};
  }

  auto line_hash(const ProjectOutcome& project, Span span) -> std::string {
    const auto& sources = project.project->sources;
    auto& hashes = hashes_[{&project, span.file}];
    if (hashes.empty()) hashes = line_hashes(sources.file(span.file).text);
    const auto line = sources.line_column(span.file, span.begin).line;
    return line <= hashes.size() ? hashes[line - 1] : std::string("0:1");
  }

  auto fixes(const ProjectOutcome& project, const Fix& fix) const -> Json {
    std::map<FileId, Json> by_file;
    for (const auto& edit : fix.edits) {
      auto deleted = region(project.project->sources, edit.span);
      deleted.erase("snippet");
      if (edit.span.begin == edit.span.end) deleted["endColumn"] = deleted["startColumn"];
      by_file[edit.span.file].push_back({{"deletedRegion", std::move(deleted)}, {"insertedContent", {{"text", edit.text}}}});
    }
    Json changes = Json::array();
    for (auto& [file, replacements] : by_file)
      changes.push_back({{"artifactLocation", artifact(project, file)}, {"replacements", std::move(replacements)}});
    for (const auto& file : fix.creates) {
      Json replacement = {{"deletedRegion", {{"startLine", 1}, {"startColumn", 1}, {"endLine", 1}, {"endColumn", 1}}}, {"insertedContent", {{"text", file.text}}}};
      changes.push_back({{"artifactLocation", artifact(project, std::string_view(file.path))}, {"replacements", Json::array({std::move(replacement)})}});
    }
    return Json::array({{{"description", {{"text", sentence(with_marks(fix.message, "'"))}}}, {"artifactChanges", std::move(changes)}}});
  }

  auto result(const Outcome::Item& item) -> Json {
    const auto& project = *item.project;
    const auto& diagnostic = *item.diagnostic;
    const auto& finding = diagnostic.finding;
    const auto index = std::find(rules_.begin(), rules_.end(), diagnostic.rule) - rules_.begin();
    Json made = {{"ruleId", diagnostic.rule->code}, {"ruleIndex", index}, {"kind", "fail"},
                 {"level", diagnostic.level == Level::info ? "note" : level_name(diagnostic.level)}};
    auto text = sentence(with_marks(finding.message, "'"));
    if (!finding.until.empty() && !finding.waits.empty())
      text += " " + sentence(with_marks(finding.waits + " wait until " + finding.until, "'"));
    if (!finding.help.empty()) text += " " + sentence(with_marks(finding.help, "'"));
    Json related = Json::array();
    for (std::size_t i = 0; i < finding.labels.size() && i < most_locations; ++i) {
      const auto& label = finding.labels[i];
      if (finding.flow && label.span == finding.span) continue;
      auto entry = location(project, label.span);
      const auto said = sentence(with_marks(label.message, "'"));
      entry["id"] = i + 1;
      entry["message"] = {{"text", said}};
      text += fmt::format(" See [{}]({}).", said.substr(0, said.size() - 1), i + 1);
      related.push_back(std::move(entry));
    }
    made["message"] = {{"text", text}};
    auto place = location(project, finding.span);
    if (auto around = context(project.project->sources, finding.span); !around.is_null())
      place["physicalLocation"]["contextRegion"] = std::move(around);
    made["locations"] = Json::array({std::move(place)});
    if (!related.empty()) made["relatedLocations"] = std::move(related);
    if (finding.flow) made["codeFlows"] = flow(project, finding);
    if (finding.fix && (finding.fix->safe || outcome_.unsafe_fixes)) made["fixes"] = fixes(project, *finding.fix);
    made["partialFingerprints"] = {{"primaryLocationLineHash", line_hash(project, finding.span)}, {"foreshot/v1", diagnostic.fingerprint}};
    if (outcome_.show_suppressed) {
      made["suppressions"] = Json::array();
      if (diagnostic.suppressed) {
        Json one = {{"kind", "inSource"}, {"status", "accepted"}};
        if (!diagnostic.suppression_reason.empty()) one["justification"] = diagnostic.suppression_reason;
        made["suppressions"].push_back(std::move(one));
      }
    }
    Json properties;
    if (!finding.revision.empty()) properties["revision"] = finding.revision;
    if (!finding.runs.empty()) properties["runs"] = finding.runs;
    if (!properties.empty()) made["properties"] = std::move(properties);
    return made;
  }

  auto flow(const ProjectOutcome& project, const Finding& finding) const -> Json {
    Json steps = Json::array();
    const auto add = [&](Span span, const std::string& message) {
      auto place = location(project, span);
      place["message"] = {{"text", sentence(with_marks(message, "'"))}};
      steps.push_back({{"location", std::move(place)}});
    };
    for (const auto& label : finding.labels) add(label.span, label.message);
    // A step at the finding's own place says what happens there.
    const auto own = [&](const Label& label) { return label.span == finding.span; };
    if (std::none_of(finding.labels.begin(), finding.labels.end(), own)) add(finding.span, finding.message);
    return Json::array({{{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}}});
  }

  const Outcome& outcome_;
  std::vector<const Rule*> rules_;
  std::vector<Outcome::Item> items_;
  std::size_t total_ = 0;
  std::map<std::pair<const ProjectOutcome*, FileId>, std::vector<std::string>> hashes_;
};

}  // namespace

auto pascal_case(std::string_view name) -> std::string {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c == '-') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

auto percent_encoded(std::string_view path) -> std::string {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~/+@,=").find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

auto sarif(const Outcome& outcome) -> std::string {
  return Writer(outcome).document().dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace foreshot::report
