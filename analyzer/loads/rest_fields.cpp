// Flask-RESTful and Flask-RESTX: fields in dicts, and the functions that read objects by them.
//
//     order_fields = {"number": fields.String, "customer": fields.String(attribute="customer.name")}
//     @marshal_with(order_fields)          marshal(orders, order_fields)          @api.marshal_list_with(order_model)
#include <algorithm>

#include "analyzer/loads/serializer.h"
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
using sqlalchemy::shared_object;

namespace {

constexpr int deepest = 4;

auto is_rest_library(std::string_view dotted) -> bool {
  return dotted.starts_with("flask_restful.") || dotted.starts_with("flask_restx.") || dotted.starts_with("flask_restplus.");
}

}  // namespace

auto LoadVocabulary::rest_function(const Site& site, std::string_view dotted, const Arguments& arguments) -> std::optional<Value> {
  if (!is_rest_library(dotted)) return std::nullopt;
  const auto word = last_part(dotted);
  if (dotted.find(".fields.") != std::string_view::npos) {
    auto field = std::make_shared<RestField>();
    if (const auto* attribute = arguments.keyword("attribute")) {
      // A function of the object's, or a name that nobody knows: read in its own way.
      if (attribute->value.constant_text() == nullptr) return Value::unknown("a field", site.span);
      field->attribute = *attribute->value.constant_text();
    }
    const auto* nested = arguments.positional(0);
    if (nested != nullptr && (word == "Nested" || word == "List")) field->nested = nested->value;
    return object_value(std::move(field), site.span);
  }
  const auto* rows = arguments.positional(0);
  const auto* fields = arguments.get(1, "fields");
  if (word == "marshal" && rows != nullptr && fields != nullptr) {
    rest_read(site, rows->value, fields->value, 0);
    return Value::unknown("what is serialized", site.span);
  }
  return std::nullopt;
}

// api.model("Order", {…}), api.inherit("Order", parent, {…}): the dicts together.
auto LoadVocabulary::rest_model(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  if (name != "model" && name != "inherit" && name != "clone") return std::nullopt;
  auto all = std::make_shared<interpret::Mapping>();
  bool fields = false;
  for (const auto& argument : arguments.items)
    if (const auto* mapping = argument.value.mapping())
      for (const auto& entry : mapping->entries) {
        fields = fields || entry.second.object<RestField>() != nullptr || is_rest_library(entry.second.external_name());
        all->entries.push_back(entry);
      }
  if (!fields) return std::nullopt;
  return Value(std::move(all), site.span);
}

auto LoadVocabulary::rest_read(const Site& site, const Value& object, const Value& fields, int depth) -> void {
  const auto* mapping = fields.mapping();
  if (mapping == nullptr || depth > deepest || site.resolving || !site.interpreter.charge()) return;
  if (object.object<Rows>() != nullptr || object.sequence() != nullptr)
    return each_of(site, object, "fields", [&](const Value& element) { rest_read(site, element, fields, depth + 1); });
  const auto entity = shared_object<Entity>(object);
  if (entity == nullptr) return;
  const auto before = serializer_;
  for (const auto& [key, value] : mapping->entries) {
    const auto* name = key.constant_text();
    if (name == nullptr) continue;
    const auto* field = value.object<RestField>();
    if (field == nullptr && !is_rest_library(value.external_name())) continue;
    std::vector<std::string> way;
    std::string_view path = field != nullptr && !field->attribute.empty() ? std::string_view(field->attribute) : std::string_view(*name);
    while (true) {
      const auto dot = std::min(path.find('.'), path.size());
      way.emplace_back(path.substr(0, dot));
      if (dot == path.size()) break;
      path.remove_prefix(dot + 1);
    }
    if (depth <= 1) serializer_ = {key.span(), *name};
    const auto read = read_way(site, entity, {way});
    const auto* inner = field != nullptr ? field->nested.object<RestField>() : nullptr;
    if (field != nullptr) rest_read(site, read, inner != nullptr ? inner->nested : field->nested, depth + 1);
  }
  serializer_ = before;
}

auto LoadVocabulary::rest_returned(const Site& site, const Value& value) -> void {
  for (const auto* decorator : entry_function_->decorators) {
    const auto* call = as<python::Call>(decorator, ExpressionKind::call);
    if (call == nullptr || call->arguments.empty()) continue;
    const auto word = last_part(dotted_name(call->callee));
    if (word != "marshal_with" && word != "marshal_list_with") continue;
    rest_read(site, value, site.interpreter.evaluate(*site.module, *call->arguments.front().value), 0);
  }
}

}  // namespace foreshot::loads
