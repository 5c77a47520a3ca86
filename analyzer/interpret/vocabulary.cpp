#include "analyzer/interpret/vocabulary.h"

#include "analyzer/interpret/interpreter.h"

namespace foreshot::interpret {

auto Arguments::positional(std::size_t index) const -> const Argument* {
  for (const auto& argument : items) {
    if (!argument.name.empty()) continue;
    if (index == 0) return &argument;
    --index;
  }
  return nullptr;
}

auto Arguments::keyword(std::string_view name) const -> const Argument* {
  for (const auto& argument : items)
    if (argument.name == name) return &argument;
  return nullptr;
}

auto Arguments::get(std::size_t index, std::string_view name) const -> const Argument* {
  const auto given = positional(index);
  return given != nullptr ? given : keyword(name);
}

auto Arguments::positional_count() const -> std::size_t {
  std::size_t count = 0;
  for (const auto& argument : items) count += argument.name.empty() ? 1 : 0;
  return count;
}

// The first member that answers wins.
#define FORESHOT_FIRST(question)                          \
  for (auto* member : members_)                           \
    if (auto answer = member->question) return answer;    \
  return std::nullopt

auto Vocabularies::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  FORESHOT_FIRST(call(site, callee, arguments));
}

auto Vocabularies::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  FORESHOT_FIRST(method(site, object, name, arguments));
}

auto Vocabularies::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  FORESHOT_FIRST(attribute(site, object, name));
}

auto Vocabularies::set_attribute(const Site& site, const Value& object, std::string_view name, const Value& value)
    -> bool {
  for (auto* member : members_)
    if (member->set_attribute(site, object, name, value)) return true;
  return false;
}

auto Vocabularies::subscript(const Site& site, const Value& object, const std::vector<Value>& indexes)
    -> std::optional<Value> {
  FORESHOT_FIRST(subscript(site, object, indexes));
}

auto Vocabularies::item_changed(const Site& site, const Value& object) -> void {
  for (auto* member : members_) member->item_changed(site, object);
}

auto Vocabularies::operation(const Site& site, std::string_view op, const Value& left, const Value& right)
    -> std::optional<Value> {
  FORESHOT_FIRST(operation(site, op, left, right));
}

auto Vocabularies::iterate(const Site& site, const Value& object) -> std::optional<Iteration> {
  FORESHOT_FIRST(iterate(site, object));
}

auto Vocabularies::enter(const Site& site, const Value& object) -> std::optional<Value> {
  FORESHOT_FIRST(enter(site, object));
}

auto Vocabularies::leave(const Site& site, const Value& object) -> void {
  for (auto* member : members_) member->leave(site, object);
}

auto Vocabularies::await(const Site& site, const Value& object) -> std::optional<Value> {
  FORESHOT_FIRST(await(site, object));
}

auto Vocabularies::decide(const Site& site, const Value& test) -> Value::Truth {
  for (auto* member : members_)
    if (const auto answer = member->decide(site, test); answer != Value::Truth::unknown) return answer;
  return Value::Truth::unknown;
}

auto Vocabularies::usual(const Value& test) -> Value::Truth {
  for (auto* member : members_)
    if (const auto answer = member->usual(test); answer != Value::Truth::unknown) return answer;
  return Value::Truth::unknown;
}

auto Vocabularies::condition_kind(const Value& test) -> std::optional<Condition::Kind> {
  FORESHOT_FIRST(condition_kind(test));
}

auto Vocabularies::join(const Site& site, const Value& left, const Value& right) -> std::optional<Value> {
  FORESHOT_FIRST(join(site, left, right));
}

#undef FORESHOT_FIRST

auto Vocabularies::defined(const Site& site, const std::shared_ptr<const Class>& defined_class) -> void {
  for (auto* member : members_) member->defined(site, defined_class);
}

auto Vocabularies::assigned(const Site& site, std::string_view name, const Value& value) -> void {
  for (auto* member : members_) member->assigned(site, name, value);
}

auto Vocabularies::parameter(const Site& site, std::string_view name, const Value& annotation, const Value* fallback)
    -> std::optional<Value> {
  for (auto* member : members_)
    if (auto answer = member->parameter(site, name, annotation, fallback)) return answer;
  return std::nullopt;
}

auto Vocabularies::returned(const Site& site, const Value& value) -> void {
  for (auto* member : members_) member->returned(site, value);
}

auto Vocabularies::yielded(const Site& site, const Value& value) -> void {
  for (auto* member : members_) member->yielded(site, value);
}

auto Vocabularies::raised(const Site& site, const Value& value) -> void {
  for (auto* member : members_) member->raised(site, value);
}

}  // namespace foreshot::interpret
