#include "analyzer/driver/request.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "analyzer/driver/paths.h"
#include "analyzer/driver/root.h"
#include "analyzer/driver/table_statistics.h"

namespace foreshot::driver {
namespace {

auto is_override(const std::string& text, const std::string& here) -> bool {
  return text.find('=') != std::string::npos && path_kind(absolute(text, here)) == PathKind::missing;
}

}  // namespace

auto configure(const Options& options, const std::string& root, std::vector<ConfigurationProblem>& problems) -> Configuration {
  Configuration configuration;
  const auto here = working_directory();
  bool file_given = false;
  for (const auto& text : options.configs) {
    if (is_override(text, here)) continue;
    file_given = true;
    // Given by hand, it speaks of the files that the command line speaks of.
    read_configuration(absolute(text, here), configuration, problems, here);
  }
  if (!options.isolated && !file_given)
    if (const auto file = nearest_configuration(root); !file.empty()) read_configuration(file, configuration, problems);
  for (const auto& text : options.configs)
    if (is_override(text, here)) apply_override(text, here, configuration, problems);
  read_statistics(configuration, problems);
  return configuration;
}

auto plan_requests(const Options& options) -> Requests {
  Requests requests;
  std::map<std::string, ProjectRequest> by_root;
  const auto here = working_directory();
  for (const auto& path : options.paths) {
    const auto written = absolute(path, here);
    const auto kind = path_kind(written);
    if (kind == PathKind::missing) {
      requests.error = "there is no file or folder '" + path + "'";
      return requests;
    }
    if (access(written.c_str(), R_OK) != 0 || kind == PathKind::other) {
      requests.error = "cannot read '" + path + "'" + (kind == PathKind::other ? ": it is no file or folder" : "");
      return requests;
    }
    const auto named = real(written);
    const auto root = project_root(named, options.isolated);
    auto& request = by_root[root];
    request.root = root;
    if (named == root && kind == PathKind::folder)
      request.everything = true;
    else
      (kind == PathKind::folder ? request.folders : request.files).push_back(named);
  }
  for (auto& [root, request] : by_root) {
    request.configuration = configure(options, root, requests.problems);
    requests.projects.push_back(std::move(request));
  }
  return requests;
}

}  // namespace foreshot::driver
