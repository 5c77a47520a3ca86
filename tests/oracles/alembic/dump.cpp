// Prints what foreshot understands of revision files, for the oracle that compares it with the real Alembic, and for
// looking at a tree by hand:
//
//     dump_operations [--sqlalchemy 2.0] [--alembic 1.19.2] [--convention KIND=TEMPLATE] [--summary] FILE-OR-FOLDER…
//
// One line a statement: "file<TAB>upgrade<TAB>call<TAB>sql", line breaks as spaces.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "analyzer/alembic/revision_reader.h"

namespace {

using namespace foreshot;

auto in_one_line(std::string text) -> std::string {
  for (auto& byte : text)
    if (byte == '\n' || byte == '\t' || byte == '\r') byte = ' ';
  return text;
}

auto two_numbers(const std::string& text) -> std::pair<int, int> {
  int major = 0;
  int minor = 0;
  std::sscanf(text.c_str(), "%d.%d", &major, &minor);
  return {major, minor};
}

struct Counts {
  std::size_t revisions = 0, operations = 0, table_known = 0, sites = 0, resolved = 0;
  std::map<std::string, std::size_t> reasons;
};

auto shown(const SourceMap& sources, const Gap& gap) -> std::string {
  const auto at = sources.line_column(gap.span.file, gap.span.begin);
  return sources.file(gap.span.file).path + ":" + std::to_string(at.line) + ": " + gap.reason;
}

auto print(const SourceMap& sources, const Revision& revision, const char* which, const Body& body, bool summary,
           Counts& counts) -> void {
  const auto& path = sources.file(revision.file).path;
  for (const auto& operation : body.operations) {
    if (operation.counts_as_op) {
      ++counts.operations;
      counts.table_known += operation.table_known;
    }
    if (operation.counts_as_sql) {
      ++counts.sites;
      bool resolved = !operation.statements.empty();
      for (const auto& statement : operation.statements)
        resolved = resolved && statement.complete && !std::holds_alternative<Unreadable>(statement.action);
      counts.resolved += resolved;
    }
    if (summary) continue;
    for (const auto& statement : operation.statements)
      std::printf("%s\t%s\t%s\t%s\t[%s]\n", path.c_str(), which, operation.call.c_str(), in_one_line(statement.sql).c_str(),
                  command_tag(statement.action).c_str());
  }
  for (const auto& gap : body.gaps) {
    ++counts.reasons[gap.reason.substr(0, gap.reason.find(':'))];
    std::fprintf(stderr, "%s\n", in_one_line(shown(sources, gap)).c_str());
  }
}

}  // namespace

int main(int count, char** words) {
  alembic::RevisionSurroundings surroundings;
  surroundings.versions.server = 18;  // what SQLAlchemy renders for without a connection
  std::vector<std::string> paths;
  bool summary = false;
  for (int at = 1; at < count; ++at) {
    const std::string word = words[at];
    const bool has_value = at + 1 < count;
    if (word == "--sqlalchemy" && has_value) {
      surroundings.versions.sqlalchemy = two_numbers(words[++at]);
    } else if (word == "--alembic" && has_value) {
      auto& release = surroundings.versions.alembic;
      release = {};
      std::sscanf(words[++at], "%d.%d.%d", &release.major, &release.minor, &release.patch);
    } else if (word == "--convention" && has_value) {
      const std::string pair = words[++at];
      surroundings.naming.templates.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    } else if (word == "--summary") {
      summary = true;
    } else {
      paths.push_back(word);
    }
  }
  std::vector<std::string> files;
  for (const auto& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
      if (entry.is_regular_file() && entry.path().extension() == ".py") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());

  SourceMap sources;
  interpret::ModuleIndex modules;
  for (const auto& path : files) {
    std::ifstream stream(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(stream)), {});
    const auto file = sources.add(path, std::move(text));
    auto module = std::make_unique<interpret::SourceModule>();
    module->file = file;
    module->path = path;
    module->package = path.ends_with("__init__.py");
    auto name = path.substr(0, path.size() - (module->package ? 12 : 3));
    std::replace(name.begin(), name.end(), '/', '.');
    module->name = name;
    module->tree = python::parse(file, sources.file(file).text);
    modules.add(std::move(module));
  }
  modules.freeze();

  Counts counts;
  for (const auto& module : modules.modules()) {
    const auto revision = alembic::read_revision(*module, modules, sources, surroundings);
    if (!revision) continue;
    ++counts.revisions;
    print(sources, *revision, "upgrade", revision->upgrade, summary, counts);
    print(sources, *revision, "downgrade", revision->downgrade, summary, counts);
  }
  std::fprintf(stderr, "revisions %zu · op calls %zu, table known %zu · SQL sites %zu, resolved %zu\n", counts.revisions,
               counts.operations, counts.table_known, counts.sites, counts.resolved);
  return 0;
}
