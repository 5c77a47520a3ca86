// ModelVocabulary says what the words of a mapping mean (relationship, declarative_base, db.Model, Field …) on top of
// SQLAlchemy's schema elements, and gathers the models that a module defines, in order.
//
// A class takes the columns and relationships of its unmapped bases with it, wherever they are defined; what a mapped base
// gives is left to link_models, as names of other files are.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/model.h"
#include "analyzer/interpret/interpreter.h"
#include "analyzer/sqlalchemy/orm_object.h"
#include "analyzer/sqlalchemy/vocabulary.h"

namespace foreshot::sqlalchemy {

class ModelVocabulary : public SqlalchemyVocabulary {
 public:
  explicit ModelVocabulary(const Versions& versions) : SqlalchemyVocabulary(versions), versions_(versions) {}

  auto call(const interpret::Site&, const interpret::Value& callee, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto method(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto attribute(const interpret::Site&, const interpret::Value& object, std::string_view name)
      -> std::optional<interpret::Value> override;
  auto subscript(const interpret::Site&, const interpret::Value& object, const std::vector<interpret::Value>& indexes)
      -> std::optional<interpret::Value> override;
  auto set_attribute(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Value&)
      -> bool override;
  auto operation(const interpret::Site&, std::string_view op, const interpret::Value& left, const interpret::Value& right)
      -> std::optional<interpret::Value> override;
  auto defined(const interpret::Site&, const std::shared_ptr<const interpret::Class>&) -> void override;

  auto take_models() -> std::vector<Model>;

 protected:
  auto versions() const -> const Versions& { return versions_; }
  // Whether models are gathered; otherwise the words are only understood.
  bool gathers_ = true;

 private:
  auto library_call(const interpret::Site&, std::string_view dotted, const interpret::Arguments&)
      -> std::optional<interpret::Value>;
  auto map_imperatively(const interpret::Site&, const interpret::Arguments&) -> void;
  auto column_of(const interpret::Site&, const std::shared_ptr<const interpret::Class>& type, std::string_view name) -> ColumnPointer;

  const Versions& versions_;
  std::vector<Model> models_;
  struct LooseIndex { IndexPointer index; Span span; };
  std::vector<LooseIndex> indexes_;   // Index(…) outside a class
  std::vector<TablePointer> tables_;  // of columns that were asked for by their class
  std::unordered_map<std::string, TypeName> types_;
};

// The class's own and inherited attributes that make a model. Null when it is no mapped class, base of one, or mixin.
auto read_class(const interpret::Site& site, const std::shared_ptr<const interpret::Class>& type, const Versions& versions,
                std::unordered_map<std::string, TypeName>& types) -> std::optional<Model>;

// A Table as a model's columns, constraints and indexes.
auto fill_from_table(Model& model, const Table& table, std::unordered_map<std::string, TypeName>& types) -> void;

// One column; its keys go to the model's constraints and indexes.
auto add_model_column(Model& model, const std::string& attribute, const Column& column, std::unordered_map<std::string, TypeName>& types)
    -> ModelColumn&;
auto add_model_constraint(Model& model, const Constraint& constraint) -> void;
auto add_model_index(Model& model, const Index& index) -> void;
auto object_name(const MappedText& dotted) -> ObjectName;

// `annotation` is the attribute's, null when it has none.
struct Annotation;
auto make_relationship(const interpret::Site& site, const std::string& name, const RelationshipCall& call,
                       const Annotation* annotation, const std::string& module) -> Relationship;

// A session class of SQLAlchemy, SQLModel or Flask-SQLAlchemy by its dotted name.
auto is_session_class(std::string_view dotted) -> bool;

// The models of one file.
auto read_models(const interpret::SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                 const Versions& versions) -> std::vector<Model>;

// May the text hold a mapping at all?
auto may_hold_models(std::string_view text) -> bool;

// Resolves names across files: bases, targets of relationships, partners, directions, columns. Gives each model its id,
// the position in the list, and drops those that turn out not to be mapped.
auto link_models(std::vector<Model>& models) -> void;

}  // namespace foreshot::sqlalchemy
