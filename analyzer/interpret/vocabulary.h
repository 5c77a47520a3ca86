// A Vocabulary is what a library's names mean: the seam between the interpreter, which knows Python and nothing else, and
// the libraries (sqlalchemy/, alembic/, loads/, serialize/), which know nothing of Python's control flow.
//
// The interpreter asks, the vocabulary answers with a Value or declines (nullopt), and the interpreter then does what
// Python would do with its own knowledge, or yields Unknown. A vocabulary writes the facts it meets (operations,
// models, queries) to its own lists, with the Site's conditions and loops attached.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/facts/operation.h"
#include "analyzer/interpret/value.h"

namespace foreshot::interpret {

class Interpreter;

// A loop that is being walked.
struct Loop {
  Span head;                // `for x in xs`, or the comprehension's clause
  Span whole;
  std::string variable;     // target as written
  Value iterable;           // what is iterated, before iterate()
  Value element;            // what one round sees
  bool known = false;       // every item is known and walked in turn
  std::uint32_t index = 0;
  bool is_while = false;
  bool comprehension = false;
  bool async = false;
  Rounds round = 0;         // the bit of what differs from round to round; none where every item is known
};

// Where the interpreter is when it asks.
struct Site {
  Interpreter& interpreter;
  const SourceModule* module = nullptr;
  Span span;                                    // the whole expression or statement
  Span callee;                                  // for calls: the callee expression; for attributes: the name
  const std::vector<Condition>& conditions;
  const std::vector<Loop>& loops;               // innermost last; loops of callers included
  const std::vector<Span>& called_from;         // outermost first
  std::string_view function;                    // qualified name of the innermost project function
  bool in_async = false;
  bool discarded = false;                       // the result is an expression statement's value: nobody uses it
  bool awaited = false;                         // await f(…)
  // A global of another module is being looked up: answer as always, but write no facts; that module's own walk does.
  bool resolving = false;
  Rounds rounds = 0;        // the loops in which what this expression was evaluated from differs
};

struct Argument {
  std::string_view name;   // empty: positional
  Value value;
  Span span;               // of the value's expression (an argument's own place, not where a constant was defined)
};

struct Arguments {
  std::vector<Argument> items;         // positional first, in order; *known and **known are spread
  bool unknown_positional = false;     // *args that nobody knows
  bool unknown_keywords = false;       // **kwargs that nobody knows

  auto positional(std::size_t index) const -> const Argument*;
  auto keyword(std::string_view name) const -> const Argument*;
  // Python's binding: the parameter at `index` in the signature, or by name. Null when it was not given.
  auto get(std::size_t index, std::string_view name) const -> const Argument*;
  auto positional_count() const -> std::size_t;
};

// What iterating over a library object yields.
struct Iteration {
  std::vector<Value> items;    // the known items, if `known`
  bool known = false;
  Value element;               // else: what every round sees
};

class Vocabulary {
 public:
  virtual ~Vocabulary() = default;

  // callee is an External, an Object, an Unknown, or a Class/Instance/Function of the project: asked before the
  // interpreter walks the function or makes the instance itself.
  // For a method call `object.name(…)`, `method` is called first with the object, before attribute(). An External is
  // asked both ways: method(External "alembic.op", "drop_table"), then call(External "alembic.op.drop_table").
  // str, list, dict and the like are not asked about: their methods are the interpreter's.
  virtual auto call(const Site&, const Value& /*callee*/, const Arguments&) -> std::optional<Value> { return std::nullopt; }
  virtual auto method(const Site&, const Value& /*object*/, std::string_view /*name*/, const Arguments&)
      -> std::optional<Value> { return std::nullopt; }
  virtual auto attribute(const Site&, const Value& /*object*/, std::string_view /*name*/) -> std::optional<Value> {
    return std::nullopt;
  }
  virtual auto set_attribute(const Site&, const Value& /*object*/, std::string_view /*name*/, const Value&) -> bool {
    return false;
  }
  virtual auto subscript(const Site&, const Value& /*object*/, const std::vector<Value>& /*indexes*/)
      -> std::optional<Value> { return std::nullopt; }
  // object[i] = value, or del object[i], where the object is no list or dict of the interpreter's.
  virtual auto item_changed(const Site&, const Value& /*object*/) -> void {}
  // left op right: "==", "+", "|", "in", "is not", "and" …; also unary with right unset ("~", "-", "not").
  virtual auto operation(const Site&, std::string_view /*op*/, const Value& /*left*/, const Value& /*right*/)
      -> std::optional<Value> { return std::nullopt; }
  virtual auto iterate(const Site&, const Value& /*object*/) -> std::optional<Iteration> { return std::nullopt; }
  // `with object as x`: enter gives x; leave is called at the end of the body with what enter was given.
  virtual auto enter(const Site&, const Value& /*object*/) -> std::optional<Value> { return std::nullopt; }
  virtual auto leave(const Site&, const Value& /*object*/) -> void {}
  // await object.
  virtual auto await(const Site&, const Value& /*object*/) -> std::optional<Value> { return std::nullopt; }
  // A test's outcome that the library decides (`if is_offline_mode()`): unknown leaves it to truth(). May also say what
  // kind of condition an undecided test is.
  virtual auto decide(const Site&, const Value& /*test*/) -> Value::Truth { return Value::Truth::unknown; }
  // The outcome that an undecided test is taken to have as a part of `and` and `or`; unknown: none.
  virtual auto usual(const Value& /*test*/) -> Value::Truth { return Value::Truth::unknown; }
  virtual auto condition_kind(const Value& /*test*/) -> std::optional<Condition::Kind> { return std::nullopt; }
  // One value for two that an undecided test leaves behind (`if x: query = query.where(…)`). Asked only when both are
  // library objects; declined, they become a Choice.
  virtual auto join(const Site&, const Value& /*left*/, const Value& /*right*/) -> std::optional<Value> {
    return std::nullopt;
  }
  // What the vocabulary knows of a class whose body is about to be evaluated (its bases are set): the assignments of
  // attributes that it knows from elsewhere are passed over.
  virtual auto knows_class(const Class&) const -> bool { return false; }
  virtual auto knows_attribute(const Class&, std::string_view /*name*/) const -> bool { return false; }
  // A class statement was evaluated (bases and attributes are set).
  virtual auto defined(const Site&, const std::shared_ptr<const Class>&) -> void {}
  // A name at module or class level was assigned a value.
  virtual auto assigned(const Site&, std::string_view /*name*/, const Value&) -> void {}
  // The value of a parameter when a function is walked as an entry point: from its annotation (already evaluated, may
  // be unknown), its name or its default.
  virtual auto parameter(const Site&, std::string_view /*name*/, const Value& /*annotation*/, const Value* /*default*/)
      -> std::optional<Value> { return std::nullopt; }
  // The first argument of a method that is walked as an entry point; declined, it is an instance made as nobody knows.
  virtual auto receiver(const Site&, const std::shared_ptr<const Class>&) -> std::optional<Value> { return std::nullopt; }
  // `return value` and `yield value` of a function walked as an entry point.
  virtual auto returned(const Site&, const Value&) -> void {}
  virtual auto yielded(const Site&, const Value&) -> void {}
  virtual auto raised(const Site&, const Value&) -> void {}
};

}  // namespace foreshot::interpret
