// The parts of the standard library that migrations build texts and paths with.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

// One line of a text: its bytes without the end, and the end itself.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t next = 0;
};

auto lines_of(std::string_view text) -> std::vector<Line> {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto next = std::min(end + 1, text.size());
    lines.push_back({at, end, next});
    at = next;
  }
  return lines;
}

auto dedented(const MappedText& text) -> MappedText {
  const auto& bytes = text.text();
  const auto lines = lines_of(bytes);
  std::optional<std::string_view> margin;
  const auto indent_of = [&](const Line& line) {
    const auto whole = std::string_view(bytes).substr(line.begin, line.end - line.begin);
    return whole.substr(0, std::min(whole.find_first_not_of(" \t"), whole.size()));
  };
  for (const auto& line : lines) {
    const auto indent = indent_of(line);
    if (indent.size() == line.end - line.begin) continue;
    if (!margin) {
      margin = indent;
      continue;
    }
    std::size_t common = 0;
    while (common < margin->size() && common < indent.size() && (*margin)[common] == indent[common]) ++common;
    margin = margin->substr(0, common);
  }
  MappedText out;
  for (const auto& line : lines) {
    const auto blank = indent_of(line).size() == line.end - line.begin;
    out.append(text.slice(blank ? line.end : line.begin + (margin ? margin->size() : 0), line.next));
  }
  return out;
}

auto normalized(std::string_view path) -> std::string {
  std::vector<std::string_view> parts;
  const auto absolute = path.starts_with('/');
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else
      parts.push_back(part);
  }
  std::string result = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) result += '/';
    result += parts[i];
  }
  return result;
}

}  // namespace

auto Interpreter::State::read_file(const Value& path, Span span) -> Value {
  const auto* object = path.object<Path>();
  const auto* name = (object != nullptr ? object->text : path).constant_text();
  if (name == nullptr) return Value::unknown("text of a file", span);
  const auto* file = sources.find(normalized(*name));
  if (file == nullptr || file->text.size() > limits.text_bytes) return Value::unknown("text of " + *name, span);
  charge(file->text.size() / 64);
  MappedText text;
  text.append(file->text, {file->id, 0, static_cast<std::uint32_t>(file->text.size())}, true);
  return Value::text(std::move(text), {file->id, 0, static_cast<std::uint32_t>(file->text.size())});
}

auto Interpreter::State::library_call(const Site& at, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  if (name.starts_with("builtins.")) return builtin_call(at, name.substr(9), arguments);
  const auto span = at.span;
  const auto* first = arguments.positional(0);
  const auto* text = first != nullptr ? first->value.mapped_text() : nullptr;
  if (name.starts_with("textwrap.") || name.starts_with("inspect.")) {
    if (text == nullptr || !charge(text->size() / 32 + 1)) return std::nullopt;
    if (name == "textwrap.dedent") return Value::text(dedented(*text), span);
    if (name == "inspect.cleandoc") {
      // The first line has its own indentation; blank lines around go.
      const auto& bytes = text->text();
      const auto first_end = std::min(bytes.find('\n'), bytes.size());
      const auto start = std::min(bytes.find_first_not_of(" \t"), bytes.size());
      MappedText out;
      if (start < first_end) out.append(text->slice(start, std::min(first_end + 1, bytes.size())));
      out.append(dedented(text->slice(std::min(first_end + 1, bytes.size()), bytes.size())));
      const auto begin = std::min(out.text().find_first_not_of("\n"), out.size());
      const auto last = out.text().find_last_not_of(" \t\n");
      return Value::text(out.slice(begin, last == std::string::npos ? begin : last + 1), span);
    }
    const auto* prefix = arguments.get(1, "prefix");
    if (name == "textwrap.indent" && prefix != nullptr && prefix->value.mapped_text() != nullptr) {
      MappedText out;
      for (const auto& line : lines_of(text->text())) {
        const auto part = text->slice(line.begin, line.next);
        if (part.text().find_first_not_of(" \t\r\n") != std::string::npos) out.append(*prefix->value.mapped_text());
        out.append(part);
        if (out.size() > limits.text_bytes || !charge()) break;
      }
      return made_text(std::move(out), span);
    }
    return std::nullopt;
  }
  if (name.starts_with("os.path.") || name.starts_with("posixpath.")) {
    const auto op = name.substr(name.rfind('.') + 1);
    const auto path_text = [&](const Value& value) {
      const auto* path = value.object<Path>();
      return (path != nullptr ? path->text : value).constant_text();
    };
    const auto* path = first != nullptr ? path_text(first->value) : nullptr;
    if (op == "join") {
      std::string joined;
      for (const auto& argument : arguments.items) {
        const auto* part = path_text(argument.value);
        if (part == nullptr) return std::nullopt;
        if (part->starts_with('/'))
          joined = *part;
        else
          joined += (joined.empty() || joined.ends_with('/') ? "" : "/") + *part;
      }
      return Value::text(joined, span);
    }
    if (path == nullptr) return std::nullopt;
    const auto slash = path->rfind('/');
    if (op == "dirname") return Value::text(slash == std::string::npos ? std::string_view() : std::string_view(*path).substr(0, slash), span);
    if (op == "basename") return Value::text(slash == std::string::npos ? std::string_view(*path) : std::string_view(*path).substr(slash + 1), span);
    if (op == "abspath" || op == "realpath" || op == "normpath") return Value::text(normalized(*path), span);
    return std::nullopt;
  }
  if (name == "pathlib.Path" || name == "pathlib.PurePath" || name == "pathlib.PosixPath") {
    auto path = std::make_shared<Path>();
    path->text = first != nullptr && arguments.items.size() == 1 && first->value.object<Path>() != nullptr
                     ? first->value.object<Path>()->text
                     : library_call(at, "os.path.join", arguments).value_or(Value::unknown("path", span));
    return Value(std::shared_ptr<Object>(std::move(path)), span);
  }
  if (name == "functools.partial" && first != nullptr) {
    auto partial = std::make_shared<Partial>();
    partial->callee = first->value;
    partial->arguments = arguments;
    partial->arguments.items.erase(partial->arguments.items.begin());
    return Value(std::shared_ptr<Object>(std::move(partial)), span);
  }
  if (name == "importlib.import_module" && first != nullptr) {
    const auto* module_name = first->value.constant_text();
    if (module_name == nullptr) return std::nullopt;
    const auto dots = std::min(module_name->find_first_not_of('.'), module_name->size());
    auto value = imported_module(std::string_view(*module_name).substr(dots), static_cast<std::uint32_t>(dots));
    return value;
  }
  if (name == "enum.auto") return Value::unknown("enum.auto", span);
  if (name == "contextlib.nullcontext") return first != nullptr ? first->value : Value(None{}, span);
  if (name == "contextlib.closing" && first != nullptr) return first->value;
  if ((name == "copy.copy" || name == "copy.deepcopy") && first != nullptr) {
    const auto& value = first->value;
    if (const auto* list = value.sequence()) return charge(list->items.size()) ? std::optional(sequence(list->items, span, list->kind, list->complete)) : std::nullopt;
    if (const auto* mapping = value.mapping()) return charge(mapping->entries.size()) ? std::optional(dictionary(mapping->entries, span, mapping->complete)) : std::nullopt;
    return value;
  }
  if (name == "collections.OrderedDict" || name == "types.MappingProxyType") return container_call(at, "dict", arguments);
  if (name == "collections.defaultdict") return dictionary({}, span, false);
  if (name == "typing.cast" && arguments.positional(1) != nullptr) return arguments.positional(1)->value;
  if (name == "itertools.chain") {
    std::vector<Value> items;
    auto complete = !arguments.unknown_positional;
    for (const auto& argument : arguments.items) {
      auto part = known_items(argument.value, span);
      complete = complete && part.has_value();
      if (part && charge(part->size())) items.insert(items.end(), part->begin(), part->end());
    }
    return sequence(std::move(items), span, Sequence::Kind::list, complete);
  }
  if (name == "itertools.product") {
    std::vector<std::vector<Value>> rows{{}};
    for (const auto& argument : arguments.items) {
      const auto column = known_items(argument.value, span);
      if (!column || !argument.name.empty() || rows.size() * column->size() > limits.loop_rounds || !charge(rows.size() * (column->size() + 1))) return std::nullopt;
      std::vector<std::vector<Value>> longer;
      for (const auto& row : rows)
        for (const auto& item : *column) {
          longer.push_back(row);
          longer.back().push_back(item);
        }
      rows = std::move(longer);
    }
    std::vector<Value> tuples;
    for (auto& row : rows) tuples.push_back(sequence(std::move(row), span, Sequence::Kind::tuple));
    return sequence(std::move(tuples), span);
  }
  return std::nullopt;
}

auto Interpreter::State::library_method(const Site& at, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  if (const auto* path = object.object<Path>()) {
    if (name == "read_text" || name == "read_bytes") return read_file(object, at.span);
    if (name == "open") return builtin_call(at, "open", [&] {
      Arguments of;
      of.items.push_back({{}, object, at.span});
      return of;
    }());
    if (name == "resolve" || name == "absolute" || name == "expanduser") return object;
    if (name == "as_posix" || name == "__str__") return path->text;
    if (name == "joinpath" || name == "with_name") {
      Arguments all;
      all.items.push_back({{}, name == "with_name" ? attribute(object, "parent", at.span, at.span) : object, at.span});
      all.items.insert(all.items.end(), arguments.items.begin(), arguments.items.end());
      return library_call(at, "pathlib.Path", all);
    }
  }
  if (const auto* file = object.object<OpenFile>()) {
    if (name == "read") return read_file(file->path, at.span);
    if (name == "readlines") {
      const auto text = read_file(file->path, at.span);
      return text.mapped_text() != nullptr ? text_method(at, text, "splitlines", {}) : std::nullopt;
    }
    if (name == "close") return Value(None{}, at.span);
  }
  return std::nullopt;
}

}  // namespace foreshot::interpret
