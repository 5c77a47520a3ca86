// Finds and reads the Jinja templates that the parsed Python files name, and those that these include in turn.
#pragma once

#include <memory>

#include "analyzer/driver/reading.h"
#include "analyzer/driver/trees.h"
#include "analyzer/loads/templates.h"

namespace foreshot::driver {

// After all Python is parsed. Null when nothing renders a template of the project's. The texts are in the sources.
auto read_templates(const ProjectFiles& project, Reading& reading, SourceMap& sources) -> std::unique_ptr<loads::Templates>;

// Suppressions in templates: `{# foreshot: ignore[…] #}` for its line or, alone on a line, for the tag or line that follows.
auto template_comments(const jinja::Template& tree, std::string_view text) -> std::vector<Comment>;

}  // namespace foreshot::driver
