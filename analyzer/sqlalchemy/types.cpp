#include "analyzer/sqlalchemy/types.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "analyzer/sqlalchemy/enum_type.h"
#include "analyzer/sqlalchemy/type_table.h"

namespace foreshot::sqlalchemy {
namespace {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;

auto fill_text(const Site& site, const Arguments& arguments, std::string_view sql, Type& type) -> void {
  Render render;
  render << sql;
  if (const auto* length = arguments.get(0, "length"); present(length)) render << "(" << text_of(site, *length) << ")";
  if (const auto* collation = arguments.get(1, "collation"); present(collation))
    render << " COLLATE \"" << text_of(site, *collation) << "\"";
  type.sql = render.take();
}

auto fill_numeric(const Site& site, const Arguments& arguments, std::string_view sql, Type& type) -> void {
  Render render;
  render << sql;
  if (const auto* precision = arguments.get(0, "precision"); present(precision)) {
    render << "(" << text_of(site, *precision);
    if (const auto* scale = arguments.get(1, "scale"); present(scale)) render << ", " << text_of(site, *scale);
    render << ")";
  }
  type.sql = render.take();
}

auto fill_temporal(const Site& site, const Arguments& arguments, std::string_view sql, Type& type) -> void {
  Render render;
  render << sql;
  if (const auto* precision = arguments.get(1, "precision"); present(precision))
    render << "(" << text_of(site, *precision) << ")";
  const auto* zone = arguments.get(0, "timezone");
  const auto zoned = present(zone) ? flag_of(zone->value) : std::optional(false);
  if (zoned)
    render << (*zoned ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
  else
    type.known = false, render.hole(source_words(site, zone->span), zone->span);
  type.sql = render.take();
}

auto fill_interval(const Site& site, const Argument* fields, const Argument* precision, Type& type) -> void {
  Render render;
  render << "INTERVAL";
  if (present(fields)) render << " " << text_of(site, *fields);
  if (present(precision)) render << " (" << text_of(site, *precision) << ")";
  type.sql = render.take();
}

auto fill_bit(const Site& site, const Arguments& arguments, Type& type) -> void {
  const auto* length = arguments.get(0, "length");
  const auto* varying = arguments.get(1, "varying");
  Render render;
  if (present(varying) && flag_of(varying->value) == true) {
    render << "BIT VARYING";
    if (present(length)) render << "(" << text_of(site, *length) << ")";
  } else {
    render << "BIT(";
    if (present(length)) render << text_of(site, *length);
    else render << "1";
    render << ")";
  }
  type.sql = render.take();
}

auto fill_array(const Site& site, const Arguments& arguments, const Versions& versions, Type& type) -> void {
  const auto* item = arguments.get(0, "item_type");
  if (item == nullptr) {
    type.known = false;
    type.sql.append_hole("type", Span{});
    return;
  }
  type.item = type_of(site, item->value, item->span, versions);
  type.known = type.item->known;
  std::int64_t dimensions = 1;
  if (const auto* given = arguments.get(2, "dimensions"); present(given))
    if (const auto* number = given->value.get<std::int64_t>()) dimensions = std::clamp<std::int64_t>(*number, 1, 6);
  Render render;
  const auto& inner = type.item->sql;
  const auto collation = std::min(inner.text().find(" COLLATE"), inner.size());
  render << inner.slice(0, collation);
  for (std::int64_t at = 0; at < dimensions; ++at) render << "[]";
  render << inner.slice(collation, inner.size());
  type.sql = render.take();
}

auto fill_spatial(const Site& site, const Arguments& arguments, std::string_view sql, Type& type) -> void {
  const auto* shape = arguments.get(0, "geometry_type");
  const auto* reference = arguments.get(1, "srid");
  Render render;
  render << sql;
  if (shape == nullptr || !shape->value.is_none()) {
    render << "(";
    if (shape != nullptr) render << text_of(site, *shape);
    else render << "GEOMETRY";
    render << ",";
    if (present(reference)) render << text_of(site, *reference);
    else render << "-1";
    render << ")";
  }
  type.sql = render.take();
}

auto fill_vector(const Site& site, const Arguments& arguments, std::string_view sql, Type& type) -> void {
  Render render;
  render << sql;
  if (const auto* size = arguments.get(0, "dim"); present(size)) render << "(" << text_of(site, *size) << ")";
  type.sql = render.take();
}

auto unknown_type(const Site& site, Span span) -> TypePointer {
  auto type = std::make_shared<Type>();
  type->known = false;
  type->sql.append_hole(source_words(site, span), span);
  return type;
}

}  // namespace

auto is_type_name(std::string_view dotted) -> bool { return find_type(dotted) != nullptr; }

auto named_type(const Type& type) -> MappedText {
  Render render;
  if (type.schema_given) render << quoted(type.schema) << ".";
  render << quoted(type.name.text);
  return render.take();
}

auto make_type(const Site& site, std::string_view dotted, const Arguments& arguments, const Versions& versions)
    -> TypePointer {
  const auto* entry = find_type(dotted);
  if (entry == nullptr) return nullptr;
  auto type = std::make_shared<Type>();
  type->class_name = std::string(entry->name);
  type->family = entry->family;
  type->arguments = arguments;
  const auto sql = entry->sql;
  switch (entry->shape) {
    case TypeShape::plain: type->sql = MappedText(sql); break;
    case TypeShape::text: fill_text(site, arguments, sql, *type); break;
    case TypeShape::numeric: fill_numeric(site, arguments, sql, *type); break;
    case TypeShape::floating: {
      Render render;
      render << sql;
      if (const auto* precision = arguments.get(0, "precision"); present(precision))
        render << "(" << text_of(site, *precision) << ")";
      type->sql = render.take();
      break;
    }
    case TypeShape::temporal: fill_temporal(site, arguments, sql, *type); break;
    case TypeShape::always_zoned: type->sql = MappedText(std::string(sql) + " WITH TIME ZONE"); break;
    case TypeShape::interval: fill_interval(site, arguments.get(1, "fields"), arguments.get(0, "precision"), *type); break;
    case TypeShape::generic_interval: fill_interval(site, nullptr, arguments.get(1, "second_precision"), *type); break;
    case TypeShape::bit: fill_bit(site, arguments, *type); break;
    case TypeShape::array: fill_array(site, arguments, versions, *type); break;
    case TypeShape::enumeration: fill_enumeration(site, arguments, versions, *type); break;
    case TypeShape::domain: fill_domain(site, arguments, versions, *type); break;
    case TypeShape::uuid: type->sql = MappedText(flag(arguments, "native_uuid") == false ? "CHAR(32)" : "UUID"); break;
    case TypeShape::spatial: fill_spatial(site, arguments, sql, *type); break;
    case TypeShape::vector: fill_vector(site, arguments, sql, *type); break;
    case TypeShape::fixed_text: type->sql = MappedText("VARCHAR(" + std::string(sql) + ")"); break;
    case TypeShape::first_is_type: break;
  }
  if (dotted == "sqlalchemy_utils.ChoiceType" || dotted.ends_with(".choice.ChoiceType"))
    if (const auto* base = arguments.get(1, "impl"); present(base))
      type->sql = type_of(site, base->value, base->span, versions)->sql;
  type->known = type->known && type->sql.complete();
  return type;
}

auto type_of(const Site& site, const Value& value, Span span, const Versions& versions) -> TypePointer {
  if (auto type = shared_object<Type>(value)) return type;
  if (const auto name = value.external_name(); !name.empty())
    if (auto type = make_type(site, name, {}, versions)) return type;
  if (const auto* type = value.get<std::shared_ptr<const interpret::Class>>())
    if (auto made = project_type(site, *type, {}, versions)) return made;
  if (const auto* instance = value.get<std::shared_ptr<interpret::Instance>>(); instance != nullptr && (*instance)->of)
    if (auto made = project_type(site, (*instance)->of, {}, versions)) return made;
  auto type = unknown_type(site, span.known() ? span : value.span());
  type->tracks_changes = value.external_name().starts_with("sqlalchemy_json.");
  return type;
}

}  // namespace foreshot::sqlalchemy
