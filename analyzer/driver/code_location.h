// Places of Alembic's folders in Python text, found without a parser: which trees there are must be known before
// anything is parsed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

// What set_main_option("script_location", …) may mean: its string literals joined as a path,
// `os.path.join(here, "db", "migrations")` and `str(here / "db" / "migrations")` being "db/migrations".
auto locations_in(std::string_view python) -> std::vector<std::string>;

// Assigns `revision` and `down_revision` at the start of a line.
auto looks_like_revision(std::string_view python) -> bool;

}  // namespace foreshot::driver
