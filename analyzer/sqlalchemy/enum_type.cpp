#include "analyzer/sqlalchemy/enum_type.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {
namespace {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

auto lowered(std::string_view name) -> std::string {
  std::string result(name);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; });
  return result;
}

// Members of a Python Enum class: its attributes that are values, by name.
auto add_members(const interpret::Class& type, Type& into) -> void {
  for (const auto& [name, value] : type.attributes) {
    if (name.empty() || name[0] == '_') continue;
    if (value.get<std::shared_ptr<const interpret::Function>>() != nullptr) continue;
    into.values.emplace_back(name);
  }
}

// values_callable=lambda x: [e.value for e in x]: what nearly every such callable means.
auto add_member_values(const interpret::Class& type, Type& into) -> void {
  for (const auto& [name, value] : type.attributes) {
    if (name.empty() || name[0] == '_') continue;
    if (value.get<std::shared_ptr<const interpret::Function>>() != nullptr) continue;
    if (const auto* text = value.mapped_text())
      into.values.push_back(*text);
    else
      into.values_known = false;
  }
}

auto literal_list(const std::vector<MappedText>& values) -> MappedText {
  Render render;
  bool first = true;
  for (const auto& value : values) {
    if (!first) render << ", ";
    first = false;
    render << string_literal(value);
  }
  return render.take();
}

}  // namespace

auto fill_enumeration(const Site& site, const Arguments& arguments, const Versions& versions, Type& type) -> void {
  (void)versions;
  const auto name = name_of(site, arguments.keyword("name"));
  type.name = name;
  if (const auto* schema = arguments.keyword("schema"); present(schema)) {
    type.schema = text_of(site, *schema);
    type.schema_given = true;
  }
  if (auto metadata = arguments.keyword("metadata"); present(metadata)) type.metadata = shared_object<MetaData>(metadata->value);
  type.native = flag(arguments, "native_enum").value_or(true);
  type.create_constraint = flag(arguments, "create_constraint").value_or(false);
  type.create_type = type.class_name == "Enum" || flag(arguments, "create_type").value_or(true);
  const bool by_value = arguments.keyword("values_callable") != nullptr;
  type.values_known = !arguments.unknown_positional;
  for (const auto& argument : arguments.items) {
    if (!argument.name.empty() && argument.name != "enums") continue;
    const auto& value = argument.value;
    if (const auto* members = value.get<std::shared_ptr<const interpret::Class>>()) {
      by_value ? add_member_values(**members, type) : add_members(**members, type);
      if (!type.name.given) {
        type.name.given = true;
        type.name.text = MappedText(lowered((*members)->definition != nullptr ? std::string((*members)->definition->name)
                                                                             : std::string(last_part((*members)->qualified_name))));
      }
      continue;
    }
    if (const auto* items = value.sequence()) {
      type.values_known = type.values_known && items->complete;
      for (const auto& item : items->items) {
        type.values.push_back(text_of(site, item, item.span()));
        type.values_known = type.values_known && type.values.back().complete();
      }
      continue;
    }
    type.values.push_back(text_of(site, value, argument.span));
    type.values_known = type.values_known && type.values.back().complete();
  }
  if (type.native) {
    if (!type.name.given) {
      type.known = false;
      type.sql.append_hole("enum without a name", site.span);
      return;
    }
    type.sql = named_type(type);
    return;
  }
  std::size_t longest = 0;
  for (const auto& value : type.values) {
    std::size_t length = 0;
    for (const unsigned char byte : value.text()) length += (byte & 0xC0U) != 0x80U;
    longest = std::max(longest, length);
  }
  Render render;
  render << "VARCHAR(";
  if (const auto* length = arguments.keyword("length"); present(length))
    render << text_of(site, *length);
  else if (type.values_known)
    render << std::to_string(longest);
  else
    render.hole("length of the longest value", site.span);
  render << ")";
  type.sql = render.take();
}

auto fill_domain(const Site& site, const Arguments& arguments, const Versions& versions, Type& type) -> void {
  type.domain = true;
  type.name = name_of(site, arguments.get(0, "name"));
  if (const auto* schema = arguments.keyword("schema"); present(schema)) {
    type.schema = text_of(site, *schema);
    type.schema_given = true;
  }
  type.create_type = flag(arguments, "create_type").value_or(true);
  type.sql = named_type(type);
  Render render;
  if (const auto* base = arguments.get(1, "data_type"); base != nullptr)
    render << type_of(site, base->value, base->span, versions)->sql;
  if (const auto collation = optional_text(site, arguments, "collation")) render << " COLLATE " << quoted(*collation);
  if (const auto* value = arguments.keyword("default"); present(value)) {
    render << " DEFAULT ";
    if (const auto* text = value->value.mapped_text()) render << string_literal(*text);
    else render << text_of(site, *value);
  }
  if (const auto constraint = optional_text(site, arguments, "constraint_name")) render << " CONSTRAINT " << quoted(*constraint);
  if (flag(arguments, "not_null") == true) render << " NOT NULL";
  if (const auto check = optional_text(site, arguments, "check")) render << " CHECK (" << *check << ")";
  type.domain_definition = render.take();
}

auto create_named_type(const Type& type) -> MappedText {
  Render render;
  if (type.domain) {
    render << "CREATE DOMAIN " << named_type(type) << " AS " << type.domain_definition;
    return render.take();
  }
  render << "CREATE TYPE " << named_type(type) << " AS ENUM (" << literal_list(type.values) << ")";
  return render.take();
}

auto drop_named_type(const Type& type) -> MappedText {
  Render render;
  render << (type.domain ? "DROP DOMAIN " : "DROP TYPE ") << named_type(type);
  return render.take();
}

auto named_part(const TypePointer& type) -> TypePointer {
  auto part = type;
  for (int depth = 0; part != nullptr && depth < 8; ++depth) {
    if (part->domain || (part->family == Type::Family::enumeration && part->native)) return part;
    part = part->item;
  }
  return nullptr;
}

}  // namespace foreshot::sqlalchemy
