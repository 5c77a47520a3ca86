#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/check/registry.h"
#include "analyzer/check/rule.h"
#include "analyzer/report/text.h"

namespace foreshot::report {
namespace {

auto counted(std::size_t count, std::string_view what) -> std::string {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

struct Totals {
  std::size_t errors = 0, warnings = 0, infos = 0, files = 0, migrations = 0, models = 0, statements = 0, understood = 0;
  std::size_t suppressed = 0, older = 0, small = 0, unparsed = 0;
  std::set<std::pair<const ProjectOutcome*, FileId>> places;
  auto all() const -> std::size_t { return errors + warnings + infos; }
};

auto total(const Outcome& outcome) -> Totals {
  Totals t;
  for (const auto& project : outcome.projects) {
    t.files += project.files;
    t.migrations += project.coverage.migrations;
    t.statements += project.coverage.statements;
    t.understood += project.coverage.understood;
    t.suppressed += project.result.suppressed;
    t.older += project.result.in_older_revisions;
    t.small += project.result.on_small_tables;
    t.models += static_cast<std::size_t>(std::count_if(project.project->models.begin(), project.project->models.end(),
                                                       [](const Model& model) { return model.is_mapped; }));
    t.unparsed += static_cast<std::size_t>(
        std::count_if(project.project->syntax_problems.begin(), project.project->syntax_problems.end(),
                      [](const SyntaxProblem& problem) { return !problem.grammar_behind; }));
    for (const auto& diagnostic : project.result.diagnostics) {
      if (diagnostic.suppressed) continue;
      t.places.insert({&project, diagnostic.finding.span.file});
      if (diagnostic.level == Level::error) ++t.errors;
      if (diagnostic.level == Level::warning) ++t.warnings;
      if (diagnostic.level == Level::info) ++t.infos;
    }
  }
  return t;
}

auto joined(const std::vector<std::string>& parts, std::string_view between) -> std::string {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

auto fixed_lines(const Outcome& outcome) -> std::string {
  const auto& fixed = outcome.fixed;
  if (fixed.problems == 0) return outcome.fix_only ? "Nothing to fix.\n" : "";
  auto out = fmt::format("Fixed {} in {}", counted(fixed.problems, "problem"), counted(fixed.changed.size(), "file"));
  if (!fixed.created.empty()) out += fmt::format(", {} new: {}", fixed.created.size(), joined(fixed.created, ", "));
  out += ".\n";
  if (!outcome.show_fixes) return out;
  for (const auto& [path, counts] : fixed.by_file) {
    out += "  " + path + ":\n";
    for (const auto& [code, count] : counts) {
      const auto* rule = find_rule(code);
      out += fmt::format("    {} × {} ({})\n", count, code, rule == nullptr ? "" : rule->name);
    }
  }
  return out;
}

// What --fix would do about the findings that are listed.
auto fixable_line(const Outcome& outcome) -> std::string {
  std::size_t safe = 0, unsafe = 0;
  for (const auto& project : outcome.projects)
    for (const auto& diagnostic : project.result.diagnostics)
      if (!diagnostic.suppressed && diagnostic.finding.fix) ++(diagnostic.finding.fix->safe ? safe : unsafe);
  if (outcome.unsafe_fixes) safe += std::exchange(unsafe, 0);
  if (safe == 0 && unsafe == 0) return {};
  if (safe == 0) return fmt::format("  [*] {} fixable with --fix --unsafe-fixes: they change what the database is sent\n", unsafe);
  const auto more = unsafe == 0 ? std::string() : fmt::format(", {} more with --unsafe-fixes", unsafe);
  return fmt::format("  [*] {} fixable with --fix{}\n", safe, more);
}

auto older_line(const ProjectOutcome& project) -> std::string {
  const auto& result = project.result;
  if (result.in_older_revisions == 0) return {};
  const auto freeze = result.freeze_hint.empty() ? std::string("set start-after to freeze them")
                                                 : fmt::format("set start-after = \"{}\" to freeze them", result.freeze_hint);
  return fmt::format("{} in older revisions: {}, --all-revisions to see them", result.in_older_revisions, freeze);
}

}  // namespace

auto summary(const Outcome& outcome, const Style& style) -> std::string {
  const auto t = total(outcome);
  auto out = fixed_lines(outcome);
  if (outcome.fix_only) return out;
  if (t.unparsed > 0)
    out += fmt::format("{} could not be parsed; results may be incomplete\n", counted(t.unparsed, "file"));
  auto about = fmt::format("{}, {}", counted(t.migrations, "migration"), counted(t.models, "model"));
  if (t.statements > 0) about += fmt::format(", {} of {} statements understood", t.understood, t.statements);
  const auto seconds = outcome.show_seconds ? fmt::format(", {:.2f} s", outcome.seconds) : std::string();
  if (t.all() == 0) {
    out += painted(fmt::format("No problems in {}", counted(t.files, "file")), "1", style) + fmt::format(" ({}){}\n", about, seconds);
  } else {
    std::vector<std::string> kinds;
    if (t.errors > 0) kinds.push_back(counted(t.errors, "error"));
    if (t.warnings > 0) kinds.push_back(counted(t.warnings, "warning"));
    if (t.infos > 0) kinds.push_back(fmt::format("{} info", t.infos));
    out += painted(fmt::format("{} in {} of {}: {}", counted(t.all(), "problem"), t.places.size(), counted(t.files, "file"),
                               joined(kinds, ", ")), "1", style) + fmt::format("          {}{}\n", about, seconds);
  }
  for (const auto& project : outcome.projects) {
    const auto lead = outcome.projects.size() > 1 ? relative_path(project.root, outcome.working_directory) + ": " : std::string();
    const auto& versions = project.project->versions;
    if (!project.project->trees.empty() && project.result.foreign_trees < project.project->trees.size())
      out += fmt::format("  {}PostgreSQL {}: {}\n", lead, versions.server, versions.server_reason);
    for (const auto& remark : project.remarks) out += fmt::format("  {}{}\n", lead, remark);
    if (const auto older = older_line(project); !older.empty()) out += fmt::format("  {}{}\n", lead, older);
  }
  out += fixable_line(outcome);
  std::vector<std::string> hidden;
  if (t.suppressed > 0) hidden.push_back(fmt::format("{} suppressed", t.suppressed));
  if (t.small > 0) hidden.push_back(fmt::format("{} on small tables", t.small));
  for (const auto& project : outcome.projects)
    if (project.frozen > 0)
      hidden.push_back(fmt::format("{} up to {}", counted(project.frozen, "migration"), joined(project.start_after, ", ")));
  if (!hidden.empty()) out += "  Not shown: " + joined(hidden, ", ") + ".\n";
  return out;
}

auto coverage_report(const Outcome& outcome, const Style&) -> std::string {
  std::string out;
  const auto percent = [](std::size_t part, std::size_t all) { return all == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all); };
  Coverage all;
  std::map<std::string, std::vector<std::string>> reasons;
  std::set<std::string> seen;
  static constexpr const char* kinds[] = {"table of an operation", "operation", "SQL text", "control flow", "model", "query", "environment"};
  for (const auto& project : outcome.projects) {
    const auto& c = project.coverage;
    all.operations += c.operations;
    all.operations_known += c.operations_known;
    all.texts += c.texts;
    all.texts_resolved += c.texts_resolved;
    all.custom_directives += c.custom_directives;
    all.statements += c.statements;
    all.understood += c.understood;
    for (const auto& gap : c.gaps) {
      const auto reason = fmt::format("{}: {}", kinds[static_cast<std::size_t>(gap.kind)], with_marks(gap.reason, "\""));
      auto& places = reasons[reason];
      if (!gap.span.known()) {
        places.emplace_back();
        continue;
      }
      const auto at = project.project->sources.line_column(gap.span.file, gap.span.begin);
      places.push_back(fmt::format("{}:{}:{}", shown_path(outcome, project, gap.span.file), at.line, at.column));
    }
  }
  out += fmt::format("{} of {} statements understood\n", all.understood, all.statements);
  out += fmt::format("op calls with table known: {} of {} ({:.2f} %)\n", all.operations_known, all.operations, percent(all.operations_known, all.operations));
  out += fmt::format("SQL sites fully resolved: {} of {} ({:.2f} %)\n", all.texts_resolved, all.texts, percent(all.texts_resolved, all.texts));
  if (all.custom_directives > 0)
    out += fmt::format("directives of extensions: {}, not among the op calls\n", all.custom_directives);
  out += "counted: calls of Alembic's directives, and arguments of execute-like calls, in trees and branches that run on PostgreSQL; a value\n"
         "that could be a bind parameter is resolved, a setting in a name is kept as {setting}\n";
  if (reasons.empty()) return out;
  out += "not understood:\n";
  std::vector<std::pair<std::string, std::vector<std::string>>> sorted(reasons.begin(), reasons.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  for (auto& [reason, places] : sorted) {
    out += fmt::format("  {:>5}  {}\n", places.size(), reason);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    for (const auto& place : places)
      if (!place.empty()) out += "           " + place + "\n";
  }
  return out;
}

}  // namespace foreshot::report
