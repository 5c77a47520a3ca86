// Calls that render a Jinja template: which template, with which values.
//
//     render_template("users.html", users=users)                       Flask, Quart, and functions of that name
//     templates.TemplateResponse(request, "users.html", {…})           FastAPI, Starlette; the name may come first
//     env.get_template("users.html").render(users=users)               Jinja itself
//     @view_config(renderer="app:templates/users.jinja2")              Pyramid, aiohttp_jinja2: the dict that is returned
#include <algorithm>
#include <array>

#include "analyzer/jinja/tree.h"
#include "analyzer/loads/reached.h"
#include "analyzer/loads/template_walk.h"
#include "analyzer/loads/tree_walk.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using python::as;
using python::ExpressionKind;
using sqlalchemy::last_part;
using sqlalchemy::object_value;

namespace {

constexpr std::array<std::string_view, 4> gets_one{"get_template", "select_template", "get_or_select_template", "from_string"};
constexpr std::array<std::string_view, 4> holds_text{"render_template_string", "stream_template_string", "from_string", "Template"};
constexpr std::array<std::string_view, 9> renders_one{"render", "render_async", "generate", "generate_async", "stream", "make_module", "make_module_async", "render_with_context", "root_render_func"};
// Keywords of such calls that are no variables of the template.
constexpr std::array<std::string_view, 9> other_keywords{"request", "name", "status_code", "headers", "media_type", "background", "template_name", "renderer_name", "response"};

template <typename Words>
auto is_one_of(std::string_view word, const Words& words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What get_template() gives.
struct TemplateHandle : interpret::Object {
  std::vector<TemplateSource> sources;
  Value text;  // keeps a text alive
  auto type_name() const -> std::string_view override { return "jinja2.Template"; }
};

auto add_entries(const Value& value, TemplateWalk::Context& context) -> void {
  const auto* mapping = value.mapping();
  if (mapping == nullptr) return;
  for (const auto& [key, held] : mapping->entries)
    if (const auto* name = key.constant_text()) context.emplace_back(*name, held);
}

// Variables by keyword and in dicts.
auto context_of(const Arguments& arguments) -> TemplateWalk::Context {
  TemplateWalk::Context context;
  for (const auto& argument : arguments.items) {
    add_entries(argument.value, context);
    if (!argument.name.empty() && !is_one_of(argument.name, other_keywords)) context.emplace_back(std::string(argument.name), argument.value);
  }
  return context;
}

// The names of templates that an argument gives: one, or the first of several that there is.
auto each_name(const Value& value, const std::function<bool(const std::string& name)>& use) -> bool {
  if (const auto* text = value.constant_text()) return use(*text);
  if (const auto* list = value.sequence())
    return std::any_of(list->items.begin(), list->items.end(), [&](const Value& item) { return item.constant_text() != nullptr && use(*item.constant_text()); });
  bool any = false;
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>())
    for (const auto& option : (*choice)->options) any = (option.constant_text() != nullptr && use(*option.constant_text())) || any;
  return any;
}

}  // namespace

auto LoadVocabulary::template_call(const Site& site, const Value& object, std::string_view word, const Arguments& arguments) -> std::optional<Value> {
  if (templates_ == nullptr || site.resolving || site.module == nullptr) return std::nullopt;
  if (const auto* handle = object.object<TemplateHandle>()) {
    if (!is_one_of(word, renders_one)) return Value::unknown("template", site.span);
    const auto held = *handle;
    render_all(site, held.sources, context_of(arguments));
    return Value::unknown("rendered text", site.span);
  }
  // A function that is called so, and is given the name of a template, renders it or hands it on to who does.
  const bool by_name = word.find("emplate") != std::string_view::npos || word.find("render") != std::string_view::npos;
  const bool by_text = is_one_of(word, holds_text);
  if (!by_name && !by_text) return std::nullopt;
  std::vector<TemplateSource> sources;
  Value kept;
  bool named = false;
  if (by_name)
    for (const auto& argument : arguments.items) {
      if (!argument.name.empty() && argument.name != "name" && argument.name != "template_name" && argument.name != "template" && argument.name != "renderer_name") continue;
      named = each_name(argument.value, [&](const std::string& name) {
        const auto* found = templates_->find(name, site.module->path);
        if (found != nullptr) sources.push_back(*found);
        return found != nullptr;
      });
      if (named) break;
    }
  if (!named && by_text) {
    const auto* text = arguments.get(0, "source");
    if (text != nullptr && written_template(text->value, site.module->path, sources)) kept = text->value, named = true;
  }
  if (!named) return std::nullopt;
  if (is_one_of(word, gets_one) || (word == "Template" && kept.mapped_text() != nullptr)) {
    auto handle = std::make_shared<TemplateHandle>();
    handle->sources = std::move(sources);
    handle->text = kept;
    return object_value(std::move(handle), site.span);
  }
  render_all(site, sources, context_of(arguments));
  return Value::unknown("rendered text", site.span);
}

// A text as a template; false when it is not all known.
auto LoadVocabulary::written_template(const Value& value, std::string_view path, std::vector<TemplateSource>& sources) -> bool {
  const auto* text = value.mapped_text();
  if (text == nullptr || !text->complete() || text->empty() || templates_->distrusts(path)) return false;
  const auto place = text->origin(0, text->size());
  if (!place.known()) return false;
  auto& tree = written_[(std::uint64_t{place.file} << 32U) | place.begin];
  if (tree.second == nullptr) tree = {value, jinja::parse(place.file, text->text())};
  sources.push_back({tree.second.get(), path, tree.first.mapped_text()});
  return true;
}

auto LoadVocabulary::render_all(const Site& site, const std::vector<TemplateSource>& sources, const std::vector<std::pair<std::string, Value>>& context) -> void {
  // A template that renders another one is left at that.
  if (render_.known() || templates_ == nullptr || context.empty()) return;
  for (const auto& source : sources) {
    if (source.tree == nullptr) continue;
    render_ = site.called_from.empty() ? site.span : site.called_from.front();
    if (source.text != nullptr) template_text_ = source.text->origin(0, source.text->size());
    TemplateWalk walk(site.interpreter, *templates_);
    site.interpreter.called_from(site.span, [&] { walk.render(source, context); });
    render_ = template_text_ = {};
  }
}

// A view whose decorator names a template returns what that is rendered with.
auto LoadVocabulary::render_returned(const Site& site, const Value& value) -> void {
  if (templates_ == nullptr || templates_->empty() || site.module == nullptr || entry_function_ == nullptr || value.mapping() == nullptr) return;
  std::vector<TemplateSource> sources;
  for (const auto* decorator : entry_function_->decorators) {
    const auto* call = as<python::Call>(decorator, ExpressionKind::call);
    if (call == nullptr) continue;
    const auto word = last_part(dotted_name(call->callee));
    for (const auto& argument : call->arguments) {
      const auto* text = as<python::String>(argument.value, ExpressionKind::string);
      const bool names = argument.name == "renderer" || argument.name == "template" || argument.name == "template_name" ||
                         (argument.name.empty() && word.find("emplate") != std::string_view::npos);
      if (!names || text == nullptr || text->parts.size() != 1 || text->parts[0].value != nullptr) continue;
      if (const auto* found = templates_->find(text->parts[0].text, site.module->path)) sources.push_back(*found);
    }
  }
  TemplateWalk::Context context;
  add_entries(value, context);
  render_all(site, sources, context);
}

auto LoadVocabulary::is_in_template(const Site& site, Span place) const -> bool {
  return template_text_.known() && template_text_.contains(place) ? true : site.interpreter.modules().by_file(place.file) == nullptr;
}

// A query that a method of a row, or its dynamic collection, runs in a loop of a template.
auto LoadVocabulary::run_in_template(const Site& site, const Value& session, const Statement* query, std::string_view sql, Load::Kind kind, const interpret::Loop& loop) -> void {
  const auto* rows = loop.iterable.object<Rows>();
  const auto* entity = loop.element.object<Entity>();
  if (kind != Load::Kind::query || (rows != nullptr && rows->few) || (entity != nullptr && !entity->many)) return;
  Load load;
  load.kind = kind;
  if (query != nullptr && query->collection == Statement::Collection::dynamic) {
    load.strategy = Lazy::dynamic;
    load.model = query->owner.model;
    load.attribute = query->owner.name;
  }
  load.loop = loop.head;
  load.variable = loop.variable;
  const auto levels = std::count_if(site.loops.begin(), site.loops.end(), [](const interpret::Loop& each) { return !each.known && !each.is_while; });
  load.cost = (load.strategy == Lazy::dynamic ? "1 + " : "") + product(static_cast<std::size_t>(levels)) + " queries";
  load.session = kind_of(site, session);
  load.role = role_;
  load.function = site.function;
  load.sql = sql;
  load.in_async = site.in_async;
  place_in_template(site, load);
  if (load.through.size() <= 1) add_load(std::move(load));
}

// The finding belongs to the template's own expression that reads: below the call that rendered it, and above the members of
// Python classes that the expression called.
auto LoadVocabulary::place_in_template(const Site& site, Load& load) const -> void {
  std::vector<Span> chain = site.called_from;
  chain.push_back(site.span);
  const auto last = std::find_if(chain.rbegin(), chain.rend(), [&](Span place) { return is_in_template(site, place); });
  if (last == chain.rend()) return;
  load.serializer = render_;
  load.serializer_name.clear();
  load.access = *last;
  load.through.clear();
  // Includes, blocks and macros on the way; then the members, which begin behind the access.
  const auto members = last.base();
  for (auto place = chain.begin(); place != members - 1; ++place)
    if (is_in_template(site, *place)) load.through.push_back(*place);
  load.through.insert(load.through.end(), members, chain.end());
}

}  // namespace foreshot::loads
