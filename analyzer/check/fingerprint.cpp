#include "analyzer/check/fingerprint.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <string>
#include <unordered_map>

#include "analyzer/check/rule.h"

namespace foreshot {

auto fill_fingerprints(std::vector<Diagnostic>& diagnostics) -> void {
  std::unordered_map<std::string, unsigned> seen;
  for (auto& diagnostic : diagnostics) {
    const auto& finding = diagnostic.finding;
    // A finding that names no subject is told from its neighbours by what it says.
    const auto& subject = finding.subject.empty() ? finding.message : finding.subject;
    auto key = fmt::format("{}\n{}\n{}\n", diagnostic.rule->code, finding.revision, subject);
    const auto ordinal = seen[key]++;
    key += std::to_string(ordinal);
    diagnostic.fingerprint = fmt::format("{:016x}", XXH3_64bits(key.data(), key.size()));
  }
}

}  // namespace foreshot
