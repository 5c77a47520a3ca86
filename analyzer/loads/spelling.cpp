#include "analyzer/loads/spelling.h"

#include <algorithm>

namespace foreshot::loads {

using python::as;
using python::StatementKind;

namespace {

constexpr std::string_view orm = "sqlalchemy.orm";

auto bound_name(const python::ImportedName& imported) -> std::string { return std::string(imported.as.empty() ? imported.name : imported.as); }

auto is_sqlalchemy(std::string_view module) -> bool {
  return module == "sqlalchemy" || module.starts_with("sqlalchemy.") || module.starts_with("sqlmodel") || module.starts_with("flask_sqlalchemy");
}

}  // namespace

OrmNames::OrmNames(const interpret::SourceModule& module, std::string_view text, std::string database) : module_(module), text_(text) {
  std::string root;
  for (const auto* statement : module.tree->body) {
    if (const auto* from = as<python::ImportFrom>(statement, StatementKind::import_from); from != nullptr && from->level == 0 && !from->star) {
      for (const auto& imported : from->names) {
        if (from->module == orm) bound_.emplace(imported.name, bound_name(imported));
        if (from->module == "sqlalchemy" && imported.name == "orm") prefix_ = bound_name(imported) + ".";
      }
      if (from->module == orm && !from->names.empty()) from_ = from;
    }
    if (const auto* import = as<python::Import>(statement, StatementKind::import_))
      for (const auto& imported : import->names) {
        if (imported.name == orm) prefix_ = (imported.as.empty() ? std::string(orm) : std::string(imported.as)) + ".";
        if (imported.name == "sqlalchemy") root = bound_name(imported);
      }
  }
  // `sa.orm` is there wherever anything has imported sqlalchemy.orm; whoever writes it relies on that.
  if (prefix_.empty() && from_ == nullptr && !root.empty() && text.find(root + ".orm.") != std::string_view::npos) prefix_ = root + ".orm.";
  if (prefix_.empty() && from_ == nullptr) prefix_ = database.empty() ? std::string() : database + ".";
  // Flask-SQLAlchemy's object has all names of sqlalchemy.orm; where both are used, the habit of the file decides.
  if (!database.empty() && bound_.empty() && text.find(database + ".joinedload(") != std::string_view::npos) prefix_ = database + ".";
}

auto OrmNames::of(std::string_view name, const python::Function& inside) -> std::string {
  for (const auto* statement : inside.body)
    if (const auto* from = as<python::ImportFrom>(statement, StatementKind::import_from); from != nullptr && from->level == 0 && from->module == orm)
      for (const auto& imported : from->names)
        if (imported.name == name) return bound_name(imported);
  if (const auto found = bound_.find(name); found != bound_.end()) return found->second;
  const bool loads_by_name = std::any_of(bound_.begin(), bound_.end(), [](const auto& each) { return each.first.ends_with("load"); });
  if (!prefix_.empty() && !loads_by_name) return prefix_ + std::string(name);
  missing_.insert(std::string(name));
  return std::string(name);
}

// The end of the line of the last import of SQLAlchemy, else of the last import at the top of the file.
auto OrmNames::insertion() const -> std::optional<std::uint32_t> {
  const python::Statement* after = nullptr;
  const python::Statement* last = nullptr;
  for (const auto* statement : module_.tree->body) {
    std::string_view imported;
    if (const auto* from = as<python::ImportFrom>(statement, StatementKind::import_from)) imported = from->level == 0 ? from->module : std::string_view(".");
    else if (const auto* import = as<python::Import>(statement, StatementKind::import_)) imported = import->names.empty() ? std::string_view() : import->names[0].name;
    else if (statement != module_.tree->body.front()) break;
    if (imported.empty()) continue;
    if (is_sqlalchemy(imported)) after = statement;
    if (imported != "." || last == nullptr) last = statement;
  }
  if (after == nullptr) after = last;
  if (after == nullptr) return std::nullopt;
  const auto end = text_.find('\n', after->end);
  // Another statement on the same line.
  if (end == std::string_view::npos || text_.substr(after->end, end - after->end).find(';') != std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(end);
}

auto OrmNames::imports() -> std::vector<SourceEdit> {
  std::vector<SourceEdit> edits;
  if (missing_.empty()) return edits;
  const auto put = [&](std::uint32_t at, const std::string& text) {
    if (!edits.empty() && edits.back().span.begin == at) edits.back().text += text;
    else edits.push_back({{module_.file, at, at}, text});
  };
  if (from_ != nullptr) {
    const auto& names = from_->names;
    const bool sorted = std::is_sorted(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto gap = names.size() > 1 ? std::string(text_.substr(names[0].end, names[1].begin - names[0].end)) : std::string(", ");
    // A comment between the names belongs to one of them.
    const auto between = gap.find('#') != std::string::npos || gap.find(',') == std::string::npos ? std::string(", ") : gap;
    for (const auto& name : missing_) {
      const auto next = sorted ? std::find_if(names.begin(), names.end(), [&](const auto& each) { return each.name > name; }) : names.end();
      if (next != names.end()) put(next->begin, name + between);
      else put(names.back().end, between + name);
    }
  } else if (const auto at = insertion()) {
    std::string line = "\nfrom sqlalchemy.orm import ";
    for (const auto& name : missing_) line += (name == *missing_.begin() ? "" : ", ") + name;
    put(*at, line);
  }
  missing_.clear();
  return edits;
}

}  // namespace foreshot::loads
