// What serializer classes of the project read of an object, by their text: the fields of Pydantic and SQLModel classes, those
// of marshmallow schemas, and who makes one of what a function returns.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analyzer/interpret/vocabulary.h"
#include "analyzer/python/tree.h"

namespace foreshot::loads {

enum class SerializerLibrary : std::uint8_t { none, pydantic, marshmallow };

// By the bases that the project's classes end with; none where one is not known, which may read in its own way.
auto library_of(const interpret::Class& type, int depth = 0) -> SerializerLibrary;

struct SerializerField {
  std::string name;
  std::vector<std::vector<std::string>> ways;  // attributes to read one after the other; the first way that there is counts
  const python::Expression* type = nullptr;    // where the class of what it holds is named; may be null
  const python::Call* nested = nullptr;        // of marshmallow: fields.Nested(X, only=…), else null
  Span span;
  bool required = false;                       // of Pydantic: there is no default
};

// Of the class itself, without its bases'. `from`: the class is read as one of this library.
auto fields_of(const interpret::Class& type, SerializerLibrary library) -> std::vector<SerializerField>;

// A class that looks at the object itself before its fields do, in a way that is not followed.
auto reads_in_its_own_way(const interpret::Class& type) -> bool;

// Functions of the class that are given the object before its fields read it: model_validator(mode="before") and the like;
// with a field's name, those that are given what that field has read.
auto validators_of(const interpret::Class& type, std::string_view field = {}) -> std::vector<const python::Function*>;

// SQLAlchemyAutoSchema with include_relationships: the class that it takes its fields from; null otherwise.
auto reads_all_relationships(const interpret::Class& type) -> const python::Expression*;

// Fields that a class, a call or a decorator leaves out or picks: only=("id",), exclude=…, class Meta.
struct Choice {
  bool known = true;
  bool some_only = false;              // only those of `only`
  std::set<std::string> only, exclude;
  auto takes(const std::string& name) const -> bool { return exclude.count(name) == 0 && (!some_only || only.count(name) > 0); }
};
auto choice_of(std::span<const python::Argument> arguments, std::string_view prefix = {}) -> Choice;
auto choice_of(const interpret::Class& type) -> Choice;
// Of X(only=…), Nested(X, exclude=…), Nested(lambda: X(only=…)).
auto choice_in(const python::Expression* expression, int depth = 0) -> Choice;

// A route of a web framework, and the expression that names what it answers with.
struct Answer {
  const python::Expression* type = nullptr;
  Choice choice;
};
auto answer_of(const python::Function& function) -> Answer;

// What marshmallow schemas are as objects: which class, and which fields of it.
struct Schema : interpret::Object {
  std::shared_ptr<const interpret::Class> type;
  Choice choice;
  auto type_name() const -> std::string_view override { return "marshmallow.Schema"; }
};

// TypeAdapter(list[X]).
struct Adapter : interpret::Object {
  std::shared_ptr<const interpret::Class> type;
  auto type_name() const -> std::string_view override { return "pydantic.TypeAdapter"; }
};

// fields.Nested({…}), fields.String(attribute="customer.name") of Flask-RESTful and Flask-RESTX.
struct RestField : interpret::Object {
  std::string attribute;               // empty: that of its key
  interpret::Value nested;             // a dict of fields, or another field
  auto type_name() const -> std::string_view override { return "flask_restful.fields.Raw"; }
};

}  // namespace foreshot::loads
