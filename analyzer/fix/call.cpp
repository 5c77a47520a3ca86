#include "analyzer/fix/call.h"

#include <algorithm>

#include "analyzer/fix/python_text.h"

namespace foreshot::fix {
namespace {

auto place_of(const FileLayout& layout, Span span) -> const CallPlace* {
  const auto found = std::lower_bound(layout.calls.begin(), layout.calls.end(), span, [](const CallPlace& place, const Span& wanted) { return place.span < wanted; });
  return found == layout.calls.end() || found->span != span ? nullptr : &*found;
}

auto layout_of(const Project& project, FileId file) -> const FileLayout* {
  const auto found = project.layouts.find(file);
  return found == project.layouts.end() ? nullptr : &found->second;
}

auto name_of(const FileLayout& layout, std::string_view module, std::string_view name) -> std::string {
  for (const auto& import : layout.imports)
    if (import.module == module && import.name == name) return import.as.empty() ? std::string(name.empty() ? module : name) : import.as;
  return {};
}

// The identifier at a place of a text, where one begins.
auto identifier_at(std::string_view text, std::size_t at) -> std::string_view {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80; };
  if (!is_word(text[at]) || (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.'))) return {};
  auto end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(at, end - at);
}

// Replaces the names of modules by their marks, outside of strings.
auto marked(std::string_view text, std::string_view op, std::string_view sa) -> std::string {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"' || text[i] == '\'') {
      const char quote = text[i];
      const bool triple = text.substr(i, 3) == std::string(3, quote);
      const auto size = triple ? 3U : 1U;
      auto end = i + size;
      while (end < text.size() && text.substr(end, size) != std::string(size, quote)) end += text[end] == '\\' ? 2 : 1;
      end = std::min(text.size(), end + size);
      out += text.substr(i, end - i);
      i = end;
      continue;
    }
    const auto word = identifier_at(text, i);
    if (!word.empty() && (word == op || word == sa)) {
      out += word == op ? op_mark : sa_mark;
      i += word.size();
    } else if (!word.empty()) {
      out += word;
      i += word.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace

auto whole_lines(const Project& project, Span span) -> Span {
  const std::string_view text = project.sources.file(span.file).text;
  while (span.begin > 0 && text[span.begin - 1] != '\n') --span.begin;
  const auto end = text.find('\n', span.end);
  span.end = static_cast<std::uint32_t>(end == std::string_view::npos ? text.size() : end + 1);
  return span;
}

auto Call::directive() const -> std::string {
  const auto callee = project_->sources.text(place_->callee);
  const auto dot = callee.rfind('.');
  return std::string(dot == std::string_view::npos ? callee : callee.substr(dot + 1));
}

auto Call::indent() const -> std::string {
  const auto lines = whole_lines(*project_, place_->statement);
  return std::string(project_->sources.text({lines.file, lines.begin, place_->statement.begin}));
}

auto Call::text(Span span) const -> std::string {
  std::string text;
  for (const char c : project_->sources.text(span))
    if (c != '\r') text += c;
  return place_->statement.known() ? unindented(text, indent()) : text;
}

auto Call::in_autocommit() const -> bool {
  return place_->context.known() && project_->sources.text(place_->context).find("autocommit_block(") != std::string_view::npos;
}

auto Call::in_batch() const -> bool {
  return place_->context.known() && project_->sources.text(place_->context).find("batch_alter_table(") != std::string_view::npos;
}

auto Call::nested(Span value) const -> std::optional<Call> {
  const auto* place = place_of(*layout_, value);
  if (place == nullptr || place->starred) return std::nullopt;
  return Call(*project_, *layout_, *place);
}

auto Call::argument(std::string_view name, int position) const -> const ArgumentPlace* {
  int at = 0;
  for (const auto& argument : place_->arguments) {
    if (argument.name.empty() ? at++ == position : argument.name == name) return &argument;
  }
  return nullptr;
}

auto Call::arguments(const Changes& changes, const std::vector<std::string>& further) const -> std::optional<std::vector<std::string>> {
  const auto written = project_->sources.text(place_->span);
  if (written.find('#') != std::string_view::npos && written.find('\n') != std::string_view::npos) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& argument : place_->arguments) {
    const auto change = std::find_if(changes.begin(), changes.end(), [&](const auto& each) { return each.first == &argument; });
    if (change != changes.end()) {
      if (!change->second.empty()) texts.push_back(change->second);
      continue;
    }
    // Its later lines lose the margin of the line that it begins on.
    std::string plain;
    for (const char c : project_->sources.text(argument.span))
      if (c != '\r') plain += c;
    const auto own = project_->sources.line_begin(file(), project_->sources.line_column(file(), argument.span.begin).line);
    const auto own_line = project_->sources.text({file(), own, argument.span.end});
    texts.push_back(unindented(plain, own_line.substr(0, std::min(own_line.find_first_not_of(" \t"), own_line.size()))));
  }
  texts.insert(texts.end(), further.begin(), further.end());
  return texts;
}

auto Call::with(const Changes& changes, const std::vector<std::string>& further) const -> std::optional<std::string> {
  const auto texts = arguments(changes, further);
  if (!texts) return std::nullopt;
  return call_text(project_->sources.text(place_->callee), *texts);
}

auto Call::comment() const -> std::string {
  auto text = project_->sources.text({file(), place_->statement.end, lines().end});
  const auto begin = text.find('#');
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

auto Call::lines() const -> Span { return whole_lines(*project_, place_->statement); }

auto Call::lines_with_block() const -> Span {
  return place_->block.known() && place_->block_size == 1 ? whole_lines(*project_, place_->block) : lines();
}

auto call_of(const StepView& at) -> std::optional<Call> {
  const auto& op = at.op();
  if (!op.conditions.empty() || !op.repeats.empty() || !op.called_from.empty() || at.step.nested || at.step.conditional) return std::nullopt;
  if (op.span.file != at.revision().file) return std::nullopt;
  const auto* layout = layout_of(at.project, op.span.file);
  const auto* place = layout == nullptr ? nullptr : place_of(*layout, op.span);
  if (place == nullptr || place->starred || !place->statement.known() || !place->in_function) return std::nullopt;
  const auto name = at.step.downgrade ? "downgrade" : "upgrade";
  const bool inside = std::any_of(layout->functions.begin(), layout->functions.end(), [&](const FunctionPlace& function) {
    return function.name == name && function.span.contains(place->span);
  });
  Call call(at.project, *layout, *place);
  if (!inside || (place->block.known() && !call.in_autocommit() && !call.in_batch())) return std::nullopt;
  return call;
}

auto as_op_call(const Call& call, const ObjectName& table, std::size_t table_at, const Call::Changes& changes,
                const std::vector<std::string>& further) -> std::optional<std::string> {
  auto arguments = call.arguments(changes, further);
  if (!arguments) return std::nullopt;
  if (call.in_batch()) {
    std::size_t positional = 0;
    for (const auto& argument : call.place().arguments) positional += argument.name.empty() ? 1 : 0;
    // batch_op.f("…") is op.f("…").
    const auto callee = call.text(call.place().callee);
    for (auto& argument : *arguments) argument = marked(argument, callee.substr(0, callee.find('.')), "");
    const auto at = std::min({table_at, positional, arguments->size()});
    arguments->insert(arguments->begin() + static_cast<std::ptrdiff_t>(at), literal(table.name.text));
    if (!table.schema.empty()) arguments->push_back("schema=" + literal(table.schema.text));
    return call_text(std::string(op_mark) + "." + call.directive(), *arguments);
  }
  const auto callee = call.text(call.place().callee);
  return call_text(callee == op_name(call.layout()) + "." + call.directive() ? std::string(op_mark) + "." + call.directive() : callee, *arguments);
}

auto portable(const Call& call, const std::string& text, const std::vector<std::string>& names) -> std::optional<Portable> {
  const auto& layout = call.layout();
  const auto op = op_name(layout), sa = sa_name(layout);
  Portable made;
  for (const auto& name : names) {
    if (name == op || name == sa || (call.in_batch() && call.text(call.place().callee).starts_with(name + "."))) continue;
    const auto found = std::find_if(layout.imports.begin(), layout.imports.end(), [&](const ImportPlace& import) {
      const auto known = !import.as.empty() ? import.as : !import.name.empty() ? import.name : import.module.substr(0, import.module.find('.'));
      return known == name;
    });
    if (found == layout.imports.end()) {
      static constexpr std::string_view builtins[] = {"str", "int", "dict", "list", "tuple", "set", "bool", "len", "range"};
      if (std::find(std::begin(builtins), std::end(builtins), name) != std::end(builtins)) continue;
      return std::nullopt;
    }
    // The application's own modules change; a revision that imports more of them is worse, not better.
    const auto root = found->module.substr(0, found->module.find('.'));
    if (root != "sqlalchemy" && root != "alembic") return std::nullopt;
    auto line = found->name.empty() ? "import " + found->module : "from " + found->module + " import " + found->name;
    if (!found->as.empty()) line += " as " + found->as;
    made.imports.insert(std::move(line));
  }
  made.text = marked(text, op, sa);
  return made;
}

auto op_name(const FileLayout& layout) -> std::string { return name_of(layout, "alembic", "op"); }
auto sa_name(const FileLayout& layout) -> std::string { return name_of(layout, "sqlalchemy", ""); }

}  // namespace foreshot::fix
