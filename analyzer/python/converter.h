// A Converter turns the parser's tree of a text, or of one stretch of it, into nodes of a Module. Private to python/.
//
// Positions and names are always taken from the source, at the parser's offset plus `base`; the parsed bytes themselves
// may differ from the source's (recovery blanks what the grammar cannot read) as long as every offset stays.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/python/grammar.h"
#include "analyzer/python/tree.h"

namespace foreshot::python {

// A simple statement, or the head of a compound statement or of one of its clauses: what a comment can belong to.
struct Extent {
  std::uint32_t begin;
  std::uint32_t end;  // of the head
  std::uint32_t whole_end;  // of the statement
};

// Bodies that were read on their own: where a block begins at `begin`, its statements are these.
struct ReadBody {
  std::uint32_t begin;
  StatementList statements;
  bool yields;  // holds a yield of the function around it
};

// The elements collected for one node; pushed on a stack shared by all nodes, so that none allocates on its own.
template <typename T>
class Pile {
 public:
  explicit Pile(std::vector<T>& stack) : stack_(stack), first_(stack.size()) {}
  ~Pile() { stack_.resize(first_); }
  Pile(const Pile&) = delete;
  auto operator=(const Pile&) -> Pile& = delete;

  auto push(T item) -> void { stack_.push_back(item); }
  auto size() const -> std::size_t { return stack_.size() - first_; }
  auto items() -> std::span<T> { return std::span<T>{stack_}.subspan(first_); }
  auto keep(Arena& arena) -> std::span<const T> { return arena.copy(std::span<const T>{items()}); }

 private:
  std::vector<T>& stack_;
  std::size_t first_;
};

class Converter {
 public:
  Converter(Module& module, FileId file, std::string_view text) : module_(module), file_(file), text_(text) {}

  // Statements of a tree without errors, whose text begins at `base` and stands `depth` statements deep. `bodies` are in
  // order.
  auto statements(TSNode root, std::uint32_t base, std::span<const ReadBody> bodies = {}, int depth = 0)
      -> StatementList;

  // Whether the statements read since the last call hold a yield that is no inner function's; forgets them.
  auto take_yield() -> bool { return std::exchange(saw_yield_, false); }

  auto unreadable_statement(std::uint32_t begin, std::uint32_t end) -> const Statement*;
  auto note_comment(std::uint32_t begin, std::uint32_t end) -> void;
  auto note_problem(std::uint32_t begin, std::uint32_t end, std::string_view message) -> void;
  // After the last statement: comments in order, each with its statement.
  auto finish_comments() -> void;

  auto text() const -> std::string_view { return text_; }

 private:
  struct Node {
    TSNode raw;
    Kind kind;
    std::uint32_t begin;
    std::uint32_t end;
  };
  class Children;

  // nodes
  auto node(TSNode raw) const -> Node;
  auto source(std::uint32_t begin, std::uint32_t end) const -> std::string_view {
    return text_.substr(begin, end - begin);
  }
  auto source(const Node& at) const -> std::string_view { return source(at.begin, at.end); }
  auto only_child(const Node& of) -> Node;
  enum class LineBreaks : std::uint8_t { right, wrong, bracketed };
  static auto line_breaks(Kind parent) -> LineBreaks;
  auto check_line(std::uint32_t begin, std::uint32_t end) -> void;
  auto check_indentation(std::span<const Statement* const> list) -> void;
  auto scan_comments(const Node& below) -> void;

  template <typename T, typename... Fields>
  auto make_expression(ExpressionKind kind, const Node& at, Fields&&... fields) -> const T* {
    return module_.arena.make<T>(Expression{kind, at.begin, at.end}, std::forward<Fields>(fields)...);
  }
  template <typename T, typename... Fields>
  auto make_statement(StatementKind kind, const Node& at, Fields&&... fields) -> const T* {
    return module_.arena.make<T>(Statement{kind, at.begin, at.end}, std::forward<Fields>(fields)...);
  }

  // converter_expression.cpp
  auto expression(const Node& at) -> const Expression*;
  auto expression_below(const Node& at) -> const Expression*;
  auto unreadable(const Node& at) -> const Expression*;
  auto take_star(const Expression*& left, Node& span) -> bool;
  auto put_star(bool star, const Node& at, const Expression* under) -> const Expression*;
  auto name(const Node& at) -> const Name*;
  auto attribute(const Node& at) -> const Expression*;
  auto subscript(const Node& at) -> const Expression*;
  auto generic_type(const Node& at) -> const Expression*;
  auto slice(const Node& at) -> const Expression*;
  auto call(const Node& at) -> const Expression*;
  auto arguments(const Node& list) -> std::span<const Argument>;
  auto argument(const Node& at) -> Argument;
  auto sequence(const Node& at, ExpressionKind kind) -> const Expression*;
  auto tuple_pattern(const Node& at) -> const Expression*;
  auto starred(const Node& at) -> const Expression*;
  auto yield(const Node& at) -> const Expression*;
  auto named(const Node& at) -> const Expression*;
  auto number(const Node& at) -> const Expression*;

  // converter_operator.cpp
  auto unary(const Node& at) -> const Expression*;
  auto await(const Node& at) -> const Expression*;
  auto operator_of(const Node& at) -> std::string_view;
  auto is_bitwise(const Node& at) -> bool;
  auto binary_chain(const Node& at) -> const Expression*;
  auto bitwise_chain(const Node& at) -> const Expression*;
  auto alternative(const Expression* left, const Expression* right, std::uint32_t begin) -> const Expression*;
  auto boolean_chain(const Node& at) -> const Expression*;
  auto compare(const Node& at) -> const Expression*;
  auto conditional(const Node& at) -> const Expression*;

  // converter_collection.cpp
  auto dictionary(const Node& at) -> const Expression*;
  auto comprehension(const Node& at, Comprehension::Result result) -> const Expression*;
  auto clause(const Node& at) -> ComprehensionClause;
  auto lambda(const Node& at) -> const Expression*;
  auto parameters(const Node& list) -> ParameterList;
  auto parameter(const Node& at) -> Parameter;
  auto parameter_name(const Node& at, Parameter& to) -> void;

  // converter_string.cpp
  auto string(const Node& at) -> const Expression*;
  auto literal(const Node& at, String& to) -> void;
  auto interpolation(const Node& at, bool raw) -> StringPart;
  auto format(const Node& at, bool raw) -> std::span<const StringPart>;
  struct Decoding {
    bool raw, bytes, braces;
  };
  auto decode(std::uint32_t begin, std::uint32_t end, Decoding how) -> void;
  auto escape(std::uint32_t at, std::uint32_t end, bool bytes) -> std::uint32_t;

  // converter_statement.cpp
  auto statement(const Node& at) -> const Statement*;
  auto statement_below(const Node& at) -> const Statement*;
  auto simple_statement(const Node& at) -> const Statement*;
  auto block(const Node& at) -> StatementList;
  auto expression_statement(const Node& at) -> const Statement*;
  auto assignment(const Node& at, const Node& whole) -> const Statement*;
  auto augmented(const Node& at, const Node& whole) -> const Statement*;
  auto raise(const Node& at) -> const Statement*;
  auto delete_(const Node& at) -> const Statement*;

  // converter_compound.cpp
  auto if_statement(const Node& at) -> const Statement*;
  auto for_statement(const Node& at) -> const Statement*;
  auto while_statement(const Node& at) -> const Statement*;
  auto with_statement(const Node& at) -> const Statement*;
  auto with_items(const Node& clause) -> std::span<const WithItem>;
  auto try_statement(const Node& at) -> const Statement*;
  auto handler(const Node& at) -> Handler;
  auto clause_body(const Node& at) -> StatementList;
  auto match(const Node& at) -> const Statement*;
  auto match_case(const Node& at) -> MatchCase;
  auto head(const Node& at) -> std::size_t;
  auto head_ends(std::size_t extent, std::uint32_t end) -> void;
  auto whole(const Node& at, std::size_t extent) -> Node;

  // converter_pattern.cpp
  auto pattern(const Node& at) -> const Expression*;
  auto pattern_below(const Node& at) -> const Expression*;
  auto wrapped_pattern(const Node& at) -> const Expression*;
  auto dotted_expression(const Node& at) -> const Expression*;
  auto class_pattern(const Node& at) -> const Expression*;
  auto dictionary_pattern(const Node& at) -> const Expression*;
  auto union_pattern(const Node& at) -> const Expression*;

  // converter_definition.cpp
  auto decorated(const Node& at) -> const Statement*;
  auto function(const Node& at, std::uint32_t begin, ExpressionList decorators, std::size_t extent) -> const Statement*;
  auto class_(const Node& at, std::uint32_t begin, ExpressionList decorators, std::size_t extent) -> const Statement*;
  auto import(const Node& at) -> const Statement*;
  auto import_from(const Node& at) -> const Statement*;
  auto imported_name(const Node& at) -> ImportedName;
  auto dotted(const Node& at) -> std::string_view;
  auto type_alias(const Node& at) -> const Statement*;
  auto type_call(const Node& at) -> const Expression*;
  auto print(const Node& at) -> const Statement*;
  auto scope(const Node& at, StatementKind kind) -> const Statement*;

  Module& module_;
  const FileId file_;
  const std::string_view text_;
  const Grammar& grammar_ = Grammar::get();
  std::uint32_t base_ = 0;
  int depth_ = 0;
  int brackets_ = 0;
  // While `type(a).b = c` is read, which the grammar takes for an alias: from the word to the parenthesis.
  struct {
    std::uint32_t begin = 0, end = 0xffffffff;
  } called_type_;
  std::uint32_t body_end_ = 0;  // of the last statement of the last block
  bool saw_yield_ = false;  // in the function being read
  std::span<const ReadBody> bodies_;
  std::vector<Extent> extents_;

  Cursors cursors_;
  std::vector<const Expression*> expressions_;
  std::vector<const Statement*> statements_;
  std::vector<Argument> arguments_;
  std::vector<StringPart> parts_;
  std::vector<Parameter> parameters_;
  std::vector<DictionaryEntry> entries_;
  std::vector<ComprehensionClause> clauses_;
  std::vector<std::string_view> words_;
  std::vector<WithItem> items_;
  std::vector<Handler> handlers_;
  std::vector<MatchCase> cases_;
  std::vector<ImportedName> imports_;
};

// The children of a node, in order, without comments (which are noted in passing) and line continuations. Every user
// must go through all of them, or comments are lost. A node with many children is walked by a cursor, because finding
// the n-th child costs n steps.
//
// The grammar also reads `a =` and `b` of the next line as one assignment. Python does not: outside brackets a line break
// between two children of an expression or a simple statement is an error.
class Converter::Children {
 public:
  Children(Converter& converter, const Node& of)
      : converter_(converter),
        parent_(of.raw),
        count_(ts_node_child_count(of.raw)),
        breaks_(line_breaks(of.kind)),
        last_end_(of.begin) {
    if (count_ > few) cursor_ = converter_.cursors_.take(parent_);
    if (breaks_ == LineBreaks::bracketed) ++converter_.brackets_;
  }
  ~Children() {
    if (count_ > few) converter_.cursors_.give_back(cursor_);
    if (breaks_ == LineBreaks::bracketed) --converter_.brackets_;
  }
  Children(const Children&) = delete;
  auto operator=(const Children&) -> Children& = delete;

  auto next() -> bool {
    while (index_ < count_) {
      current = converter_.node(step());
      if (current.kind == Kind::comment) {
        converter_.note_comment(current.begin, current.end);
        last_end_ = current.end;
      } else if (current.kind != Kind::line_continuation) {
        if (breaks_ == LineBreaks::wrong && last_end_ < current.begin && converter_.brackets_ == 0) {
          converter_.check_line(last_end_, current.begin);
        }
        last_end_ = current.end;
        if (current.kind == Kind::left_bracket) {
          current.kind = Kind::other;
          // Behind the value of a subscript comes its bracket.
          if (breaks_ == LineBreaks::wrong) {
            breaks_ = LineBreaks::bracketed;
            ++converter_.brackets_;
          }
        }
        return true;
      }
    }
    return false;
  }

  Node current{};

 private:
  auto step() -> TSNode {
    const auto index = index_++;
    if (count_ <= few) return ts_node_child(parent_, index);
    if (index == 0) {
      ts_tree_cursor_goto_first_child(&cursor_);
    } else if (!ts_tree_cursor_goto_next_sibling(&cursor_)) {
      index_ = count_;
    }
    return ts_tree_cursor_current_node(&cursor_);
  }

  static constexpr std::uint32_t few = 16;
  Converter& converter_;
  TSNode parent_;
  std::uint32_t count_;
  std::uint32_t index_ = 0;
  LineBreaks breaks_;
  std::uint32_t last_end_;
  TSTreeCursor cursor_{};
};

}  // namespace foreshot::python
