// Defaults of columns that were computed when the module was imported, where each row needs a value of its own:
// default=datetime.now(), onupdate=time.time(), default=str(uuid4()), default={}.
#pragma once

#include <string_view>

#include "analyzer/facts/model.h"
#include "analyzer/interpret/vocabulary.h"
#include "analyzer/sqlalchemy/orm_object.h"

namespace foreshot::sqlalchemy {

// A function that gives another value each time: a clock, a random source, a maker of identifiers.
auto is_called_for_each_row(std::string_view dotted) -> bool;

// What a built-in makes of a fixed value is fixed too: str(uuid4()), int(time.time()). Null for other calls.
auto kept_fixed(std::string_view dotted, const interpret::Arguments& arguments) -> std::shared_ptr<FixedValue>;

// Those among the arguments of Column, mapped_column or Field. A container is only reported where `shares` says that
// every row gets the same object.
auto fixed_defaults(const interpret::Arguments& arguments, bool shares) -> std::vector<FixedDefault>;

}  // namespace foreshot::sqlalchemy
