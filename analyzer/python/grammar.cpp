#include "analyzer/python/grammar.h"

#include <cstring>

extern "C" auto tree_sitter_python() -> const TSLanguage*;

namespace foreshot::python {
namespace {

struct Named {
  const char* name;
  Kind kind;
};

constexpr Named named_nodes[] = {
    {"import_statement", Kind::import_statement},
    {"future_import_statement", Kind::future_import_statement},
    {"import_from_statement", Kind::import_from_statement},
    {"print_statement", Kind::print_statement},
    {"exec_statement", Kind::exec_statement},
    {"assert_statement", Kind::assert_statement},
    {"expression_statement", Kind::expression_statement},
    {"return_statement", Kind::return_statement},
    {"delete_statement", Kind::delete_statement},
    {"raise_statement", Kind::raise_statement},
    {"pass_statement", Kind::pass_statement},
    {"break_statement", Kind::break_statement},
    {"continue_statement", Kind::continue_statement},
    {"global_statement", Kind::global_statement},
    {"nonlocal_statement", Kind::nonlocal_statement},
    {"type_alias_statement", Kind::type_alias_statement},
    {"if_statement", Kind::if_statement},
    {"for_statement", Kind::for_statement},
    {"while_statement", Kind::while_statement},
    {"try_statement", Kind::try_statement},
    {"with_statement", Kind::with_statement},
    {"function_definition", Kind::function_definition},
    {"class_definition", Kind::class_definition},
    {"decorated_definition", Kind::decorated_definition},
    {"match_statement", Kind::match_statement},
    {"block", Kind::block},
    {"elif_clause", Kind::elif_clause},
    {"else_clause", Kind::else_clause},
    {"except_clause", Kind::except_clause},
    {"except_group_clause", Kind::except_clause},
    {"finally_clause", Kind::finally_clause},
    {"with_clause", Kind::with_clause},
    {"with_item", Kind::with_item},
    {"case_clause", Kind::case_clause},
    {"if_clause", Kind::if_clause},
    {"decorator", Kind::decorator},
    {"parameters", Kind::parameters},
    {"type_parameter", Kind::type_parameter},
    {"argument_list", Kind::argument_list},
    {"relative_import", Kind::relative_import},
    {"import_prefix", Kind::import_prefix},
    {"dotted_name", Kind::dotted_name},
    {"aliased_import", Kind::aliased_import},
    {"wildcard_import", Kind::wildcard_import},
    {"assignment", Kind::assignment},
    {"augmented_assignment", Kind::augmented_assignment},
    {"typed_parameter", Kind::typed_parameter},
    {"default_parameter", Kind::default_parameter},
    {"typed_default_parameter", Kind::typed_default_parameter},
    {"tuple_pattern", Kind::tuple_pattern},
    {"keyword_separator", Kind::keyword_separator},
    {"positional_separator", Kind::positional_separator},
    {"list_splat_pattern", Kind::list_splat_pattern},
    {"dictionary_splat_pattern", Kind::dictionary_splat_pattern},
    {"lambda_parameters", Kind::lambda_parameters},
    {"identifier", Kind::identifier},
    {"string", Kind::string},
    {"concatenated_string", Kind::concatenated_string},
    {"integer", Kind::integer},
    {"float", Kind::floating},
    {"true", Kind::true_},
    {"false", Kind::false_},
    {"none", Kind::none},
    {"ellipsis", Kind::ellipsis},
    {"attribute", Kind::attribute},
    {"subscript", Kind::subscript},
    {"slice", Kind::slice},
    {"call", Kind::call},
    {"unary_operator", Kind::unary_operator},
    {"not_operator", Kind::not_operator},
    {"binary_operator", Kind::binary_operator},
    {"boolean_operator", Kind::boolean_operator},
    {"comparison_operator", Kind::comparison_operator},
    {"conditional_expression", Kind::conditional_expression},
    {"lambda", Kind::lambda},
    {"list", Kind::list},
    {"tuple", Kind::tuple},
    {"set", Kind::set},
    {"dictionary", Kind::dictionary},
    {"pair", Kind::pair},
    {"list_comprehension", Kind::list_comprehension},
    {"set_comprehension", Kind::set_comprehension},
    {"dictionary_comprehension", Kind::dictionary_comprehension},
    {"generator_expression", Kind::generator_expression},
    {"for_in_clause", Kind::for_in_clause},
    {"list_splat", Kind::list_splat},
    {"dictionary_splat", Kind::dictionary_splat},
    {"keyword_argument", Kind::keyword_argument},
    {"await", Kind::await_},
    {"yield", Kind::yield_},
    {"named_expression", Kind::named_expression},
    {"parenthesized_expression", Kind::parenthesized_expression},
    {"parenthesized_list_splat", Kind::parenthesized_expression},
    {"expression_list", Kind::expression_list},
    {"pattern_list", Kind::pattern_list},
    {"list_pattern", Kind::list_pattern},
    {"as_pattern", Kind::as_pattern},
    {"as_pattern_target", Kind::as_pattern_target},
    {"type", Kind::type},
    {"generic_type", Kind::generic_type},
    {"union_type", Kind::union_type},
    {"constrained_type", Kind::constrained_type},
    {"member_type", Kind::member_type},
    {"splat_type", Kind::splat_type},
    {"interpolation", Kind::interpolation},
    {"format_expression", Kind::interpolation},
    {"type_conversion", Kind::type_conversion},
    {"format_specifier", Kind::format_specifier},
    {"case_pattern", Kind::case_pattern},
    {"class_pattern", Kind::class_pattern},
    {"union_pattern", Kind::union_pattern},
    {"dict_pattern", Kind::dict_pattern},
    {"keyword_pattern", Kind::keyword_pattern},
    {"splat_pattern", Kind::splat_pattern},
    {"complex_pattern", Kind::complex_pattern},
    {"chevron", Kind::chevron},
    {"comment", Kind::comment},
    {"line_continuation", Kind::line_continuation},
};

constexpr Named tokens[] = {
    {":", Kind::colon},
    {",", Kind::comma},
    {"=", Kind::equals},
    {"async", Kind::keyword_async},
    {"from", Kind::keyword_from},
    {"as", Kind::keyword_as},
    {"in", Kind::keyword_in},
    {"not in", Kind::operator_not_in},
    {"is not", Kind::operator_is_not},
    {"<>", Kind::operator_unequal_old},
    {"{", Kind::left_brace},
    {"[", Kind::left_bracket},
};

struct Source {
  std::string_view text;
};

auto read(void* payload, std::uint32_t offset, TSPoint, std::uint32_t* size) -> const char* {
  const auto text = static_cast<const Source*>(payload)->text;
  if (offset >= text.size()) {
    *size = 0;
    return "";
  }
  *size = static_cast<std::uint32_t>(text.size() - offset);
  return text.data() + offset;
}

auto stop_at_error(TSParseState* state) -> bool {
  return state->has_error || (state->payload != nullptr && *static_cast<const bool*>(state->payload));
}

// The parser goes on with an erroneous version when no other is left, and says so before the work of repairing it. What
// TSParseState tells comes later, and is taken back wherever the repair seems to succeed.
auto listen(void* recovered, TSLogType type, const char* said) -> void {
  constexpr auto before_repair = std::string_view{"resume version"};
  if (type == TSLogTypeParse && std::strncmp(said, before_repair.data(), before_repair.size()) == 0)
    *static_cast<bool*>(recovered) = true;
}

}  // namespace

Grammar::Grammar() : language_(tree_sitter_python()) {
  kinds_.fill(Kind::other);
  const auto count = ts_language_symbol_count(language_);
  for (std::uint32_t symbol = 0; symbol < count && symbol < kinds_.size(); ++symbol) {
    const auto id = static_cast<TSSymbol>(symbol);
    const auto* name = ts_language_symbol_name(language_, id);
    const auto type = ts_language_symbol_type(language_, id);
    if (name == nullptr) continue;
    if (type == TSSymbolTypeRegular) {
      for (const auto& [known, kind] : named_nodes) {
        if (std::strcmp(known, name) == 0) kinds_[symbol] = kind;
      }
    } else if (type == TSSymbolTypeAnonymous) {
      for (const auto& [known, kind] : tokens) {
        if (std::strcmp(known, name) == 0) kinds_[symbol] = kind;
      }
    }
  }
}

auto Grammar::get() -> const Grammar& {
  static const Grammar grammar;
  return grammar;
}

Parser::Parser() : parser_(ts_parser_new()) { ts_parser_set_language(parser_.get(), Grammar::get().language()); }

auto Parser::parse(std::string_view text) -> TreeHandle {
  return TreeHandle{
      ts_parser_parse_string(parser_.get(), nullptr, text.data(), static_cast<std::uint32_t>(text.size()))};
}

auto Parser::parse_unless_broken(std::string_view text, bool wary) -> TreeHandle {
  auto source = Source{text};
  auto input = TSInput{&source, read, TSInputEncodingUTF8, nullptr};
  auto recovered = false;
  if (wary) ts_parser_set_logger(parser_.get(), {&recovered, listen});
  auto options = TSParseOptions{&recovered, stop_at_error};
  auto tree = TreeHandle{ts_parser_parse_with_options(parser_.get(), nullptr, input, options)};
  ts_parser_set_logger(parser_.get(), {nullptr, nullptr});
  if (tree == nullptr) {
    ts_parser_reset(parser_.get());
    return tree;
  }
  if (ts_node_has_error(ts_tree_root_node(tree.get()))) return nullptr;
  return tree;
}

}  // namespace foreshot::python
