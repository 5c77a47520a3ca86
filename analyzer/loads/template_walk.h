// Walks a template that Python renders, with the values that it is given: what an expression of it reads is read of the
// walk's own objects, so that a lazy attribute loads here as it would in Python code.
//
//     {% for order in orders %}{{ order.customer.name }}{% endfor %}      orders: the rows of a query
//
// Names that nobody knows (context processors, globals, filters of the project's) are unknown, and silent. Bounded: by the
// walk's steps, by the depth of the tree, and by how deep templates and macros may call each other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/interpret/interpreter.h"
#include "analyzer/loads/templates.h"
#include "analyzer/loads/value.h"

namespace foreshot::loads {

class TemplateWalk {
 public:
  using Value = interpret::Value;
  using Context = std::vector<std::pair<std::string, Value>>;

  TemplateWalk(interpret::Interpreter& interpreter, const Templates& templates) : interpreter_(interpreter), templates_(templates) {}
  ~TemplateWalk();
  TemplateWalk(const TemplateWalk&) = delete;
  auto operator=(const TemplateWalk&) -> TemplateWalk& = delete;

  auto render(const TemplateSource& source, const Context& context) -> void;

 private:
  // The variables of a template, a loop, a macro, …; reading looks outward, assigning does not.
  struct Scope {
    std::shared_ptr<Scope> outer;
    std::map<std::string, Value, std::less<>> names;
  };
  using ScopePointer = std::shared_ptr<Scope>;
  struct BlockBody { const TemplateSource* source; const jinja::Block* block; };
  // One render: the blocks of a template and of those that it extends, the most derived first.
  struct Rendering {
    std::map<std::string_view, std::vector<BlockBody>> blocks;
    ScopePointer globals;
    bool extended = false;               // the outermost output is that of the extended template
    const TemplateSource* parent = nullptr;
    bool parent_unknown = false;
  };
  struct BlockAt { std::string_view name; std::size_t index; };

  struct Macro : interpret::Object {
    const TemplateSource* source = nullptr;
    std::string_view name;
    std::span<const jinja::Parameter> parameters;
    jinja::NodeList body;
    ScopePointer scope;
    auto type_name() const -> std::string_view override { return "jinja2.runtime.Macro"; }
  };
  struct Imported : interpret::Object {
    ScopePointer names;
    auto type_name() const -> std::string_view override { return "jinja2.environment.TemplateModule"; }
  };
  struct LoopVariable : interpret::Object {
    const jinja::For* node = nullptr;
    Value element;
    int depth = 0;
    auto type_name() const -> std::string_view override { return "jinja2.runtime.LoopContext"; }
  };
  struct Namespace : interpret::Object {
    std::map<std::string, Value, std::less<>> names;
    auto type_name() const -> std::string_view override { return "jinja2.utils.Namespace"; }
  };

  // ── template_walk.cpp: statements ──
  auto scope_in(ScopePointer outer) -> ScopePointer;
  auto body(jinja::NodeList nodes, const ScopePointer& scope) -> void;
  auto node(const jinja::Node* node, const ScopePointer& scope) -> void;
  auto for_loop(const jinja::For& loop, const Value& iterable, const ScopePointer& scope, int depth) -> void;
  auto branches(const jinja::If& branch, const ScopePointer& scope) -> void;
  auto include(const jinja::Include& node, const ScopePointer& scope) -> void;
  auto imported(const jinja::Expression* from, const jinja::Node& node, const ScopePointer& scope, bool with_context) -> std::shared_ptr<Imported>;
  auto whole(const TemplateSource& source, const ScopePointer& globals) -> void;
  auto gather_blocks(jinja::NodeList nodes, const TemplateSource& source, int depth) -> void;
  auto show_block(std::string_view name, std::size_t index, const ScopePointer& scope, Span at) -> void;
  auto inside(const TemplateSource& source, Span called_at, const std::function<void()>& walk) -> void;
  auto named_template(const jinja::Expression* name, const ScopePointer& scope) -> const TemplateSource*;
  auto assign(const jinja::Expression* target, const Value& value, const ScopePointer& scope) -> void;

  // ── template_expressions.cpp ──
  auto evaluate(const jinja::Expression* node, const ScopePointer& scope) -> Value;
  auto evaluate_name(const jinja::Name& name, const ScopePointer& scope) -> Value;
  auto attribute(const Value& object, std::string_view name, Span place) -> Value;
  auto attribute_path(const Value& object, std::string_view path, Span place) -> Value;
  auto subscript(const jinja::Subscript& node, const ScopePointer& scope) -> Value;
  auto compare(const jinja::Compare& node, const ScopePointer& scope) -> Value;
  auto call(const jinja::Call& node, const ScopePointer& scope) -> Value;
  auto call_macro(const Macro& macro, std::span<const jinja::Argument> given, const ScopePointer& scope, Span place, const Value& caller) -> void;
  auto arguments_of(std::span<const jinja::Argument> given, const ScopePointer& scope) -> interpret::Arguments;
  auto print(const Value& value, Span place) -> void;
  auto span_of(const jinja::Expression* node) const -> Span { return source_->span(node->begin, node->end); }
  auto span_of(const jinja::Node* node) const -> Span { return source_->span(node->begin, node->end); }

  // ── template_filters.cpp ──
  auto filter(const jinja::Filter& node, const ScopePointer& scope) -> Value;
  auto filtered(std::string_view name, const Value& value, const interpret::Arguments& given, Span place) -> Value;
  auto test(const jinja::Test& node, const ScopePointer& scope) -> Value;
  // What `body` gives of each element, as rows of it.
  auto each(const Value& values, Span place, const std::function<Value(const Value& element)>& body) -> Value;
  auto rows_of(const Value& element, Span place) const -> Value;

  interpret::Interpreter& interpreter_;
  const Templates& templates_;
  const TemplateSource* source_ = nullptr;   // that is being walked
  Rendering* rendering_ = nullptr;
  std::vector<BlockAt> in_block_;            // for super()
  std::vector<std::weak_ptr<Scope>> scopes_; // all that were made: a macro and the scope that holds it keep each other
  int depth_ = 0;                            // templates, macros and blocks in each other
};

}  // namespace foreshot::loads
