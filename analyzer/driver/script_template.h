// script.py.mako, from which Alembic makes each new revision: what it puts into them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

// The settings that the template's code sets, "lock_timeout"; comments do not count.
auto template_settings(std::string_view text) -> std::vector<std::string>;

}  // namespace foreshot::driver
