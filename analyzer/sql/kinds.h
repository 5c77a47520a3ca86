// PostgreSQL's object types as ours. For the .cpp files that read the parse tree: include it last.
#pragma once

#include "analyzer/facts/action.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {

auto object_kind(ObjectType type) -> ObjectKind;
auto object_words(ObjectType type) -> const char*;  // "TEXT SEARCH PARSER"

}  // namespace foreshot::sql
