#include "analyzer/loads/querying.h"

#include <algorithm>

#include "analyzer/base/word_search.h"
#include "analyzer/loads/words.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::StatementKind;

constexpr int deepest = 8;
// Bytes of a function that hands a call on: `return self.repository.find(key)`.
constexpr std::size_t longest_wrapper = 600;
// And of one that may call a method of its own class.
constexpr std::size_t longest_step = 1500;
// A name that means something else more often than this ("__init__", "run") tells nothing of the function called.
constexpr unsigned rare = 8;

// Local functions that a decorator with arguments hands on to somebody who calls them: `@router.get("/orders")`.
auto collect_registered(python::StatementList block, std::vector<Definition>& found, int depth) -> void {
  if (depth > deepest) return;
  for (const auto* statement : block)
    if (const auto* function = as<python::Function>(statement, StatementKind::function); function != nullptr && !function->decorators.empty()) {
      const auto* call = as<python::Call>(function->decorators.front(), python::ExpressionKind::call);
      if (call != nullptr && call->callee->kind == python::ExpressionKind::attribute) found.push_back({function, ""});
    }
}

auto collect(python::StatementList block, const std::string& class_name, std::vector<Definition>& found, int depth) -> void {
  if (depth > deepest) return;
  for (const auto* statement : block) {
    if (const auto* function = as<python::Function>(statement, StatementKind::function)) {
      found.push_back({function, class_name});
      collect_registered(function->body, found, depth + 1);
    } else if (const auto* type = as<python::Class>(statement, StatementKind::class_)) {
      collect(type->body, class_name.empty() ? std::string(type->name) : class_name + "." + std::string(type->name), found, depth + 1);
    } else if (const auto* test = as<python::If>(statement, StatementKind::if_)) {
      collect(test->body, class_name, found, depth + 1);
      collect(test->otherwise, class_name, found, depth + 1);
    } else if (const auto* attempt = as<python::Try>(statement, StatementKind::try_)) {
      collect(attempt->body, class_name, found, depth + 1);
      for (const auto& handler : attempt->handlers) collect(handler.body, class_name, found, depth + 1);
    }
  }
}

// Session.get(Model, key) takes a class first, which is what tells it from the get of a dict.
auto gets_a_row(std::string_view text) -> bool {
  constexpr std::string_view call = ".get(";
  for (auto at = text.find(call); at != std::string_view::npos; at = text.find(call, at + call.size())) {
    const auto argument = text.find_first_not_of(" \t\r\n", at + call.size());
    if (argument == std::string_view::npos) return false;
    const auto rest = text.substr(argument, 24);
    if ((rest.front() >= 'A' && rest.front() <= 'Z') || rest.starts_with("cls") || rest.starts_with("self.") ||
        rest.find("odel") != std::string_view::npos)
      return true;
  }
  return false;
}

auto commits(std::string_view text) -> bool {
  static const WordSearch words{".commit(", ".flush(", ".rollback(", ".begin(", ".expire"};
  return words.in(text);
}

auto loops(std::string_view text) -> bool {
  static const WordSearch words{"for ", "while ", "key=lambda", "(map(", " map(", "filter(lambda", "groupby("};
  return words.in(text);
}

// Deletes, or filters a query that it is given.
auto narrows(std::string_view text) -> bool {
  static const WordSearch words{"delete(", ".filter(", ".where("};
  return words.in(text);
}

auto may_hold_rows(std::string_view text) -> bool {
  static const WordSearch words{"ession", "yield", "delete(", "load(", "loads("};
  return words.in(text);
}

// Methods of Python's own collections and texts, which many a function of a project shares its name with.
auto is_builtin_method(std::string_view name) -> bool {
  static const std::unordered_set<std::string_view> names = {
      "add",    "append", "clear", "copy",  "count",      "decode", "encode",     "endswith", "extend",  "format", "get",  "index",
      "insert", "items",  "join",  "keys",  "lower",      "pop",    "remove",     "replace",  "reverse", "sort",   "split",
      "strip",  "title",  "upper", "update", "startswith", "values", "setdefault", "isoformat"};
  return names.count(name) > 0;
}

}  // namespace

auto definitions_of(const python::Module& module) -> std::vector<Definition> {
  std::vector<Definition> found;
  collect(module.body, "", found, 0);
  return found;
}

auto is_builtin_function(std::string_view name) -> bool {
  static const std::unordered_set<std::string_view> names = {"all",  "any",   "bool",  "dict",   "filter", "float", "format", "getattr", "hasattr", "int",
                                                             "iter", "len",   "list",  "map",    "max",    "min",   "next",   "open",    "print",   "range",
                                                             "set",  "sorted", "str",  "sum",    "super",  "tuple", "type",   "zip",     "isinstance"};
  return names.count(name) > 0;
}

// The word that ends before `end`.
auto word_before(std::string_view text, std::size_t end) -> std::string_view {
  auto begin = end;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

auto is_class_name(std::string_view word) -> bool { return !word.empty() && word.front() >= 'A' && word.front() <= 'Z'; }

auto any_called_name(std::string_view text, const std::function<bool(std::string_view, bool)>& test) -> bool {
  for (auto at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    const auto name = word_before(text, at);
    if (name.empty()) continue;
    const auto begin = at - name.size();
    const bool is_method = begin > 0 && text[begin - 1] == '.';
    const bool of_class = is_method && is_class_name(word_before(text, begin - 1));
    // What an object that keeps rows calls get() or add() is no method of a dict.
    const auto owner = is_method ? word_before(text, begin - 1) : std::string_view();
    // users.get(session, key), with the session first.
    const auto argument = text.substr(std::min(text.find_first_not_of(" \t\r\n", at + 1), text.size()), 24);
    const auto word = argument.substr(0, argument.find_first_of(",)= \n"));
    const bool of_rows = owner == "self" || owner == "cls" || has_any(owner, {"repo", "service", "crud", "dao", "store"}) ||
                         (is_method && (word == "db" || word.ends_with(".db") || word.ends_with("ession")));
    if (!of_class && !of_rows && (is_method ? is_builtin_method(name) : is_builtin_function(name))) continue;
    if (test(name, of_class)) return true;
  }
  return false;
}

auto called_marks(std::string_view text, const std::function<bool(std::string_view)>& makes_sessions) -> std::uint32_t {
  static const std::unordered_map<std::string_view, std::uint32_t> known = {
      {"commit", called_commit},          {"flush", called_commit},          {"begin", called_session | called_commit},
      {"add_task", called_sharing},       {"Thread", called_sharing},        {"submit", called_sharing},
      {"map", called_sharing},            {"gather", called_sharing},        {"wait", called_sharing},
      {"create_task", called_sharing},    {"ensure_future", called_sharing}, {"start_soon", called_sharing},
      {"as_completed", called_sharing},   {"imap", called_sharing},          {"starmap", called_sharing},
      {"apply_async", called_sharing}};
  std::uint32_t marks = 0;
  for (auto at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    const auto name = word_before(text, at);
    if (name.size() < 3) continue;
    if (const auto found = known.find(name); found != known.end()) marks |= found->second;
    else if (name.find("ession") != std::string_view::npos || (makes_sessions != nullptr && makes_sessions(name))) marks |= called_session;
  }
  return marks;
}

auto queries(std::string_view text) -> bool {
  static const WordSearch words{"select(", ".query", ".scalars(", ".scalar(", ".execute(", ".exec(", ".get_one(", "get_or_404", ".stream"};
  return words.in(text) || gets_a_row(text);
}

auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view {
  return text.substr(std::min<std::size_t>(statement.begin, text.size()), statement.end - statement.begin);
}

QueryingFunctions::QueryingFunctions(const ModelRegistry& registry) {
  for (const auto& model : registry.models()) {
    if (model.is_mapped) models_.insert(model.name);
    for (const auto& column : model.columns) {
      if (column.deferred) lazy_.insert(column.attribute);
      const auto type = column.type_known ? column.column.type.display() : std::string();
      if (has_any(type, {"json", "JSON", "[]", "hstore", "HSTORE"})) containers_.insert(column.attribute);
    }
    for (const auto& relationship : model.relationships) {
      relationships_.insert(relationship.name);
      lazy_.insert(relationship.name);
      if (relationship.target_model == model.id || (relationship.target_model != no_model && (registry.derives(model.id, relationship.target_model) || registry.derives(relationship.target_model, model.id))))
        self_referential_.insert(relationship.name);
    }
  }
}

auto QueryingFunctions::add(const interpret::SourceModule& module, std::string_view text) -> void {
  if (module.tree == nullptr) return;
  note_marks(text);
  keeps_values_ = keeps_values_ || text.find("expire_on_commit") != std::string_view::npos;
  makes_async_sessions_ = makes_async_sessions_ || has_any(text, {"async_sessionmaker(", "AsyncSession(", "class_=AsyncSession"});
  for (const auto& definition : definitions_of(*module.tree)) {
    const auto& function = *definition.function;
    const auto body = text_of(function, text);
    const auto traits = traits_of(function, body);
    auto& named = named_[function.name];
    ++named.definitions;
    if ((traits & fetches) != 0) ++named.fetching;
    else if (body.size() < longest_wrapper || (body.size() < longest_step && has_any(body, {"self.", "cls."}))) wrappers_.push_back({function.name, body});
    if ((traits & walks_relationships) != 0) ++named.walking;
    if ((traits & asks_parameter) != 0) ++named.asking;
    if ((traits & stores) != 0) ++named.storing;
    if ((traits & reads_relationships) != 0) {
      ++named.reading;
      if (!definition.class_name.empty() && !function.decorators.empty()) lazy_.insert(function.name);
      if (!definition.class_name.empty()) readers_.insert(function.name);
      prints_relationships_ = prints_relationships_ || function.name == "__str__" || function.name == "__repr__" || function.name == "__html__";
    }
    if ((traits & fetches) != 0 && models_.has(definition.class_name)) readers_.insert(function.name);
    if ((traits & fetches) != 0 || may_hold_rows(body) ||
        any_called_name(body, [&](std::string_view name, bool) { return models_.has(name); })) {
      reaching_.insert(function.name);
    } else {
      undecided_.push_back({&function, body});
    }
  }
}

// flag_modified(order, "data"); MutableDict.associate_with(JSON).
auto QueryingFunctions::note_marks(std::string_view text) -> void {
  if (text.find("associate_with(") != std::string_view::npos) marks_all_ = true;
  constexpr std::string_view call = "flag_modified(";
  for (auto at = text.find(call); at != std::string_view::npos; at = text.find(call, at + call.size())) {
    const auto quote = text.find_first_of("\"')\n", at + call.size());
    if (quote == std::string_view::npos || (text[quote] != '"' && text[quote] != '\'')) continue;
    marked_.insert(std::string(text.substr(quote + 1, text.find(text[quote], quote + 1) - quote - 1)));
  }
}

auto QueryingFunctions::changes_container(std::string_view body) const -> bool {
  static const WordSearch changes{"] =", "] +=", "]=", "del ", ".append(", ".extend(", ".update(", ".pop(", ".setdefault(", ".remove(", ".insert(", ".clear("};
  return !containers_.empty() && changes.in(body) && names_any_of(containers_, body);
}

auto QueryingFunctions::names_relationship(std::string_view text) const -> bool { return names_any_of(relationships_, text); }

auto QueryingFunctions::names_any_of(const NameSet& names, std::string_view text) const -> bool {
  if (names.empty()) return false;
  for (auto at = text.find('.'); at != std::string_view::npos; at = text.find('.', at + 1)) {
    auto end = at + 1;
    while (end < text.size() && is_word(text[end])) ++end;
    if (names.has(text.substr(at + 1, end - at - 1))) return true;
  }
  return false;
}

// Inside of the template's own brackets, what follows a dot, or a quote: `x.rel`, `map(attribute="rel.name")`, `x["rel"]`.
auto QueryingFunctions::read_in_template(std::string_view text) const -> bool {
  for (auto at = text.find('{'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('{', at + 1)) {
    const auto mark = text[at + 1];
    if (mark != '{' && mark != '%') continue;
    if (prints_relationships_ && mark == '{') return true;
    const auto end = std::min(text.find(mark == '{' ? "}}" : "%}", at + 2), text.size());
    for (auto i = at + 2; i < end; ++i) {
      if (text[i] != '.' && text[i] != '"' && text[i] != '\'') continue;
      auto last = i + 1;
      while (last < end && is_word(text[last])) ++last;
      const auto word = text.substr(i + 1, last - i - 1);
      if (lazy_.has(word) || readers_.has(word)) return true;
      i = std::max(i, last - 1);
    }
    at = std::max(at, end - 1);
  }
  return false;
}

auto QueryingFunctions::traits_of(const python::Function& function, std::string_view body) const -> unsigned {
  unsigned traits = queries(body) ? unsigned{fetches} : 0U;
  if (function.async && commits(body)) traits |= stores;
  const bool names = names_relationship(body);
  if (names) traits |= reads_relationships;
  if (!loops(body)) return traits;
  if (names) traits |= walks_relationships;
  if ((traits & fetches) == 0) return traits;
  for (const auto& parameter : function.parameters) {
    const std::string name(parameter.name);
    if (name == "self" || name == "session" || name == "db") continue;
    if (has_any(body, {name + ".query", name + ".get(", "select(" + name, "query(" + name})) traits |= asks_parameter;
  }
  return traits;
}

auto QueryingFunctions::Named::traits(unsigned one_in) const -> unsigned {
  const auto often = [&](unsigned count) { return count > 0 && count * one_in >= definitions; };
  return (often(fetching) ? unsigned{fetches} : 0U) | (often(walking) ? unsigned{walks_relationships} : 0U) |
         (often(asking) ? unsigned{asks_parameter} : 0U) | (often(reading) ? unsigned{reads_relationships} : 0U) | (often(storing) ? unsigned{stores} : 0U);
}

auto QueryingFunctions::traits_of_calls(std::string_view text) const -> unsigned {
  unsigned traits = 0;
  any_called_name(text, [&](std::string_view name, bool of_class) {
    // A class says better than the name of a method what is meant.
    if (const auto found = named_.find(name); found != named_.end()) traits |= found->second.traits(of_class ? found->second.definitions : rare);
    return false;
  });
  return traits;
}

auto QueryingFunctions::is_entry(const python::Function& function, std::string_view body) const -> bool {
  if (queries(body) || narrows(body) || changes_container(body)) return true;
  // What a commit expires raises when it is read again.
  if (commits(body) && (function.async || body.find(".add(") != std::string_view::npos)) return true;
  if (!self_referential_.empty() && names_any_of(self_referential_, body)) {
    // It goes along a tree: by calling itself, or up to the root.
    const auto again = body.find(std::string(function.name) + "(", function.name_begin - function.begin + function.name.size());
    if (again != std::string_view::npos || body.find("while ") != std::string_view::npos) return true;
  }
  const bool iterates = loops(body);
  if (iterates && has_any(body, {".refresh(", ".merge("})) return true;
  const auto called = traits_of_calls(body);
  const bool fetching = (called & fetches) != 0;
  if (function.async && (called & stores) != 0) return true;
  // What a route returns is read by its response model.
  const bool answers = !function.decorators.empty() && (function.returns != nullptr || has_any(body, {"response_model", "marshal", ".response(", ".output("})) &&
                       function.decorators.front()->kind == python::ExpressionKind::call;
  return (fetching && (answers || iterates || (called & walks_relationships) != 0)) || (called & asks_parameter) != 0;
}

auto QueryingFunctions::reaches(const python::Function& function, std::size_t calls) const -> bool {
  const auto found = distance_.find(&function);
  return found == distance_.end() || found->second <= calls;
}

auto QueryingFunctions::iterates(std::string_view body) -> bool { return loops(body); }

auto QueryingFunctions::has_method_that_reaches(const interpret::Class& type, int depth) const -> bool {
  if (type.definition == nullptr || depth > 4) return false;
  for (const auto* statement : type.definition->body)
    if (const auto* function = as<python::Function>(statement, StatementKind::function); function != nullptr && !function->name.starts_with("__") && reaches(*function)) return true;
  return std::any_of(type.bases.begin(), type.bases.end(), [&](const interpret::Value& base) {
    const auto* own = base.get<std::shared_ptr<const interpret::Class>>();
    return own != nullptr && has_method_that_reaches(**own, depth + 1);
  });
}

auto QueryingFunctions::close() -> void {
  // get_or_raise() of a class fetches because its get() does. Asked of all before any is counted: the order of the files is nothing to it.
  std::vector<std::string_view> hand_on;
  for (const auto& each : wrappers_)
    if ((traits_of_calls(each.text) & fetches) != 0) hand_on.push_back(each.name);
  for (const auto name : hand_on) ++named_[name].fetching;
  wrappers_.clear();
  // An entry itself may be one call further away than what it calls.
  for (std::size_t calls = 1; calls <= followed_calls + 1 && !undecided_.empty(); ++calls) {
    std::vector<std::string_view> found;
    undecided_.erase(std::remove_if(undecided_.begin(), undecided_.end(),
                                    [&](const Undecided& each) {
                                      const auto reaches = any_called_name(each.text, [&](std::string_view name, bool) { return reaching_.count(name) > 0; });
                                      if (reaches) {
                                        found.push_back(each.function->name);
                                        distance_.emplace(each.function, calls);
                                      }
                                      return reaches;
                                    }),
                     undecided_.end());
    if (found.empty()) break;
    reaching_.insert(found.begin(), found.end());
  }
  for (const auto& each : undecided_) distance_.emplace(each.function, followed_calls + 2);
  undecided_.clear();
}

}  // namespace foreshot::loads
