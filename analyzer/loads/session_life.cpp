// Sessions that a function makes: whether they are closed on every way out.
#include <algorithm>
#include <unordered_set>

#include "analyzer/loads/sessions.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;

struct Place {
  Span span;
  Surroundings around;
};

// What happens to one name.
struct Life {
  bool escapes = false;    // somebody else may close it
  bool managed = false;    // a with statement ends it, or what it does
  std::vector<Place> closes, yields;
  Span returned;
};

// Whoever is made with a session keeps it; whoever is told to close something will.
auto takes_over(std::string_view callee) -> bool {
  const auto name = last_part(callee);
  if (name.empty() || (name.front() >= 'A' && name.front() <= 'Z') || (name.front() == '_' && name.size() > 1 && name[1] >= 'A' && name[1] <= 'Z')) return true;
  std::string lower(name);
  for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const auto* word : {"clos", "enter", "push", "callback", "append", "regist", "setattr", "set", "partial", "store", "cleanup", "dispose", "add", "put", "release", "finish",
                           "override", "wrap", "bind", "manage", "end", "scope"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

class Lives {
 public:
  Lives(const ModuleSessions& module, std::string_view name) : module_(module), name_(name) {}

  auto see(const Expression& node, const Surroundings& around) -> void {
    if (const auto* call = as<python::Call>(&node, ExpressionKind::call)) of_call(*call, around);
    if (const auto* attribute = as<python::Attribute>(&node, ExpressionKind::attribute); attribute != nullptr && is_it(attribute->value)) {
      // session.close, not called here: somebody calls it later.
      if (called_.count(&node) == 0 && (attribute->name == "close" || attribute->name == "remove")) life.escapes = true;
      plain_.insert(attribute->value);
    }
    if (!is_it(&node)) return;
    if (around.nested) life.escapes = true;
    if (plain_.count(&node) > 0) return;
    if (around.parent == nullptr) {
      const auto* assign = as<python::Assign>(around.statement, StatementKind::assign);
      if (assign != nullptr && assign->value == &node) life.escapes = true;
      else if (around.statement->kind == StatementKind::with) life.managed = true;
      else if (around.statement->kind == StatementKind::return_) life.returned = module_.span(node);
      return;
    }
    switch (around.parent->kind) {
      case ExpressionKind::yield_: life.yields.push_back({module_.span(*around.parent), around}); break;
      case ExpressionKind::compare:
      case ExpressionKind::boolean:
      case ExpressionKind::unary: break;
      default: life.escapes = true;
    }
  }

  Life life;

 private:
  auto is_it(const Expression* node) const -> bool {
    const auto* name = as<python::Name>(node, ExpressionKind::name);
    return name != nullptr && name->id == name_;
  }

  auto of_call(const python::Call& call, const Surroundings& around) -> void {
    called_.insert(call.callee);
    for (const auto& argument : call.arguments) {
      if (!is_it(argument.value)) continue;
      plain_.insert(argument.value);
      const auto callee = dotted_name(call.callee);
      if (callee.empty() || takes_over(callee)) life.escapes = true;
    }
    const auto* method = as<python::Attribute>(call.callee, ExpressionKind::attribute);
    if (method == nullptr || !is_it(method->value)) return;
    if (method->name == "close" || method->name == "remove" || method->name == "close_all" || method->name == "aclose") life.closes.push_back({module_.span(call), around});
    // `with session.begin():` gives the connection back at its end.
    if (method->name == "begin" && around.statement->kind == StatementKind::with) life.managed = true;
  }

  const ModuleSessions& module_;
  std::string_view name_;
  std::unordered_set<const Expression*> called_, plain_;
};

// The try statement whose finally closes it is around the place.
auto closed_around(const Place& close, const Place& place) -> bool {
  if (!close.around.in_finally) return false;
  for (const auto* block : close.around.blocks)
    if (block->kind == StatementKind::try_ && std::find(place.around.blocks.begin(), place.around.blocks.end(), block) != place.around.blocks.end()) return true;
  return false;
}

auto is_fixture(const python::Function& function) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [](const Expression* decorator) {
    if (const auto* call = as<python::Call>(decorator, ExpressionKind::call)) decorator = call->callee;
    return dotted_name(decorator).find("fixture") != std::string::npos;
  });
}

auto nobody_runs_long(PathRole role) -> bool { return role == PathRole::command || role == PathRole::script || role == PathRole::test || role == PathRole::migration; }

}  // namespace

auto read_session_life(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void {
  if (is_fixture(function) || reader.role == PathRole::test || reader.role == PathRole::migration) return;
  using Kind = SessionUse::Kind;
  // No function has so many; each costs a walk.
  constexpr std::size_t most_sessions = 50;
  if (known.sessions.size() > most_sessions) return;
  const bool dependency = reader.names.dependencies.count(function.name) > 0;
  // return SessionLocal()
  if (dependency && !function.generator)
    walk_expressions(function.body, [&](const Expression& node, const Surroundings& around) {
      const auto* given = as<python::Return>(around.statement, StatementKind::return_);
      if (around.nested || given == nullptr || given->value != &node) return;
      if (const auto kind = reader.module.made_by(&node, known.locals)) reader.add(Kind::returned, reader.module.span(node), {}, std::string(function.name), *kind, function.name);
    });
  for (const auto& [name, session] : known.sessions) {
    if (!session.made) continue;
    Lives lives(reader.module, name);
    std::size_t calls = 0;
    walk_expressions(function.body, [&](const Expression& node, const Surroundings& around) {
      lives.see(node, around);
      calls += node.kind == ExpressionKind::call ? 1 : 0;
    });
    const auto& life = lives.life;
    if (life.escapes || life.managed) continue;
    const auto sure = std::find_if(life.closes.begin(), life.closes.end(), [](const Place& close) { return close.around.in_finally || close.around.in_handler; });
    if (!life.yields.empty()) {
      if (!function.generator) continue;
      for (const auto& yield : life.yields) {
        const bool closed = std::any_of(life.closes.begin(), life.closes.end(), [&](const Place& close) { return closed_around(close, yield); });
        // A handler that goes on reaches the close behind it.
        const bool caught = std::any_of(yield.around.blocks.begin(), yield.around.blocks.end(), [](const python::Statement* block) {
          const auto* attempt = as<python::Try>(block, StatementKind::try_);
          return attempt != nullptr && !attempt->handlers.empty();
        });
        if (closed || (caught && sure != life.closes.end())) continue;
        reader.add(Kind::no_finally, yield.span, life.closes.empty() ? session.span : life.closes.front().span, name, session.kind, function.name);
        break;
      }
      continue;
    }
    if (life.returned.known()) {
      if (dependency && !function.generator && life.closes.empty()) reader.add(Kind::returned, life.returned, session.span, std::string(function.name), session.kind, function.name);
      continue;
    }
    // The end of the process closes what a command or a script leaves open.
    if (nobody_runs_long(reader.role) || sure != life.closes.end()) continue;
    if (life.closes.empty()) reader.add(Kind::not_closed, session.span, {}, name, session.kind, function.name);
    else if (calls > 2) reader.add(Kind::closed_on_success, session.span, life.closes.front().span, name, session.kind, function.name);
  }
}

}  // namespace foreshot::loads
