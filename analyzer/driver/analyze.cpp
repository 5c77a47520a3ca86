#include "analyzer/driver/analyze.h"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/callers.h"
#include "analyzer/driver/evidence.h"
#include "analyzer/driver/layouts.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/reach.h"
#include "analyzer/driver/reading.h"
#include "analyzer/driver/template_reading.h"
#include "analyzer/driver/trees.h"
#include "analyzer/driver/understand.h"
#include "analyzer/driver/walk.h"

namespace foreshot::driver {
namespace {

auto patterns(const std::vector<FilePattern>& written, const std::string& root, std::vector<PathPattern>& to) -> void {
  for (const auto& pattern : written) to.emplace_back(pattern.text, pattern.folder, root);
}

auto walk_options(const ProjectRequest& request, const Options& options) -> WalkOptions {
  WalkOptions walking;
  const auto& configuration = request.configuration;
  const auto here = working_directory();
  const auto add = [&](const std::vector<std::string>& texts) {
    for (const auto& text : texts) walking.exclude.emplace_back(text, here, request.root);
  };
  if (options.exclude)
    add(*options.exclude);
  else if (configuration.exclude)
    patterns(*configuration.exclude, request.root, walking.exclude);
  else
    add(default_excludes());
  patterns(configuration.extend_exclude, request.root, walking.exclude);
  add(options.extend_exclude);
  walking.respect_gitignore = options.respect_gitignore.value_or(configuration.respect_gitignore.value_or(true));
  return walking;
}

auto by_user(const ProjectRequest& request, const Options& options) -> bool {
  return options.force_exclude.value_or(request.configuration.force_exclude.value_or(false));
}

// What was named is looked at even where .gitignore or `exclude` leave it out, unless force-exclude says otherwise.
auto add_named(const ProjectRequest& request, const Options& options, std::vector<std::string>& files) -> void {
  if (by_user(request, options)) return;
  std::unordered_set<std::string> known(files.begin(), files.end());
  const auto add = [&](const std::string& file) {
    if (known.insert(file).second) files.push_back(file);
  };
  for (const auto& file : request.files) add(relative(file, request.root));
  for (const auto& folder : request.folders) {
    auto inner = walk_options(request, options);
    inner.lead = relative(folder, request.root);
    // The folder itself was asked for; below it the usual names stay out.
    for (const auto& file : walk(folder, inner).files) add(join(relative(folder, request.root), file));
  }
}

class Analyzer {
 public:
  Analyzer(const ProjectRequest& request, const Options& options, unsigned threads)
      : request_(request), options_(options), threads_(threads) {
    result_.project = std::make_unique<Project>();
    result_.project->root = request.root;
  }

  auto analysis() -> Analysis {
    auto walked = walk(request_.root, walk_options(request_, options_));
    result_.nested_projects = std::move(walked.projects);
    result_.notices = std::move(walked.notices);
    files_.root = request_.root;
    files_.unread = &unread_;
    files_.files = std::move(walked.files);
    add_named(request_, options_, files_.files);
    add_written();
    for (const auto& file : files_.files)
      if (file.ends_with(".py")) result_.python_files.push_back(file);
    if (options_.show_files) return std::move(result_);

    auto& project = *result_.project;
    Reading reading(request_.root, project.sources, threads_, request_.written);
    std::unordered_set<std::string> always = always_read();
    reading.read(result_.python_files, always);
    result_.files = result_.python_files.size();
    files_.text = [&](const std::string& path) -> std::string_view {
      const auto id = reading.file(path);
      return id == no_file ? std::string_view() : std::string_view(project.sources.file(id).text);
    };
    auto layouts = find_trees(files_, request_.configuration);
    read_revisions_outside(layouts, reading);
    reading.parse();
    read_callers(reading, project.sources);
    reach(files_, layouts, reading, project.sources);
    const auto templates = read_templates(files_, reading, project.sources);
    if (options_.show_parsed_files) return parsed_files(reading);
    const auto evidence = collect_evidence(files_, request_.configuration);
    project.versions = evidence.versions;
    project.sizes = request_.configuration.sizes;
    project.lock_timeout_set_by_runner = request_.configuration.lock_timeout_set_by_runner.value_or(false);
    keep_comments(reading);
    keep_layouts(layouts, reading);
    understand({request_, options_, files_, evidence, threads_, templates.get()}, std::move(layouts), reading, result_);
    result_.notices.insert(result_.notices.end(), reading.notices().begin(), reading.notices().end());
    for (const auto& file : unread_) result_.notices.push_back(file + ": cannot be read");
    for (const auto& note : request_.configuration.notes) result_.notices.push_back(note);
    return std::move(result_);
  }

 private:
  auto parsed_files(Reading& reading) -> Analysis {
    result_.python_files.clear();
    for (const auto& file : reading.parsed()) result_.python_files.push_back(file.path);
    std::sort(result_.python_files.begin(), result_.python_files.end());
    return std::move(result_);
  }

  // Named files, and those that the configuration calls models, are read whatever they hold.
  auto always_read() const -> std::unordered_set<std::string> {
    std::unordered_set<std::string> always;
    for (const auto& file : request_.files) always.insert(relative(file, request_.root));
    std::vector<PathPattern> models;
    patterns(request_.configuration.models, request_.root, models);
    if (models.empty()) return always;
    for (const auto& file : result_.python_files)
      if (std::any_of(models.begin(), models.end(), [&](const auto& pattern) { return pattern.matches(file); })) always.insert(file);
    return always;
  }

  // A version folder may lie outside of the project, or hold files without any of the words that matter.
  auto read_revisions_outside(const std::vector<TreeLayout>& layouts, Reading& reading) const -> void {
    std::vector<std::string> more;
    std::unordered_set<std::string> always;
    for (const auto& layout : layouts) {
      auto wanted = layout.files;
      if (!layout.env.empty()) wanted.push_back(relative(layout.env, request_.root));
      for (const auto& file : wanted)
        if (!reading.is_kept(file) && always.insert(file).second) more.push_back(file);
    }
    reading.read(more, always);
  }

  auto keep_comments(Reading& reading) -> void {
    auto& project = *result_.project;
    for (const auto& file : reading.parsed()) {
      for (const auto& problem : file.module->problems) project.syntax_problems.push_back(problem);
      const std::string_view text = project.sources.file(file.file).text;
      if (text.find("foreshot") == std::string_view::npos && text.find("noqa") == std::string_view::npos &&
          text.find("NOQA") == std::string_view::npos)
        continue;
      project.comments[file.file] = file.module->comments;
    }
  }

  // Before understand(), which takes the modules.
  auto keep_layouts(const std::vector<TreeLayout>& layouts, Reading& reading) -> void {
    auto& project = *result_.project;
    std::unordered_set<FileId> revisions;
    for (const auto& layout : layouts)
      for (const auto& path : layout.files) revisions.insert(reading.file(path));
    const auto& parsed = reading.parsed();
    std::vector<FileLayout> made(parsed.size());
    parallel_for(parsed.size(), threads_, [&](std::size_t i) {
      made[i] = layout_of(*parsed[i].module, project.sources.file(parsed[i].file).text, revisions.contains(parsed[i].file));
    });
    for (std::size_t i = 0; i < parsed.size(); ++i) project.layouts.emplace(parsed[i].file, std::move(made[i]));
  }

  // What a fix has made of the project so far, which is not written yet.
  auto add_written() -> void {
    std::unordered_set<std::string> known(files_.files.begin(), files_.files.end());
    for (const auto& [path, bytes] : request_.written)
      if (!known.contains(path)) files_.files.push_back(path);
  }

  const ProjectRequest& request_;
  const Options& options_;
  unsigned threads_;
  ProjectFiles files_;
  std::set<std::string> unread_;
  Analysis result_;
};

}  // namespace

auto analyze(const ProjectRequest& request, const Options& options, unsigned threads) -> Analysis {
  return Analyzer(request, options, threads).analysis();
}

}  // namespace foreshot::driver
