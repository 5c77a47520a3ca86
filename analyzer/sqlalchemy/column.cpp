#include "analyzer/sqlalchemy/column.h"

#include <array>
#include <string>

namespace foreshot::sqlalchemy {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

// A positional argument of Column that is neither its name nor its type.
auto add_column_item(Column& column, const Argument& argument) -> bool {
  const auto& value = argument.value;
  if (auto key = shared_object<ForeignKey>(value)) {
    column.foreign_keys.push_back(std::move(key));
  } else if (auto constraint = shared_object<Constraint>(value)) {
    column.checks.push_back(std::move(constraint));
  } else if (auto computed = shared_object<Computed>(value)) {
    column.computed = std::move(computed);
  } else if (auto identity = shared_object<Identity>(value)) {
    column.identity = std::move(identity);
  } else if (auto sequence = shared_object<Sequence>(value)) {
    column.sequence = std::move(sequence);
  } else if (value.object<FetchedValue>() != nullptr || value.is_none()) {
    return true;
  } else if (value.is_unknown()) {
    return false;
  } else {
    // DefaultClause("0"), which is what it holds.
    column.server_default = value;
    column.server_default_span = argument.span;
    column.has_server_default = true;
  }
  return true;
}

// {} and [], and what makes them: dict, list, lambda: {}. The value is computed, the rest goes by its words.
auto is_empty_container(const Site& site, const Argument& given) -> bool {
  if (const auto* sequence = given.value.sequence()) return sequence->items.empty() && sequence->complete;
  if (const auto* mapping = given.value.mapping()) return mapping->entries.empty() && mapping->complete;
  const auto words = source_words(site, given.span);
  for (const std::string_view same : {"dict", "list", "lambda: {}", "lambda: []", "lambda: dict()", "lambda: list()"})
    if (words == same) return true;
  return false;
}

auto read_server_default(const Arguments& arguments, Column& column) -> void {
  const auto* given = arguments.keyword("server_default");
  if (!present(given)) return;
  column.server_default_span = given->span;
  if (auto identity = shared_object<Identity>(given->value)) {
    column.identity = std::move(identity);
  } else if (auto computed = shared_object<Computed>(given->value)) {
    column.computed = std::move(computed);
  } else {
    column.server_default = given->value;
    column.has_server_default = given->value.object<FetchedValue>() == nullptr;
  }
}

// SQL, and not a value or a function of Python's.
auto is_made_by_server(const interpret::Argument* given) -> bool {
  return given != nullptr && given->value.object<interpret::Object>() != nullptr && given->value.object<Sequence>() == nullptr;
}

auto read_autoincrement(const Arguments& arguments, Column& column) -> void {
  const auto* given = arguments.keyword("autoincrement");
  if (!present(given)) return;
  if (const auto* word = given->value.constant_text()) {
    column.ignore_foreign_key = *word == "ignore_fk";
    return;
  }
  column.autoincrement = flag_of(given->value);
}

}  // namespace

auto make_column(const Site& site, const Arguments& arguments, const Versions& versions) -> ColumnPointer {
  auto column = std::make_shared<Column>();
  column->span = site.span;
  column->arguments = arguments;
  std::size_t next = 0;
  const auto count = arguments.positional_count();
  if (const auto* first = arguments.positional(0); first != nullptr) {
    const bool named = first->value.mapped_text() != nullptr || first->value.is_none() ||
                       first->value.object<ConventionalName>() != nullptr ||
                       (first->value.is_unknown() && count > 1);
    if (named) {
      column->name = name_of(site, first);
      next = 1;
    }
  }
  if (const auto* named = arguments.keyword("name"); named != nullptr) column->name = name_of(site, named);
  const auto is_item = [](const Value& value) {
    return value.object<ForeignKey>() != nullptr || value.object<Constraint>() != nullptr ||
           value.object<Computed>() != nullptr || value.object<Identity>() != nullptr ||
           value.object<Sequence>() != nullptr || value.object<FetchedValue>() != nullptr;
  };
  if (const auto* type = arguments.positional(next); type != nullptr && !is_item(type->value)) {
    if (!type->value.is_none()) column->type = type_of(site, type->value, type->span, versions);
    ++next;
  } else if (const auto* keyword = arguments.keyword("type_"); present(keyword)) {
    column->type = type_of(site, keyword->value, keyword->span, versions);
  }
  for (; next < count; ++next)
    if (!add_column_item(*column, *arguments.positional(next))) column->understood = false;
  if (arguments.unknown_positional || arguments.unknown_keywords) column->understood = false;

  column->primary_key = read_flag(arguments, "primary_key");
  column->nullable = read_flag(arguments, "nullable");
  column->unique = read_flag(arguments, "unique");
  column->index = read_flag(arguments, "index");
  read_server_default(arguments, *column);
  read_autoincrement(arguments, *column);
  for (const auto* word : {"default", "insert_default", "default_factory"})
    if (const auto* given = arguments.keyword(word); present(given)) {
      if (auto sequence = shared_object<Sequence>(given->value)) {
        column->sequence = std::move(sequence);
        continue;
      }
      // default=sa.null() is what a column without it has too.
      if (source_words(site, given->span).ends_with("null()")) continue;
      column->has_default = true;
      column->default_is_empty = is_empty_container(site, *given);
      column->default_span = given->span;
    }
  column->updated_by_server = is_made_by_server(arguments.keyword("onupdate")) || present(arguments.keyword("server_onupdate"));
  if (const auto* given = arguments.keyword("comment"); present(given)) {
    column->comment = text_of(site, *given);
    column->comment_span = given->span;
  }
  if (const auto* key = arguments.keyword("key"); key != nullptr && key->value.constant_text() != nullptr)
    column->key = *key->value.constant_text();
  else if (column->name.given)
    column->key = column->name.text.text();
  column->system = flag(arguments, "system").value_or(false);
  return column;
}

auto make_foreign_key(const Site& site, const Arguments& arguments) -> std::shared_ptr<ForeignKey> {
  auto key = std::make_shared<ForeignKey>();
  key->span = site.span;
  if (const auto* target = arguments.get(0, "column"); target != nullptr) {
    key->target_column = shared_object<Column>(target->value);
    if (const auto* clause = target->value.object<Clause>(); clause != nullptr && clause->kind == Clause::Kind::column)
      key->target = clause->sql;
    else if (key->target_column == nullptr)
      key->target = text_of(site, *target);
    key->target_known = key->target_column != nullptr || key->target.complete();
  } else {
    key->target_known = false;
  }
  key->name = name_of(site, arguments.get(2, "name"));
  key->on_delete = optional_text(site, arguments, "ondelete");
  key->on_update = optional_text(site, arguments, "onupdate");
  key->initially = optional_text(site, arguments, "initially");
  key->match = optional_text(site, arguments, "match");
  key->deferrable = flag(arguments, "deferrable");
  key->use_alter = flag(arguments, "use_alter").value_or(false);
  key->not_valid = flag(arguments, "postgresql_not_valid").value_or(false);
  return key;
}

auto make_computed(const Site& site, const Arguments& arguments) -> std::shared_ptr<Computed> {
  auto computed = std::make_shared<Computed>();
  if (const auto* text = arguments.get(0, "sqltext"); text != nullptr)
    computed->expression = expression_text(site, text->value, text->span);
  if (const auto* persisted = arguments.get(1, "persisted"); present(persisted))
    computed->persisted = flag_of(persisted->value);
  return computed;
}

auto identity_options(const Site& site, const Arguments& arguments, std::size_t first_positional) -> MappedText {
  struct Option {
    std::string_view name, words;
    int position;  // after first_positional; -1: keyword only
  };
  // Rendered in this order; the positional order is that of the signatures.
  static constexpr std::array options{Option{"increment", "INCREMENT BY ", 1}, Option{"start", "START WITH ", 0},
                                      Option{"minvalue", "MINVALUE ", 2}, Option{"maxvalue", "MAXVALUE ", 3}};
  Render render;
  const auto separate = [&] {
    if (!render.empty()) render << " ";
  };
  for (const auto& option : options) {
    const auto* given = arguments.get(first_positional + static_cast<std::size_t>(option.position), option.name);
    if (!present(given)) continue;
    separate();
    render << option.words << text_of(site, *given);
  }
  if (flag(arguments, "nominvalue") == true) separate(), render << "NO MINVALUE";
  if (flag(arguments, "nomaxvalue") == true) separate(), render << "NO MAXVALUE";
  if (const auto* cache = arguments.keyword("cache"); present(cache)) separate(), render << "CACHE " << text_of(site, *cache);
  if (const auto cycle = flag(arguments, "cycle")) separate(), render << (*cycle ? "CYCLE" : "NO CYCLE");
  return render.take();
}

auto make_identity(const Site& site, const Arguments& arguments) -> std::shared_ptr<Identity> {
  auto identity = std::make_shared<Identity>();
  if (const auto* always = arguments.get(0, "always"); present(always))
    identity->always = flag_of(always->value).value_or(false);
  identity->options = identity_options(site, arguments, 2);
  for (const auto& argument : arguments.items)
    if (!argument.name.empty() && argument.name != "always" && !argument.value.is_none())
      identity->given.emplace_back(argument.name, text_of(site, argument).display());
  return identity;
}

auto make_sequence(const Site& site, const Arguments& arguments) -> std::shared_ptr<Sequence> {
  auto sequence = std::make_shared<Sequence>();
  sequence->name = name_of(site, arguments.get(0, "name"));
  if (const auto schema = optional_text(site, arguments, "schema")) {
    sequence->schema = *schema;
    sequence->schema_given = true;
  }
  sequence->optional = flag(arguments, "optional").value_or(false);
  sequence->options = identity_options(site, arguments, 1);
  return sequence;
}

}  // namespace foreshot::sqlalchemy
