#include "analyzer/check/run.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "analyzer/base/glob.h"
#include "analyzer/check/fingerprint.h"
#include "analyzer/check/fixes.h"
#include "analyzer/check/hooks.h"
#include "analyzer/check/places.h"
#include "analyzer/check/registry.h"
#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"
#include "analyzer/check/step_size.h"
#include "analyzer/check/suppressing.h"

namespace foreshot {
namespace {

class Run {
 public:
  Run(const Project& project, const CheckOptions& options)
      : project_(project), options_(options), places_(project, options), suppressing_(project, options, places_) {
  }

  auto result() -> CheckResult {
    for (auto& raw : run_hooks(project_, options_)) {
      if (raw.tree != nullptr && old_elsewhere({raw.tree, raw.revision}, raw.finding.span))
        count_old({raw.tree, raw.revision});
      else
        add(*raw.rule, std::move(raw.finding));
    }
    add_syntax_problems();
    sort(kept_);
    for (auto& diagnostic : kept_) settle(std::move(diagnostic));
    for (auto& raw : suppressing_.complaints())
      if (auto diagnostic = judge(*raw.rule, std::move(raw.finding))) list(std::move(*diagnostic));
    sort(result_.diagnostics);
    fill_fingerprints(result_.diagnostics);
    count_trees();
    return std::move(result_);
  }

 private:
  auto selected(const Rule* rule) const -> bool {
    return rule != nullptr && std::find(options_.rules.begin(), options_.rules.end(), rule) != options_.rules.end();
  }

  auto level_of(const Rule& rule, const Finding& finding) const -> Level {
    const auto chosen = options_.levels.find(rule.code);
    if (chosen != options_.levels.end()) return chosen->second;
    if (finding.level) return *finding.level;
    return rule.level == Level::off ? Level::warning : rule.level;
  }

  auto ignored_in_file(const Rule& rule, FileId file) const -> bool {
    const auto& path = project_.sources.file(file).path;
    for (const auto& [pattern, selectors] : options_.per_file_ignores) {
      if (!std::any_of(selectors.begin(), selectors.end(),
                       [&](const std::string& selector) { return selector_match(selector, rule) >= 0; }))
        continue;
      if (pattern.matches(path)) return true;
    }
    return false;
  }

  // Nothing if the finding is not this run's business.
  auto judge(const Rule& rule, Finding finding) -> std::optional<Diagnostic> {
    if (!finding.span.known()) return std::nullopt;
    const auto level = level_of(rule, finding);
    if (level == Level::off || ignored_in_file(rule, finding.span.file)) return std::nullopt;
    const auto where = places_.of(finding.span.file);
    if (where == Places::Answer::elsewhere || where == Places::Answer::released) return std::nullopt;
    if (const auto* place = places_.revision(finding.span.file); place != nullptr && finding.revision.empty())
      finding.revision = place->tree->source.revisions[place->revision].id;
    Diagnostic diagnostic;
    diagnostic.rule = &rule;
    diagnostic.level = level;
    const auto sized = sized_level(rule, finding, level);
    if (sized == Level::off) {
      diagnostic.on_small_table = true;
    } else if (sized != level && !options_.levels.contains(rule.code)) {
      diagnostic.level = sized;
      finding.notes.push_back("hot  `" + finding.hot + "` is one of tables.hot: the level is one higher");
    }
    diagnostic.finding = std::move(finding);
    settle_fix(project_, places_, diagnostic.finding);
    if (auto& fix = diagnostic.finding.fix)
      for (const auto& selector : options_.safe_fixes) fix->safe = fix->safe || selector_match(selector, rule) >= 0;
    return diagnostic;
  }

  auto add(const Rule& rule, Finding finding) -> void {
    if (auto diagnostic = judge(rule, std::move(finding))) kept_.push_back(std::move(*diagnostic));
  }

  // In a helper or an SQL file that an old revision uses.
  auto old_elsewhere(const RevisionPlace& place, Span span) const -> bool {
    return span.known() && places_.revision(span.file) == nullptr && places_.of(span.file) == Places::Answer::reported &&
           places_.of(place, span.file) == Places::Answer::old;
  }

  auto count_old(const RevisionPlace& place) -> void {
    ++result_.in_older_revisions;
    old_revisions_.insert(place.tree->source.revisions[place.revision].file);
    old_trees_.insert(place.tree);
  }

  auto add_syntax_problems() -> void {
    const auto* rule = find_rule("SYN101");
    if (!selected(rule)) return;
    for (const auto& problem : project_.syntax_problems) {
      if (problem.grammar_behind) continue;
      Finding finding;
      finding.span = problem.span;
      finding.message = problem.message.empty() ? "Python cannot parse this file" : problem.message;
      finding.subject = project_.sources.file(problem.span.file).path;
      finding.help = "the rest of the file is read as far as it can be; findings may be missing";
      add(*rule, std::move(finding));
    }
  }

  // Suppressed, older, or listed.
  auto settle(Diagnostic diagnostic) -> void {
    if (suppressing_.covers(diagnostic)) {
      ++result_.suppressed;
      if (options_.show_suppressed) result_.diagnostics.push_back(std::move(diagnostic));
      return;
    }
    list(std::move(diagnostic));
  }

  auto list(Diagnostic diagnostic) -> void {
    const auto file = diagnostic.finding.span.file;
    if (diagnostic.on_small_table) {
      ++result_.on_small_tables;
      return;
    }
    if (places_.of(file) == Places::Answer::old) {
      count_old(*places_.revision(file));
      return;
    }
    result_.diagnostics.push_back(std::move(diagnostic));
  }

  auto sort(std::vector<Diagnostic>& diagnostics) const -> void {
    const auto key = [&](const Diagnostic& d) {
      return std::tuple(std::string_view(project_.sources.file(d.finding.span.file).path), d.finding.span.begin,
                        std::string_view(d.rule->code), d.finding.span.end, std::string_view(d.finding.message),
                        std::string_view(d.finding.subject), std::string_view(d.finding.revision));
    };
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
    merge(diagnostics);
  }

  // A loop or a shared helper makes a rule speak of one place more than once: that is one finding, with the rest as notes.
  static auto merge(std::vector<Diagnostic>& diagnostics) -> void {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < diagnostics.size(); ++i) {
      auto& next = diagnostics[i];
      if (kept > 0 && diagnostics[kept - 1].rule == next.rule && diagnostics[kept - 1].finding.span == next.finding.span) {
        auto& first = diagnostics[kept - 1].finding;
        if (first.message == next.finding.message) continue;
        // What one round of a loop is told to do need not be right for the next.
        first.fix.reset();
        const auto note = "also  " + next.finding.message;
        if (std::find(first.notes.begin(), first.notes.end(), note) != first.notes.end()) continue;
        first.notes.push_back(note);
        for (auto& sql : next.finding.runs)
          if (std::find(first.runs.begin(), first.runs.end(), sql) == first.runs.end()) first.runs.push_back(std::move(sql));
        continue;
      }
      if (auto* same = told_already(diagnostics, kept, next); same != nullptr) {
        constexpr std::size_t most_runs = 5;
        auto& runs = same->finding.runs;
        for (auto& sql : next.finding.runs)
          if (runs.size() < most_runs && std::find(runs.begin(), runs.end(), sql) == runs.end()) runs.push_back(std::move(sql));
        same->finding.fix.reset();
        continue;
      }
      if (kept != i) diagnostics[kept] = std::move(next);
      ++kept;
    }
    diagnostics.erase(diagnostics.begin() + static_cast<std::ptrdiff_t>(kept), diagnostics.end());
  }

  // Statements whose text begins at one place and ends where the round of a loop or the call of a helper ends it: whoever
  // reads the findings sees one place, and the same words.
  static auto told_already(std::vector<Diagnostic>& diagnostics, std::size_t kept, const Diagnostic& next) -> Diagnostic* {
    constexpr std::size_t nearest = 16;
    for (std::size_t back = 1; back <= std::min(kept, nearest); ++back) {
      auto& other = diagnostics[kept - back];
      const auto& span = other.finding.span;
      if (other.rule != next.rule || span.file != next.finding.span.file || span.begin != next.finding.span.begin) return nullptr;
      if (other.finding.message == next.finding.message) return &other;
    }
    return nullptr;
  }

  auto count_trees() -> void {
    for (const auto& tree : project_.trees)
      if (!tree.runs_postgresql) ++result_.foreign_trees;
    result_.older_revisions = old_revisions_.size();
    result_.bare_noqa = suppressing_.bare_noqa();
    if (old_trees_.size() != 1) return;
    const auto& tree = **old_trees_.begin();
    if (tree.graph->heads().size() == 1) result_.freeze_hint = tree.source.revisions[tree.graph->heads().front()].id;
  }

  const Project& project_;
  const CheckOptions& options_;
  Places places_;
  Suppressing suppressing_;
  std::vector<Diagnostic> kept_;
  std::set<FileId> old_revisions_;
  std::set<const RevisionTree*> old_trees_;
  CheckResult result_;
};

}  // namespace

auto check(const Project& project, const CheckOptions& options) -> CheckResult {
  return Run(project, options).result();
}

}  // namespace foreshot
