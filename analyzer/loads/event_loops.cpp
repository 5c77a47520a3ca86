// Async engines that live longer than the event loop that their connections belong to: asyncio.run() in a task of a worker, in
// a loop, or twice.
#include <algorithm>

#include "analyzer/loads/sessions.h"
#include "analyzer/loads/value.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {
namespace {

using interpret::Function;
using python::as;
using python::Expression;
using python::ExpressionKind;
using sqlalchemy::last_part;

// A worker calls it again and again: @app.task, @shared_task(bind=True), @dramatiq.actor.
auto is_task(const python::Function& function) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [](const Expression* decorator) {
    if (const auto* call = as<python::Call>(decorator, ExpressionKind::call)) decorator = call->callee;
    const auto name = dotted_name(decorator);
    return in(last_part(name), {"task", "shared_task", "periodic_task", "actor"}) && !name.starts_with("asyncio.") && !name.starts_with("prefect");
  });
}

class Loops {
 public:
  Loops(SessionReader& reader, const python::Function& function) : reader_(reader), function_(function) {}

  auto read() -> void {
    const bool task = is_task(function_);
    Span first;
    bool disposes = false;
    walk_expressions(function_.body, [&](const Expression& node, const Surroundings&) { disposes = disposes || ends_engine(node); });
    if (disposes) return;
    walk_expressions(function_.body, [&](const Expression& node, const Surroundings& around) {
      const auto* call = as<python::Call>(&node, ExpressionKind::call);
      if (call == nullptr || around.nested || told_) return;
      const auto* started = coroutine_of(*call);
      if (started == nullptr) return;
      const auto engine = engine_of(*started, 0);
      if (!engine.known()) return;
      const auto here = reader_.module.span(node);
      if (task || around.repeated || first.known()) {
        reader_.add(SessionUse::Kind::other_loop, here, engine, dotted_name(call->callee), SessionKind::async, function_.name);
        reader_.uses.back().again = task || around.repeated ? Span() : first;
        told_ = true;
      }
      // Of two under tests only one may run.
      if (around.blocks.empty()) first = here;
    });
  }

 private:
  static auto ends_engine(const Expression& node) -> bool {
    const auto* method = as<python::Attribute>(&node, ExpressionKind::attribute);
    return method != nullptr && method->name == "dispose";
  }

  // The function whose coroutine a new event loop runs.
  auto coroutine_of(const python::Call& call) const -> const python::Call* {
    const auto name = dotted_name(call.callee);
    if (call.arguments.empty() || last_part(name) != "run" || name == "run") return nullptr;
    if (reader_.module.value_of(*call.callee).external_name() != "asyncio.run") return nullptr;
    return as<python::Call>(call.arguments[0].value, ExpressionKind::call);
  }

  // The engine at module level that the function asks, with a pool that keeps connections.
  auto engine_of(const python::Call& call, int depth) const -> Span {
    const auto value = reader_.module.value_of(*call.callee);
    const auto* function = value.get<std::shared_ptr<const Function>>();
    if (function == nullptr) return {};
    return engine_in(**function, depth);
  }

  auto engine_in(const Function& function, int depth) const -> Span {
    Span found;
    if (depth > 2 || function.definition == nullptr || function.module == nullptr) return found;
    bool disposes = false;
    std::set<std::string> locals;
    for (const auto& parameter : function.definition->parameters) locals.insert(std::string(parameter.name));
    std::size_t looked_at = 0;
    walk_expressions(function.definition->body, [&](const Expression& node, const Surroundings&) {
      disposes = disposes || ends_engine(node);
      const auto* each = as<python::Call>(&node, ExpressionKind::call);
      const auto name = each != nullptr ? dotted_name(each->callee) : std::string();
      constexpr std::size_t most_calls = 100;
      if (found.known() || name.empty() || locals.count(name.substr(0, name.find('.'))) > 0 || name.starts_with("self.") || ++looked_at > most_calls) return;
      const auto word = last_part(name);
      const auto* attribute = as<python::Attribute>(each->callee, ExpressionKind::attribute);
      const bool opens = attribute != nullptr && in(word, {"begin", "connect"});
      const auto callee = reader_.module.value_in(*function.module, opens ? *attribute->value : *each->callee);
      if (const auto* factory = callee.object<SessionFactory>()) {
        if (factory->kind == SessionKind::async && factory->engine != nullptr && factory->engine->pooled) found = factory->engine->made;
      } else if (const auto* engine = callee.object<Engine>(); engine != nullptr && opens && engine->pooled) {
        found = engine->made;
      } else if (const auto* called = callee.get<std::shared_ptr<const Function>>()) {
        found = engine_in(**called, depth + 1);
      }
    });
    return disposes ? Span() : found;
  }

  SessionReader& reader_;
  const python::Function& function_;
  bool told_ = false;
};

}  // namespace

auto read_event_loops(SessionReader& reader, const python::Function& function) -> void { Loops(reader, function).read(); }

}  // namespace foreshot::loads
