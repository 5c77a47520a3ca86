// The Interpreter evaluates Python abstractly: it walks statements in execution order, folds what is constant, runs
// loops over known lists, follows calls into the project's functions, and goes both ways where a test is undecided.
// It serves migrations, env.py, models and application functions alike, and knows no library: see vocabulary.h.
//
// Undecided tests. `if unknown:` walks the body under a Condition, then the else branch under its opposite, and joins the
// variables: equal values stay, different constants become a Choice, the rest Unknown. After `if unknown: return` the
// rest is walked under a guard Condition; of an inspection or an offline test it keeps that kind. A test of a variable
// that is one of two values is the test that decided the value. A call whose argument is a Choice is made once per option, under an
// `alternative` condition. Bounds keep all of it linear: steps per entry point, call depth, loop rounds, text size. When
// one is reached `exhausted()` is true and the facts are incomplete.
//
// One Interpreter is used by one thread; it is cheap to make.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/interpret/modules.h"
#include "analyzer/interpret/vocabulary.h"

namespace foreshot::interpret {

struct Limits {
  std::uint32_t steps = 200000;       // statements and expressions per entry point
  std::uint32_t call_depth = 8;       // nested project functions
  std::uint32_t loop_rounds = 1000;   // of one loop over a known list
  std::uint32_t text_bytes = 1 << 20; // of one built string
  std::uint32_t import_hops = 8;      // name resolution across modules
  std::uint32_t module_steps = 4000000;  // of all entry points of one module together
};

// Names and values in order of first assignment. Few names are searched in line, many through an index.
class Variables {
 public:
  using Entry = std::pair<std::string_view, Value>;
  auto find(std::string_view name) -> Value*;
  auto set(std::string_view name, Value value) -> void;
  auto erase(std::string_view name) -> void;
  auto entries() const -> const std::vector<Entry>& { return entries_; }
  auto clear() -> void;

 private:
  auto position(std::string_view name) const -> std::size_t;
  std::vector<Entry> entries_;
  std::unordered_map<std::string_view, std::uint32_t> index_;  // used above a few entries
};

// Variables of one call (or of a module's top level, or of a class body).
struct Frame {
  Variables variables;
  std::shared_ptr<Frame> enclosing;   // for closures; null at module level
  const SourceModule* module = nullptr;
  std::uint32_t born = 0;             // the interpreter's clock when it was made
};

class Interpreter {
 public:
  Interpreter(const ModuleIndex& modules, const SourceMap& sources, Vocabulary& vocabulary, Limits limits = {});
  ~Interpreter();

  // Walks a module's top level: assignments, classes, calls. Its globals stay available to run() for the same module.
  auto run_module(const SourceModule& module) -> void;

  // Walks a function of a module (run_module first, for its own globals) as an entry point: parameters get values from
  // Vocabulary::parameter, else Unknown. `arguments` override by position.
  auto run_function(const SourceModule& module, const python::Function& function, const std::vector<Value>& arguments = {},
                    std::string_view class_name = {}) -> Value;

  // Calls any callable value the way Python would, at a site.
  auto call(const Site& site, const Value& callee, const Arguments& arguments) -> Value;

  // Calls a function as sorted(), map() and the like do: once for each element, inside `loop`.
  auto call_for_each(const Site& site, Loop loop, const Value& callee, const Arguments& arguments) -> Value;

  // An object of a project's class as what nobody knows would make it: with what __init__ and annotated fields say.
  auto instance(const std::shared_ptr<const Class>& of) -> Value;

  // A global of any module, resolved as modules.h says.
  auto global(const SourceModule& module, std::string_view name) -> Value;

  // What the walk that is going on would do at a place of another language that the program runs, a template: the place
  // counts as if the code stood there. Only while a Vocabulary is asked.
  auto attribute(Span place, const Value& object, std::string_view name) -> Value;
  auto method(Span place, const Value& object, std::string_view name, const Arguments& arguments) -> Value;
  auto call(Span place, const Value& callee, const Arguments& arguments) -> Value;
  auto item(Span place, const Value& object, const Value& index) -> Value;
  auto iterate(Span place, const Value& iterable) -> Iteration;
  // `body` is one round of a loop over something unknown, whose element it is handed; or is called from a place.
  auto in_loop(Loop loop, const std::function<void(const Value& element)>& body) -> void;
  auto called_from(Span place, const std::function<void()>& body) -> void;
  // Pays for a step; false when no more may be taken.
  auto charge() -> bool;

  // An expression in a module's global scope (annotations, string targets).
  auto evaluate(const SourceModule& module, const python::Expression& expression) -> Value;

  // A try, or a `with suppress(…)`, after whose handler the code may go on. What was walked since the last call.
  struct Swallowing {
    Span word;
    std::vector<std::string> caught;     // names of exceptions, in full where it is known whose they are; none: a bare except
    std::vector<std::string> raises_if;  // the tests, as written, under which the handler raises
  };
  auto take_swallowing() -> std::vector<Swallowing>;

  // A limit was reached since the last run_module or run_function began: its facts are incomplete.
  auto exhausted() const -> bool;
  auto gaps() const -> const std::vector<Gap>&;
  auto sources() const -> const SourceMap&;
  auto modules() const -> const ModuleIndex&;

  class State;  // state.h, of the implementation only

 private:
  std::unique_ptr<State> state_;
};

// Asks several vocabularies in turn; the first that answers wins. Does not own them.
class Vocabularies : public Vocabulary {
 public:
  explicit Vocabularies(std::vector<Vocabulary*> members) : members_(std::move(members)) {}
  auto call(const Site&, const Value&, const Arguments&) -> std::optional<Value> override;
  auto method(const Site&, const Value&, std::string_view, const Arguments&) -> std::optional<Value> override;
  auto attribute(const Site&, const Value&, std::string_view) -> std::optional<Value> override;
  auto set_attribute(const Site&, const Value&, std::string_view, const Value&) -> bool override;
  auto subscript(const Site&, const Value&, const std::vector<Value>&) -> std::optional<Value> override;
  auto item_changed(const Site&, const Value&) -> void override;
  auto operation(const Site&, std::string_view, const Value&, const Value&) -> std::optional<Value> override;
  auto iterate(const Site&, const Value&) -> std::optional<Iteration> override;
  auto enter(const Site&, const Value&) -> std::optional<Value> override;
  auto leave(const Site&, const Value&) -> void override;
  auto await(const Site&, const Value&) -> std::optional<Value> override;
  auto decide(const Site&, const Value&) -> Value::Truth override;
  auto usual(const Value&) -> Value::Truth override;
  auto condition_kind(const Value&) -> std::optional<Condition::Kind> override;
  auto join(const Site&, const Value&, const Value&) -> std::optional<Value> override;
  auto defined(const Site&, const std::shared_ptr<const Class>&) -> void override;
  auto assigned(const Site&, std::string_view, const Value&) -> void override;
  auto parameter(const Site&, std::string_view, const Value&, const Value*) -> std::optional<Value> override;
  auto returned(const Site&, const Value&) -> void override;
  auto yielded(const Site&, const Value&) -> void override;
  auto raised(const Site&, const Value&) -> void override;

 private:
  std::vector<Vocabulary*> members_;
};

}  // namespace foreshot::interpret
