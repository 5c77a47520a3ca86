// relationship(…) in any spelling as a fact. What the other side and the foreign keys decide is left to linking.
#include <algorithm>
#include <utility>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/join_condition.h"
#include "analyzer/sqlalchemy/mapping_annotation.h"
#include "analyzer/sqlalchemy/mapping_chain.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::sqlalchemy {

using interpret::Argument;
using interpret::Arguments;
using interpret::Class;
using interpret::Function;
using interpret::Site;
using interpret::Value;

namespace {

auto lazy_of(const Value& value) -> Lazy {
  if (value.is_none()) return Lazy::noload;
  if (const auto* flag = value.get<bool>()) return *flag ? Lazy::select : Lazy::joined;
  const auto* word = value.constant_text();
  if (word == nullptr) return Lazy::unknown;
  if (*word == "select") return Lazy::select;
  if (*word == "joined") return Lazy::joined;
  if (*word == "selectin") return Lazy::selectin;
  if (*word == "subquery") return Lazy::subquery;
  if (*word == "immediate") return Lazy::immediate;
  if (*word == "raise") return Lazy::raise_;
  if (*word == "raise_on_sql") return Lazy::raise_on_sql;
  if (*word == "noload") return Lazy::noload;
  if (*word == "dynamic") return Lazy::dynamic;
  if (*word == "write_only") return Lazy::write_only;
  return Lazy::unknown;
}

auto read_cascade(const Argument& given, Relationship& relationship) -> void {
  relationship.cascade.clear();
  if (const auto* flag = given.value.get<bool>(); flag != nullptr && !*flag) return;
  const auto* text = given.value.constant_text();
  if (text == nullptr) {
    relationship.cascade_known = given.value.is_none();
    if (relationship.cascade_known) relationship.cascade = {"merge", "save-update"};
    return;
  }
  std::string word;
  const auto finish = [&] {
    if (word == "all") {
      for (const auto* each : {"save-update", "merge", "refresh-expire", "expunge", "delete"}) relationship.cascade.emplace_back(each);
    } else if (word == "none") {
      relationship.cascade.clear();
    } else if (!word.empty()) {
      relationship.cascade.push_back(word);
    }
    word.clear();
  };
  for (const auto byte : *text) {
    if (byte == ',') finish();
    else if (byte != ' ' && byte != '\t' && byte != '\n') word += byte;
  }
  finish();
  std::sort(relationship.cascade.begin(), relationship.cascade.end());
  relationship.cascade.erase(std::unique(relationship.cascade.begin(), relationship.cascade.end()), relationship.cascade.end());
}

// A lambda is what it returns.
auto forced(const Site& site, const Value& value, int depth = 0) -> Value {
  const auto* function = value.get<std::shared_ptr<const Function>>();
  if (function == nullptr || (*function)->lambda == nullptr || depth > 2) return value;
  return forced(site, site.interpreter.call(site, value, {}), depth + 1);
}

auto target_of(const Site& site, const Value& given) -> std::string {
  const auto value = forced(site, given);
  if (const auto* text = value.constant_text()) return *text;
  if (const auto* type = value.get<std::shared_ptr<const Class>>())
    return ((*type)->module != nullptr ? module_path(*(*type)->module) + "." : std::string()) + (*type)->qualified_name;
  return {};
}

auto table_of(const Site& site, const Value& given) -> std::string {
  const auto value = forced(site, given);
  if (const auto* text = value.constant_text()) return *text;
  if (const auto table = shared_object<Table>(value)) {
    if (table->schema_given && !table->schema.complete()) return "?";
    return table->schema_given ? table->schema.text() + "." + table->name.display() : table->name.display();
  }
  if (const auto* type = value.get<std::shared_ptr<const Class>>(); type != nullptr && (*type)->definition != nullptr) {
    Chain chain;
    gather(*type, chain, 0);
    const auto* name = find(chain, "__tablename__");
    if (name != nullptr && name->constant_text() != nullptr) return *name->constant_text();
    if (name == nullptr && (chain.sqlmodel || chain.names_tables)) return made_up_name(chain);
  }
  return "?";
}

auto add_columns(const Site& site, const Value& given, std::vector<std::string>& names, bool& known) -> void {
  const auto value = forced(site, given);
  if (const auto* list = value.sequence()) {
    for (const auto& item : list->items) add_columns(site, item, names, known);
    known = known && list->complete;
    return;
  }
  if (const auto* text = value.constant_text()) {
    std::string word;
    for (const auto byte : *text + ",") {
      if (byte == ',' || byte == ']' || byte == '[' || byte == ')' || byte == '(') {
        if (!word.empty()) names.push_back(word.substr(word.rfind('.') == std::string::npos ? 0 : word.rfind('.') + 1));
        word.clear();
      } else if (byte != ' ') {
        word += byte;
      }
    }
    return;
  }
  if (const auto column = shared_object<Column>(value)) {
    names.push_back(!column->key.empty() ? column->key : column->name.text.display());
    // A column that is still without a name gets it from its attribute when the class is complete.
    if (names.back().empty()) known = false;
    return;
  }
  if (const auto clause = shared_object<Clause>(value); clause != nullptr && !clause->key.empty()) {
    names.push_back(clause->key);
    return;
  }
  known = false;
}

auto text_keyword(const Arguments& arguments, std::string_view name) -> std::string {
  const auto* given = arguments.keyword(name);
  const auto* text = given != nullptr ? given->value.constant_text() : nullptr;
  return text != nullptr ? *text : std::string();
}

// "items, orders" as its words.
auto words_of(const std::string& text) -> std::vector<std::string> {
  std::vector<std::string> words;
  std::string word;
  for (const auto byte : text + ",") {
    if (byte == ',') {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
    } else if (byte != ' ') {
      word += byte;
    }
  }
  return words;
}

auto read_options(const Site& site, const Arguments& arguments, Relationship& relationship) -> void {
  if (arguments.unknown_keywords) relationship.lazy = Lazy::unknown, relationship.understood = false, relationship.cascade_known = false;
  if (const auto* given = arguments.keyword("lazy")) relationship.lazy = lazy_of(given->value);
  relationship.viewonly = flag(arguments, "viewonly").value_or(false);
  relationship.cascade = relationship.viewonly ? std::vector<std::string>{"merge"} : std::vector<std::string>{"merge", "save-update"};
  if (const auto* given = arguments.keyword("cascade")) read_cascade(*given, relationship);
  if (const auto* given = arguments.keyword("passive_deletes")) {
    using Passive = Relationship::PassiveDeletes;
    const auto* word = given->value.constant_text();
    const auto value = flag_of(given->value);
    relationship.passive_deletes = word != nullptr && *word == "all" ? Passive::all
                                   : value                           ? (*value ? Passive::yes : Passive::no)
                                                                     : Passive::unknown;
  }
  if (const auto* given = arguments.keyword("uselist"); present(given)) {
    relationship.uselist = flag_of(given->value);
    if (!relationship.uselist) relationship.understood = false;
  }
  relationship.single_parent = flag(arguments, "single_parent").value_or(false);
  relationship.innerjoin = flag(arguments, "innerjoin").value_or(false);
  relationship.back_populates = text_keyword(arguments, "back_populates");
  // A partner that nobody knows.
  if (relationship.back_populates.empty() && present(arguments.keyword("back_populates"))) relationship.understood = false;
  if (text_keyword(arguments, "overlaps").empty() && present(arguments.keyword("overlaps"))) relationship.understood = false;
  relationship.join_depth = present(arguments.keyword("join_depth"));
  relationship.overlaps = words_of(text_keyword(arguments, "overlaps"));
  if (const auto* given = arguments.keyword("primaryjoin"); present(given)) {
    relationship.custom_join = true;
    const auto* text = given->value.constant_text();
    const auto clause = shared_object<Clause>(given->value);
    if (text != nullptr) relationship.join_pairs = read_join(*text);
    else if (clause != nullptr && clause->sql.complete()) relationship.join_pairs = read_join(clause->sql.text());
    else relationship.join_pairs = read_join(site.interpreter.sources().text(given->span));
  }
  if (const auto* given = arguments.get(1, "secondary"); present(given)) relationship.secondary = table_of(site, given->value);
  bool known = true;
  if (const auto* given = arguments.keyword("foreign_keys"); present(given)) add_columns(site, given->value, relationship.foreign_keys, known);
  if (const auto* given = arguments.keyword("remote_side"); present(given)) add_columns(site, given->value, relationship.remote_side, known);
  if (!known) relationship.understood = false;
}

// `viewonly`: of the relationship that asks for it. What only reads has a partner that only reads, unless that says otherwise.
auto partner_of(const Site& site, const Argument& given, const Span& span, bool viewonly) -> std::shared_ptr<const Relationship> {
  auto partner = std::make_shared<Relationship>();
  partner->from_backref = true;
  partner->span = span;
  partner->viewonly = viewonly;
  partner->cascade = {"merge", "save-update"};
  if (viewonly) partner->cascade.pop_back();
  if (const auto* name = given.value.constant_text()) {
    partner->name = *name;
  } else if (const auto call = shared_object<RelationshipCall>(given.value)) {
    if (const auto* first = call->arguments.get(0, "name"); first != nullptr && first->value.constant_text() != nullptr)
      partner->name = *first->value.constant_text();
    auto options = call->arguments;
    options.items.erase(std::remove_if(options.items.begin(), options.items.end(), [](const Argument& item) { return item.name.empty(); }), options.items.end());
    if (viewonly && options.keyword("viewonly") == nullptr) options.items.push_back({"viewonly", Value(true, span), span});
    read_options(site, options, *partner);
    partner->span = call->span;
  } else {
    return nullptr;
  }
  return partner->name.empty() ? nullptr : partner;
}

// sa_relationship_kwargs={…} as keywords.
auto with_sqlmodel_options(const Arguments& given, bool& known) -> Arguments {
  Arguments all;
  known = true;
  for (const auto& item : given.items) {
    if (item.name == "sa_relationship_kwargs") {
      const auto* entries = item.value.mapping();
      known = known && (item.value.is_none() || (entries != nullptr && entries->complete));
      if (entries == nullptr) continue;
      for (const auto& [key, value] : entries->entries)
        if (const auto* name = key.constant_text()) all.items.push_back({*name, value, item.span});
    } else if (item.name == "cascade_delete") {
      if (flag_of(item.value).value_or(false)) all.items.push_back({"cascade", Value::text("all, delete-orphan"), item.span});
    } else if (item.name == "link_model") {
      if (!item.value.is_none()) all.items.push_back({"secondary", item.value, item.span});
    } else if (item.name == "sa_relationship_args") {
      known = false;
    } else {
      all.items.push_back(item);
    }
  }
  all.unknown_keywords = given.unknown_keywords;
  return all;
}

// The class names in a relationship's annotation.
auto read_target(const Annotation& given, Relationship& relationship) -> void {
  const auto* annotation = &given;
  for (int depth = 0; depth < 6; ++depth) {
    const auto last = annotation->last();
    if (last == "DynamicMapped") {
      relationship.lazy = Lazy::dynamic;
      relationship.collection_annotation = true;
    } else if (last == "WriteOnlyMapped") {
      relationship.lazy = Lazy::write_only;
      relationship.collection_annotation = true;
    } else if (annotation->is_collection()) {
      relationship.collection_annotation = true;
    } else if (annotation->is_optional()) {
      const auto& inner = annotation->without_none();
      if (&inner == annotation) return;
      annotation = &inner;
      continue;
    } else if (last != "Mapped" && last != "Annotated" && last != "Relationship") {
      if (relationship.target.empty()) relationship.target = annotation->name;
      return;
    }
    if (annotation->arguments.empty()) return;
    const bool keyed = last == "dict" || last == "Dict" || last == "MappedCollection";
    annotation = keyed ? &annotation->arguments.back() : &annotation->arguments.front();
  }
}

}  // namespace

auto make_relationship(const Site& site, const std::string& name, const RelationshipCall& call, const Annotation* annotation,
                       const std::string& module) -> Relationship {
  (void)module;
  Relationship relationship;
  relationship.name = name;
  relationship.span = call.span;
  bool known = true;
  const auto arguments = call.spelling == RelationshipCall::Spelling::sqlmodel ? with_sqlmodel_options(call.arguments, known) : call.arguments;
  const auto* inner = arguments.keyword("sa_relationship");
  if (const auto nested = inner != nullptr ? shared_object<RelationshipCall>(inner->value) : nullptr; nested != nullptr && nested.get() != &call)
    return make_relationship(site, name, *nested, annotation, module);
  if (const auto* target = arguments.get(0, "argument"); present(target)) {
    relationship.target = target_of(site, target->value);
    if (relationship.target.empty() && annotation == nullptr) relationship.understood = false;
  }
  read_options(site, arguments, relationship);
  if (!known) relationship.understood = false, relationship.lazy = Lazy::unknown, relationship.cascade_known = false;
  if (call.spelling == RelationshipCall::Spelling::dynamic_loader) relationship.lazy = Lazy::dynamic;
  if (annotation != nullptr) {
    read_target(*annotation, relationship);
    if (!relationship.uselist && !annotation->arguments.empty()) relationship.uselist = relationship.collection_annotation;
    // SQLModel's annotations are bare.
    if (!relationship.uselist && call.spelling == RelationshipCall::Spelling::sqlmodel) relationship.uselist = relationship.collection_annotation;
  }
  if (const auto* given = arguments.keyword("backref"); present(given)) {
    relationship.backref = partner_of(site, *given, call.span, relationship.viewonly);
    if (relationship.backref != nullptr) relationship.back_populates = relationship.backref->name;
  }
  return relationship;
}

}  // namespace foreshot::sqlalchemy
