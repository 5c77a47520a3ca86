// From parsed files to facts and histories: the part of the pipeline that knows the interpreter and the libraries.
#pragma once

#include <vector>

#include "analyzer/driver/analyze.h"
#include "analyzer/driver/evidence.h"
#include "analyzer/driver/reading.h"
#include "analyzer/driver/trees.h"
#include "analyzer/loads/templates.h"

namespace foreshot::driver {

struct Materials {
  const ProjectRequest& request;
  const Options& options;
  const ProjectFiles& files;
  const Evidence& evidence;
  unsigned threads;
  loads::Templates* templates = nullptr;  // null: none is rendered
};

// Fills in result.project's trees, models, queries, loads and gaps, and the result's remarks. Takes the modules.
auto understand(const Materials& materials, std::vector<TreeLayout> layouts, Reading& reading, Analysis& result) -> void;

}  // namespace foreshot::driver
