// Loader options as values: selectinload(Order.items).joinedload(Item.product), Load(Order).…, defer(…).
#include <algorithm>
#include <array>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

auto is_strategy(std::string_view word) -> bool {
  static constexpr std::array<std::string_view, 16> words{
      "selectinload", "joinedload", "subqueryload", "immediateload", "lazyload", "raiseload", "noload", "defaultload", "contains_eager",
      "selectin_polymorphic", "eagerload", "eagerload_all", "joinedload_all", "subqueryload_all", "lazyload_all", "contains_alias"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

auto is_column_option(std::string_view word) -> bool {
  static constexpr std::array<std::string_view, 7> words{"defer", "undefer", "undefer_group", "load_only", "with_expression", "with_loader_criteria", "defer_group"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The names that an argument of an option goes along: Order.items, "items", "items.product", "*".
auto add_path(const interpret::Value& value, std::vector<std::string>& path) -> bool {
  if (const auto* attribute = value.object<ModelAttribute>()) {
    path.push_back(attribute->name);
    return true;
  }
  const auto* text = value.constant_text();
  if (text == nullptr) return false;
  std::string word;
  for (const auto c : *text + ".") {
    if (c != '.') word += c;
    else path.push_back(word), word.clear();
  }
  return true;
}

// Of which class the first attribute is.
auto note_owner(Options& options, const interpret::Arguments& arguments) -> void {
  if (options.owner != no_model || !options.path.empty()) return;
  const auto* first = arguments.positional(0);
  if (const auto* attribute = first != nullptr ? first->value.object<ModelAttribute>() : nullptr) options.owner = attribute->model;
}

// load_only(Order.number), defer("remarks"): the columns stand at the end of the path of what they belong to.
auto add_columns(Options& options, std::string_view word, const interpret::Arguments& arguments, Span span) -> void {
  if (word == "with_loader_criteria" || word == "with_expression") return;
  note_owner(options, arguments);
  if (arguments.unknown_positional) options.known = false;
  for (std::size_t i = 0; i < arguments.positional_count(); ++i) {
    auto path = options.path;
    if (!add_path(arguments.positional(i)->value, path)) {
      options.known = false;
      return;
    }
    options.options.push_back({std::move(path), std::string(word), true, span, options.owner});
  }
}

auto extend(Options& options, std::string_view word, const interpret::Arguments& arguments, Span span) -> void {
  note_owner(options, arguments);
  const auto* inner = arguments.keyword("innerjoin");
  const bool innerjoin = inner != nullptr && !(inner->value.get<bool>() != nullptr && !*inner->value.get<bool>());
  const bool recursive = arguments.keyword("recursion_depth") != nullptr;
  auto path = options.path;
  const bool all = word.ends_with("_all");
  const auto strategy = std::string(all ? word.substr(0, word.size() - 4) : word == "eagerload" ? std::string_view("joinedload") : word);
  if (arguments.unknown_positional || arguments.positional_count() == 0) options.known = false;
  for (std::size_t i = 0; i < arguments.positional_count(); ++i) {
    const auto before = path.size();
    const auto& value = arguments.positional(i)->value;
    if (!add_path(value, path)) {
      options.known = false;
      return;
    }
    // SQLAlchemy 2 takes no text but "*".
    options.in_place = options.in_place || (value.constant_text() != nullptr && *value.constant_text() != "*");
    // Only the last name gets the strategy, except in the _all forms.
    for (auto at = before + 1; at <= path.size(); ++at) {
      const bool last = at == path.size() && i + 1 == arguments.positional_count();
      if (last || all)
        options.options.push_back({{path.begin(), path.begin() + static_cast<std::ptrdiff_t>(at)}, strategy, true, span, options.owner, innerjoin, recursive});
    }
  }
  options.path = std::move(path);
}

}  // namespace

// What a relationship looks like that is mapped so that it is never loaded depends on whether anybody asks for it.
auto LoadVocabulary::note_named(const Site& site, std::string_view word, const Arguments& arguments) -> void {
  if (word == "lazyload" || word == "raiseload" || word == "noload" || word == "defaultload" || word == "selectin_polymorphic") return;
  for (std::size_t i = 0; i < arguments.positional_count(); ++i) {
    const auto& argument = *arguments.positional(i);
    if (const auto* attribute = argument.value.object<ModelAttribute>())
      add_use(site, {.kind = QueryUse::Kind::loads_by_option, .span = argument.span, .what = attribute->name, .model = attribute->model});
  }
}

auto LoadVocabulary::option_call(const Site& site, std::string_view word, const Arguments& arguments) -> std::optional<Value> {
  if (is_column_option(word)) {
    auto options = std::make_shared<Options>();
    add_columns(*options, word, arguments, site.span);
    return object_value(std::move(options), site.span);
  }
  if (word == "Load") {
    auto options = std::make_shared<Options>();
    if (const auto* type = arguments.positional(0)) options->owner = registry_.of(type->value);
    return object_value(std::move(options), site.span);
  }
  if (!is_strategy(word)) return std::nullopt;
  auto options = std::make_shared<Options>();
  extend(*options, word, arguments, site.span);
  note_named(site, word, arguments);
  return object_value(std::move(options), site.span);
}

// SQLAlchemy 1 extends the option itself, whatever becomes of the result. A call whose result nobody takes means that.
auto LoadVocabulary::grow(const Site& site, const std::shared_ptr<Options>& options, Options& grown) const -> void {
  if (!site.discarded && !options->in_place && versions().sqlalchemy.first >= 2) return;
  const std::vector<LoaderOption> more(grown.options.begin() + static_cast<std::ptrdiff_t>(options->options.size()), grown.options.end());
  grown.in_place = true;
  grown.grown_from = options;
  std::size_t steps = 0;
  for (auto each = options; each != nullptr && steps < 16; each = each->grown_from, ++steps) {
    each->options.insert(each->options.end(), more.begin(), more.end());
    each->known = each->known && grown.known;
  }
}

auto LoadVocabulary::option_method(const Site& site, const Options& options, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  auto next = std::make_shared<Options>(options);
  if (is_strategy(name)) {
    extend(*next, name, arguments, site.span);
    note_named(site, name, arguments);
  } else if (name == "options") {
    // Nested options go on from the path of the option they are given to.
    for (const auto& item : arguments.items) {
      const auto nested = shared_object<Options>(item.value);
      if (nested == nullptr) {
        next->known = false;
        continue;
      }
      next->known = next->known && nested->known;
      for (auto option : nested->options) {
        option.path.insert(option.path.begin(), options.path.begin(), options.path.end());
        option.owner = options.owner;
        next->options.push_back(std::move(option));
      }
    }
    next->known = next->known && !arguments.unknown_positional;
  } else if (is_column_option(name)) {
    add_columns(*next, name, arguments, site.span);
  } else {
    next->known = false;
  }
  return object_value(std::move(next), site.span);
}

}  // namespace foreshot::loads
