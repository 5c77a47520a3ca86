// Finds the files that say nothing of SQLAlchemy themselves and loop over functions of the project that query, or define
// serializers that a file which makes some imports: they are read and parsed too.
#pragma once

#include "analyzer/driver/reading.h"

namespace foreshot::driver {

// After parse() of what matters by itself.
auto read_callers(Reading& reading, const SourceMap& sources) -> void;

}  // namespace foreshot::driver
