// SqlalchemyVocabulary says what SQLAlchemy's schema elements and Core expressions mean: Column, Table, Enum, text(),
// func, insert() … It makes objects of schema_element.h, clause.h and core_dml.h and writes no facts: who uses the
// objects (migrations, models) does.
#pragma once

#include <vector>

#include "analyzer/interpret/vocabulary.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

class SqlalchemyVocabulary : public interpret::Vocabulary {
 public:
  explicit SqlalchemyVocabulary(const Versions& versions) : versions_(versions) {}
  ~SqlalchemyVocabulary() override;
  SqlalchemyVocabulary(const SqlalchemyVocabulary&) = delete;
  auto operator=(const SqlalchemyVocabulary&) -> SqlalchemyVocabulary& = delete;

  auto call(const interpret::Site&, const interpret::Value& callee, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto method(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto attribute(const interpret::Site&, const interpret::Value& object, std::string_view name)
      -> std::optional<interpret::Value> override;
  auto subscript(const interpret::Site&, const interpret::Value& object, const std::vector<interpret::Value>& indexes)
      -> std::optional<interpret::Value> override;
  auto operation(const interpret::Site&, std::string_view op, const interpret::Value& left, const interpret::Value& right)
      -> std::optional<interpret::Value> override;
  auto iterate(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Iteration> override;
  auto defined(const interpret::Site&, const std::shared_ptr<const interpret::Class>&) -> void override;

 private:
  auto element(const interpret::Site&, std::string_view dotted, const interpret::Arguments&)
      -> std::optional<interpret::Value>;
  auto table_method(const interpret::Site&, const TablePointer& table, std::string_view name, const interpret::Arguments&)
      -> std::optional<interpret::Value>;

  const Versions& versions_;
  std::vector<TablePointer> class_tables_;  // of classes with __tablename__; columns point to them
  // What was given parts after it was made, which may lead back to it: a table knows its metadata, a check its table.
  std::vector<std::weak_ptr<MetaData>> filled_metadata_;
  std::vector<std::weak_ptr<Table>> extended_tables_;
};

// A dotted name of SQLAlchemy or of a package that extends or re-exports it.
auto is_library_name(std::string_view dotted) -> bool;

}  // namespace foreshot::sqlalchemy
