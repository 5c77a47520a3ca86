// What becomes of a fix before anybody sees it: what may not be edited is not offered, and texts get the line ends of
// their files.
#pragma once

#include "analyzer/check/finding.h"
#include "analyzer/check/places.h"

namespace foreshot {

auto settle_fix(const Project& project, const Places& places, Finding& finding) -> void;

}  // namespace foreshot
