#include "analyzer/check/fixes.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace foreshot {
namespace {

auto lies_inside(std::string_view path) -> bool {
  return !path.empty() && path.front() != '/' && path != ".." && !path.starts_with("../") && path.find("/../") == std::string_view::npos;
}

auto has_windows_ends(std::string_view text) -> bool {
  const auto newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r';
}

auto give_windows_ends(std::string& text) -> void {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  text = std::move(out);
}

}  // namespace

auto settle_fix(const Project& project, const Places& places, Finding& finding) -> void {
  if (!finding.fix) return;
  auto& fix = *finding.fix;
  const auto& sources = project.sources;
  const auto may = [&](const Edit& edit) {
    return edit.span.known() && lies_inside(sources.file(edit.span.file).path) && places.of(edit.span.file) != Places::Answer::released;
  };
  const auto may_create = [&](const NewFile& file) { return lies_inside(file.path) && sources.find(file.path) == nullptr; };
  if ((fix.edits.empty() && fix.creates.empty()) || !std::all_of(fix.edits.begin(), fix.edits.end(), may) ||
      !std::all_of(fix.creates.begin(), fix.creates.end(), may_create)) {
    finding.fix.reset();
    return;
  }
  for (auto& edit : fix.edits)
    if (has_windows_ends(sources.file(edit.span.file).text)) give_windows_ends(edit.text);
  const auto model = !fix.edits.empty() ? fix.edits.front().span : !fix.holds.empty() ? fix.holds.front() : finding.span;
  if (!has_windows_ends(sources.file(model.file).text)) return;
  for (auto& file : fix.creates) give_windows_ends(file.text);
}

}  // namespace foreshot
