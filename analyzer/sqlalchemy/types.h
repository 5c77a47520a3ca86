// SQLAlchemy's types and what they render for PostgreSQL: its own, the PostgreSQL dialect's, those of common extensions,
// and the project's TypeDecorator and UserDefinedType classes.
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::sqlalchemy {

// The type that calling a library's type class makes, or null when the dotted name is no type that is known.
auto make_type(const interpret::Site& site, std::string_view dotted, const interpret::Arguments& arguments,
               const Versions& versions) -> TypePointer;

// The type that a value stands for: an instance, a class, a project class derived from a type. Never null: what nobody
// knows is a type whose text is a hole.
auto type_of(const interpret::Site& site, const interpret::Value& value, Span span, const Versions& versions)
    -> TypePointer;

// The type of a project class derived from a library's type, made with arguments; null when it is no such class.
auto project_type(const interpret::Site& site, const std::shared_ptr<const interpret::Class>& type,
                  const interpret::Arguments& arguments, const Versions& versions) -> TypePointer;

auto is_type_name(std::string_view dotted) -> bool;

// schema.name of an enumeration or domain, quoted.
auto named_type(const Type& type) -> MappedText;

// dialect.identifier_preparer.quote and .quote_identifier, as functions.
struct NameQuoting : interpret::Object {
  bool always = false;
  auto type_name() const -> std::string_view override { return "sqlalchemy.IdentifierPreparer.quote"; }
};

// A dialect as load_dialect_impl() gets it, and its identifier_preparer: its name is "postgresql".
struct DialectObject : interpret::Object {
  auto type_name() const -> std::string_view override { return "sqlalchemy.Dialect"; }
};

}  // namespace foreshot::sqlalchemy
