// The parser's tree as the converter sees it: a closed list of node kinds instead of the grammar's names, owners of the
// parser's handles, and an iteration over children that is linear. Private to python/: the only header that knows the
// parser.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <tree_sitter/api.h>

namespace foreshot::python {

enum class Kind : std::uint8_t {
  other,  // punctuation and keywords whose place in the parent says enough
  // statements
  import_statement,
  future_import_statement,
  import_from_statement,
  print_statement,
  exec_statement,
  assert_statement,
  expression_statement,
  return_statement,
  delete_statement,
  raise_statement,
  pass_statement,
  break_statement,
  continue_statement,
  global_statement,
  nonlocal_statement,
  type_alias_statement,
  if_statement,
  for_statement,
  while_statement,
  try_statement,
  with_statement,
  function_definition,
  class_definition,
  decorated_definition,
  match_statement,
  // parts of statements
  block,
  elif_clause,
  else_clause,
  except_clause,
  finally_clause,
  with_clause,
  with_item,
  case_clause,
  if_clause,
  decorator,
  parameters,
  type_parameter,
  argument_list,
  relative_import,
  import_prefix,
  dotted_name,
  aliased_import,
  wildcard_import,
  assignment,
  augmented_assignment,
  // parameters
  typed_parameter,
  default_parameter,
  typed_default_parameter,
  tuple_pattern,
  keyword_separator,
  positional_separator,
  list_splat_pattern,
  dictionary_splat_pattern,
  lambda_parameters,
  // expressions
  identifier,
  string,
  concatenated_string,
  integer,
  floating,
  true_,
  false_,
  none,
  ellipsis,
  attribute,
  subscript,
  slice,
  call,
  unary_operator,
  not_operator,
  binary_operator,
  boolean_operator,
  comparison_operator,
  conditional_expression,
  lambda,
  list,
  tuple,
  set,
  dictionary,
  pair,
  list_comprehension,
  set_comprehension,
  dictionary_comprehension,
  generator_expression,
  for_in_clause,
  list_splat,
  dictionary_splat,
  keyword_argument,
  await_,
  yield_,
  named_expression,
  parenthesized_expression,
  expression_list,
  pattern_list,
  list_pattern,
  as_pattern,
  as_pattern_target,
  type,
  generic_type,
  union_type,
  constrained_type,
  member_type,
  splat_type,
  interpolation,
  type_conversion,
  format_specifier,
  case_pattern,
  class_pattern,
  union_pattern,
  dict_pattern,
  keyword_pattern,
  splat_pattern,
  complex_pattern,
  chevron,
  // tokens the converter asks for
  comment,
  line_continuation,
  colon,
  comma,
  equals,
  keyword_async,
  keyword_from,
  keyword_as,
  keyword_in,
  operator_not_in,
  operator_is_not,
  operator_unequal_old,
  left_brace,
  left_bracket,
  error,
};

// The kind of every symbol of the grammar, looked up by name once for the process.
class Grammar {
 public:
  static auto get() -> const Grammar&;
  auto kind(TSNode node) const -> Kind {
    const auto symbol = ts_node_symbol(node);
    return symbol < kinds_.size() ? kinds_[symbol] : Kind::error;
  }
  auto language() const -> const TSLanguage* { return language_; }

 private:
  Grammar();
  const TSLanguage* language_;
  std::array<Kind, 512> kinds_{};
};

struct ParserDeleter {
  auto operator()(TSParser* parser) const -> void { ts_parser_delete(parser); }
};
struct TreeDeleter {
  auto operator()(TSTree* tree) const -> void { ts_tree_delete(tree); }
};
using ParserHandle = std::unique_ptr<TSParser, ParserDeleter>;
using TreeHandle = std::unique_ptr<TSTree, TreeDeleter>;

// Cursors that were used before and keep their memory.
class Cursors {
 public:
  Cursors() = default;
  Cursors(const Cursors&) = delete;
  auto operator=(const Cursors&) -> Cursors& = delete;
  ~Cursors() {
    for (auto& cursor : idle_) ts_tree_cursor_delete(&cursor);
  }

  auto take(TSNode node) -> TSTreeCursor {
    if (idle_.empty()) return ts_tree_cursor_new(node);
    auto cursor = idle_.back();
    idle_.pop_back();
    ts_tree_cursor_reset(&cursor, node);
    return cursor;
  }
  auto give_back(TSTreeCursor cursor) -> void { idle_.push_back(cursor); }

 private:
  std::vector<TSTreeCursor> idle_;
};

// One parser, used for all the parses of a file. Not shared between threads.
class Parser {
 public:
  Parser();
  // The whole tree, errors included.
  auto parse(std::string_view text) -> TreeHandle;
  // Null as soon as the text is known to have an error: finding out what an erroneous file might have meant costs far
  // more than reading a right one.
  // `wary`: the first error ends it, whatever a repair might promise; right text takes twice as long.
  auto parse_unless_broken(std::string_view text, bool wary = false) -> TreeHandle;

 private:
  ParserHandle parser_;
};

}  // namespace foreshot::python
