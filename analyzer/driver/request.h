// A ProjectRequest is one project that a run is about: its root, its configuration, and what of it was named.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/driver/configuration.h"
#include "analyzer/driver/options.h"

namespace foreshot::driver {

struct ProjectRequest {
  std::string root;                     // absolute, symbolic links resolved
  Configuration configuration;
  bool everything = false;              // the root itself was named, or a folder above it
  std::vector<std::string> files;       // named files, absolute
  std::vector<std::string> folders;     // named folders below the root, absolute
  std::map<std::string, std::string> written;  // by relative path: bytes that stand for those on disk, there or not
};

struct Requests {
  std::vector<ProjectRequest> projects;              // by root
  std::vector<ConfigurationProblem> problems;
  std::string error;                                 // a named path that does not exist or cannot be read
};

// Groups the named paths by project and reads each project's configuration.
auto plan_requests(const Options& options) -> Requests;

// The configuration of one root, with what the command line says about it.
auto configure(const Options& options, const std::string& root, std::vector<ConfigurationProblem>& problems) -> Configuration;

}  // namespace foreshot::driver
