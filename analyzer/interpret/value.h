// A Value is what the interpreter knows about the result of a Python expression. Unknown is a value like any other.
//
//   constants        None, bool, int, float, Text (a str with holes and origins)
//   containers       Sequence (list, tuple, set, generator), Mapping (dict): shared by reference as in Python
//   project code     Function, Class, Instance, Module
//   library names    External: a dotted name that was imported and is no part of the project, "sqlalchemy.Column"
//   library objects  Object: opaque here; the Vocabulary that made it knows what it is
//   Choice           one of a few values, decided by tests that nobody can decide ("CONCURRENTLY " or "")
//   Unknown          with the reason, for coverage
//
// Copying a Value is cheap (one shared pointer at most). Values are used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/base/mapped_text.h"
#include "analyzer/facts/operation.h"
#include "analyzer/python/tree.h"

namespace foreshot::interpret {

class Value;
struct SourceModule;  // modules.h

// A library's object: an op proxy, a Column, a select(), a session. Each vocabulary derives its own.
struct Object {
  virtual ~Object() = default;
  virtual auto type_name() const -> std::string_view = 0;  // "sqlalchemy.Column", for facts and for choosing a case
};

struct Unknown {
  std::shared_ptr<const std::string> reason;  // "parameter table_name", "result of get_name()"; may be null
  Span where;
  // Set where the value, whatever it is, is the same throughout a run: the name of the option, variable or setting that
  // it is read from. Two unknown values of one such name are equal.
  std::shared_ptr<const std::string> constant = {};
};
struct None {};
using Text = std::shared_ptr<const MappedText>;

// The loops whose rounds a value differs in, a bit each (Loop::round).
using Rounds = std::uint64_t;

struct Sequence {
  enum class Kind : std::uint8_t { list, tuple, set, generator };
  Kind kind = Kind::list;
  std::vector<Value> items;
  bool complete = true;  // false: there may be more, fewer or other items
  bool subset = false;   // incomplete only in that each item may be missing: a filtered copy of a known list
  Span span;
  std::uint32_t born = 0;  // the interpreter's clock: older than an undecided branch, or made inside it
  Rounds rounds = 0;       // of what was put in later
};

struct Mapping {
  std::vector<std::pair<Value, Value>> entries;  // in insertion order
  bool complete = true;
  Span span;
  std::uint32_t born = 0;                        // as in Sequence
  Rounds rounds = 0;                             // as in Sequence
  auto find(std::string_view key) const -> const Value*;  // by constant string key
};

struct Frame;  // one call's variables; interpreter.h

struct Function {
  const python::Function* definition = nullptr;  // or
  const python::Lambda* lambda = nullptr;
  const SourceModule* module = nullptr;
  std::shared_ptr<Frame> closure;                // enclosing function's variables, for local functions; may be null
  std::shared_ptr<const Value> self;             // bound method: the first argument
  std::string_view class_name;                   // method of this class; empty for plain functions
};

struct Class {
  const python::Class* definition = nullptr;
  const SourceModule* module = nullptr;
  std::string qualified_name;                    // "Order", "Outer.Inner", "make.<locals>.Order"
  std::vector<Value> bases;                      // evaluated
  std::vector<std::pair<std::string, Value>> attributes;  // evaluated class body, in order
  auto find(std::string_view attribute) const -> const Value*;  // own attributes only
};

struct Instance {                                // of a class of the project
  std::shared_ptr<const Class> of;
  std::vector<std::pair<std::string, Value>> attributes;
  std::uint32_t born = 0;                        // as in Sequence
  auto find(std::string_view attribute) const -> const Value*;
};

struct External {
  std::string name;  // absolute dotted name as imported: "sqlalchemy.dialects.postgresql.JSONB", "alembic.op"
};

struct Choice {
  std::vector<Value> options;   // 2 to max_choices, none a Choice
  Span test;                    // what decides; options[i] holds in branch i
};
inline constexpr std::size_t max_choices = 4;

class Value {
 public:
  using Storage =
      std::variant<Unknown, None, bool, std::int64_t, double, Text, std::shared_ptr<Sequence>, std::shared_ptr<Mapping>,
                   std::shared_ptr<const Function>, std::shared_ptr<const Class>, std::shared_ptr<Instance>,
                   const SourceModule*, std::shared_ptr<const External>, std::shared_ptr<Object>,
                   std::shared_ptr<const Choice>>;

  Value() = default;  // unknown, no reason
  template <typename T>
    requires std::is_constructible_v<Storage, T> && (!std::is_same_v<std::decay_t<T>, Value>)
  Value(T&& content, Span span = {}) : content_(std::forward<T>(content)), span_(span) {}  // NOLINT

  static auto unknown(std::string reason, Span where) -> Value;
  static auto run_constant(std::string name, std::string reason, Span where) -> Value;
  static auto text(std::string_view constant, Span span = {}) -> Value;
  static auto text(MappedText mapped, Span span) -> Value;
  static auto external(std::string name, Span span = {}) -> Value;
  static auto list(std::vector<Value> items, Span span, Sequence::Kind kind = Sequence::Kind::list) -> Value;

  template <typename T>
  auto get() const -> const T* { return std::get_if<T>(&content_); }
  auto content() const -> const Storage& { return content_; }

  auto is_unknown() const -> bool { return std::holds_alternative<Unknown>(content_); }
  // Of an unknown value that is the same throughout a run, and of a library's module-level name; else empty.
  auto constant_name() const -> std::string_view;
  auto is_none() const -> bool { return std::holds_alternative<None>(content_); }
  // The str's text when all of it is known; null otherwise.
  auto constant_text() const -> const std::string*;
  auto mapped_text() const -> const MappedText* { auto t = get<Text>(); return t ? t->get() : nullptr; }
  auto sequence() const -> Sequence* { auto s = get<std::shared_ptr<Sequence>>(); return s ? s->get() : nullptr; }
  auto mapping() const -> Mapping* { auto m = get<std::shared_ptr<Mapping>>(); return m ? m->get() : nullptr; }
  auto external_name() const -> std::string_view;  // empty if it is none
  template <typename T>
  auto object() const -> T* {  // the library object, if it is a T
    auto held = get<std::shared_ptr<Object>>();
    return held ? dynamic_cast<T*>(held->get()) : nullptr;
  }
  // Python's truth value where it is known.
  enum class Truth : std::uint8_t { no, yes, unknown };
  auto truth() const -> Truth;

  // Where the value was written: the expression's span. Kept through assignments, so that a constant of a module still
  // points to its own line.
  auto span() const -> Span { return span_; }
  auto at(Span span) const -> Value { Value copy = *this; copy.span_ = span; return copy; }
  auto move_to(Span span) -> void { span_ = span; }

  // What a loop gives differs from round to round, and so does what is computed from it.
  auto rounds() const -> Rounds { return rounds_; }
  auto differs_in(Rounds rounds) -> void { rounds_ |= rounds; }
  auto differing(Rounds rounds) const -> Value { Value copy = *this; copy.rounds_ |= rounds; return copy; }

 private:
  Storage content_;
  Span span_;
  Rounds rounds_ = 0;
};

// Python's == of what is known: same constants, same texts (holes included), same items, same object.
auto same(const Value& left, const Value& right) -> bool;

template <typename T, typename... Arguments>
auto make_object(Arguments&&... arguments) -> std::shared_ptr<Object> {
  return std::make_shared<T>(std::forward<Arguments>(arguments)...);
}

}  // namespace foreshot::interpret
