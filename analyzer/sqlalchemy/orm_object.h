// The objects of SQLAlchemy's ORM while a mapping is declared: relationship(…), backref(…), declarative bases, what
// Flask-SQLAlchemy and SQLModel put in their place. Carried by the interpreter as they were written; a model is made of
// them when its class is complete.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/interpret/vocabulary.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

// relationship(), dynamic_loader(), SQLModel's Relationship(), backref().
struct RelationshipCall : interpret::Object {
  enum class Spelling : std::uint8_t { relationship, dynamic_loader, sqlmodel, backref };
  Spelling spelling = Spelling::relationship;
  interpret::Arguments arguments;
  Span span;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.relationship"; }
};

// deferred(Column(…)), column_property(Column(…)).
struct ColumnWrapper : interpret::Object {
  ColumnPointer column;     // null: an expression
  bool deferred = false;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.column_property"; }
};

// datetime.now(), uuid4() and what is computed from them: another value each time it is called, and here it was called once.
struct FixedValue : interpret::Object {
  std::string called;
  auto type_name() const -> std::string_view override { return "value"; }
};

// SQLModel's Field(…).
struct FieldCall : interpret::Object {
  interpret::Arguments arguments;
  ColumnPointer column;     // sa_column=
  Span span;
  auto type_name() const -> std::string_view override { return "sqlmodel.Field"; }
};

// @declared_attr: a function that is asked once for each class.
struct DeclaredAttribute : interpret::Object {
  interpret::Value function;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.declared_attr"; }
};

// synonym(), composite(), association_proxy(), query_property(): an attribute that is no column and no relationship.
struct OtherAttribute : interpret::Object {
  std::string word;
  interpret::Arguments arguments;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.attribute"; }
};

// Annotated[int, mapped_column(primary_key=True)] as a name of its own.
struct AnnotatedType : interpret::Object {
  std::string type;         // the text of the type
  bool optional = false;
  ColumnPointer column;     // null when there is none
  bool sessions = false;    // the type is a session class: Annotated[Session, Depends(…)]
  interpret::Value value;   // the type, evaluated
  interpret::Value dependency;  // Depends(…), where the vocabulary knows it
  auto type_name() const -> std::string_view override { return "typing.Annotated"; }
};

// declarative_base(), registry().generate_base(), db.Model.
struct DeclarativeBase : interpret::Object {
  std::shared_ptr<MetaData> metadata;
  interpret::Value type_annotation_map;
  interpret::Value parent;  // cls=, model_class=: a class that all models inherit
  bool names_tables = false;  // Flask-SQLAlchemy makes the table's name of the class name
  Span made;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.DeclarativeBase"; }
};

// registry().
struct Registry : interpret::Object {
  std::shared_ptr<MetaData> metadata;
  interpret::Value type_annotation_map;
  Span made;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.registry"; }
};

// db = SQLAlchemy().
struct FlaskDatabase : interpret::Object {
  std::shared_ptr<DeclarativeBase> base;
  auto type_name() const -> std::string_view override { return "flask_sqlalchemy.SQLAlchemy"; }
};

}  // namespace foreshot::sqlalchemy
