// Calls that do not belong into a migration's transaction: they take as long as somebody else pleases.
#pragma once

#include <string_view>

namespace foreshot::alembic {

// Is a function of that full name an HTTP request, another program, a cloud service or a pause?
auto is_external(std::string_view dotted) -> bool;

// Does `except` of that name catch what a failing statement raises? SQLAlchemy wraps the errors of drivers in its own. The
// full name, or the last part where nobody knows whose it is.
auto is_database_error(std::string_view name) -> bool;

// Does a test look for an error of PostgreSQL's by its words, as `"already exists" in str(error)` does?
auto asks_for_known_error(std::string_view test) -> bool;

}  // namespace foreshot::alembic
