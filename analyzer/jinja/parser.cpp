#include "analyzer/jinja/parser.h"

#include <algorithm>
#include <utility>

namespace foreshot::jinja {
namespace {

using Kind = Token::Kind;

// Words that only continue or end another tag.
auto is_closing(std::string_view name) -> bool {
  return name.starts_with("end") || name == "else" || name == "elif" || name == "pluralize";
}

}  // namespace

auto Parser::run() -> void {
  to_.file = file_;
  std::vector<const Node*> all;
  // A body ends early at a tag that closes nothing: what follows is read too.
  while (true) {
    const auto part = body({});
    all.insert(all.end(), part.begin(), part.end());
    if (ended_by_.name.empty()) break;
  }
  to_.body = to_.arena.copy(all);
}

auto Parser::gap(std::uint32_t begin, std::uint32_t end, std::string reason) -> void {
  constexpr std::size_t most = 100;
  if (to_.gaps.size() < most) to_.gaps.push_back({{file_, begin, end}, std::move(reason)});
}

auto Parser::closes_something(std::string_view name) const -> bool {
  return std::any_of(open_.begin(), open_.end(), [&](const auto& ends) { return std::find(ends.begin(), ends.end(), name) != ends.end(); });
}

// Nodes up to a tag of `ends`, which is left in ended_by_ with its other words untaken; or up to a tag that ends a body around
// this one, or to the end of the text.
auto Parser::body(std::vector<std::string_view> ends) -> NodeList {
  std::vector<const Node*> nodes;
  open_.push_back(std::move(ends));
  ended_by_ = {};
  while (true) {
    const auto piece = lexer_.next();
    if (piece.kind == Piece::Kind::end) break;
    piece_end_ = piece.end;
    token_ = 0;
    failed_ = false;
    if (piece.kind == Piece::Kind::comment) {
      auto first = piece.begin;
      while (first > 0 && (text_[first - 1] == ' ' || text_[first - 1] == '\t')) --first;
      Comment comment;
      comment.span = {file_, piece.begin, piece.end};
      comment.own_line = first == 0 || text_[first - 1] == '\n';
      if (const auto next = text_.find_first_not_of(" \t\r\n", piece.end); comment.own_line && next != std::string_view::npos)
        awaited_[static_cast<std::uint32_t>(next)] = to_.comments.size();
      to_.comments.push_back(comment);
    } else if (piece.kind == Piece::Kind::text) {
      nodes.push_back(to_.arena.make<Text>(Text{{NodeKind::text, piece.begin, piece.end}}));
    } else if (piece.kind == Piece::Kind::output) {
      const auto* value = tuple(true);
      if (!failed_ && !at_end()) fail();
      if (failed_ || lexer_.open()) gap(piece.begin, piece.end, "an output that is no expression");
      nodes.push_back(belonging(to_.arena.make<Output>(Output{{NodeKind::output, piece.begin, piece.end}, failed_ ? fail() : value})));
    } else {
      Tag tag{peek().kind == Kind::name ? peek().text : std::string_view(), piece.begin, piece.end};
      if (!tag.name.empty()) take();
      if (is_closing(tag.name)) {
        if (closes_something(tag.name)) {
          ended_by_ = tag;
          break;
        }
        // The end of a tag that is not known, whose contents were read as if it were not there.
        continue;
      }
      nodes.push_back(belonging(statement(tag)));
      // A body inside ended with a tag of this one, or of one around it.
      if (ended_by_.name.empty()) continue;
      break;
    }
  }
  open_.pop_back();
  return to_.arena.copy(nodes);
}

// A comment alone on its line speaks of what follows it.
auto Parser::belonging(const Node* node) -> const Node* {
  if (const auto found = awaited_.find(node->begin); found != awaited_.end()) to_.comments[found->second].statement = to_.span(node);
  return node;
}

// The body of a tag.
auto Parser::body_of(const Tag& tag, std::initializer_list<std::string_view> ends) -> NodeList {
  const auto nodes = body(std::vector<std::string_view>(ends));
  if (std::find(ends.begin(), ends.end(), ended_by_.name) == ends.end()) gap(tag.begin, tag.end, "nothing ends this tag");
  return nodes;
}

auto Parser::finish_tag(const Tag& tag) -> void {
  if (failed_ || !at_end() || lexer_.open()) gap(tag.begin, tag.end, "a tag that is not understood");
}

auto Parser::unreadable(const Tag& tag) -> const Node* {
  gap(tag.begin, tag.end, "a tag that is not understood");
  return to_.arena.make<Node>(Node{NodeKind::unreadable, tag.begin, tag.end});
}

auto Parser::statement(const Tag& tag) -> const Node* {
  ended_by_ = {};
  // Deeper ones are read as if the tags around them were not there.
  if (open_.size() >= static_cast<std::size_t>(max_depth)) return unreadable(tag);
  const auto leaf = [&](NodeKind kind) { return finish_tag(tag), to_.arena.make<Node>(Node{kind, tag.begin, tag.end}); };
  const auto name = tag.name;
  if (name == "for") return for_tag(tag);
  if (name == "if") return if_tag(tag);
  if (name == "set") return set_tag(tag);
  if (name == "block") return block_tag(tag);
  if (name == "include") return include_tag(tag);
  if (name == "import") return import_tag(tag);
  if (name == "from") return from_tag(tag);
  if (name == "macro") return macro_tag(tag);
  if (name == "call") return call_tag(tag);
  if (name == "filter") return filter_tag(tag);
  if (name == "with") return with_tag(tag);
  if (name == "trans") return trans_tag(tag);
  if (name == "break") return leaf(NodeKind::break_);
  if (name == "continue") return leaf(NodeKind::continue_);
  if (name == "extends" || name == "do" || name == "print") {
    const auto* value = tuple(true);
    finish_tag(tag);
    if (name == "extends") return to_.arena.make<Extends>(Extends{{NodeKind::extends, tag.begin, tag.end}, value});
    if (name == "do") return to_.arena.make<Do>(Do{{NodeKind::do_, tag.begin, tag.end}, value});
    return to_.arena.make<Output>(Output{{NodeKind::output, tag.begin, tag.end}, value});
  }
  if (name == "autoescape") {
    (void)expression();
    finish_tag(tag);
    const auto nodes = body_of(tag, {"endautoescape"});
    const auto end = piece_end_;
    ended_by_ = ended_by_.name == "endautoescape" ? Tag{} : ended_by_;
    return to_.arena.make<Scope>(Scope{{NodeKind::scope, tag.begin, end}, nodes});
  }
  if (name == "debug") return leaf(NodeKind::unreadable);
  return unreadable(tag);
}

auto Parser::for_tag(const Tag& tag) -> const Node* {
  const auto* target_name = target({"in"});
  const Expression* iterable = skip_word("in") ? tuple(false, {"recursive", "if"}) : fail();
  const Expression* test = skip_word("if") ? expression() : nullptr;
  const bool recursive = skip_word("recursive");
  const auto head_end = std::max(last_end_, tag.begin);
  const auto head_begin = std::min(head_end, static_cast<std::uint32_t>(std::min<std::size_t>(text_.find("for", tag.begin), head_end)));
  if (failed_) iterable = to_.arena.make<Expression>(Expression{ExpressionKind::unreadable, 1, tag.begin, tag.begin});
  finish_tag(tag);
  const auto nodes = body_of(tag, {"else", "endfor"});
  NodeList otherwise;
  if (ended_by_.name == "else") otherwise = body_of(tag, {"endfor"});
  const auto end = piece_end_;
  if (ended_by_.name == "endfor") ended_by_ = {};
  return to_.arena.make<For>(For{{NodeKind::for_, tag.begin, end}, target_name, iterable, test, nodes, otherwise, recursive, head_begin, head_end});
}

auto Parser::if_tag(const Tag& tag) -> const Node* {
  struct Branch { Tag tag; const Expression* test; NodeList nodes; };
  std::vector<Branch> branches;
  NodeList otherwise;
  auto at = tag;
  while (true) {
    const auto* test = tuple(false);
    finish_tag(at);
    const auto nodes = body_of(at, {"elif", "else", "endif"});
    branches.push_back({at, test, nodes});
    if (ended_by_.name != "elif") break;
    at = ended_by_;
    failed_ = false;
    // A long chain nests: its end is read as if it were more of the last branch.
    if (branches.size() + open_.size() >= static_cast<std::size_t>(max_depth)) break;
  }
  if (ended_by_.name == "elif") {
    std::vector<const Node*> rest;
    while (ended_by_.name == "elif") {
      const auto nodes = body_of(at, {"elif", "else", "endif"});
      rest.insert(rest.end(), nodes.begin(), nodes.end());
    }
    otherwise = to_.arena.copy(rest);
  }
  if (ended_by_.name == "else") otherwise = body_of(tag, {"endif"});
  const auto end = piece_end_;
  if (ended_by_.name == "endif") ended_by_ = {};
  const Node* node = nullptr;
  for (auto i = branches.size(); i-- > 0;) {
    const auto& branch = branches[i];
    node = to_.arena.make<If>(If{{NodeKind::if_, branch.tag.begin, end}, branch.test, branch.nodes, otherwise});
    otherwise = to_.arena.copy(std::vector<const Node*>{node});
  }
  return node;
}

auto Parser::set_tag(const Tag& tag) -> const Node* {
  const auto* to = target({"="});
  if (skip_op("=")) {
    const auto* value = tuple(true);
    finish_tag(tag);
    return failed_ ? to_.arena.make<Node>(Node{NodeKind::unreadable, tag.begin, tag.end})
                   : to_.arena.make<Set>(Set{{NodeKind::set, tag.begin, tag.end}, to, value});
  }
  const Expression* filter_of = nullptr;
  if (skip_op("|")) filter_of = filters(filter(nullptr));
  finish_tag(tag);
  if (failed_) return to_.arena.make<Node>(Node{NodeKind::unreadable, tag.begin, tag.end});
  const auto nodes = body_of(tag, {"endset"});
  const auto end = piece_end_;
  if (ended_by_.name == "endset") ended_by_ = {};
  return to_.arena.make<SetBlock>(SetBlock{{NodeKind::set_block, tag.begin, end}, to, filter_of, nodes});
}

auto Parser::block_tag(const Tag& tag) -> const Node* {
  std::string_view name;
  if (peek().kind == Kind::name) name = take().text;
  bool scoped = false, required = false;
  while (is_word("scoped") || is_word("required")) (take().text == "scoped" ? scoped : required) = true;
  finish_tag(tag);
  const auto nodes = body_of(tag, {"endblock"});
  const auto end = piece_end_;
  if (ended_by_.name == "endblock") ended_by_ = {};
  return to_.arena.make<Block>(Block{{NodeKind::block, tag.begin, end}, name, nodes, scoped, required});
}

auto Parser::context_words(bool otherwise) -> bool {
  if ((is_word("with") || is_word("without")) && peek(1).kind == Kind::name && peek(1).text == "context") {
    const bool with = take().text == "with";
    take();
    return with;
  }
  return otherwise;
}

auto Parser::include_tag(const Tag& tag) -> const Node* {
  const auto* names = expression();
  bool missing = false;
  if (is_word("ignore") && peek(1).text == "missing") {
    take();
    take();
    missing = true;
  }
  const bool with = context_words(true);
  finish_tag(tag);
  return to_.arena.make<Include>(Include{{NodeKind::include, tag.begin, tag.end}, names, missing, with});
}

auto Parser::import_tag(const Tag& tag) -> const Node* {
  const auto* from = expression();
  std::string_view as;
  if (skip_word("as") && peek().kind == Kind::name) as = take().text;
  const bool with = context_words(false);
  finish_tag(tag);
  return to_.arena.make<Import>(Import{{NodeKind::import_, tag.begin, tag.end}, from, as, with});
}

auto Parser::from_tag(const Tag& tag) -> const Node* {
  const auto* from = expression();
  std::vector<ImportedName> names;
  bool with = false;
  if (!skip_word("import")) fail();
  while (!failed_ && peek().kind == Kind::name) {
    if ((is_word("with") || is_word("without")) && peek(1).text == "context") break;
    ImportedName name{take().text, {}};
    if (skip_word("as") && peek().kind == Kind::name) name.as = take().text;
    names.push_back(name);
    if (!skip_op(",")) break;
  }
  with = context_words(false);
  finish_tag(tag);
  return to_.arena.make<FromImport>(FromImport{{NodeKind::from_import, tag.begin, tag.end}, from, to_.arena.copy(names), with});
}

auto Parser::parameters() -> std::span<const Parameter> {
  std::vector<Parameter> found;
  if (!skip_op("(")) return {};
  while (!failed_ && !is_op(")")) {
    if (peek().kind != Kind::name) {
      fail();
      break;
    }
    Parameter parameter{take().text, nullptr};
    if (skip_op("=")) parameter.default_value = expression();
    found.push_back(parameter);
    if (!skip_op(",") && !is_op(")")) fail();
  }
  if (!skip_op(")")) fail();
  return to_.arena.copy(found);
}

auto Parser::macro_tag(const Tag& tag) -> const Node* {
  std::string_view name;
  if (peek().kind == Kind::name) name = take().text;
  const auto given = parameters();
  finish_tag(tag);
  const auto nodes = body_of(tag, {"endmacro"});
  const auto end = piece_end_;
  if (ended_by_.name == "endmacro") ended_by_ = {};
  return to_.arena.make<Macro>(Macro{{NodeKind::macro, tag.begin, end}, name, given, nodes});
}

auto Parser::call_tag(const Tag& tag) -> const Node* {
  std::span<const Parameter> given;
  if (is_op("(")) given = parameters();
  const auto* call = expression();
  finish_tag(tag);
  const auto nodes = body_of(tag, {"endcall"});
  const auto end = piece_end_;
  if (ended_by_.name == "endcall") ended_by_ = {};
  return to_.arena.make<CallBlock>(CallBlock{{NodeKind::call_block, tag.begin, end}, given, call, nodes});
}

auto Parser::filter_tag(const Tag& tag) -> const Node* {
  const auto* of = filters(filter(nullptr));
  finish_tag(tag);
  const auto nodes = body_of(tag, {"endfilter"});
  const auto end = piece_end_;
  if (ended_by_.name == "endfilter") ended_by_ = {};
  return to_.arena.make<FilterBlock>(FilterBlock{{NodeKind::filter_block, tag.begin, end}, of, nodes});
}

auto Parser::with_tag(const Tag& tag) -> const Node* {
  std::vector<Assignment> assignments;
  while (!failed_ && !at_end()) {
    const auto* to = target({"="});
    if (!skip_op("=")) fail();
    const auto* value = failed_ ? nullptr : expression();
    if (value != nullptr) assignments.push_back({to, value});
    if (!skip_op(",")) break;
  }
  finish_tag(tag);
  const auto nodes = body_of(tag, {"endwith"});
  const auto end = piece_end_;
  if (ended_by_.name == "endwith") ended_by_ = {};
  return to_.arena.make<With>(With{{NodeKind::with, tag.begin, end}, to_.arena.copy(assignments), nodes});
}

auto Parser::trans_tag(const Tag& tag) -> const Node* {
  std::vector<Assignment> assignments;
  if (peek().kind == Kind::string) take();  // the context of pgettext
  skip_op(",");
  while (!failed_ && peek().kind == Kind::name) {
    const auto name = take();
    if (!is_op("=")) {
      // `trimmed`, and variables that are only named; both at once is nothing to worry about.
      if (name.text != "trimmed" && name.text != "notrimmed") {
        const auto* same = make<Name>(ExpressionKind::name, name.begin, 0, name.text);
        assignments.push_back({same, same});
      }
    } else {
      take();
      const auto* to = to_.arena.make<Name>(Name{{ExpressionKind::name, 1, name.begin, name.end}, name.text});
      assignments.push_back({to, expression()});
    }
    skip_op(",");
  }
  finish_tag(tag);
  const auto singular = body_of(tag, {"pluralize", "endtrans"});
  NodeList plural;
  if (ended_by_.name == "pluralize") plural = body_of(tag, {"endtrans"});
  const auto end = piece_end_;
  if (ended_by_.name == "endtrans") ended_by_ = {};
  return to_.arena.make<Trans>(Trans{{NodeKind::trans, tag.begin, end}, to_.arena.copy(assignments), singular, plural});
}

auto parse(FileId file, std::string_view text) -> std::unique_ptr<Template> {
  auto made = std::make_unique<Template>();
  Parser(file, text, *made).run();
  return made;
}

}  // namespace foreshot::jinja
