#include "analyzer/report/outcome.h"

#include <algorithm>
#include <tuple>

#include "analyzer/check/rule.h"

namespace foreshot::report {
namespace {

auto parts(const std::string& path) -> std::vector<std::string_view> {
  std::vector<std::string_view> found;
  const std::string_view text = path;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('/', at);
    if (end == std::string_view::npos) end = text.size();
    if (end > at) found.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

auto resolved(const Operation& operation) -> bool {
  if (operation.statements.empty()) return false;
  return std::all_of(operation.statements.begin(), operation.statements.end(), [](const Statement& statement) {
    return statement.complete && !std::holds_alternative<Unreadable>(statement.action);
  });
}

auto count(const Body& body, Coverage& to) -> void {
  for (const auto& operation : body.operations) {
    bool understood = true;
    if (operation.custom_directive) {
      ++to.custom_directives;
      ++to.statements;
      continue;
    }
    if (operation.counts_as_op) {
      ++to.operations;
      if (operation.table_known) ++to.operations_known;
      understood = operation.table_known;
    }
    if (operation.counts_as_sql) {
      ++to.texts;
      const bool known = resolved(operation);
      if (known) ++to.texts_resolved;
      understood = understood && known;
    }
    if (!operation.counts_as_op && !operation.counts_as_sql) continue;
    ++to.statements;
    if (understood) ++to.understood;
  }
  to.gaps.insert(to.gaps.end(), body.gaps.begin(), body.gaps.end());
}

}  // namespace

auto coverage(const Project& project) -> Coverage {
  Coverage total;
  for (const auto& tree : project.trees) {
    total.migrations += tree.source.revisions.size();
    // The statements of another server are nobody's loss.
    if (!tree.runs_postgresql) continue;
    for (const auto& revision : tree.source.revisions) {
      count(revision.upgrade, total);
      count(revision.downgrade, total);
    }
    const auto& gaps = tree.source.environment.gaps;
    total.gaps.insert(total.gaps.end(), gaps.begin(), gaps.end());
  }
  total.gaps.insert(total.gaps.end(), project.gaps.begin(), project.gaps.end());
  for (const auto& model : project.models) total.gaps.insert(total.gaps.end(), model.gaps.begin(), model.gaps.end());
  return total;
}

auto position(const SourceMap& sources, FileId file, std::uint32_t offset) -> Position {
  const auto at = sources.line_column(file, offset);
  return {at.line, at.column, offset + sources.file(file).bom_bytes};
}

auto relative_path(const std::string& to, const std::string& from) -> std::string {
  const auto a = parts(to), b = parts(from);
  std::size_t common = 0;
  while (common < a.size() && common < b.size() && a[common] == b[common]) ++common;
  std::string path;
  for (auto i = common; i < b.size(); ++i) path += "../";
  for (auto i = common; i < a.size(); ++i) {
    path += a[i];
    if (i + 1 < a.size()) path += '/';
  }
  if (path.ends_with("../") && common == a.size()) path.pop_back();
  return path.empty() ? "." : path;
}

auto shown_path(const Outcome& outcome, const ProjectOutcome& project, FileId file) -> std::string {
  return shown_path(outcome, project, project.project->sources.file(file).path);
}

auto shown_path(const Outcome& outcome, const ProjectOutcome& project, const std::string& path) -> std::string {
  if (project.root == outcome.working_directory && !path.starts_with("../")) return path;
  std::string root = project.root;
  std::string_view rest = path;
  while (rest.starts_with("../")) {
    root.erase(std::min(root.size(), root.rfind('/')));
    rest.remove_prefix(3);
  }
  return relative_path(root + "/" + std::string(rest), outcome.working_directory);
}

auto Outcome::items() const -> std::vector<Item> {
  std::vector<std::pair<std::string, Item>> keyed;
  for (const auto& project : projects) {
    FileId last = no_file;
    std::string path;
    for (const auto& diagnostic : project.result.diagnostics) {
      if (diagnostic.finding.span.file != last) path = shown_path(*this, project, last = diagnostic.finding.span.file);
      keyed.push_back({path, {&project, &diagnostic}});
    }
  }
  if (projects.size() > 1)
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Item> found;
  found.reserve(keyed.size());
  for (const auto& [path, item] : keyed) found.push_back(item);
  return found;
}

auto with_marks(std::string_view message, std::string_view mark) -> std::string {
  std::string out;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '`')
      out += mark;
    else if (c == '\n' || c == '\t' || c == '\r')
      out += ' ';
    else if (byte < 0x20 || byte == 0x7F)
      out += "\xEF\xBF\xBD";
    else
      out += c;
  }
  return out;
}

auto home_page() -> std::string {
  const std::string_view given = FORESHOT_HOME;
  return given.empty() ? "data:text/plain,foreshot%20help%0Aforeshot%20rule%20CODE" : std::string(given);
}

auto rule_page(const Rule& rule) -> std::string {
  std::string page = FORESHOT_RULE_PAGES;
  if (page.empty()) return page;
  for (const char* c = rule.code; *c != '\0'; ++c) page += static_cast<char>(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
  return page;
}

}  // namespace foreshot::report
