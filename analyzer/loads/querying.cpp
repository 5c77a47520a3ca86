#include "analyzer/loads/querying.h"

#include <algorithm>

namespace foreshot::loads {
namespace {

using python::as;
using python::StatementKind;

constexpr int deepest = 8;
// How many calls lie between a function and the query, at most: what the walk follows, and one more.
constexpr int followed_calls = 4;
// A name that means something else more often than this ("__init__", "run") tells nothing of the function called.
constexpr unsigned rare = 8;

auto collect(python::StatementList block, const std::string& class_name, std::vector<Definition>& found, int depth) -> void {
  if (depth > deepest) return;
  for (const auto* statement : block) {
    if (const auto* function = as<python::Function>(statement, StatementKind::function)) {
      found.push_back({function, class_name});
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

auto is_word(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

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

auto has_any(std::string_view text, std::initializer_list<std::string_view> words) -> bool {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

auto loops(std::string_view text) -> bool { return has_any(text, {"for ", "while "}); }

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
    if (!of_class && (is_method ? is_builtin_method(name) : is_builtin_function(name))) continue;
    if (test(name, of_class)) return true;
  }
  return false;
}

auto called_marks(std::string_view text, const std::function<bool(std::string_view)>& makes_sessions) -> std::uint32_t {
  static const std::unordered_map<std::string_view, std::uint32_t> known = {
      {"joinedload", called_option},   {"selectinload", called_option}, {"subqueryload", called_option}, {"immediateload", called_option},
      {"contains_eager", called_option}, {"load_only", called_option},  {"defer", called_option},        {"raiseload", called_raiseload},
      {"refresh", called_refresh},     {"merge", called_refresh},       {"with_for_update", called_for_update}, {"commit", called_commit},
      {"flush", called_commit},        {"begin", called_session | called_commit},       {"close", called_close},         {"add_task", called_sharing},
      {"Thread", called_sharing},      {"submit", called_sharing},      {"map", called_sharing},         {"gather", called_sharing},
      {"wait", called_sharing},        {"create_task", called_sharing}, {"ensure_future", called_sharing}, {"start_soon", called_sharing},
      {"as_completed", called_sharing}, {"imap", called_sharing},       {"starmap", called_sharing},     {"apply_async", called_sharing},
      {"model_validate", called_serializer}, {"from_orm", called_serializer}, {"dump", called_serializer}};
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
  return has_any(text, {"select(", ".query", ".scalars(", ".scalar(", ".execute(", ".exec(", ".get_one(", "get_or_404", ".stream"}) ||
         gets_a_row(text);
}

auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view {
  return text.substr(std::min<std::size_t>(statement.begin, text.size()), statement.end - statement.begin);
}

QueryingFunctions::QueryingFunctions(const ModelRegistry& registry) : joined_collections_(registry.has_joined_collections()) {
  for (const auto& model : registry.models()) {
    for (const auto& column : model.columns)
      if (column.deferred) lazy_.insert(column.attribute);
    for (const auto& relationship : model.relationships) {
      relationships_.insert(relationship.name);
      lazy_.insert(relationship.name);
      joined_ = joined_ || relationship.lazy == Lazy::joined;
      immediate_ = immediate_ || relationship.lazy == Lazy::immediate;
      if (relationship.lazy == Lazy::raise_ || relationship.lazy == Lazy::raise_on_sql) raising_.insert(relationship.name);
    }
  }
}

auto QueryingFunctions::add(const interpret::SourceModule& module, std::string_view text) -> void {
  if (module.tree == nullptr) return;
  keeps_values_ = keeps_values_ || text.find("expire_on_commit") != std::string_view::npos;
  for (const auto& definition : definitions_of(*module.tree)) {
    const auto& function = *definition.function;
    const auto body = text_of(function, text);
    const auto traits = traits_of(function, body);
    auto& named = named_[function.name];
    ++named.definitions;
    if ((traits & fetches) != 0) ++named.fetching;
    if ((traits & walks_relationships) != 0) ++named.walking;
    if ((traits & asks_parameter) != 0) ++named.asking;
    if ((traits & reads_relationships) != 0) {
      ++named.reading;
      if (!definition.class_name.empty() && !function.decorators.empty()) lazy_.insert(function.name);
    }
    if ((traits & fetches) != 0 || has_any(body, {"ession", "yield", "delete(", "object", "load", "rows"})) {
      reaching_.insert(function.name);
    } else {
      undecided_.push_back({&function, body});
    }
  }
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

auto QueryingFunctions::traits_of(const python::Function& function, std::string_view body) const -> unsigned {
  unsigned traits = queries(body) ? unsigned{fetches} : 0U;
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
         (often(asking) ? unsigned{asks_parameter} : 0U) | (often(reading) ? unsigned{reads_relationships} : 0U);
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
  const bool iterates = loops(body), asks = queries(body);
  if ((asks && iterates) || body.find("delete(") != std::string_view::npos) return true;
  if (asks) {
    const auto marks = called_marks(body, nullptr);
    if ((marks & (called_option | called_raiseload)) != 0 || immediate_ || (joined_ && (marks & called_for_update) != 0)) return true;
    if (joined_collections_ && body.find("select(") != std::string_view::npos) return true;
    // What raises does so in the first row already; what is read behind the end of its session too.
    const bool reads = names_any_of(lazy_, body);
    if (reads && (function.async || (marks & called_session) != 0 || names_any_of(raising_, body))) return true;
    if ((marks & called_serializer) != 0) return true;
    if ((marks & called_commit) != 0 && ((marks & called_session) != 0 || body.find("ession:") != std::string_view::npos)) return true;
  } else if (iterates && has_any(body, {".refresh(", ".merge("})) {
    return true;
  }
  const auto called = traits_of_calls(body);
  // What a route returns is read by its response model.
  const bool answers = !function.decorators.empty() && (function.returns != nullptr || body.find("response_model") != std::string_view::npos) &&
                       function.decorators.front()->kind == python::ExpressionKind::call;
  if (answers && (asks || (called & fetches) != 0)) return true;
  if (asks && function.async && (called & reads_relationships) != 0) return true;
  return (iterates && (called & fetches) != 0) || ((asks || (called & fetches) != 0) && (called & walks_relationships) != 0) ||
         (called & asks_parameter) != 0;
}

auto QueryingFunctions::close() -> void {
  for (int round = 0; round < followed_calls && !undecided_.empty(); ++round) {
    std::vector<std::string_view> found;
    undecided_.erase(std::remove_if(undecided_.begin(), undecided_.end(),
                                    [&](const Undecided& each) {
                                      const auto reaches = any_called_name(each.text, [&](std::string_view name, bool) { return reaching_.count(name) > 0; });
                                      if (reaches) found.push_back(each.function->name);
                                      return reaches;
                                    }),
                     undecided_.end());
    if (found.empty()) break;
    reaching_.insert(found.begin(), found.end());
  }
  for (const auto& each : undecided_) idle_.insert(each.function);
  undecided_.clear();
}

}  // namespace foreshot::loads
