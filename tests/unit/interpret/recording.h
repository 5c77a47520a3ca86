// A Recording is a Vocabulary that writes down every call of `op.…` with its arguments, conditions and loops, so that a
// test can say in one line what a snippet of Python does.
//
//     op.f('a', 2)              the call
//     op.f('a') if t            t holds; `unless t`: it does not; `guard`, `iteration`, `alternative 0`, … by their kind
//     op.f('a') loop x[1]       the second round of a loop over something known; `x[?]` of one over something unknown
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/interpret/interpreter.h"

namespace foreshot::interpret {

struct Handle : Object {
  explicit Handle(std::string made_by) : name(std::move(made_by)) {}
  auto type_name() const -> std::string_view override { return name; }
  std::string name;
};

class Recording : public Vocabulary {
 public:
  auto call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> override;
  auto method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
      -> std::optional<Value> override;
  auto iterate(const Site& site, const Value& object) -> std::optional<Iteration> override;
  auto enter(const Site& site, const Value& object) -> std::optional<Value> override;
  auto leave(const Site& site, const Value& object) -> void override;
  auto decide(const Site& site, const Value& test) -> Value::Truth override;
  auto condition_kind(const Value& test) -> std::optional<Condition::Kind> override;
  auto attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> override;
  auto await(const Site& site, const Value& object) -> std::optional<Value> override;
  auto defined(const Site& site, const std::shared_ptr<const Class>& made) -> void override;
  auto returned(const Site& site, const Value& value) -> void override;
  auto raised(const Site& site, const Value& value) -> void override;
  auto yielded(const Site& site, const Value& value) -> void override;

  std::vector<std::string> lines;

 private:
  auto write(const Site& site, std::string line) -> void;
};

// What a value looks like in a test.
auto shown(const Value& value, int depth = 3) -> std::string;

// Files of a small project; the last one is run: its top level, then its function `run` if it has one.
struct Project {
  std::vector<std::pair<std::string, std::string>> files;
  Limits limits;
};
struct Outcome {
  std::vector<std::string> lines;
  bool exhausted = false;
};
auto interpret(const Project& project) -> Outcome;
auto interpret(std::string_view code) -> std::vector<std::string>;

}  // namespace foreshot::interpret
