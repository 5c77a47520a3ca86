// Rows that are made because a lookup found none: two transactions at the same time both find none.
#include <algorithm>
#include <array>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/row_use.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using python::as;
using python::ExpressionKind;
using python::StatementKind;

namespace {

// `lock`, `_lock`, `locked`; no block, no clock, and nothing that is unlocked.
auto names_lock(std::string_view text) -> bool {
  for (auto at = text.find("lock"); at != std::string_view::npos; at = text.find("lock", at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool in_word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z');
    if (!in_word) return true;
  }
  return has_any(text, {"Lock", "LOCK", "mutex", "advisory", "semaphore", "Semaphore"});
}

// By its words a function minds the second of two, or lets only one in at a time; an UPDATE whose hits are tested waits for the row.
auto minds(std::string_view text) -> bool {
  return has_any(text, {"IntegrityError", "on_conflict", "ON CONFLICT", "UniqueViolation", "begin_nested", "Duplicate", "serializable", "SERIALIZABLE", "rowcount !=", "rowcount ==", "rowcount <"}) || names_lock(text);
}

// `Exception` of `except (ValueError, Exception)`; `except:` too.
auto catches_all(const python::Handler& handler) -> bool {
  const auto is_broad = [](const python::Expression* type) {
    std::string_view name;
    if (const auto* word = as<python::Name>(type, ExpressionKind::name)) name = word->id;
    if (const auto* dotted = as<python::Attribute>(type, ExpressionKind::attribute)) name = dotted->name;
    static constexpr std::array<std::string_view, 7> broad{"Exception", "BaseException", "SQLAlchemyError", "DBAPIError", "DatabaseError", "StatementError", "DBError"};
    return std::find(broad.begin(), broad.end(), name) != broad.end();
  };
  if (handler.type == nullptr) return true;
  if (const auto* several = as<python::Sequence>(handler.type, ExpressionKind::tuple)) return std::any_of(several->elements.begin(), several->elements.end(), is_broad);
  return is_broad(handler.type);
}

auto sends(std::string_view text) -> bool { return has_any(text, {"commit(", "flush(", "execute("}); }

// The rows are sent inside a try, from the place on, whose handler takes every error and does not raise it again.
auto takes_errors(const python::Function& function, std::string_view text, std::uint32_t place, bool sends_there) -> bool {
  return any_statement(function.body, [&](const python::Statement& statement) {
    const auto* attempt = as<python::Try>(&statement, StatementKind::try_);
    if (attempt == nullptr || attempt->body.empty() || attempt->body.back()->end < place) return false;
    const auto begin = std::max(attempt->body.front()->begin, place), end = attempt->body.back()->end;
    if (!(sends_there && attempt->body.front()->begin <= place) && !sends(text.substr(begin, end - begin))) return false;
    return std::any_of(attempt->handlers.begin(), attempt->handlers.end(), [&](const python::Handler& handler) {
      // `if found is None: raise`, or `if found: return` before it, raises what is no second insert.
      const auto is = [](StatementKind kind) { return [kind](const python::Statement& each) { return each.kind == kind; }; };
      return catches_all(handler) && (any_statement(handler.body, is(StatementKind::return_)) ||
                                      std::none_of(handler.body.begin(), handler.body.end(), [](const python::Statement* each) { return each->kind == StatementKind::raise; }));
    });
  });
}

// Run again when it fails, or by hand.
auto is_repeated_or_command(const python::Function& function, std::string_view text) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [&](const python::Expression* decorator) {
    const auto words = text.substr(decorator->begin, decorator->end - decorator->begin);
    return has_any(words, {"retry", "Retry", "retries", ".command", "click."});
  });
}

// create_test_data, seed_users, demo.py
auto makes_samples(std::string_view name) -> bool {
  if (name.ends_with(".py")) name.remove_suffix(3);
  if (const auto part = name.find_last_of("/."); part != std::string_view::npos) name.remove_prefix(part + 1);
  static constexpr std::array<std::string_view, 13> words{"test", "tests", "testing", "testdata", "fixture", "fixtures", "seed", "seeds", "seeder", "demo", "sample", "samples", "dummy"};
  while (!name.empty()) {
    const auto end = std::min(name.find('_'), name.size());
    if (std::find(words.begin(), words.end(), name.substr(0, end)) != words.end()) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

}  // namespace

auto LoadVocabulary::note_lookup(const Site& site, const Statement& statement, std::string_view name) -> void {
  if (site.resolving || statement.equal.empty() || statement.entities.size() != 1 || name.starts_with("get") || name.ends_with("_404")) return;
  const auto model = statement.entities.front() != no_model ? statement.entities.front() : statement.from.size() == 1 ? statement.from.front().item.model : no_model;
  if (model == no_model || lookups_.size() > 32) return;
  Lookup lookup;
  lookup.run = site.called_from.empty() ? site.span : site.called_from.front();
  lookup.query = statement.built;
  lookup.model = model;
  for (const auto& column : statement.equal) {
    if (column.model != no_model && column.model != model) return;
    lookup.columns.push_back(column.name);
  }
  lookup.variable = assigned_name(site.interpreter.sources().file(lookup.run.file).text, lookup.run.begin);
  lookups_.push_back(std::move(lookup));
}

// What nobody else can know: an object that was made here, a column of it, a random key.
auto LoadVocabulary::is_new(const Site& site, const Value& value) const -> bool {
  const auto made_here = [](const Entity& entity) { return entity.fresh || entity.maybe_fresh; };
  if (const auto* entity = value.object<Entity>()) return made_here(*entity);
  const auto* unknown = value.get<interpret::Unknown>();
  if (unknown == nullptr) return false;
  if (const auto read = reads_.find(unknown->where); read != reads_.end() && made_here(*read->second.entity)) return true;
  return unknown->where.known() && has_any(text_of(site, unknown->where), {"uuid1(", "uuid4(", "uuid7(", "token_hex(", "token_urlsafe(", "token_bytes(", "urandom(", "ULID("});
}

// Order(number=n) where a lookup by the same number has found none.
auto LoadVocabulary::note_made(const Site& site, Entity& entity, const Arguments& arguments) -> void {
  if (site.resolving || lookups_.empty() || site.conditions.empty() || arguments.unknown_keywords) return;
  for (std::size_t i = lookups_.size(); i-- > 0;) {
    const auto& lookup = lookups_[i];
    if (lookup.model != entity.model) continue;
    const bool same_columns = std::all_of(lookup.columns.begin(), lookup.columns.end(), [&](const std::string& each) { return arguments.keyword(each) != nullptr; });
    if (!same_columns) continue;
    const bool tested = std::any_of(site.conditions.begin(), site.conditions.end(), [&](const Condition& condition) {
      if (condition.kind == Condition::Kind::iteration || condition.kind == Condition::Kind::attempt || condition.kind == Condition::Kind::handler) return false;
      if (condition.test.contains(lookup.run)) return true;
      const auto names = identifiers(text_of(site, condition.test));
      return !lookup.variable.empty() && std::find(names.begin(), names.end(), lookup.variable) != names.end();
    });
    if (!tested) continue;
    const auto* uses = row_uses(site, site.span);
    const auto new_here = [&](const std::string& each) {
      const auto& given = *arguments.keyword(each);
      const bool object = registry_.model(lookup.model).relationship(each) != nullptr;
      return is_new(site, given.value) || (object && uses != nullptr && given.span.file == site.span.file && uses->is_made(text_of(site, given.span)));
    };
    if (std::any_of(lookup.columns.begin(), lookup.columns.end(), new_here)) return;
    entity.lookup = i;
    return;
  }
}

// In a function between the lookup and the place: the error of the second of two is taken, or there is no second one.
auto LoadVocabulary::is_prepared(const Site& site, Span lookup) const -> bool {
  struct Part { const python::Function* function; std::string_view text; std::uint32_t place; };
  std::vector<Part> parts;
  const auto add = [&](Span place) {
    const auto* module = place.known() ? site.interpreter.modules().by_file(place.file) : nullptr;
    const auto* function = module != nullptr ? function_around(*module, place) : nullptr;
    if (function != nullptr) parts.push_back({function, site.interpreter.sources().file(place.file).text, place.begin});
  };
  for (const auto& call : site.called_from) add(call);
  add(site.span);
  const auto way = parts.size();
  add(lookup);
  bool sends_below = false;
  for (std::size_t i = parts.size(); i-- > 0;) {
    const auto& [function, text, place] = parts[i];
    const auto body = text.substr(function->begin, function->end - function->begin);
    if (minds(body) || is_repeated_or_command(*function, text) || makes_samples(function->name)) return true;
    if (i >= way) continue;
    if (takes_errors(*function, text, place, sends_below)) return true;
    sends_below = sends_below || sends(text.substr(place, function->end - place));
  }
  return minds(entry_text(site)) || makes_samples(site.interpreter.sources().file(site.span.file).path);
}

auto LoadVocabulary::note_added(const Site& site, const Value& value) -> void {
  const auto* entity = value.object<Entity>();
  if (entity == nullptr || !entity->fresh || entity->lookup >= lookups_.size() || site.resolving) return;
  const auto& lookup = lookups_[entity->lookup];
  if (is_prepared(site, lookup.query)) return;
  QueryUse use;
  use.kind = QueryUse::Kind::get_or_create;
  use.span = site.span;
  use.other = lookup.run;
  use.model = entity->model;
  for (const auto& column : lookup.columns) use.what += (use.what.empty() ? "" : ", ") + column;
  add_use(site, std::move(use));
}

}  // namespace foreshot::loads
