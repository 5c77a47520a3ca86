#include "analyzer/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/check/rule.h"
#include "analyzer/check/selection.h"
#include "analyzer/report/drawn_text.h"
#include "analyzer/report/frame.h"
#include "analyzer/report/replacement.h"

namespace foreshot::report {
namespace {

constexpr std::uint32_t near_lines = 40;  // a label further away is a row of its own, with its place

auto row(std::string_view word, std::string_view text, const Style& style) -> std::string {
  std::string out;
  auto head = fmt::format("   {} ", painted(fmt::format("{:<6}", word), "1", style));
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = drawn(text.substr(0, newline));
    while (line.ends_with(' ')) line.pop_back();
    out += line.empty() ? "\n" : head + line + "\n";
    head = std::string(10, ' ');
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return out;
}

auto plain_marks(std::string_view text) -> std::string {
  std::string out(text);
  std::replace(out.begin(), out.end(), '`', '"');
  return out;
}

auto who_waits(const LockShown& lock) -> const char* {
  return lock.blocks_reads ? ": SELECT, INSERT, UPDATE and DELETE wait" : lock.blocks_writes ? ": INSERT, UPDATE and DELETE wait" : "";
}

// Of a new revision what it does; its header and the way back are as everybody expects them.
auto essence(std::string_view text) -> std::string_view {
  const auto begin = text.find("\ndef upgrade(");
  if (begin == std::string_view::npos) return text;
  text.remove_prefix(begin + 1);
  return text.substr(0, text.find("\n\n") == std::string_view::npos ? text.find("\r\n\r\n") : text.find("\n\n"));
}

auto lock_text(const Finding& finding) -> std::string {
  if (finding.locks.empty()) return {};
  const auto& lock = finding.locks.front();
  return fmt::format("{} lock on {}{}", lock.mode, lock.table, who_waits(lock));
}

class Finder {
 public:
  Finder(const Outcome& outcome, const Outcome::Item& item, const Style& style)
      : outcome_(outcome), item_(item), style_(style), finding_(item.diagnostic->finding),
        sources_(item.project->project->sources) {}

  auto text() -> std::string {
    auto out = concise_line(outcome_, item_, style_) + "\n";
    place_labels();
    out += frame(sources_, marks_, item_.diagnostic->level, style_);
    for (const auto& sql : finding_.runs) out += row("runs", one_line(sql, 2 * style_.width, style_.ascii), style_);
    for (std::size_t i = 1; i < finding_.locks.size(); ++i)
      out += row(i == 1 ? "locks" : "", finding_.locks[i].mode + " on " + finding_.locks[i].table + who_waits(finding_.locks[i]), style_);
    if (!finding_.until.empty()) out += row("until", plain_marks(finding_.until) + until_place(), style_);
    if (auto takes = estimate(); !takes.empty()) out += row("takes", plain_marks(takes), style_);
    for (const auto& [place, message] : elsewhere_) out += row("see", place + "  " + plain_marks(message), style_);
    for (const auto& note : finding_.notes) {
      const auto gap = note.find("  ");
      if (gap == std::string::npos)
        out += row("note", plain_marks(note), style_);
      else
        out += row(note.substr(0, gap), plain_marks(note.substr(gap + 2)), style_);
    }
    if (finding_.fix) {
      const auto& fix = *finding_.fix;
      const auto& said = finding_.help.empty() ? fix.message : finding_.help;
      out += row("fix", plain_marks(said) + (fix.safe ? "" : " (look at it before you take it over)"), style_);
      const auto line = sources_.line_column(finding_.span.file, finding_.span.begin).line;
      const auto digits = std::to_string(line + 1).size();
      std::map<FileId, std::vector<Edit>> by_file;
      for (const auto& edit : fix.edits) by_file[edit.span.file].push_back(edit);
      out += replacement(sources_, by_file[finding_.span.file], digits, style_);
      for (const auto& [file, edits] : by_file)
        if (file != finding_.span.file) out += row("in", shown_path(outcome_, *item_.project, file), style_) + replacement(sources_, edits, digits, style_);
      for (const auto& file : fix.creates)
        out += row("new", shown_path(outcome_, *item_.project, file.path), style_) + new_text(essence(file.text), digits, style_);
    } else if (!finding_.help.empty()) {
      out += row("fix", plain_marks(finding_.help), style_);
    }
    const auto& rule = *item_.diagnostic->rule;
    if (item_.diagnostic->suppressed) out += row("allow", "suppressed: " + item_.diagnostic->suppression_reason, style_);
    // Comments are written as the file writes them.
    const std::string_view path = sources_.file(finding_.span.file).path;
    const auto is_one_of = [&](std::initializer_list<std::string_view> endings) {
      return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
    };
    const bool in_template = is_one_of({".html", ".htm", ".jinja", ".jinja2", ".j2", ".txt", ".xml", ".xhtml", ".tmpl"});
    out += row("more", fmt::format("foreshot rule {}   {}   allow   {} foreshot: ignore[{}] -- why{}", rule.code, style_.ascii ? "-" : "·",
                                   in_template ? "{#" : "#", rule.name, in_template ? " #}" : ""), style_);
    return out;
  }

 private:
  auto place_of(Span span) const -> std::string {
    const auto at = sources_.line_column(span.file, span.begin);
    return fmt::format("{}:{}:{}", shown_path(outcome_, *item_.project, span.file), at.line, at.column);
  }

  // "about 4 min: reads 2.1 GB of `orders` at 200 MB/s (sizes of 2027-01-31)"
  auto estimate() const -> std::string {
    double seconds = 0;
    std::string assumed;
    for (const auto& work : finding_.works) {
      if (work.seconds < 0) continue;
      seconds += work.seconds;
      assumed += (assumed.empty() ? "" : "; ") + work.assumption;
    }
    if (assumed.empty()) return {};
    const auto duration = duration_text(seconds);
    return fmt::format("{}{}: {} (sizes of {})", duration.starts_with("under") ? "" : "about ", duration, assumed,
                       item_.project->project->sizes.taken);
  }

  auto until_place() const -> std::string {
    if (!finding_.until_span.known()) return {};
    const auto& span = finding_.until_span;
    if (span.file == finding_.span.file) return fmt::format(" (line {})", sources_.line_column(span.file, span.begin).line);
    return " (" + place_of(span) + ")";
  }

  auto place_labels() -> void {
    const auto line = sources_.line_column(finding_.span.file, finding_.span.begin).line;
    // A step at the finding's own place says what happens there; without one the finding is the last step.
    auto own = finding_.labels.size();
    if (finding_.flow)
      for (std::size_t i = 0; i < finding_.labels.size() && own == finding_.labels.size(); ++i)
        if (finding_.labels[i].span == finding_.span) own = i;
    auto lead = finding_.flow ? std::to_string(own + 1) + "  " : std::string();
    auto text = lead + (own < finding_.labels.size() ? plain_marks(finding_.labels[own].message) : lock_text(finding_));
    while (text.ends_with(' ')) text.pop_back();
    marks_.push_back({finding_.span, true, text});
    for (std::size_t i = 0; i < finding_.labels.size(); ++i) {
      if (i == own) continue;
      const auto& label = finding_.labels[i];
      auto said = finding_.flow ? fmt::format("{}  {}", i + 1, label.message) : label.message;
      if (label.span.file == finding_.span.file) {
        const auto there = sources_.line_column(label.span.file, label.span.begin).line;
        if (std::max(line, there) - std::min(line, there) <= near_lines) {
          marks_.push_back({label.span, false, std::move(said)});
          continue;
        }
      }
      elsewhere_.emplace_back(place_of(label.span), std::move(said));
    }
  }

  const Outcome& outcome_;
  const Outcome::Item& item_;
  const Style& style_;
  const Finding& finding_;
  const SourceMap& sources_;
  std::vector<Mark> marks_;
  std::vector<std::pair<std::string, std::string>> elsewhere_;
};

}  // namespace

auto painted(std::string_view text, const char* code, const Style& style) -> std::string {
  return style.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

auto level_color(Level level) -> const char* {
  return level == Level::error ? "1;31" : level == Level::warning ? "1;33" : "1;36";
}

auto concise_line(const Outcome& outcome, const Outcome::Item& item, const Style& style) -> std::string {
  const auto& diagnostic = *item.diagnostic;
  const auto& span = diagnostic.finding.span;
  const auto at = item.project->project->sources.line_column(span.file, span.begin);
  const auto path = with_marks(shown_path(outcome, *item.project, span.file), "`");
  return fmt::format("{}:{}:{}: {}[{}] {}", painted(path, "1", style), at.line, at.column,
                     painted(level_name(diagnostic.level), level_color(diagnostic.level), style), diagnostic.rule->code,
                     with_marks(diagnostic.finding.message, "\""));
}

auto full_finding(const Outcome& outcome, const Outcome::Item& item, const Style& style) -> std::string {
  return Finder(outcome, item, style).text();
}

auto concise(const Outcome& outcome, const Style& style) -> std::string {
  std::string out;
  for (const auto& item : outcome.items()) out += concise_line(outcome, item, style) + "\n";
  return out;
}

auto full(const Outcome& outcome, const Style& style, std::size_t full_limit) -> std::string {
  std::string out;
  const auto items = outcome.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (full_limit != 0 && i >= full_limit) {
      if (i == full_limit)
        out += fmt::format("\n {} {} more, one line each (--output-format full expands them)\n",
                           style.ascii ? "..." : "…", items.size() - i);
      out += concise_line(outcome, items[i], style) + "\n";
      continue;
    }
    if (i > 0) out += "\n";
    out += full_finding(outcome, items[i], style);
  }
  return out;
}

auto statistics(const Outcome& outcome, const Style& style) -> std::string {
  std::map<std::string, std::pair<std::size_t, const Rule*>> counts;
  for (const auto& item : outcome.items()) {
    auto& [count, rule] = counts[item.diagnostic->rule->code];
    ++count;
    rule = item.diagnostic->rule;
  }
  std::vector<std::pair<std::size_t, const Rule*>> sorted;
  for (const auto& [code, entry] : counts) sorted.push_back(entry);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out;
  std::size_t digits = 1;
  for (const auto& [count, rule] : sorted) digits = std::max(digits, std::to_string(count).size());
  for (const auto& [count, rule] : sorted)
    out += fmt::format("  {:>{}}  {}  {}\n", count, digits, painted(rule->code, "1", style), rule->name);
  return out;
}

}  // namespace foreshot::report
