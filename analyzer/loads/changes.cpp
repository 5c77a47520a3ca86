// Changes that the unit of work does not see, values in the text of SQL.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/row_use.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/interpolated.h"

namespace foreshot::loads {

using interpret::Arguments;

using interpret::Site;
using interpret::Value;

namespace {

auto changes_in_place(std::string_view method) -> bool {
  for (const auto* word : {"append", "extend", "insert", "remove", "pop", "popitem", "update", "setdefault", "clear", "sort", "reverse"})
    if (method == word) return true;
  return false;
}

auto is_container(const ModelColumn& column) -> bool {
  if (!column.type_known) return false;
  auto type = column.column.type.display();
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  return type == "json" || type == "jsonb" || type == "hstore" || type.ends_with("[]");
}

// `.attribute =` somewhere: the value is set, not only changed.
auto is_assigned(std::string_view text, std::string_view attribute) -> bool {
  for (auto at = text.find(attribute); at != std::string_view::npos; at = text.find(attribute, at + 1)) {
    if (at == 0 || text[at - 1] != '.') continue;
    const auto rest = text.substr(at + attribute.size());
    const auto sign = rest.find_first_not_of(' ');
    if (sign != std::string_view::npos && rest[sign] == '=' && rest.substr(sign, 2) != "==") return true;
  }
  return false;
}

}  // namespace

auto LoadVocabulary::item_changed(const Site& site, const Value& object) -> void { note_change(site, object, {}); }

auto LoadVocabulary::note_change(const Site& site, const Value& object, std::string_view method) -> void {
  if (site.resolving || reads_.empty() || (!method.empty() && !changes_in_place(method))) return;
  const auto* unknown = object.get<interpret::Unknown>();
  const auto read = unknown != nullptr ? reads_.find(unknown->where) : reads_.end();
  if (read == reads_.end()) return;
  const auto& entity = *read->second.entity;
  const auto& model = registry_.model(entity.model);
  const auto* column = model.column(read->second.attribute);
  if (column == nullptr || !is_container(*column) || entity.fresh || entity.loaded.count(column->attribute) > 0) return;
  if (querying_ != nullptr && querying_->marks_changes(column->attribute)) return;
  const auto* module = site.interpreter.modules().by_file(site.span.file);
  const auto* function = module != nullptr ? function_around(*module, site.span) : nullptr;
  if (function == nullptr) return;
  const auto text = text_of(site, {site.span.file, function->begin, function->end});
  const auto whole = entry_text(site);
  if (has_any(text, {"flag_modified", "setattr(", "expunge", "make_transient"}) || whole.find("expunge") != std::string_view::npos) return;
  if (is_assigned(text, column->attribute) || is_assigned(whole, column->attribute)) return;
  // A dict that is only shown may be changed for that.
  if (!has_any(whole, {"commit(", "flush(", ".add(", ".begin(", "save("}) && !has_any(text, {"commit(", "flush(", ".add(", ".begin(", "save("})) return;
  QueryUse use;
  use.kind = QueryUse::Kind::unsaved_change;
  use.span = site.span;
  use.other = column->span;
  use.what = column->attribute;
  use.detail = column->column.type.display();
  use.model = entity.model;
  add_use(site, std::move(use));
}

// text(f"… = '{name}'")
auto LoadVocabulary::note_text(const Site& site, const Arguments& arguments) -> void {
  const auto* given = arguments.get(0, "text");
  const auto* text = given != nullptr && !site.resolving ? given->value.mapped_text() : nullptr;
  if (text == nullptr || text->complete()) return;
  for (const auto& value : sqlalchemy::interpolated_values(*text)) {
    const auto* module = site.interpreter.modules().by_file(value.where.file);
    const auto* function = module != nullptr ? function_around(*module, value.where) : nullptr;
    if (function == nullptr || sqlalchemy::is_harmless(value.what, *function)) continue;
    QueryUse use;
    use.kind = QueryUse::Kind::interpolated;
    use.span = value.where;
    use.other = site.span;
    use.what = value.what;
    add_use(site, std::move(use));
    return;
  }
}

}  // namespace foreshot::loads
