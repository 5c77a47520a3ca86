// Which MetaData env.py names, and with that the names that constraints get.
#include "analyzer/alembic/environment_vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/convention.h"

namespace foreshot::alembic {

using interpret::Arguments;
using interpret::Value;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::shared_object;

namespace {

constexpr unsigned deepest_base = 16;

struct FoundMetadata {
  std::shared_ptr<sqlalchemy::MetaData> metadata;
  const interpret::Class* plain = nullptr;    // the class that makes one without saying so
};

// The MetaData of a class that models derive from: its own, that of a class above, or the plain one that a
// DeclarativeBase without one makes.
auto metadata_of_class(const Value& value, unsigned depth) -> FoundMetadata {
  const auto* type = value.get<std::shared_ptr<const interpret::Class>>();
  if (type == nullptr || depth > deepest_base) return {};
  if (const auto* own = (*type)->find("metadata")) return {shared_object<sqlalchemy::MetaData>(*own), nullptr};
  for (const auto& base : (*type)->bases) {
    if (const auto* holder = base.object<MetadataHolder>(); holder != nullptr && holder->metadata != nullptr) return {holder->metadata, nullptr};
    if (auto above = metadata_of_class(base, depth + 1); above.metadata != nullptr || above.plain != nullptr) return above;
  }
  for (const auto& base : (*type)->bases) {
    const auto last = last_part(base.external_name());
    if (last == "DeclarativeBase" || last == "DeclarativeBaseNoMeta" || last == "AsyncAttrs" || last == "SQLModel") return {nullptr, type->get()};
  }
  return {};
}

}  // namespace

auto EnvironmentVocabulary::metadata_of(const Value& value) -> std::shared_ptr<sqlalchemy::MetaData> {
  const auto found = metadata_of_class(value, 0);
  if (found.plain == nullptr) return found.metadata;
  auto& plain = plain_[found.plain];
  if (plain == nullptr) plain = std::make_shared<sqlalchemy::MetaData>();
  return plain;
}

auto EnvironmentVocabulary::holder_made(const Arguments& arguments, Span span) -> Value {
  auto holder = std::make_shared<MetadataHolder>();
  const auto* base = arguments.keyword("model_class");
  if (const auto* given = arguments.keyword("metadata"); present(given)) {
    holder->metadata = shared_object<sqlalchemy::MetaData>(given->value);
  } else if (base != nullptr) {
    // Flask-SQLAlchemy takes the MetaData of a base that it is given.
    holder->metadata = metadata_of(base->value);
  } else if (!arguments.unknown_keywords) {
    holder->metadata = std::make_shared<sqlalchemy::MetaData>();
  }
  return object_value(std::move(holder), span);
}

auto EnvironmentVocabulary::set_attribute(const interpret::Site&, const Value& object, std::string_view name, const Value& value)
    -> bool {
  if (name != "naming_convention") return false;
  if (const auto metadata = shared_object<sqlalchemy::MetaData>(object)) {
    sqlalchemy::read_convention(value, *metadata);
    return true;
  }
  if (!object.external_name().ends_with("SQLModel.metadata")) return false;
  sqlmodel_ = std::make_shared<sqlalchemy::MetaData>();
  sqlalchemy::read_convention(value, *sqlmodel_);
  return true;
}

auto EnvironmentVocabulary::add_convention(const sqlalchemy::MetaData& metadata) -> void {
  environment_.naming_convention_known = environment_.naming_convention_known && metadata.convention_known;
  if (!metadata.has_convention) return;
  environment_.has_naming_convention = true;
  for (const auto& [kind, words] : metadata.convention) environment_.naming_convention.emplace(kind, words);
}

auto EnvironmentVocabulary::target(const Value& value) -> void {
  std::vector<Value> all{value};
  if (const auto* items = value.sequence()) all = items->items;
  for (const auto& one : all) {
    auto metadata = shared_object<sqlalchemy::MetaData>(one);
    if (metadata == nullptr) {
      // SQLModel.metadata and None have no convention; anything else is not known.
      const auto name = one.external_name();
      const bool sqlmodel = name.ends_with("SQLModel.metadata");
      if (!one.is_none() && !sqlmodel) environment_.naming_convention_known = false;
      if (sqlmodel && sqlmodel_ != nullptr) add_convention(*sqlmodel_);
      environment_.target_metadata.emplace_back(name);
      continue;
    }
    add_convention(*metadata);
  }
}

}  // namespace foreshot::alembic
