// A Chain is what a mapped class is made of: its class statement and those of the bases that have no table of their own
// (mixins, abstract bases), in the order in which attributes are looked up.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/sqlalchemy/orm_object.h"

namespace foreshot::sqlalchemy {

using ClassPointer = std::shared_ptr<const interpret::Class>;

struct Chain {
  std::vector<ClassPointer> classes;
  std::vector<std::string> mapped_bases;  // dotted
  std::vector<ClassPointer> mapped_classes;  // the same, as classes
  interpret::Value type_annotation_map;
  std::shared_ptr<MetaData> metadata;
  std::string metadata_key;  // see Model::metadata
  bool names_tables = false;
  bool sqlmodel = false;
  bool declarative = false;
  bool unknown_base = false;
};

auto gather(const ClassPointer& type, Chain& chain, int depth) -> void;
// Words for the place that makes a MetaData, the same for the same place; empty where it is not known.
auto place_key(Span made) -> std::string;
auto find(const Chain& chain, std::string_view name) -> const interpret::Value*;
auto has_table(const Chain& chain) -> bool;
// The constraint of __table_args__ with the names of columns that it was given as objects: the class body's own have none
// where it is made, their attributes give them. `table`: the class's own.
auto with_names(const Constraint& given, const Chain& chain, const ObjectName& table) -> Constraint;
// The table's name where no __tablename__ says it: Flask-SQLAlchemy's and SQLModel's.
auto made_up_name(const Chain& chain) -> std::string;
auto is_sqlmodel_table(const interpret::Class& type) -> bool;
// No mapping of its own: abstract, or the base of all declarative classes.
auto is_abstract(const interpret::Class& type) -> bool;
auto is_mapped(const interpret::Class& type, int depth) -> bool;

// The module's dotted path from the project's folder, which no other module has.
auto module_path(const interpret::SourceModule& module) -> std::string;

}  // namespace foreshot::sqlalchemy
