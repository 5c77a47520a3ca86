#include "analyzer/loads/template_walk.h"

#include <algorithm>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Loop;
using jinja::as;
using jinja::ExpressionKind;
using jinja::NodeKind;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

constexpr int deepest = 12;
constexpr std::size_t most_rounds = 20;
constexpr int deepest_blocks = 100;

}  // namespace

TemplateWalk::~TemplateWalk() {
  for (const auto& each : scopes_)
    if (const auto scope = each.lock()) scope->names.clear();
}

auto TemplateWalk::scope_in(ScopePointer outer) -> ScopePointer {
  auto scope = std::make_shared<Scope>();
  scope->outer = std::move(outer);
  scopes_.push_back(scope);
  return scope;
}

auto TemplateWalk::render(const TemplateSource& source, const Context& context) -> void {
  const auto globals = scope_in(nullptr);
  for (const auto& [name, value] : context) globals->names[name] = value;
  whole(source, globals);
}

// Another template, or a part of one, is walked as called from a place.
auto TemplateWalk::inside(const TemplateSource& source, Span called_at, const std::function<void()>& walk) -> void {
  if (depth_ >= deepest || source.tree == nullptr) return;
  const auto* before = source_;
  ++depth_;
  const auto walked = [&] {
    source_ = &source;
    walk();
  };
  if (called_at.known()) interpreter_.called_from(called_at, walked);
  else walked();
  source_ = before;
  --depth_;
}

// A template from its first line, with what it extends.
auto TemplateWalk::whole(const TemplateSource& source, const ScopePointer& globals) -> void {
  Rendering rendering;
  rendering.globals = globals;
  auto* outer = rendering_;
  const auto blocks = std::exchange(in_block_, {});
  rendering_ = &rendering;
  const auto* from = source_;
  const auto* at = &source;
  for (int hop = 0; hop < deepest && at != nullptr && at->tree != nullptr; ++hop) {
    source_ = at;
    rendering.parent = nullptr;
    rendering.extended = rendering.parent_unknown = false;
    gather_blocks(at->tree->body, *at, 0);
    body(at->tree->body, globals);
    // Whatever is extended and not known is thought to show each block once.
    if (rendering.parent_unknown || (rendering.parent != nullptr && rendering.parent->tree == nullptr)) {
      for (const auto& [name, bodies] : rendering.blocks) show_block(name, 0, globals, {});
      break;
    }
    at = rendering.parent;
  }
  source_ = from;
  rendering_ = outer;
  in_block_ = blocks;
}

auto TemplateWalk::gather_blocks(jinja::NodeList nodes, const TemplateSource& source, int depth) -> void {
  if (depth > deepest_blocks) return;
  for (const auto* node : nodes) {
    if (const auto* block = as<jinja::Block>(node, NodeKind::block)) {
      rendering_->blocks[block->name].push_back({&source, block});
      gather_blocks(block->body, source, depth + 1);
    } else if (const auto* loop = as<jinja::For>(node, NodeKind::for_)) {
      gather_blocks(loop->body, source, depth + 1);
      gather_blocks(loop->otherwise, source, depth + 1);
    } else if (const auto* branch = as<jinja::If>(node, NodeKind::if_)) {
      gather_blocks(branch->body, source, depth + 1);
      gather_blocks(branch->otherwise, source, depth + 1);
    } else if (const auto* with = as<jinja::With>(node, NodeKind::with)) {
      gather_blocks(with->body, source, depth + 1);
    } else if (const auto* part = as<jinja::Scope>(node, NodeKind::scope)) {
      gather_blocks(part->body, source, depth + 1);
    } else if (const auto* call = as<jinja::CallBlock>(node, NodeKind::call_block)) {
      gather_blocks(call->body, source, depth + 1);
    } else if (const auto* filter = as<jinja::FilterBlock>(node, NodeKind::filter_block)) {
      gather_blocks(filter->body, source, depth + 1);
    }
  }
}

auto TemplateWalk::show_block(std::string_view name, std::size_t index, const ScopePointer& scope, Span at) -> void {
  const auto found = rendering_->blocks.find(name);
  if (found == rendering_->blocks.end() || index >= found->second.size()) return;
  const auto [source, block] = found->second[index];
  inside(*source, at, [&] {
    in_block_.push_back({name, index});
    const auto own = scope_in(scope);
    body(block->body, own);
    in_block_.pop_back();
  });
}

auto TemplateWalk::body(jinja::NodeList nodes, const ScopePointer& scope) -> void {
  for (const auto* each : nodes) {
    if (!interpreter_.charge()) return;
    node(each, scope);
  }
}

auto TemplateWalk::node(const jinja::Node* node, const ScopePointer& scope) -> void {
  const auto inner = [&] { return scope_in(scope); };
  // What stands outside of blocks is not shown where another template is extended.
  const bool shown = !rendering_->extended || scope != rendering_->globals;
  switch (node->kind) {
    case NodeKind::text:
    case NodeKind::unreadable:
    case NodeKind::break_:
    case NodeKind::continue_: return;
    case NodeKind::output: {
      const auto* value = static_cast<const jinja::Output*>(node)->value;
      if (shown) print(evaluate(value, scope), span_of(value));
      return;
    }
    case NodeKind::for_: {
      if (!shown) return;
      const auto& loop = *static_cast<const jinja::For*>(node);
      return for_loop(loop, evaluate(loop.iterable, scope), scope, 0);
    }
    case NodeKind::if_: return branches(*static_cast<const jinja::If*>(node), scope);
    case NodeKind::set: {
      const auto& set = *static_cast<const jinja::Set*>(node);
      return assign(set.target, evaluate(set.value, scope), scope);
    }
    case NodeKind::set_block: {
      const auto& set = *static_cast<const jinja::SetBlock*>(node);
      body(set.body, inner());
      return assign(set.target, Value::unknown("rendered text", span_of(node)), scope);
    }
    case NodeKind::block: {
      const auto& block = *static_cast<const jinja::Block*>(node);
      if (!shown) return;
      return show_block(block.name, 0, block.scoped ? scope : rendering_->globals, span_of(node));
    }
    case NodeKind::extends: {
      const auto* parent = static_cast<const jinja::Extends*>(node)->parent;
      rendering_->extended = true;
      rendering_->parent = named_template(parent, scope);
      rendering_->parent_unknown = rendering_->parent == nullptr;
      return;
    }
    case NodeKind::include:
      if (shown) include(*static_cast<const jinja::Include*>(node), scope);
      return;
    case NodeKind::import_: {
      const auto& import = *static_cast<const jinja::Import*>(node);
      auto names = imported(import.from, import, scope, import.with_context);
      scope->names[std::string(import.as)] = names != nullptr ? object_value(std::move(names), span_of(node)) : Value();
      return;
    }
    case NodeKind::from_import: {
      const auto& import = *static_cast<const jinja::FromImport*>(node);
      const auto names = imported(import.from, import, scope, import.with_context);
      for (const auto& each : import.names) {
        Value value;
        if (names != nullptr)
          if (const auto found = names->names->names.find(each.name); found != names->names->names.end()) value = found->second;
        scope->names[std::string(each.as.empty() ? each.name : each.as)] = std::move(value);
      }
      return;
    }
    case NodeKind::macro: {
      const auto& macro = *static_cast<const jinja::Macro*>(node);
      auto made = std::make_shared<Macro>();
      made->source = source_;
      made->name = macro.name;
      made->parameters = macro.parameters;
      made->body = macro.body;
      made->scope = rendering_->globals;
      scope->names[std::string(macro.name)] = object_value(std::move(made), span_of(node));
      return;
    }
    case NodeKind::call_block: {
      const auto& block = *static_cast<const jinja::CallBlock*>(node);
      const auto* call = as<jinja::Call>(block.call, ExpressionKind::call);
      if (!shown || call == nullptr) return;
      auto caller = std::make_shared<Macro>();
      caller->source = source_;
      caller->name = "caller";
      caller->parameters = block.parameters;
      caller->body = block.body;
      caller->scope = scope;
      const auto callee = evaluate(call->callee, scope);
      if (const auto* macro = callee.object<Macro>()) {
        const auto held = *macro;
        call_macro(held, call->arguments, scope, span_of(node), object_value(std::move(caller), span_of(node)));
      } else {
        (void)arguments_of(call->arguments, scope);
      }
      return;
    }
    case NodeKind::filter_block:
      if (shown) body(static_cast<const jinja::FilterBlock*>(node)->body, inner());
      return;
    case NodeKind::with: {
      const auto& with = *static_cast<const jinja::With*>(node);
      const auto own = inner();
      for (const auto& each : with.assignments) assign(each.target, evaluate(each.value, scope), own);
      if (shown) body(with.body, own);
      return;
    }
    case NodeKind::scope:
      if (shown) body(static_cast<const jinja::Scope*>(node)->body, inner());
      return;
    case NodeKind::do_: (void)evaluate(static_cast<const jinja::Do*>(node)->value, scope); return;
    case NodeKind::trans: {
      const auto& trans = *static_cast<const jinja::Trans*>(node);
      if (!shown) return;
      const auto own = inner();
      for (const auto& each : trans.assignments) assign(each.target, evaluate(each.value, scope), own);
      body(trans.singular, own);
      body(trans.plural, own);
      return;
    }
  }
}

auto TemplateWalk::for_loop(const jinja::For& loop, const Value& iterable, const ScopePointer& scope, int depth) -> void {
  const auto head = source_->span(loop.head_begin, loop.head_end);
  const auto iteration = interpreter_.iterate(span_of(loop.iterable), iterable);
  const auto round = [&](const Value& element) {
    const auto own = scope_in(scope);
    auto variable = std::make_shared<LoopVariable>();
    variable->node = &loop;
    variable->element = element;
    variable->depth = depth;
    own->names["loop"] = object_value(std::move(variable), head);
    assign(loop.target, element, own);
    if (loop.test != nullptr && evaluate(loop.test, own).truth() == Value::Truth::no) return;
    body(loop.body, own);
  };
  if (iteration.known) {
    for (std::size_t i = 0; i < std::min(iteration.items.size(), most_rounds); ++i) round(iteration.items[i]);
    if (iteration.items.empty()) body(loop.otherwise, scope);
    return;
  }
  Loop each;
  each.head = head;
  each.whole = span_of(&loop);
  each.variable = std::string(interpreter_.sources().text(span_of(loop.target)));
  each.iterable = iterable;
  each.element = iteration.element;
  interpreter_.in_loop(std::move(each), round);
  body(loop.otherwise, scope_in(scope));
}

// Neither branch has a scope of its own: what they assign is kept where both agree.
auto TemplateWalk::branches(const jinja::If& branch, const ScopePointer& scope) -> void {
  const auto truth = evaluate(branch.test, scope).truth();
  if (truth == Value::Truth::yes) return body(branch.body, scope);
  if (truth == Value::Truth::no) return body(branch.otherwise, scope);
  const auto before = scope->names;
  body(branch.body, scope);
  auto one = std::exchange(scope->names, before);
  body(branch.otherwise, scope);
  for (auto& [name, value] : one) {
    const auto other = scope->names.find(name);
    if (other == scope->names.end()) scope->names[name] = std::move(value);
    else if (const auto old = before.find(name); old == before.end() || !interpret::same(old->second, value)) {
      // Set by one of them only, or by both.
      const bool untouched = old != before.end() && interpret::same(old->second, other->second);
      if (!interpret::same(value, other->second)) other->second = untouched && old->second.is_none() ? value : Value::unknown("one of two values", {});
    }
  }
}

auto TemplateWalk::named_template(const jinja::Expression* name, const ScopePointer& scope) -> const TemplateSource* {
  const auto value = evaluate(name, scope);
  const auto named = [&](const Value& one) -> const TemplateSource* {
    const auto* text = one.constant_text();
    return text != nullptr ? templates_.find(*text, source_->path) : nullptr;
  };
  if (const auto* found = named(value)) return found;
  if (const auto* list = value.sequence())
    for (const auto& item : list->items)
      if (const auto* found = named(item)) return found;
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>())
    for (const auto& option : (*choice)->options)
      if (const auto* found = named(option)) return found;
  return nullptr;
}

auto TemplateWalk::include(const jinja::Include& node, const ScopePointer& scope) -> void {
  const auto* source = named_template(node.names, scope);
  if (source == nullptr) return;
  inside(*source, span_of(&node), [&] {
    whole(*source, scope_in(node.with_context ? scope : nullptr));
  });
}

// The macros and variables of another template.
auto TemplateWalk::imported(const jinja::Expression* from, const jinja::Node& node, const ScopePointer& scope, bool with_context) -> std::shared_ptr<Imported> {
  const auto* source = named_template(from, scope);
  if (source == nullptr || source->tree == nullptr) return nullptr;
  auto names = std::make_shared<Imported>();
  names->names = scope_in(with_context ? scope : nullptr);
  inside(*source, span_of(&node), [&] {
    Rendering rendering;
    rendering.globals = names->names;
    auto* outer = std::exchange(rendering_, &rendering);
    body(source->tree->body, names->names);
    rendering_ = outer;
  });
  return names;
}

auto TemplateWalk::assign(const jinja::Expression* target, const Value& value, const ScopePointer& scope) -> void {
  if (const auto* name = as<jinja::Name>(target, ExpressionKind::name)) {
    scope->names[std::string(name->id)] = value;
  } else if (const auto* of = as<jinja::Attribute>(target, ExpressionKind::attribute)) {
    const auto held = evaluate(of->value, scope);
    if (auto* names = held.object<Namespace>()) names->names[std::string(of->name)] = value;
  } else if (const auto* all = as<jinja::Sequence>(target, ExpressionKind::tuple)) {
    const auto iteration = interpreter_.iterate(span_of(target), value);
    for (std::size_t i = 0; i < all->elements.size(); ++i)
      assign(all->elements[i], !iteration.known ? iteration.element : i < iteration.items.size() ? iteration.items[i] : Value(), scope);
  }
}

}  // namespace foreshot::loads
