#include "analyzer/driver/fixing.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "analyzer/check/rule.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t most_rounds = 200;

// The places of a round that are spoken for.
class Claims {
 public:
  auto take(const Fix& fix) -> bool {
    std::vector<Span> wanted = fix.holds;
    for (const auto& edit : fix.edits) wanted.push_back(edit.span);
    for (const auto& span : wanted)
      if (taken(span)) return false;
    for (const auto& file : fix.creates)
      if (created_.contains(file.path)) return false;
    for (const auto& span : wanted) add(span);
    for (const auto& file : fix.creates) created_.insert(file.path);
    return true;
  }

 private:
  // What overlaps becomes one.
  auto add(Span span) -> void {
    auto& file = taken_[span.file];
    auto next = file.upper_bound(span.end);
    while (next != file.begin() && std::prev(next)->second >= span.begin) {
      --next;
      span.begin = std::min(span.begin, next->first);
      span.end = std::max(span.end, next->second);
      next = file.erase(next);
    }
    file[span.begin] = span.end;
  }

  // Touching counts too: of two insertions at one place nobody knows which comes first.
  auto taken(const Span& span) const -> bool {
    const auto file = taken_.find(span.file);
    if (file == taken_.end()) return false;
    auto next = file->second.upper_bound(span.end);
    return next != file->second.begin() && std::prev(next)->second >= span.begin;
  }

  std::map<FileId, std::map<std::uint32_t, std::uint32_t>> taken_;
  std::set<std::string> created_;
};

auto apply(std::string text, std::vector<Edit> edits) -> std::optional<std::string> {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span < b.span; });
  std::string out;
  std::size_t at = 0;
  for (const auto& edit : edits) {
    if (edit.span.begin < at || edit.span.end < edit.span.begin || edit.span.end > text.size()) return std::nullopt;
    out.append(text, at, edit.span.begin - at);
    out += edit.text;
    at = edit.span.end;
  }
  return out + text.substr(at);
}

auto prints(const Look& look) -> std::set<std::string> {
  std::set<std::string> found;
  for (const auto& diagnostic : look.result.diagnostics)
    if (!diagnostic.suppressed) found.insert(diagnostic.fingerprint);
  return found;
}

auto broken_files(const Look& look) -> std::size_t { return look.analysis.project->syntax_problems.size(); }

// Each fix silences its finding, and nothing else speaks up.
auto better(const Look& before, const Look& after, std::size_t picked) -> bool {
  if (!after.analysis.problems.empty() || broken_files(after) > broken_files(before)) return false;
  const auto old = prints(before), now = prints(after);
  return std::includes(old.begin(), old.end(), now.begin(), now.end()) && old.size() - now.size() >= picked;
}

}  // namespace

auto Fixing::bytes_of(const std::string& path) -> const std::string* {
  if (const auto written = request_.written.find(path); written != request_.written.end()) return &written->second;
  const auto [entry, fresh] = bytes_.try_emplace(path);
  if (fresh) {
    const auto file = join(request_.root, path);
    entry->second = read_bytes(file);
    if (access(real(file).c_str(), W_OK) != 0) entry->second.reset();
  }
  return entry->second ? &*entry->second : nullptr;
}

auto Fixing::editable(const Look& look, const Fix& fix) -> bool {
  const auto& sources = look.analysis.project->sources;
  for (const auto& edit : fix.edits) {
    const auto& path = sources.file(edit.span.file).path;
    const auto [known, fresh] = faithful_.try_emplace(path, false);
    if (fresh)
      if (const auto* bytes = bytes_of(path)) known->second = encode_like(*bytes, "").has_value();
    if (!known->second) return false;
  }
  return std::all_of(fix.creates.begin(), fix.creates.end(), [&](const NewFile& file) {
    const auto path = join(request_.root, file.path);
    return !request_.written.contains(file.path) && path_kind(path) == PathKind::missing && path_kind(parent(path)) == PathKind::folder;
  });
}

auto Fixing::pick(const Look& look) -> std::vector<const Diagnostic*> {
  Claims claims;
  faithful_.clear();
  std::vector<const Diagnostic*> picked;
  for (const auto& diagnostic : look.result.diagnostics) {
    const auto& fix = diagnostic.finding.fix;
    if (diagnostic.suppressed || !fix || (!fix->safe && !unsafe_) || refused_.contains(diagnostic.fingerprint)) continue;
    if (editable(look, *fix) && claims.take(*fix)) picked.push_back(&diagnostic);
  }
  return picked;
}

auto Fixing::attempt(const Look& look, const std::vector<const Diagnostic*>& picked, ProjectRequest& to) -> bool {
  const auto& sources = look.analysis.project->sources;
  std::map<FileId, std::vector<Edit>> edits;
  for (const auto* diagnostic : picked) {
    for (const auto& edit : diagnostic->finding.fix->edits) edits[edit.span.file].push_back(edit);
    for (const auto& file : diagnostic->finding.fix->creates) to.written[file.path] = file.text;
  }
  for (auto& [file, list] : edits) {
    const auto& path = sources.file(file).path;
    const auto* bytes = bytes_of(path);
    const auto text = apply(sources.file(file).text, std::move(list));
    const auto encoded = bytes == nullptr || !text ? std::nullopt : encode_like(*bytes, *text);
    if (!encoded) return false;
    to.written[path] = *encoded;
  }
  return true;
}

auto Fixing::accept(Look& look, Look next, ProjectRequest next_request, const std::vector<const Diagnostic*>& picked) -> void {
  for (const auto* diagnostic : picked)
    ++fixed_[look.analysis.project->sources.file(diagnostic->finding.span.file).path][diagnostic->rule->code];
  look = std::move(next);
  request_ = std::move(next_request);
}

auto Fixing::run(Look& look) -> void {
  for (std::size_t round = 0; round < most_rounds; ++round) {
    const auto picked = pick(look);
    if (picked.empty()) break;
    // All of the round; when that is no good, the first that is good alone.
    std::vector<std::vector<const Diagnostic*>> trials = {picked};
    if (picked.size() > 1)
      for (const auto* one : picked) trials.push_back({one});
    for (const auto& trial : trials) {
      auto trial_request = request_;
      if (attempt(look, trial, trial_request)) {
        auto next = look_again_(trial_request);
        if (better(look, next, trial.size())) {
          accept(look, std::move(next), std::move(trial_request), trial);
          break;
        }
      }
      if (trial.size() == 1) refused_.insert(trial.front()->fingerprint);
    }
  }
  // What was tried in vain is not offered again.
  for (auto& diagnostic : look.result.diagnostics)
    if (refused_.contains(diagnostic.fingerprint)) diagnostic.finding.fix.reset();
}

}  // namespace foreshot::driver
