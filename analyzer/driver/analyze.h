// Builds the Project of one request: finds the trees, reads the files, lets the interpreter and the libraries write facts,
// replays each history. After it the project is frozen and rules may run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/driver/request.h"

namespace foreshot::driver {

struct Analysis {
  std::unique_ptr<Project> project;
  std::size_t files = 0;                       // Python files that were looked at
  std::size_t frozen = 0;                      // revisions up to start-after
  bool start_after_given = false;
  std::vector<std::string> start_after;
  std::vector<std::string> python_files;       // relative, in order
  std::vector<std::string> nested_projects;    // absolute folders with their own configuration
  std::vector<std::string> notices;            // for stderr
  std::vector<std::string> remarks;            // for the summary
  std::vector<ConfigurationProblem> problems;  // start-after names what is not there
};

auto analyze(const ProjectRequest& request, const Options& options, unsigned threads) -> Analysis;

}  // namespace foreshot::driver
