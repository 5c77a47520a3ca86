// The docstring of a revision as Alembic's template writes it: message, "Revision ID:", "Revises:", "Create Date:".
#pragma once

#include "analyzer/base/source_map.h"
#include "analyzer/facts/revision.h"
#include "analyzer/python/tree.h"

namespace foreshot::alembic {

auto read_docstring(const python::Module& module, const SourceMap& sources, Revision& revision) -> void;

}  // namespace foreshot::alembic
