#include "tests/unit/interpret/recording.h"

#include <algorithm>

namespace foreshot::interpret {
namespace {

auto condition_text(const Interpreter& interpreter, const Condition& condition) -> std::string {
  const auto test = std::string(interpreter.sources().text(condition.test));
  switch (condition.kind) {
    case Condition::Kind::test: return (condition.branch == 0 ? "if " : condition.branch == 1 ? "unless " : "case ") + test;
    case Condition::Kind::inspection: return (condition.branch == 0 ? "inspected " : "inspected not ") + test;
    case Condition::Kind::offline: return (condition.branch == 0 ? "offline " : "online ") + test;
    case Condition::Kind::handler: return "handler " + test;
    case Condition::Kind::attempt: return "attempt";
    case Condition::Kind::iteration: return "iteration";
    case Condition::Kind::alternative: return "alternative " + std::to_string(condition.branch);
    case Condition::Kind::guard: return (condition.branch == 0 ? "guard " : "guard not ") + test;
  }
  return {};
}

}  // namespace

auto shown(const Value& value, int depth) -> std::string {
  if (value.is_unknown()) return "?";
  if (value.is_none()) return "None";
  if (auto flag = value.get<bool>()) return *flag ? "True" : "False";
  if (auto number = value.get<std::int64_t>()) return std::to_string(*number);
  if (auto number = value.get<double>()) return std::to_string(*number);
  if (auto text = value.mapped_text()) {
    auto all = text->display();
    for (std::size_t i = 0; i < text->holes().size(); ++i) {
      const auto& hole = text->holes()[i];
      if (hole.alternatives.empty()) continue;
      all += "<";
      for (const auto& alternative : hole.alternatives) all += (&alternative == &hole.alternatives[0] ? "" : "|") + alternative;
      all += ">";
    }
    return "'" + all + "'";
  }
  if (depth == 0) return "...";
  if (auto list = value.sequence()) {
    std::string all;
    for (const auto& item : list->items) all += (all.empty() ? "" : ", ") + shown(item, depth - 1);
    if (!list->complete) all += all.empty() ? "..." : ", ...";
    const auto tuple = list->kind == Sequence::Kind::tuple;
    const auto set = list->kind == Sequence::Kind::set;
    return (tuple ? "(" : set ? "{" : "[") + all + (tuple ? ")" : set ? "}" : "]");
  }
  if (auto mapping = value.mapping()) {
    std::string all;
    for (const auto& [key, item] : mapping->entries) all += (all.empty() ? "" : ", ") + shown(key, depth - 1) + ": " + shown(item, depth - 1);
    if (!mapping->complete) all += all.empty() ? "..." : ", ...";
    return "{" + all + "}";
  }
  if (auto function = value.get<std::shared_ptr<const Function>>())
    return (*function)->definition != nullptr ? "def " + std::string((*function)->definition->name) : "lambda";
  if (auto made = value.get<std::shared_ptr<const Class>>()) return "class " + (*made)->qualified_name;
  if (auto instance = value.get<std::shared_ptr<Instance>>()) {
    std::string all;
    for (const auto& [name, item] : (*instance)->attributes) all += (all.empty() ? "" : ", ") + name + "=" + shown(item, depth - 1);
    return (*instance)->of->qualified_name + "(" + all + ")";
  }
  if (auto module = value.get<const SourceModule*>()) return "module " + (*module)->name;
  if (!value.external_name().empty()) return std::string(value.external_name());
  if (auto handle = value.object<Handle>()) return "<" + handle->name + ">";
  if (auto choice = value.get<std::shared_ptr<const Choice>>()) {
    std::string all;
    for (const auto& option : (*choice)->options) all += (all.empty() ? "" : " | ") + shown(option, depth - 1);
    return "(" + all + ")";
  }
  return "object";
}

auto Recording::write(const Site& site, std::string line) -> void {
  if (site.resolving) return;
  for (const auto& condition : site.conditions) line += " " + condition_text(site.interpreter, condition);
  for (const auto& loop : site.loops)
    line += " loop " + loop.variable + "[" + (loop.known ? std::to_string(loop.index) : std::string("?")) + "]";
  if (!site.called_from.empty()) line += " depth " + std::to_string(site.called_from.size());
  if (site.awaited) line += " awaited";
  lines.push_back(std::move(line));
}

auto Recording::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  const auto name = callee.external_name();
  if (name.starts_with("lib.") && !name.starts_with("lib.op.")) return Value(make_object<Handle>(std::string(name.substr(4))), site.span);
  if (!name.starts_with("lib.op.")) return std::nullopt;
  std::string line = std::string(name.substr(4)) + "(";
  auto first = true;
  for (const auto& argument : arguments.items) {
    line += first ? "" : ", ";
    first = false;
    if (!argument.name.empty()) line += std::string(argument.name) + "=";
    line += shown(argument.value);
  }
  if (arguments.unknown_positional) line += ", *?";
  if (arguments.unknown_keywords) line += ", **?";
  write(site, line + ")");
  return Value(make_object<Handle>(std::string(name.substr(4))), site.span);
}

auto Recording::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  if (auto handle = object.object<Handle>()) {
    std::string line = handle->name + "." + std::string(name) + "(";
    for (const auto& argument : arguments.items) line += (&argument == &arguments.items[0] ? "" : ", ") + shown(argument.value);
    if (handle->name != "quiet") write(site, line + ")");
    return Value(make_object<Handle>(handle->name + "." + std::string(name)), site.span);
  }
  return std::nullopt;
}

auto Recording::iterate(const Site&, const Value& object) -> std::optional<Iteration> {
  if (object.object<Handle>() == nullptr) return std::nullopt;
  Iteration iteration;
  iteration.element = Value(make_object<Handle>("item"));
  return iteration;
}

auto Recording::enter(const Site& site, const Value& object) -> std::optional<Value> {
  auto handle = object.object<Handle>();
  if (handle == nullptr) return std::nullopt;
  write(site, "enter " + handle->name);
  return Value(make_object<Handle>("in " + handle->name));
}

auto Recording::leave(const Site& site, const Value& object) -> void {
  if (auto handle = object.object<Handle>()) write(site, "leave " + handle->name);
}

auto Recording::decide(const Site&, const Value& test) -> Value::Truth {
  return test.external_name() == "lib.yes" ? Value::Truth::yes : test.external_name() == "lib.no" ? Value::Truth::no : Value::Truth::unknown;
}

auto Recording::condition_kind(const Value& test) -> std::optional<Condition::Kind> {
  auto handle = test.object<Handle>();
  if (handle != nullptr && handle->name == "has_table") return Condition::Kind::inspection;
  if (handle != nullptr && handle->name == "offline") return Condition::Kind::offline;
  return std::nullopt;
}

auto Recording::attribute(const Site&, const Value& object, std::string_view name) -> std::optional<Value> {
  auto handle = object.object<Handle>();
  if (handle == nullptr) return std::nullopt;
  if (handle->name == "dialect" && name == "name") return Value::text("postgresql");
  return Value(make_object<Handle>(handle->name + "." + std::string(name)));
}

auto Recording::await(const Site&, const Value&) -> std::optional<Value> { return std::nullopt; }

auto Recording::defined(const Site& site, const std::shared_ptr<const Class>& made) -> void {
  if (site.function.empty()) return;
  write(site, "class " + made->qualified_name);
}

auto Recording::returned(const Site& site, const Value& value) -> void { write(site, "return " + shown(value)); }
auto Recording::raised(const Site& site, const Value&) -> void { write(site, "raise"); }
auto Recording::yielded(const Site& site, const Value& value) -> void { write(site, "yield " + shown(value)); }

auto interpret(const Project& project) -> Outcome {
  SourceMap sources;
  ModuleIndex index;
  const SourceModule* main = nullptr;
  for (const auto& [path, text] : project.files) {
    const auto id = sources.add(path, text);
    if (!path.ends_with(".py")) continue;
    auto module = std::make_unique<SourceModule>();
    module->file = id;
    module->path = path;
    module->tree = python::parse(id, sources.file(id).text);
    main = index.add(std::move(module));
  }
  index.freeze();
  Recording recording;
  Interpreter interpreter(index, sources, recording, project.limits);
  interpreter.run_module(*main);
  auto exhausted = interpreter.exhausted();
  const auto found = main->globals.find("run");
  if (found != main->globals.end() && found->second.kind == Binding::Kind::function) {
    interpreter.run_function(*main, *static_cast<const python::Function*>(found->second.statement));
    exhausted = exhausted || interpreter.exhausted();
  }
  return {std::move(recording.lines), exhausted};
}

auto interpret(std::string_view code) -> std::vector<std::string> {
  return interpret(Project{{{"main.py", "from lib import op\n" + std::string(code)}}, {}}).lines;
}

}  // namespace foreshot::interpret
