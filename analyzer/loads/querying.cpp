#include "analyzer/loads/querying.h"

#include <algorithm>

namespace foreshot::loads {
namespace {

using python::as;
using python::StatementKind;

constexpr int deepest = 8;
// How many calls lie between a function and the query, at most: what the walk follows, and one more.
constexpr int followed_calls = 4;

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

template <typename Test>
auto any_called_name(std::string_view text, Test test) -> bool {
  for (auto at = text.find('('); at != std::string_view::npos; at = text.find('(', at + 1)) {
    auto begin = at;
    while (begin > 0 && is_word(text[begin - 1])) --begin;
    if (begin < at && test(text.substr(begin, at - begin))) return true;
  }
  return false;
}

}  // namespace

auto definitions_of(const interpret::SourceModule& module) -> std::vector<Definition> {
  std::vector<Definition> found;
  if (module.tree != nullptr) collect(module.tree->body, "", found, 0);
  return found;
}

auto has_any(std::string_view text, std::initializer_list<std::string_view> words) -> bool {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

auto queries(std::string_view text) -> bool {
  return has_any(text, {"select(", ".query", ".scalars(", ".scalar(", ".execute(", ".exec(", ".get_one(", "get_or_404", ".stream"}) ||
         gets_a_row(text);
}

auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view {
  return text.substr(std::min<std::size_t>(statement.begin, text.size()), statement.end - statement.begin);
}

auto QueryingFunctions::add(const interpret::SourceModule& module, std::string_view text) -> void {
  if (module.tree == nullptr) return;
  for (const auto& definition : definitions_of(module)) {
    const auto& function = *definition.function;
    const auto body = text_of(function, text);
    if (queries(body)) {
      names_.insert(function.name);
      reaching_.insert(function.name);
    } else if (has_any(body, {"ession", "yield", "delete(", "object", "load", "rows"})) {
      reaching_.insert(function.name);
    } else {
      undecided_.push_back({&function, body});
    }
  }
}

auto QueryingFunctions::calls_one(std::string_view text) const -> bool {
  return any_called_name(text, [&](std::string_view name) { return contains(name); });
}

auto QueryingFunctions::close() -> void {
  for (int round = 0; round < followed_calls && !undecided_.empty(); ++round) {
    std::vector<std::string_view> found;
    undecided_.erase(std::remove_if(undecided_.begin(), undecided_.end(),
                                    [&](const Undecided& each) {
                                      const auto reaches = any_called_name(each.text, [&](std::string_view name) { return reaching_.count(name) > 0; });
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
