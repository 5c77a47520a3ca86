// Suppressions inside SQL text: `-- foreshot: …` comments of revision files, with the statement that each belongs to.
#pragma once

#include "analyzer/check/project.h"

namespace foreshot::driver {

// Adds them to Project::comments. A comment after a statement on its line belongs to that statement, one inside a
// statement to it, any other to the next statement of the file.
auto add_sql_comments(Project& project) -> void;

}  // namespace foreshot::driver
