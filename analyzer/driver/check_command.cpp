#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/base/glob.h"
#include "analyzer/base/parallel_for.h"
#include "analyzer/check/rule.h"
#include "analyzer/driver/analyze.h"
#include "analyzer/driver/commands.h"
#include "analyzer/driver/configuration_report.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/fixing.h"
#include "analyzer/driver/output.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/progress.h"
#include "analyzer/driver/streams.h"
#include "analyzer/driver/table_statistics.h"
#include "analyzer/driver/version_control.h"
#include "analyzer/driver/walk.h"
#include "analyzer/report/outcome.h"
#include "analyzer/report/unified_diff.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t few_files = 20;

auto rule_layers(const Options& options, const Configuration& configuration) -> std::vector<RuleLayer> {
  return {configuration.rules, RuleLayer{options.select, options.extend_select, options.ignore}};
}

auto check_options(const ProjectRequest& request, const Options& options, const Analysis& analysis, unsigned threads,
                   std::size_t files_named) -> CheckOptions {
  CheckOptions checking;
  checking.rules = select_rules(rule_layers(options, request.configuration));
  auto severity = request.configuration.severity;
  severity.insert(severity.end(), options.severity.begin(), options.severity.end());
  checking.levels = user_levels(severity);
  for (const auto& [pattern, selectors] : request.configuration.per_file_ignores)
    checking.per_file_ignores.emplace_back(PathPattern(pattern.text, pattern.folder, request.root), selectors);
  for (const auto& [pattern, selectors] : options.per_file_ignores)
    checking.per_file_ignores.emplace_back(PathPattern(pattern, working_directory(), request.root), selectors);
  checking.all_revisions = options.all_revisions;
  checking.start_after_given = analysis.start_after_given;
  checking.threads = threads;
  checking.show_suppressed = options.show_suppressed;
  checking.report_everything = request.everything;
  checking.safe_fixes = request.configuration.extend_safe_fixes;
  if (request.everything && request.files.empty()) return checking;
  const auto& sources = analysis.project->sources;
  for (FileId file = 0; file < sources.size(); ++file) {
    const auto path = absolute(sources.file(file).path, request.root);
    const bool named = std::find(request.files.begin(), request.files.end(), path) != request.files.end();
    if (named || std::any_of(request.folders.begin(), request.folders.end(), [&](const auto& folder) { return inside(path, folder); }))
      checking.reported_files.insert(file);
    if (named && files_named <= few_files) checking.listed_however_old.insert(file);
  }
  return checking;
}

// The rules that any project selected, for SARIF.
auto remember_rules(const CheckOptions& checking, report::Outcome& outcome) -> void {
  for (const auto* rule : checking.rules)
    if (std::find(outcome.rules.begin(), outcome.rules.end(), rule) == outcome.rules.end()) outcome.rules.push_back(rule);
  std::sort(outcome.rules.begin(), outcome.rules.end(),
            [](const Rule* a, const Rule* b) { return std::string_view(a->code) < std::string_view(b->code); });
  outcome.levels.insert(checking.levels.begin(), checking.levels.end());
}

auto index_reported_lines(report::ProjectOutcome& project) -> void {
  auto& sources = project.project->sources;
  for (const auto& diagnostic : project.result.diagnostics) {
    const auto& finding = diagnostic.finding;
    sources.index_lines(finding.span.file);
    if (finding.until_span.known()) sources.index_lines(finding.until_span.file);
    for (const auto& label : finding.labels)
      if (label.span.known()) sources.index_lines(label.span.file);
  }
}

// "2027-01-31"; none where the clock cannot be read.
auto is_day(std::string_view text) -> bool {
  constexpr std::string_view shape = "0000-00-00";
  return text.empty() || (text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), [](char byte, char form) {
           return form == '-' ? byte == '-' : byte >= '0' && byte <= '9';
         }));
}

// "2027-01-31T12:59:59.123Z"
auto utc_time() -> std::string {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                     parts.tm_min, parts.tm_sec, milliseconds % 1000);
}

class CheckRun {
 public:
  CheckRun(const Options& options, const Surroundings& surroundings)
      : options_(options), surroundings_(surroundings), threads_(options.threads == 0 ? hardware_threads() : options.threads),
        progress_(surroundings.stderr_is_terminal && options.quiet == 0) {}

  auto exit_code() -> int {
    const auto begin = std::chrono::steady_clock::now();
    if (!is_day(surroundings_.today)) {
      warn("foreshot: FORESHOT_TODAY is no day like 2027-01-31: " + surroundings_.today + "\n");
      return 2;
    }
    if (options_.sarif_timestamps) outcome_.started = utc_time();
    outcome_.working_directory = working_directory();
    outcome_.show_fixes = options_.show_fixes;
    auto requests = plan_requests(options_);
    if (!requests.error.empty()) {
      warn("foreshot: " + requests.error + "\n");
      return 2;
    }
    if (failed(requests.problems)) return 2;
    for (const auto& request : requests.projects) files_named_ += request.files.size();
    for (std::size_t i = 0; i < requests.projects.size(); ++i) {
      if (!done_.insert(requests.projects[i].root).second) continue;
      if (auto code = project(requests.projects[i], requests)) return *code;
    }
    if (options_.show_files || options_.show_parsed_files) return 0;
    progress_.end();
    outcome_.show_suppressed = options_.show_suppressed;
    outcome_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    outcome_.show_seconds = surroundings_.stdout_is_terminal;
    if (options_.diff) return told_diff();
    outcome_.fix_only = options_.fix_only;
    outcome_.exit_code = (failing() && !options_.exit_zero) || (options_.exit_non_zero_on_fix && outcome_.fixed.problems > 0) ? 1 : 0;
    if (options_.sarif_timestamps) outcome_.ended = utc_time();
    tell_notices();
    const auto* configuration = requests.projects.empty() ? nullptr : &requests.projects.front().configuration;
    if (!write_outputs(outcome_, options_, surroundings_, configuration == nullptr ? "" : configuration->output_format)) return 2;
    return outcome_.exit_code;
  }

 private:
  auto failed(const std::vector<ConfigurationProblem>& problems) const -> bool {
    if (problems.empty()) return false;
    warn(configuration_report(problems, surroundings_, options_));
    return true;
  }

  auto look_at(const ProjectRequest& request) const -> Look {
    Look look;
    look.analysis = analyze(request, options_, threads_);
    if (options_.show_files || options_.show_parsed_files || !look.analysis.problems.empty()) return look;
    auto checking = check_options(request, options_, look.analysis, threads_, files_named_);
    checking.today = surroundings_.today;
    look.result = check(*look.analysis.project, checking);
    return look;
  }

  // False when a file cannot be written; the reason is on stderr.
  auto fix(const ProjectRequest& as_found, bool unsafe, Look& look) -> bool {
    auto request = as_found;
    Fixing fixing(request, unsafe, [this](const ProjectRequest& changed) { return look_at(changed); });
    fixing.run(look);
    const auto shown = [&](const std::string& path) { return relative(join(request.root, path), outcome_.working_directory); };
    for (const auto& [path, counts] : fixing.fixed())
      for (const auto& [code, count] : counts) {
        outcome_.fixed.by_file[shown(path)][code] += count;
        outcome_.fixed.problems += count;
      }
    for (const auto& [path, bytes] : request.written) {
      const auto file = join(request.root, path);
      const auto before = read_bytes(file);
      if (before == bytes) continue;
      (before ? outcome_.fixed.changed : outcome_.fixed.created).push_back(shown(path));
      if (options_.diff) {
        const auto old_text = decode_python(before.value_or("")).text, new_text = decode_python(bytes).text;
        differences_ += report::unified_diff({shown(path), old_text, new_text, !before}, style_for(surroundings_, options_, surroundings_.stdout_is_terminal));
      } else if (!replace_file(real(file), bytes)) {
        warn("foreshot: cannot write '" + shown(path) + "'\n");
        return false;
      }
    }
    return true;
  }

  auto told_diff() const -> int {
    put(differences_);
    if (options_.quiet == 0) {
      const auto count = outcome_.fixed.problems;
      warn(count == 0 ? "foreshot: nothing to fix\n" : fmt::format("foreshot: would fix {} problem{}\n", count, count == 1 ? "" : "s"));
    }
    return differences_.empty() ? 0 : 1;
  }

  auto project(const ProjectRequest& request, Requests& requests) -> std::optional<int> {
    progress_.say(request.root);
    std::vector<ConfigurationProblem> stale;
    check_statistics_age(request.configuration, surroundings_.today, stale);
    if (failed(stale)) return 2;
    auto look = look_at(request);
    auto& analysis = look.analysis;
    if (options_.show_files || options_.show_parsed_files) {
      for (const auto& file : analysis.python_files) put(relative(join(request.root, file), working_directory()) + "\n");
    } else {
      if (failed(analysis.problems)) return 2;
      const bool unsafe = options_.unsafe_fixes.value_or(request.configuration.unsafe_fixes.value_or(false));
      outcome_.unsafe_fixes = outcome_.unsafe_fixes || unsafe;
      if (options_.fix && !fix(request, unsafe, look)) return 2;
      remember_rules(check_options(request, options_, analysis, threads_, files_named_), outcome_);
      report::ProjectOutcome made;
      made.result = std::move(look.result);
      if (options_.fix_only) made.result.diagnostics.clear();
      made.coverage = report::coverage(*analysis.project);
      made.project = std::move(analysis.project);
      made.root = request.root;
      const auto repository = repository_of(request.root);
      made.repository = repository.empty() ? request.root : repository;
      if (writes_sarif(request.configuration) && !repository.empty()) made.version_control = version_control(repository);
      made.files = analysis.files;
      made.frozen = analysis.frozen;
      made.start_after = std::move(analysis.start_after);
      made.notices = std::move(analysis.notices);
      made.remarks = std::move(analysis.remarks);
      index_reported_lines(made);
      remember_fail_on(request.configuration);
      outcome_.projects.push_back(std::move(made));
    }
    return nested(request, analysis.nested_projects, requests);
  }

  // A folder with its own configuration below what was named is a project of its own.
  auto nested(const ProjectRequest& outer, const std::vector<std::string>& folders, Requests& requests) -> std::optional<int> {
    for (const auto& folder : folders) {
      const bool named = outer.everything || std::any_of(outer.folders.begin(), outer.folders.end(), [&](const auto& above) { return inside(folder, above); });
      if (!named || !done_.insert(folder).second) continue;
      ProjectRequest request;
      for (const auto& other : requests.projects)
        if (other.root == folder) request = other;
      request.root = folder;
      request.everything = true;
      std::vector<ConfigurationProblem> problems;
      request.configuration = configure(options_, folder, problems);
      if (failed(problems)) return 2;
      if (auto code = project(request, requests)) return code;
    }
    return std::nullopt;
  }

  auto writes_sarif(const Configuration& configuration) const -> bool {
    if (options_.outputs.empty()) return configuration.output_format == "sarif";
    return std::any_of(options_.outputs.begin(), options_.outputs.end(), [](const auto& output) { return output.format == "sarif"; });
  }

  auto remember_fail_on(const Configuration& configuration) -> void {
    fail_on_.push_back(options_.fail_on.value_or(configuration.fail_on.value_or(Level::warning)));
  }

  auto failing() const -> bool {
    for (std::size_t i = 0; i < outcome_.projects.size(); ++i) {
      if (fail_on_[i] == Level::off) continue;
      for (const auto& diagnostic : outcome_.projects[i].result.diagnostics)
        if (!diagnostic.suppressed && diagnostic.level >= fail_on_[i]) return true;
    }
    return false;
  }

  auto tell_notices() const -> void {
    if (options_.quiet > 0) return;
    std::size_t unread = 0, files = 0;
    bool bare_noqa = false;
    for (const auto& project : outcome_.projects) {
      auto lead = relative(project.root, outcome_.working_directory);
      if (!lead.empty() && !lead.ends_with("/")) lead += "/";
      for (const auto& notice : project.notices) {
        warn("foreshot: " + lead + notice + "\n");
        if (notice.ends_with("cannot be read")) ++unread;
      }
      files += project.files;
      bare_noqa = bare_noqa || project.result.bare_noqa;
    }
    if (unread > 0) warn(fmt::format("foreshot: {} could not be read; results may be incomplete\n", unread == 1 ? "1 file or folder" : fmt::format("{} files or folders", unread)));
    if (bare_noqa) warn("foreshot: a bare `# noqa` hides no finding of foreshot; name the rule: # noqa: CODE\n");
    if (files == 0) warn("foreshot: no Python files found\n");
  }

  const Options& options_;
  const Surroundings& surroundings_;
  unsigned threads_;
  Progress progress_;
  std::set<std::string> done_;
  std::size_t files_named_ = 0;
  std::vector<Level> fail_on_;
  std::string differences_;
  report::Outcome outcome_;
};

}  // namespace

auto run_check(const Options& options, const Surroundings& surroundings) -> int {
  return CheckRun(options, surroundings).exit_code();
}

}  // namespace foreshot::driver
