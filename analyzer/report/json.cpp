#include "analyzer/report/json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <set>

#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"

namespace foreshot::report {
namespace {

using Json = nlohmann::ordered_json;

struct Writer {
  const Outcome& outcome;
  const ProjectOutcome& project;
  const SourceMap& sources;

  auto point(FileId file, std::uint32_t offset) const -> Json {
    const auto at = position(sources, file, offset);
    return {{"line", at.line}, {"column", at.column}, {"offset", at.offset}};
  }
  auto put_place(Json& to, Span span) const -> void {
    to["path"] = shown_path(outcome, project, span.file);
    to["start"] = point(span.file, span.begin);
    to["end"] = point(span.file, span.end);
  }
  auto text_or_null(const std::string& text) const -> Json { return text.empty() ? Json(nullptr) : Json(text); }

  auto fix(const Fix& fix) const -> Json {
    Json edits = Json::array();
    for (const auto& edit : fix.edits) {
      Json entry;
      put_place(entry, edit.span);
      entry["text"] = edit.text;
      edits.push_back(std::move(entry));
    }
    Json creates = Json::array();
    for (const auto& file : fix.creates) creates.push_back({{"path", shown_path(outcome, project, file.path)}, {"text", file.text}});
    return {{"applicability", fix.safe ? "safe" : "unsafe"}, {"message", fix.message}, {"edits", std::move(edits)},
            {"creates", std::move(creates)}};
  }

  // How long work on whole tables may take; null where the statistics of the tables are not known.
  auto estimate(const Finding& finding) const -> Json {
    Json works = Json::array();
    double seconds = 0;
    for (const auto& work : finding.works) {
      if (work.seconds < 0) continue;
      seconds += work.seconds;
      Json entry = {{"table", work.table}, {"work", work.work}, {"seconds", rounded(work.seconds)}};
      entry["rows"] = work.rows < 0 ? Json(nullptr) : Json(static_cast<std::int64_t>(work.rows));
      entry["bytes"] = work.bytes < 0 ? Json(nullptr) : Json(static_cast<std::int64_t>(work.bytes));
      entry["assumption"] = with_marks(work.assumption, "\"");
      works.push_back(std::move(entry));
    }
    if (works.empty()) return nullptr;
    return {{"seconds", rounded(seconds)}, {"sizes_of", project.project->sizes.taken}, {"works", std::move(works)}};
  }
  static auto rounded(double seconds) -> double { return std::round(seconds * 10) / 10; }

  auto finding(const Diagnostic& diagnostic) const -> Json {
    const auto& f = diagnostic.finding;
    Json to;
    to["code"] = diagnostic.rule->code;
    to["name"] = diagnostic.rule->name;
    to["level"] = level_name(diagnostic.level);
    to["message"] = with_marks(f.message, "\"");
    put_place(to, f.span);
    to["revision"] = text_or_null(f.revision);
    to["subject"] = text_or_null(f.subject);
    to["runs"] = f.runs;
    to["locks"] = Json::array();
    for (const auto& lock : f.locks) {
      Json blocks = Json::array();
      if (lock.blocks_reads) blocks.push_back("reads");
      if (lock.blocks_writes) blocks.push_back("writes");
      to["locks"].push_back({{"table", lock.table}, {"mode", lock.mode}, {"work", lock.work}, {"blocks", std::move(blocks)}});
    }
    to["waits"] = text_or_null(f.waits);
    if (f.until.empty()) {
      to["until"] = nullptr;
    } else {
      to["until"] = {{"text", f.until}};
      if (f.until_span.known()) put_place(to["until"], f.until_span);
    }
    to["estimate"] = estimate(f);
    to["hot"] = text_or_null(f.hot);
    to["related"] = Json::array();
    for (const auto& label : f.labels) {
      Json entry;
      put_place(entry, label.span);
      entry["message"] = with_marks(label.message, "\"");
      to["related"].push_back(std::move(entry));
    }
    to["notes"] = f.notes;
    to["help"] = text_or_null(f.help);
    to["fix"] = f.fix ? fix(*f.fix) : Json(nullptr);
    to["fingerprint"] = diagnostic.fingerprint;
    to["url"] = text_or_null(rule_page(*diagnostic.rule));
    if (diagnostic.suppressed)
      to["suppressed"] = {{"kind", "inSource"}, {"justification", diagnostic.suppression_reason}};
    else
      to["suppressed"] = nullptr;
    return to;
  }
};

}  // namespace

auto json(const Outcome& outcome) -> std::string {
  std::size_t errors = 0, warnings = 0, infos = 0, files = 0, suppressed = 0, older = 0, small = 0, statements = 0, understood = 0, safe = 0, unsafe = 0;
  Coverage calls;
  Json findings = Json::array();
  for (const auto& item : outcome.items()) {
    const auto& diagnostic = *item.diagnostic;
    if (!diagnostic.suppressed) {
      errors += diagnostic.level == Level::error ? 1 : 0;
      warnings += diagnostic.level == Level::warning ? 1 : 0;
      infos += diagnostic.level == Level::info ? 1 : 0;
      if (const auto& fix = diagnostic.finding.fix) ++(fix->safe ? safe : unsafe);
    }
    findings.push_back(Writer{outcome, *item.project, item.project->project->sources}.finding(diagnostic));
  }
  for (const auto& project : outcome.projects) {
    files += project.files;
    suppressed += project.result.suppressed;
    older += project.result.in_older_revisions;
    small += project.result.on_small_tables;
    statements += project.coverage.statements;
    understood += project.coverage.understood;
    calls.operations += project.coverage.operations;
    calls.operations_known += project.coverage.operations_known;
    calls.texts += project.coverage.texts;
    calls.texts_resolved += project.coverage.texts_resolved;
  }
  Json document;
  document["version"] = 1;
  document["tool"] = {{"name", "foreshot"}, {"version", FORESHOT_VERSION}};
  document["summary"] = {{"errors", errors}, {"warnings", warnings}, {"infos", infos}, {"files", files},
                         {"suppressed", suppressed}, {"baselined", 0}, {"older", older}, {"on_small_tables", small},
                         {"fixed", outcome.fixed.problems}, {"fixable", safe}, {"fixable_unsafe", unsafe},
                         {"statements", statements}, {"understood", understood},
                         {"coverage", {{"operations", calls.operations}, {"operations_known", calls.operations_known},
                                       {"sql_sites", calls.texts}, {"sql_resolved", calls.texts_resolved}}}};
  document["findings"] = std::move(findings);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace foreshot::report
