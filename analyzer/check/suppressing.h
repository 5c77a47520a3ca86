// Applies the suppressions of a project to its findings and says which of them did nothing.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/check/hooks.h"
#include "analyzer/check/places.h"
#include "analyzer/check/suppression.h"

namespace foreshot {

class Suppressing {
 public:
  Suppressing(const Project& project, const CheckOptions& options, const Places& places);

  // True when a suppression covers the finding, which is then marked and the suppression used. A suppression past its
  // last day covers nothing and leaves a note.
  auto covers(Diagnostic& diagnostic) -> bool;

  // What is wrong with the suppressions themselves, once every finding was shown to covers().
  auto complaints() const -> std::vector<RawFinding>;
  auto bare_noqa() const -> bool { return bare_noqa_; }

 private:
  auto is_over(const Suppression& suppression) const -> bool;
  auto unused(const Suppression& suppression, std::vector<RawFinding>& to) const -> void;
  auto expired(const Suppression& suppression, std::vector<RawFinding>& to) const -> void;
  auto without_reason(const Suppression& suppression, std::vector<RawFinding>& to) const -> void;
  auto unknown(const Suppression& suppression, std::vector<RawFinding>& to) const -> void;
  auto ran(const std::string& selector, FileId file) const -> bool;
  auto selected(const char* code) const -> const Rule*;

  const Project& project_;
  const CheckOptions& options_;
  const Places& places_;
  std::unordered_map<FileId, std::vector<Suppression>> by_file_;
  std::vector<FileId> files_;   // in order
  bool bare_noqa_ = false;
};

}  // namespace foreshot
