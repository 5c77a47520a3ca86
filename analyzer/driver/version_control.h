// Where a working tree of git comes from, as its own files say it: no program is run. What is not written plainly is left
// out: nothing here guesses.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/report/outcome.h"

namespace foreshot::driver {

// `repository` is the absolute folder that holds `.git`, a folder or (in linked working trees and submodules) a file.
auto version_control(const std::string& repository) -> report::VersionControl;

// The address of a remote without user, password, query and fragment; "host:path" becomes "ssh://host/path". Empty for what
// is no address of a network: the path of a folder is nobody else's business.
auto public_address(std::string_view url) -> std::string;

}  // namespace foreshot::driver
