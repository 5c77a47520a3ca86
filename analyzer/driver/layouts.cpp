#include "analyzer/driver/layouts.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "analyzer/loads/tree_walk.h"

namespace foreshot::driver {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

class Layout {
 public:
  Layout(const python::Module& module, std::string_view text) : module_(module), text_(text) {}

  auto take(bool revision) -> FileLayout {
    // A new import follows the last one of those that the file begins with.
    std::uint32_t last = module_.docstring_span.known() ? module_.docstring_span.end : 0;
    bool leading = true;
    for (const auto* statement : module_.body) {
      const bool imports = import(statement);
      const bool words = statement->begin == module_.docstring_span.begin && module_.docstring_span.known();
      leading = leading && (imports || words);
      if (leading) last = statement->end;
      if (const auto* function = as<python::Function>(statement, StatementKind::function); function != nullptr && revision) read(*function);
    }
    layout_.next_import = last == 0 ? first_line() : line_after(last);
    std::sort(layout_.calls.begin(), layout_.calls.end(), [](const CallPlace& a, const CallPlace& b) { return a.span < b.span; });
    return std::move(layout_);
  }

 private:
  auto span(std::uint32_t begin, std::uint32_t end) const -> Span { return {module_.file, begin, end}; }

  auto line_after(std::uint32_t at) const -> std::uint32_t {
    const auto end = text_.find('\n', at);
    return static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end + 1);
  }

  // Below the comments that have to stay on top.
  auto first_line() const -> std::uint32_t {
    std::uint32_t at = 0;
    while (at < text_.size() && text_[at] == '#') at = line_after(at);
    return at;
  }

  auto import(const python::Statement* statement) -> bool {
    const auto whole = span(statement->begin, statement->end);
    if (const auto* plain = as<python::Import>(statement, StatementKind::import_)) {
      for (const auto& name : plain->names)
        layout_.imports.push_back({std::string(name.name), "", std::string(name.as), whole});
      return true;
    }
    const auto* from = as<python::ImportFrom>(statement, StatementKind::import_from);
    if (from == nullptr) return false;
    const auto module = std::string(from->level, '.') + std::string(from->module);
    for (const auto& name : from->names) layout_.imports.push_back({module, std::string(name.name), std::string(name.as), whole});
    return true;
  }

  auto read(const python::Function& function) -> void {
    FunctionPlace place;
    place.name = function.name;
    place.span = span(function.begin, function.end);
    for (const auto* statement : function.body) place.statements.push_back(span(statement->begin, statement->end));
    if (!function.body.empty())
      if (const auto* first = as<python::ExpressionStatement>(function.body[0], StatementKind::expression))
        place.docstring = first->value->kind == ExpressionKind::string;
    layout_.functions.push_back(std::move(place));
    loads::walk_expressions(function.body, [&](const python::Expression& expression, const loads::Surroundings& around) {
      if (expression.kind == ExpressionKind::call) call(static_cast<const python::Call&>(expression), function, around);
    });
  }

  auto call(const python::Call& call, const python::Function& function, const loads::Surroundings& around) -> void {
    CallPlace place;
    place.span = span(call.begin, call.end);
    place.callee = span(call.callee->begin, call.callee->end);
    for (const auto& argument : call.arguments) {
      if (argument.star != python::Argument::Star::none)
        place.starred = true;
      else
        place.arguments.push_back({std::string(argument.name), span(argument.begin, argument.end), span(argument.value->begin, argument.value->end)});
    }
    std::set<std::string> names;
    loads::walk_expression(&call, [&](const python::Expression& inner, const loads::Surroundings&) {
      if (const auto* name = as<python::Name>(&inner, ExpressionKind::name)) names.insert(std::string(name->id));
    });
    place.names.assign(names.begin(), names.end());
    if (!around.nested) stand(call, function, around, place);
    layout_.calls.push_back(std::move(place));
  }

  auto stand(const python::Call& call, const python::Function& function, const loads::Surroundings& around, CallPlace& place) const -> void {
    const auto* statement = as<python::ExpressionStatement>(around.statement, StatementKind::expression);
    if (statement == nullptr || statement->value != &call || !alone(statement->begin, statement->end)) return;
    place.statement = span(statement->begin, statement->end);
    place.block_size = static_cast<std::uint32_t>(function.body.size());
    place.in_function = around.blocks.empty();
    if (around.blocks.size() != 1) return;
    const auto* with = as<python::With>(around.blocks.front(), StatementKind::with);
    if (with == nullptr) return;
    place.in_function = true;
    place.block = span(with->begin, with->end);
    place.block_size = static_cast<std::uint32_t>(with->body.size());
    if (with->items.size() == 1) place.context = span(with->items[0].context->begin, with->items[0].context->end);
  }

  // Nothing else on its lines but a comment.
  auto alone(std::uint32_t begin, std::uint32_t end) const -> bool {
    while (begin > 0 && (text_[begin - 1] == ' ' || text_[begin - 1] == '\t')) --begin;
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t' || text_[end] == '\r')) ++end;
    return (begin == 0 || text_[begin - 1] == '\n') && (end == text_.size() || text_[end] == '\n' || text_[end] == '#');
  }

  const python::Module& module_;
  std::string_view text_;
  FileLayout layout_;
};

}  // namespace

auto layout_of(const python::Module& module, std::string_view text, bool revision) -> FileLayout {
  return Layout(module, text).take(revision);
}

}  // namespace foreshot::driver
