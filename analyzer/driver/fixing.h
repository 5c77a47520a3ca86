// Applies the fixes that findings offer, in memory: a round of fixes that do not touch each other, a new look at the
// project as it then is, and again until nothing is left to apply. A round that brings in a finding, or leaves the one
// that it was for, is taken back, and its fixes are tried one by one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "analyzer/check/run.h"
#include "analyzer/driver/analyze.h"

namespace foreshot::driver {

// A project and what was found in it.
struct Look {
  Analysis analysis;
  CheckResult result;
};

class Fixing {
 public:
  using LookAgain = std::function<Look(const ProjectRequest&)>;

  Fixing(ProjectRequest& request, bool unsafe, LookAgain look_again) : request_(request), unsafe_(unsafe), look_again_(std::move(look_again)) {}

  // `look`: of the project as it is; becomes that of the project as fixed, whose files are in request.written.
  auto run(Look& look) -> void;

  // By relative path and code: how many findings are gone.
  auto fixed() const -> const std::map<std::string, std::map<std::string, std::size_t>>& { return fixed_; }

 private:
  auto pick(const Look& look) -> std::vector<const Diagnostic*>;
  auto editable(const Look& look, const Fix& fix) -> bool;
  auto bytes_of(const std::string& path) -> const std::string*;
  auto attempt(const Look& look, const std::vector<const Diagnostic*>& picked, ProjectRequest& to) -> bool;
  auto accept(Look& look, Look next, ProjectRequest next_request, const std::vector<const Diagnostic*>& picked) -> void;

  ProjectRequest& request_;
  bool unsafe_;
  LookAgain look_again_;
  std::set<std::string> refused_;                    // fingerprints
  std::map<std::string, std::map<std::string, std::size_t>> fixed_;
  std::map<std::string, std::optional<std::string>> bytes_;
  std::map<std::string, bool> faithful_;             // of this round: files that can be written as they were read
};

}  // namespace foreshot::driver
