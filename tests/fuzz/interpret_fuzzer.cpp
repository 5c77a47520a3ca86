// Any bytes as a Python file: its top level and every function and method are walked, without a crash and within the
// limits; a vocabulary answers some of the questions, so that library objects take part.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/interpret/interpreter.h"

namespace {

using namespace foreshot;
using namespace foreshot::interpret;

struct Thing : Object {
  auto type_name() const -> std::string_view override { return "thing"; }
};

class Answers : public Vocabulary {
 public:
  explicit Answers(std::size_t size) : size_(size) {}
  auto call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> override {
    check(site);
    for (const auto& argument : arguments.items) check(argument.value);
    if (callee.external_name().starts_with("op.")) return Value(make_object<Thing>());
    return std::nullopt;
  }
  auto method(const Site& site, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value> override {
    check(site);
    if (object.object<Thing>() == nullptr) return std::nullopt;
    return name.size() % 2 == 0 ? std::optional(object) : std::nullopt;
  }
  auto iterate(const Site&, const Value& object) -> std::optional<Iteration> override {
    if (object.object<Thing>() == nullptr) return std::nullopt;
    return Iteration{{}, false, object};
  }
  auto enter(const Site&, const Value& object) -> std::optional<Value> override {
    return object.object<Thing>() != nullptr ? std::optional(object) : std::nullopt;
  }
  auto leave(const Site& site, const Value&) -> void override { check(site); }

 private:
  // Every span lies inside the file.
  auto check(const Site& site) const -> void {
    if (site.span.begin > site.span.end || site.span.end > size_) std::abort();
    for (const auto& condition : site.conditions)
      if (condition.test.begin > condition.test.end || condition.test.end > size_) std::abort();
  }
  auto check(const Value& value) const -> void {
    const auto* text = value.mapped_text();
    if (text == nullptr) return;
    if (text->size() > (1U << 20)) std::abort();
    for (const auto& piece : text->pieces())
      if (piece.origin.known() && piece.origin.end > size_) std::abort();
  }
  std::size_t size_;
};

auto walk(Interpreter& interpreter, const SourceModule& module, python::StatementList statements, const std::string& outer) -> void {
  for (const auto* statement : statements) {
    if (const auto* function = python::as<python::Function>(statement, python::StatementKind::function))
      interpreter.run_function(module, *function, {}, outer);
    else if (const auto* made = python::as<python::Class>(statement, python::StatementKind::class_))
      walk(interpreter, module, made->body, outer.empty() ? std::string(made->name) : outer + '.' + std::string(made->name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SourceMap sources;
  const auto file = sources.add("fuzz.py", std::string(reinterpret_cast<const char*>(data), size));
  auto module = std::make_unique<SourceModule>();
  module->file = file;
  module->path = "fuzz.py";
  module->tree = python::parse(file, sources.file(file).text);
  ModuleIndex index;
  const auto* added = index.add(std::move(module));
  index.freeze();
  Answers answers(size);
  Limits limits;
  limits.steps = 5000;
  limits.module_steps = 50000;
  limits.text_bytes = 1 << 14;
  Interpreter interpreter(index, sources, answers, limits);
  interpreter.run_module(*added);
  walk(interpreter, *added, added->tree->body, {});
  return 0;
}
