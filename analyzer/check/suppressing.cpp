#include "analyzer/check/suppressing.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/check/registry.h"
#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"

namespace foreshot {
namespace {

// "2027-01-31"; whether the month has that many days does not matter to who compares.
auto is_day(const std::string& text) -> bool {
  constexpr std::string_view shape = "0000-00-00";
  return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), [](char byte, char form) {
           return form == '-' ? byte == '-' : byte >= '0' && byte <= '9';
         });
}

auto known_name(const std::string& name) -> bool { return name != "ALL" && selector_known(name); }

// The edit that takes a whole suppression away, with the space or the line that would be left.
auto without(const Suppression& suppression, std::string_view text) -> Edit {
  auto span = suppression.comment;
  const bool whole = text.substr(span.begin, 2) == "{#" ? suppression.directive.begin <= span.begin + 4 && suppression.directive.end + 4 >= span.end
                                                        : suppression.directive.begin <= span.begin + 2 && suppression.directive.end == span.end;
  if (!whole) return {suppression.directive, ""};
  while (span.begin > 0 && (text[span.begin - 1] == ' ' || text[span.begin - 1] == '\t')) --span.begin;
  if (suppression.own_line && span.end < text.size() && (span.begin == 0 || text[span.begin - 1] == '\n'))
    span.end += text[span.end] == '\r' && span.end + 1 < text.size() && text[span.end + 1] == '\n' ? 2 : 1;
  return {span, ""};
}

// Takes out some of the names, each with the comma that parts it from a name that stays.
auto without_names(const Suppression& suppression, const std::vector<const Suppression::Name*>& idle) -> std::vector<Edit> {
  std::vector<Edit> edits;
  bool kept_before = false;
  for (std::size_t i = 0; i < suppression.names.size(); ++i) {
    const auto& name = suppression.names[i];
    if (std::find(idle.begin(), idle.end(), &name) == idle.end()) {
      kept_before = true;
      continue;
    }
    auto span = name.span;
    if (kept_before)
      span.begin = suppression.names[i - 1].span.end;
    else if (i + 1 < suppression.names.size())
      span.end = suppression.names[i + 1].span.begin;
    edits.push_back({span, ""});
  }
  return edits;
}

}  // namespace

Suppressing::Suppressing(const Project& project, const CheckOptions& options, const Places& places)
    : project_(project), options_(options), places_(places) {
  for (const auto& [file, comments] : project.comments) {
    auto found = read_suppressions(project.sources, file, comments);
    if (found.empty()) continue;
    by_file_.emplace(file, std::move(found));
    files_.push_back(file);
  }
}

auto Suppressing::covers(Diagnostic& diagnostic) -> bool {
  const auto& span = diagnostic.finding.span;
  const auto known = by_file_.find(span.file);
  if (known == by_file_.end()) return false;
  bool covered = false;
  for (auto& suppression : known->second) {
    if (span.begin < suppression.begin || span.begin > suppression.end) continue;
    if (suppression.bare_noqa) bare_noqa_ = true;
    for (auto& name : suppression.names) {
      if (name.text == "ALL" || selector_match(name.text, *diagnostic.rule) < 0) continue;
      if (suppression.noqa && name.text != diagnostic.rule->code) continue;
      name.used = true;
      if (is_over(suppression)) {
        diagnostic.finding.notes.push_back("until  the suppression was good until " + suppression.until);
        continue;
      }
      covered = true;
      diagnostic.suppressed = true;
      if (diagnostic.suppression_reason.empty()) diagnostic.suppression_reason = suppression.reason;
    }
  }
  return covered;
}

auto Suppressing::is_over(const Suppression& suppression) const -> bool {
  return is_day(suppression.until) && !options_.today.empty() && suppression.until < options_.today;
}

auto Suppressing::selected(const char* code) const -> const Rule* {
  const auto* rule = find_rule(code);
  return std::find(options_.rules.begin(), options_.rules.end(), rule) != options_.rules.end() ? rule : nullptr;
}

// Every rule that the selector means was asked about this file.
auto Suppressing::ran(const std::string& selector, FileId file) const -> bool {
  const auto* place = places_.revision(file);
  if (place != nullptr && !place->tree->source.revisions.empty()) {
    const auto& tree = *place->tree;
    const auto& revision = tree.source.revisions[place->revision];
    if (revision.syntax_error || !revision.upgrade.fully_read || !revision.downgrade.fully_read) return false;
  }
  bool any = false;
  for (const auto* rule : sorted_rules()) {
    if (selector_match(selector, *rule) < 0) continue;
    const auto level = options_.levels.find(rule->code);
    if (std::find(options_.rules.begin(), options_.rules.end(), rule) == options_.rules.end()) {
      if (rule->level == Level::off && selector != rule->code && selector != rule->name) continue;
      return false;
    }
    if (level != options_.levels.end() && level->second == Level::off) return false;
    if (place != nullptr && !speaks(*rule, *place->tree)) return false;
    any = true;
  }
  return any;
}

auto Suppressing::unused(const Suppression& suppression, std::vector<RawFinding>& to) const -> void {
  const auto* rule = selected("SUP101");
  if (rule == nullptr) return;
  std::vector<const Suppression::Name*> idle;
  for (const auto& name : suppression.names)
    if (!name.used && known_name(name.text) && ran(name.text, suppression.comment.file)) idle.push_back(&name);
  if (idle.empty()) return;
  const std::string_view text = project_.sources.file(suppression.comment.file).text;
  std::string shown;
  for (const auto* name : idle) shown += (shown.empty() ? "`" : ", `") + name->text + "`";
  Finding finding;
  finding.span = idle.size() == 1 ? idle.front()->span : suppression.directive;
  finding.message = "this suppression covers no finding of " + shown;
  finding.subject = "unused " + shown;
  finding.help = "remove it";
  if (idle.size() == suppression.names.size())
    finding.fix = Fix{true, "removes the suppression", {without(suppression, text)}};
  else
    finding.fix = Fix{true, "removes the names that hide nothing", without_names(suppression, idle)};
  to.push_back({rule, std::move(finding), nullptr, 0});
}

auto Suppressing::unknown(const Suppression& suppression, std::vector<RawFinding>& to) const -> void {
  const auto* rule = selected("SUP103");
  if (rule == nullptr || suppression.noqa) return;
  if (suppression.names.empty()) {
    Finding finding;
    finding.span = suppression.directive;
    finding.message = "this suppression names no rule and covers nothing";
    finding.subject = "no rule";
    finding.help = "name the rules in brackets: foreshot: ignore[MIG101] -- why";
    to.push_back({rule, std::move(finding), nullptr, 0});
  }
  for (const auto& name : suppression.names) {
    if (known_name(name.text)) continue;
    Finding finding;
    finding.span = name.span;
    finding.message = "no rule is called `" + name.text + "`";
    finding.subject = name.text;
    if (const auto near = nearest_rule(name.text); !near.empty()) {
      finding.help = "did you mean " + near + "?";
      // It may hide findings that were meant to be seen.
      finding.fix = Fix{false, "names the rule `" + near + "`", {{name.span, near}}};
    }
    to.push_back({rule, std::move(finding), nullptr, 0});
  }
}

auto Suppressing::expired(const Suppression& suppression, std::vector<RawFinding>& to) const -> void {
  const auto* rule = selected("SUP104");
  if (rule == nullptr || suppression.until.empty()) return;
  Finding finding;
  finding.span = suppression.directive;
  if (!is_day(suppression.until)) {
    finding.message = "this suppression never ends: `" + suppression.until + "` is no day";
    finding.subject = "until " + suppression.until;
    finding.help = "write the day as in until=2027-01-31";
    to.push_back({rule, std::move(finding), nullptr, 0});
    return;
  }
  if (!is_over(suppression)) return;
  finding.message = "this suppression hides nothing any more: it was good until " + suppression.until;
  finding.subject = "expired " + suppression.until;
  finding.help = "mend what it hid, give it another day, or delete it";
  to.push_back({rule, std::move(finding), nullptr, 0});
}

auto Suppressing::without_reason(const Suppression& suppression, std::vector<RawFinding>& to) const -> void {
  const auto* rule = selected("SUP102");
  // A noqa has no place for a reason.
  if (rule == nullptr || suppression.noqa || suppression.names.empty() || !suppression.reason.empty()) return;
  Finding finding;
  finding.span = suppression.directive;
  finding.message = "whoever reads this later cannot tell why it is allowed: the suppression gives no reason";
  finding.subject = "no reason";
  finding.help = "add it: foreshot: ignore[…] -- why";
  to.push_back({rule, std::move(finding), nullptr, 0});
}

auto Suppressing::complaints() const -> std::vector<RawFinding> {
  std::vector<RawFinding> found;
  for (const auto file : files_) {
    const auto where = places_.of(file);
    if (where == Places::Answer::elsewhere || where == Places::Answer::released) continue;
    for (const auto& suppression : by_file_.at(file)) {
      if (suppression.bare_noqa) continue;
      unused(suppression, found);
      unknown(suppression, found);
      expired(suppression, found);
      without_reason(suppression, found);
    }
  }
  return found;
}

}  // namespace foreshot
