// What the files of one Alembic tree say: its revisions, its environment. Order and state are computed from these by
// schema/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/environment.h"
#include "analyzer/facts/operation.h"

namespace foreshot {

struct Revision {
  FileId file = no_file;
  std::string id;                              // as in `revision = "…"`
  Span id_span;                                // of the string
  std::vector<std::string> down_revisions;     // as written: full ids, abbreviations, labels; empty: a root
  Span down_span;
  bool down_known = true;                      // false: down_revision is not a constant
  std::vector<std::string> labels;
  Span labels_span;
  std::vector<std::string> depends_on;
  std::string message;                         // first line of the docstring
  std::vector<std::string> docstring_revises;  // "Revises: a, b" of the docstring; empty when it has no such line
  std::optional<Span> docstring_revises_span;
  std::optional<std::string> docstring_revision_id;
  std::optional<std::string> create_date;
  Body upgrade;
  Body downgrade;
  std::vector<Span> application_imports;       // imports of the project's own models or session
  std::vector<Span> relevant_spans;            // statements of the module outside functions that run SQL
  bool older_style = false;                    // calls SQLAlchemy as its version 2 does not allow
  bool syntax_error = false;                   // bodies were not read, the place in the graph is right
};

// One version history: what one `alembic` command line works on.
struct TreeSource {
  std::string name;                 // script location relative to the project, unique in the project
  std::vector<std::string> version_locations;
  Environment environment;
  std::vector<Revision> revisions;  // in path order
};

}  // namespace foreshot
