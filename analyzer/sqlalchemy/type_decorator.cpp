// Types that the project defines: TypeDecorator, UserDefinedType, and subclasses of plain types.

#include <string>

#include "analyzer/sqlalchemy/type_table.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {
namespace {

using interpret::Arguments;
using interpret::Class;
using interpret::Function;
using interpret::Site;
using interpret::Value;

constexpr int max_bases = 8;

// The first library class among the bases, depth first; empty if there is none.
auto library_base(const Class& type, int depth = 0) -> std::string {
  if (depth > max_bases) return {};
  for (const auto& base : type.bases) {
    if (const auto name = base.external_name(); !name.empty()) {
      const auto last = last_part(name);
      if (last == "TypeDecorator" || last == "UserDefinedType" || last == "TypeEngine" || is_type_name(name))
        return std::string(name);
    }
    if (const auto* parent = base.get<std::shared_ptr<const Class>>())
      if (auto found = library_base(**parent, depth + 1); !found.empty()) return found;
  }
  return {};
}

auto inherited(const Class& type, std::string_view attribute, int depth = 0) -> const Value* {
  if (depth > max_bases) return nullptr;
  if (const auto* own = type.find(attribute)) return own;
  for (const auto& base : type.bases)
    if (const auto* parent = base.get<std::shared_ptr<const Class>>())
      if (const auto* found = inherited(**parent, attribute, depth + 1)) return found;
  return nullptr;
}

auto call_method(const Site& site, const Value& method, const Value& self, const Arguments& arguments) -> Value {
  const auto* held = method.get<std::shared_ptr<const Function>>();
  if (held == nullptr) return {};
  auto bound = std::make_shared<Function>(**held);
  bound->self = std::make_shared<const Value>(self);
  return site.interpreter.call(site, Value(std::shared_ptr<const Function>(bound), method.span()), arguments);
}

}  // namespace

auto project_type(const Site& site, const std::shared_ptr<const Class>& type, const Arguments& arguments,
                  const Versions& versions) -> TypePointer {
  const auto base = library_base(*type);
  if (base.empty()) return nullptr;
  auto made = std::make_shared<Type>();
  made->class_name = type->qualified_name;
  made->arguments = arguments;

  auto instance = std::make_shared<interpret::Instance>();
  instance->of = type;
  const Value self(instance, site.span);
  const auto* constructor = inherited(*type, "__init__");
  const auto adopt = [&](const TypePointer& from) {
    made->sql = from->sql;
    made->known = from->known;
    made->family = from->family;
    made->item = from->item;
    made->name = from->name;
    made->native = from->native;
    made->values = from->values;
    made->values_known = from->values_known;
    made->schema = from->schema;
    made->schema_given = from->schema_given;
    made->create_type = from->create_type;
    return made;
  };
  const auto unknown = [&] {
    made->known = false;
    made->sql = {};
    made->sql.append_hole(type->qualified_name, site.span);
    return made;
  };

  if (const auto* choose = inherited(*type, "load_dialect_impl")) {
    if (constructor != nullptr) call_method(site, *constructor, self, arguments);
    Arguments dialect;
    dialect.items.push_back({"", object_value(std::make_shared<DialectObject>(), site.span), site.span});
    const auto chosen = type_of(site, call_method(site, *choose, self, dialect), site.span, versions);
    if (chosen->known) return adopt(chosen);
  }
  if (const auto* specification = inherited(*type, "get_col_spec")) {
    if (constructor != nullptr) call_method(site, *constructor, self, arguments);
    const auto text = call_method(site, *specification, self, {});
    if (const auto* mapped = text.mapped_text(); mapped != nullptr && mapped->complete()) {
      made->sql = *mapped;
      return made;
    }
    return unknown();
  }
  if (last_part(base) == "TypeDecorator") {
    const auto* implementation = inherited(*type, "impl");
    if (implementation == nullptr) return unknown();
    if (const auto name = implementation->external_name(); !name.empty()) {
      const auto* entry = find_type(name);
      if (entry == nullptr) return unknown();
      // A constructor of its own decides what the implementation gets: only a type without arguments is certain.
      if (constructor != nullptr && entry->shape != TypeShape::plain) {
        if (entry->shape == TypeShape::text && entry->sql == "TEXT") return adopt(make_type(site, name, {}, versions));
        return unknown();
      }
      return adopt(make_type(site, name, constructor == nullptr ? arguments : Arguments{}, versions));
    }
    const auto inner = type_of(site, *implementation, implementation->span(), versions);
    return inner->known ? adopt(inner) : unknown();
  }
  if (is_type_name(base) && (constructor == nullptr || find_type(base)->shape == TypeShape::plain))
    return adopt(make_type(site, base, constructor == nullptr ? arguments : Arguments{}, versions));
  return unknown();
}

}  // namespace foreshot::sqlalchemy
