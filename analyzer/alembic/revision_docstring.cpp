#include "analyzer/alembic/revision_docstring.h"

#include <string>
#include <string_view>

namespace foreshot::alembic {
namespace {

auto trimmed(std::string_view text) -> std::string_view {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

template <typename Visit>
auto each_line(std::string_view text, const Visit& visit) -> void {
  while (!text.empty()) {
    const auto end = text.find('\n');
    visit(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

auto read_docstring(const python::Module& module, const SourceMap& sources, Revision& revision) -> void {
  bool first = true;
  each_line(module.docstring, [&](std::string_view line) {
    line = trimmed(line);
    if (line.empty()) return;
    if (first) {
      revision.message = std::string(line);
      first = false;
    }
    if (line.starts_with("Revision ID:")) {
      revision.docstring_revision_id = std::string(trimmed(line.substr(12)));
    } else if (line.starts_with("Create Date:")) {
      revision.create_date = std::string(trimmed(line.substr(12)));
    } else if (line.starts_with("Revises:")) {
      auto rest = line.substr(8);
      while (true) {
        const auto comma = rest.find(',');
        if (const auto id = trimmed(rest.substr(0, comma)); !id.empty()) revision.docstring_revises.emplace_back(id);
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
      }
    }
  });
  if (!module.docstring_span.known()) return;
  const auto source = sources.text(module.docstring_span);
  const auto at = source.find("Revises:");
  if (at == std::string_view::npos) return;
  auto end = source.find_first_of("\r\n", at);
  if (end == std::string_view::npos) end = source.size();
  while (end > at && (source[end - 1] == ' ' || source[end - 1] == '\t')) --end;
  const auto begin = module.docstring_span.begin + static_cast<std::uint32_t>(at);
  revision.docstring_revises_span =
      Span{module.docstring_span.file, begin, begin + static_cast<std::uint32_t>(end - at)};
}

}  // namespace foreshot::alembic
