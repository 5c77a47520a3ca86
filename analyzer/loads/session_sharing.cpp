// Sessions that are given to others: tasks, threads, what runs after the response; and coroutines that nobody awaits.
#include <algorithm>
#include <map>

#include "analyzer/loads/sessions.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;
using Kind = SessionUse::Kind;

auto is_coroutine(std::string_view method) -> bool {
  return in(method, {"execute", "scalars", "scalar", "commit", "rollback", "flush", "refresh", "delete", "get", "get_one", "merge", "close", "stream", "stream_scalars",
                     "run_sync", "connection", "invalidate", "reset", "exec"});
}
auto is_plain(std::string_view method) -> bool { return in(method, {"add", "add_all", "expunge", "expunge_all", "expire", "expire_all"}); }

// A coroutine that is made with a session: f(session), session.execute(…), repository.load(session=session).
struct Use {
  std::string name;
  Span span;
  bool repeated = false;
};

class Sharing {
 public:
  Sharing(SessionReader& reader, const python::Function& function, const FunctionSessions& known) : reader_(reader), function_(function), known_(known) {
    for (const auto& parameter : function.parameters)
      if (parameter.annotation != nullptr && last_part(dotted_name(parameter.annotation)) == "BackgroundTasks") background_.insert(std::string(parameter.name));
  }

  auto read() -> void {
    walk_expressions(function_.body, [this](const Expression& node, const Surroundings& around) { collect(node, around); });
    walk_expressions(function_.body, [this](const Expression& node, const Surroundings& around) {
      if (const auto* call = as<python::Call>(&node, ExpressionKind::call); call != nullptr && !around.nested) of_call(*call, around);
    });
    for (const auto& [key, uses] : started_) tell_tasks(uses);
  }

 private:
  auto session(const Expression* node) const -> const std::pair<const std::string, KnownSession>* {
    const auto name = dotted_name(node);
    const auto found = name.empty() ? known_.sessions.end() : known_.sessions.find(name);
    return found == known_.sessions.end() ? nullptr : &*found;
  }

  // The session that a call is made with, as an argument or as the object of the method.
  auto given(const Expression* node) const -> const std::pair<const std::string, KnownSession>* {
    const auto* call = as<python::Call>(node, ExpressionKind::call);
    if (call == nullptr) return nullptr;
    for (const auto& argument : call->arguments)
      if (const auto* found = session(argument.value)) return found;
    const auto* method = as<python::Attribute>(call->callee, ExpressionKind::attribute);
    return method != nullptr ? session(method->value) : nullptr;
  }

  auto coroutine(const Expression* node, bool repeated) const -> std::vector<Use> {
    const auto* found = given(node);
    if (found == nullptr || found->second.kind != SessionKind::async || found->second.repeated) return {};
    return {{found->first, reader_.module.span(*node), repeated}};
  }

  // Of an argument of gather(): a coroutine, a list of them, a star.
  auto coroutines(const Expression* node, int depth) const -> std::vector<Use> {
    if (node == nullptr || depth > 3) return {};
    if (const auto* star = as<python::Starred>(node, ExpressionKind::starred)) return coroutines(star->value, depth + 1);
    if (const auto* each = as<python::Comprehension>(node, ExpressionKind::comprehension)) return coroutine(each->element, true);
    if (const auto* name = as<python::Name>(node, ExpressionKind::name)) {
      const auto found = lists_.find(name->id);
      return found == lists_.end() ? std::vector<Use>{} : found->second;
    }
    if (node->kind == ExpressionKind::list || node->kind == ExpressionKind::tuple) {
      std::vector<Use> all;
      for (const auto* element : static_cast<const python::Sequence*>(node)->elements)
        for (auto& use : coroutines(element, depth + 1)) all.push_back(std::move(use));
      return all;
    }
    return coroutine(node, false);
  }

  // Lists of coroutines by name, executors and task groups.
  auto collect(const Expression& node, const Surroundings& around) -> void {
    if (around.nested) return;
    if (const auto* assign = as<python::Assign>(around.statement, StatementKind::assign); assign != nullptr && assign->value == &node && assign->targets.size() == 1)
      if (const auto* name = as<python::Name>(assign->targets[0], ExpressionKind::name)) {
        if (node.kind == ExpressionKind::list || node.kind == ExpressionKind::comprehension) lists_[name->id] = coroutines(&node, 0);
        if (makes_pool(&node)) pools_.insert(std::string(name->id));
      }
    if (const auto* with = as<python::With>(around.statement, StatementKind::with); with != nullptr && around.parent == nullptr)
      for (const auto& item : with->items) {
        const auto* name = as<python::Name>(item.target, ExpressionKind::name);
        if (item.context != &node || name == nullptr) continue;
        if (makes_pool(&node)) pools_.insert(std::string(name->id));
        const auto* call = as<python::Call>(&node, ExpressionKind::call);
        if (call != nullptr && in(last_part(dotted_name(call->callee)), {"TaskGroup", "create_task_group"})) groups_.insert(std::string(name->id));
      }
    if (const auto* call = as<python::Call>(&node, ExpressionKind::call)) {
      const auto* append = as<python::Attribute>(call->callee, ExpressionKind::attribute);
      const auto* list = append != nullptr && append->name == "append" ? as<python::Name>(append->value, ExpressionKind::name) : nullptr;
      if (list != nullptr && call->arguments.size() == 1)
        for (auto& use : coroutine(call->arguments[0].value, around.repeated)) lists_[list->id].push_back(std::move(use));
    }
  }

  static auto makes_pool(const Expression* node) -> bool {
    const auto* call = as<python::Call>(node, ExpressionKind::call);
    return call != nullptr && in(last_part(dotted_name(call->callee)), {"ThreadPoolExecutor", "ThreadPool"});
  }

  auto of_call(const python::Call& call, const Surroundings& around) -> void {
    const auto* method = as<python::Attribute>(call.callee, ExpressionKind::attribute);
    const auto* own = method != nullptr ? session(method->value) : nullptr;
    if (own != nullptr && own->second.kind == SessionKind::async) awaits(call, *method, *own, around);
    const auto name = dotted_name(call.callee);
    const auto word = last_part(name);
    const auto receiver = method != nullptr ? dotted_name(method->value) : std::string();
    if (in(word, {"gather", "wait", "as_completed"}) && (receiver.empty() || receiver == "asyncio")) {
      std::vector<Use> all;
      for (const auto& argument : call.arguments)
        if (argument.name.empty())
          for (auto& use : coroutines(argument.value, 0)) all.push_back(std::move(use));
      std::map<std::string, std::vector<Use>> by_session;
      for (auto& use : all) by_session[use.name].push_back(std::move(use));
      for (const auto& [each, uses] : by_session) tell_tasks(uses);
    } else if (word == "add_task" && method != nullptr) {
      std::string lower(receiver);
      for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      if (background_.count(receiver) == 0 && lower.find("background") == std::string::npos) return;
      for (const auto& argument : call.arguments)
        if (const auto* found = session(argument.value)) tell(Kind::in_background, reader_.module.span(*argument.value), *found, name);
    } else if (in(word, {"create_task", "ensure_future", "start_soon"})) {
      starts(call, around, receiver, word);
    } else if (word == "Thread" && (receiver.empty() || receiver == "threading")) {
      of_thread(call);
    } else if (in(word, {"submit", "map", "imap", "apply_async", "starmap"}) && pools_.count(receiver) > 0) {
      for (const auto& argument : call.arguments)
        if (const auto* found = carried(argument.value)) {
          tell(Kind::in_threads, reader_.module.span(*argument.value), *found, name);
          break;
        }
    }
  }

  auto awaits(const python::Call& call, const python::Attribute& method, const std::pair<const std::string, KnownSession>& own, const Surroundings& around) -> void {
    const bool awaited = around.parent != nullptr && around.parent->kind == ExpressionKind::await_;
    const bool discarded = around.parent == nullptr && around.statement->kind == StatementKind::expression;
    const bool chained = around.parent != nullptr && around.parent->kind == ExpressionKind::attribute;
    if (is_coroutine(method.name) && (discarded || chained)) {
      reader_.add(Kind::not_awaited, reader_.module.span(call), own.second.span, own.first + "." + std::string(method.name), own.second.kind, function_.name);
    } else if (is_plain(method.name) && awaited) {
      reader_.add(Kind::awaited_plain, reader_.module.span(call), own.second.span, own.first + "." + std::string(method.name), own.second.kind, function_.name);
    }
  }

  auto starts(const python::Call& call, const Surroundings& around, const std::string& receiver, std::string_view word) -> void {
    if (call.arguments.empty()) return;
    const bool group = groups_.count(receiver) > 0;
    if (!group && receiver != "asyncio" && receiver.find("loop") == std::string::npos && !receiver.empty()) return;
    const std::pair<const std::string, KnownSession>* found = nullptr;
    if (word == "start_soon") {
      for (const auto& argument : call.arguments)
        if (found == nullptr) found = session(argument.value);
    } else {
      found = given(call.arguments[0].value);
    }
    if (found == nullptr) return;
    if (found->second.kind == SessionKind::async && !found->second.repeated) started_[receiver + " " + found->first].push_back({found->first, reader_.module.span(call), around.repeated});
    // Nobody waits for it: the session is closed while it runs.
    const bool discarded = around.parent == nullptr && around.statement->kind == StatementKind::expression;
    if (!group && discarded && !around.repeated && !found->first.starts_with("self.") && !closes_it(call.arguments[0].value, found->first)) tell(Kind::in_background, reader_.module.span(call), *found, dotted_name(call.callee));
  }

  // The function that is started closes the session that it is given.
  auto closes_it(const Expression* started, const std::string& session) const -> bool {
    const auto* call = as<python::Call>(started, ExpressionKind::call);
    if (call == nullptr) return false;
    const auto value = reader_.module.value_of(*call->callee);
    const auto* function = value.get<std::shared_ptr<const interpret::Function>>();
    if (function == nullptr || (*function)->definition == nullptr) return true;
    const auto& definition = *(*function)->definition;
    std::string_view name;
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
      const auto& argument = call->arguments[i];
      if (dotted_name(argument.value) != session) continue;
      name = !argument.name.empty() ? argument.name : i < definition.parameters.size() ? definition.parameters[i].name : std::string_view();
    }
    bool closes = false;
    walk_expressions(definition.body, [&](const Expression& node, const Surroundings& around) {
      const auto* method = as<python::Attribute>(&node, ExpressionKind::attribute);
      const auto* with = as<python::With>(around.statement, StatementKind::with);
      closes = closes || (method != nullptr && (method->name == "close" || method->name == "aclose") && dotted_name(method->value) == name) ||
               (with != nullptr && around.parent == nullptr && dotted_name(&node) == name);
    });
    return closes;
  }

  auto of_thread(const python::Call& call) -> void {
    for (const auto& argument : call.arguments) {
      const std::pair<const std::string, KnownSession>* found = nullptr;
      if (argument.name == "args" && (argument.value->kind == ExpressionKind::tuple || argument.value->kind == ExpressionKind::list)) {
        for (const auto* element : static_cast<const python::Sequence*>(argument.value)->elements)
          if (found == nullptr) found = session(element);
      } else if (const auto* entries = as<python::Dictionary>(argument.value, ExpressionKind::dictionary); entries != nullptr && argument.name == "kwargs") {
        for (const auto& entry : entries->entries)
          if (found == nullptr) found = session(entry.value);
      } else if (argument.name == "target") {
        found = carried(argument.value);
      }
      if (found != nullptr) tell(Kind::in_threads, reader_.module.span(*argument.value), *found, "Thread");
    }
  }

  // A session, or a lambda, a partial() or a local function that has one in it.
  auto carried(const Expression* node) const -> const std::pair<const std::string, KnownSession>* {
    if (const auto* found = session(node)) return found;
    const std::pair<const std::string, KnownSession>* found = nullptr;
    const auto look = [&](const Expression& each, const Surroundings&) {
      if (found == nullptr) found = session(&each);
    };
    if (node->kind == ExpressionKind::lambda) walk_expression(static_cast<const python::Lambda*>(node)->body, look);
    if (const auto* call = as<python::Call>(node, ExpressionKind::call); call != nullptr && last_part(dotted_name(call->callee)) == "partial") walk_expression(node, look);
    if (const auto* name = as<python::Name>(node, ExpressionKind::name))
      for (const auto* statement : function_.body)
        if (const auto* local = as<python::Function>(statement, StatementKind::function); local != nullptr && local->name == name->id) {
          for (const auto& parameter : local->parameters)
            if (known_.sessions.count(std::string(parameter.name)) > 0) return nullptr;
          walk_expressions(local->body, look);
        }
    return found;
  }

  auto tell(Kind kind, Span span, const std::pair<const std::string, KnownSession>& found, const std::string& what) -> void {
    (void)what;
    reader_.add(kind, span, found.second.span, found.first, found.second.kind, function_.name);
  }

  auto tell_tasks(const std::vector<Use>& uses) -> void {
    if (uses.empty() || (uses.size() < 2 && !uses.front().repeated)) return;
    const auto& session = known_.sessions.at(uses.front().name);
    const auto& second = uses.size() > 1 ? uses[1] : uses.front();
    reader_.add(Kind::in_tasks, second.span, uses.size() > 1 ? uses.front().span : session.span, uses.front().name, session.kind, function_.name);
  }

  SessionReader& reader_;
  const python::Function& function_;
  const FunctionSessions& known_;
  std::set<std::string> background_, pools_, groups_;
  std::map<std::string_view, std::vector<Use>> lists_;
  std::map<std::string, std::vector<Use>> started_;
};

}  // namespace

auto read_session_sharing(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void {
  Sharing(reader, function, known).read();
}

}  // namespace foreshot::loads
