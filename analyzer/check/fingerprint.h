// A fingerprint names a finding across edits: the same rule about the same subject of the same revision keeps it when
// lines move, files are renamed or code is formatted.
#pragma once

#include <vector>

#include "analyzer/check/finding.h"

namespace foreshot {

// Fills in Diagnostic::fingerprint; equal findings are told apart by their order, so the list must be sorted.
auto fill_fingerprints(std::vector<Diagnostic>& diagnostics) -> void;

}  // namespace foreshot
