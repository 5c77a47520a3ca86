#include "analyzer/driver/walk.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "analyzer/driver/gitignore.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/root.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t ignore_limit = 4 << 20;

// The .gitignore files from the repository's root down to a folder: a chain, shared by the folders below.
struct Chain {
  Gitignore rules;
  std::shared_ptr<const Chain> above;
};
using ChainPointer = std::shared_ptr<const Chain>;

auto with_file(const ChainPointer& above, const std::string& file, const std::string& folder) -> ChainPointer {
  const auto text = read_bytes(file, ignore_limit);
  if (!text) return above;
  Gitignore rules(folder, *text);
  if (rules.empty()) return above;
  return std::make_shared<const Chain>(Chain{std::move(rules), above});
}

auto ignored(const Chain* chain, std::string_view path, bool is_folder) -> bool {
  for (; chain != nullptr; chain = chain->above.get()) {
    const auto verdict = chain->rules.verdict(path, is_folder);
    if (verdict != Gitignore::Verdict::undecided) return verdict == Gitignore::Verdict::ignored;
  }
  return false;
}

class Walker {
 public:
  Walker(std::string root, const WalkOptions& options, Walked& to)
      : root_(std::move(root)), repository_(repository_of(root_)), options_(options), to_(to) {
    if (repository_.empty()) repository_ = root_;
  }

  auto run() -> void {
    ChainPointer chain;
    if (options_.respect_gitignore) {
      chain = with_file(nullptr, repository_ + "/.git/info/exclude", "");
      auto at = repository_;
      const auto rest = relative(root_, repository_);
      for (std::size_t begin = 0; begin < rest.size();) {
        auto end = rest.find('/', begin);
        if (end == std::string::npos) end = rest.size();
        chain = with_file(chain, at + "/.gitignore", relative(at, repository_));
        at += "/" + rest.substr(begin, end - begin);
        begin = end + 1;
      }
    }
    folder("", chain, 0);
  }

 private:
  auto folder(const std::string& path, ChainPointer chain, int depth) -> void {
    constexpr int deepest = 200;
    const auto here = join(root_, path);
    const auto entries = list_folder(here);
    if (!entries) {
      to_.notices.push_back((path.empty() ? here : path) + ": this folder cannot be read");
      return;
    }
    if (depth > deepest) return;
    if (depth > 0 && options_.nested_projects && configured(*entries, here)) {
      to_.projects.push_back(here);
      return;
    }
    const auto from_repository = relative(here, repository_);
    const bool has_rules = std::any_of(entries->begin(), entries->end(), [](const auto& e) { return e.name == ".gitignore"; });
    if (options_.respect_gitignore && has_rules) chain = with_file(chain, here + "/.gitignore", from_repository);
    const auto left_out = [&](const FolderEntry& entry) {
      const auto below = join(options_.lead, join(path, entry.name));
      if (std::any_of(options_.exclude.begin(), options_.exclude.end(), [&](const auto& p) { return p.matches(below, options_.lead.size()); })) return true;
      return ignored(chain.get(), join(from_repository, entry.name), entry.folder);
    };
    for (const auto& entry : *entries)
      if (!entry.folder && !left_out(entry) && (!entry.link || path_kind(join(here, entry.name)) == PathKind::file))
        to_.files.push_back(join(path, entry.name));
    for (const auto& entry : *entries) {
      if (!entry.folder || left_out(entry)) continue;
      folder(join(path, entry.name), chain, depth + 1);
    }
  }

  static auto configured(const std::vector<FolderEntry>& entries, const std::string& here) -> bool {
    return std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
             return entry.name == ".foreshot.toml" || entry.name == "foreshot.toml" || entry.name == "pyproject.toml";
           }) && !configuration_in(here).empty();
  }

  std::string root_, repository_;
  const WalkOptions& options_;
  Walked& to_;
};

}  // namespace

auto walk(const std::string& root, const WalkOptions& options) -> Walked {
  Walked walked;
  Walker(root, options, walked).run();
  return walked;
}

auto default_excludes() -> const std::vector<std::string>& {
  static const std::vector<std::string> names = {
      ".git", ".hg", ".svn", ".bzr", ".venv", "venv", ".env", "node_modules", "__pycache__", ".tox", ".nox", ".eggs",
      ".mypy_cache", ".ruff_cache", ".pytest_cache", ".pytype", ".pants.d", ".direnv", ".ipynb_checkpoints", ".idea",
      ".vscode", "__pypackages__", "_build", "buck-out", "build", "dist", "site-packages", "*.egg-info"};
  return names;
}

auto repository_of(const std::string& path) -> std::string {
  for (auto at = path; !at.empty(); at = parent(at))
    if (path_kind(at + "/.git") != PathKind::missing) return at;
  return {};
}

auto git_ignores(const std::string& repository, const std::string& path, bool is_folder) -> bool {
  ChainPointer chain = with_file(nullptr, repository + "/.git/info/exclude", "");
  const auto rest = relative(path, repository);
  std::string at = repository;
  for (std::size_t begin = 0; begin < rest.size();) {
    auto end = rest.find('/', begin);
    if (end == std::string::npos) end = rest.size();
    chain = with_file(chain, at + "/.gitignore", relative(at, repository));
    if (ignored(chain.get(), std::string_view(rest).substr(0, end), end < rest.size() || is_folder)) return true;
    at += "/" + rest.substr(begin, end - begin);
    begin = end + 1;
  }
  return false;
}

}  // namespace foreshot::driver
