// What the grammar accepts and Python refuses.
#include <algorithm>

#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::line_breaks(Kind parent) -> LineBreaks {
  switch (parent) {
    case Kind::assignment:
    case Kind::augmented_assignment:
    case Kind::return_statement:
    case Kind::raise_statement:
    case Kind::delete_statement:
    case Kind::assert_statement:
    case Kind::global_statement:
    case Kind::nonlocal_statement:
    case Kind::import_statement:
    case Kind::aliased_import:
    case Kind::dotted_name:
    case Kind::attribute:
    case Kind::subscript:
    case Kind::call:
    case Kind::unary_operator:
    case Kind::not_operator:
    case Kind::binary_operator:
    case Kind::boolean_operator:
    case Kind::comparison_operator:
    case Kind::conditional_expression:
    case Kind::lambda:
    case Kind::expression_list:
    case Kind::pattern_list:
    case Kind::await_:
    case Kind::yield_:
    case Kind::named_expression:
      return LineBreaks::wrong;
    case Kind::argument_list:
    case Kind::parameters:
    case Kind::type_parameter:
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::dictionary:
    case Kind::list_pattern:
    case Kind::tuple_pattern:
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression:
    case Kind::parenthesized_expression:
    case Kind::interpolation:
    case Kind::format_specifier:
    case Kind::string:
    case Kind::with_clause:
    case Kind::import_from_statement:
    case Kind::future_import_statement:
    case Kind::class_pattern:
    case Kind::dict_pattern:
    case Kind::case_pattern:
      return LineBreaks::bracketed;
    default:
      return LineBreaks::right;
  }
}

auto Converter::check_line(std::uint32_t begin, std::uint32_t end) -> void {
  const auto gap = source(begin, end);
  const auto at = gap.find('\n');
  if (at == std::string_view::npos) return;
  const auto last = gap.substr(0, at).find_last_not_of(" \t\r");
  if (last != std::string_view::npos && gap[last] == '\\') return;
  note_problem(begin - 1, begin, "invalid syntax");
}

// The statements of a body begin in one column.
auto Converter::check_indentation(StatementList list) -> void {
  constexpr auto inside_line = std::uint32_t{0xffffffff};
  const auto column = [&](std::uint32_t at) {
    auto line = at;
    while (line > 0 && (text_[line - 1] == ' ' || text_[line - 1] == '\t' || text_[line - 1] == '\f')) --line;
    if (line > 0 && text_[line - 1] != '\n' && text_[line - 1] != '\r') return inside_line;
    auto columns = std::uint32_t{0};
    for (; line < at; ++line) {
      columns = text_[line] == '\t' ? (columns / 8 + 1) * 8 : text_[line] == '\f' ? 0 : columns + 1;
    }
    return columns;
  };
  if (list.empty()) return;
  const auto first = column(list.front()->begin);
  const Statement* before = nullptr;
  for (const auto* statement : list) {
    const auto found = column(statement->begin);
    if (found != first && found != inside_line && first != inside_line) {
      // Only behind a body can a line be less indented than what is above it.
      const auto simple = before == nullptr ||
                          text_.substr(before->begin, before->end - before->begin).find('\n') == std::string_view::npos;
      return note_problem(
          statement->begin, statement->begin + 1,
          found > first && simple ? "unexpected indent" : "unindent does not match any outer indentation level");
    }
    before = statement;
  }
}

}  // namespace foreshot::python
