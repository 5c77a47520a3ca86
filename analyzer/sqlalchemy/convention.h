// What MetaData(naming_convention=…) says, or is given later: `metadata.naming_convention = {…}`.
#pragma once

#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

auto read_convention(const interpret::Value& value, MetaData& to) -> void;

}  // namespace foreshot::sqlalchemy
