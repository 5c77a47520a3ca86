// Prints what cost() predicts for SQL statements, for comparison with servers.
//
//     predict VERSION SETUP STATEMENTS
//
// SETUP is a file of SQL that makes the schema. Each line of STATEMENTS is "id || majors || statement; … || statements
// run before". Output, a line for each id: id TAB known|unknown|fails TAB relation=LOCK:work[:lookup] … for relations that exist
// before the statement. All statements of one line count together: the strongest lock, the most work.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "analyzer/schema/cost.h"
#include "analyzer/schema/timeline.h"
#include "analyzer/sql/read.h"

using namespace foreshot;

namespace {

auto operation(const std::string& sql) -> Operation {
  MappedText text;
  text.append(sql, Span());
  Operation result;
  result.statements = sql::read(text, sql::Binds::none, Span()).statements;
  return result;
}

auto short_lock(LockMode mode) -> std::string {
  static const char* const names[] = {"-", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE"};
  return names[static_cast<std::size_t>(mode)];
}

auto short_work(Work work) -> std::string {
  static const char* const names[] = {"none", "scan", "index", "rewrite"};
  return names[static_cast<std::size_t>(work)];
}

auto trim(std::string text) -> std::string {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  if (argc != 4) return 2;
  const auto version = std::atoi(argv[1]);
  std::ifstream setup_file(argv[2]);
  std::ifstream list(argv[3]);
  std::stringstream setup;
  setup << setup_file.rdbuf();
  std::string line;
  while (std::getline(list, line)) {
    if (trim(line).empty() || line[0] == '#') continue;
    std::vector<std::string> fields;
    std::size_t begin = 0;
    for (auto at = line.find("||"); ; at = line.find("||", begin)) {
      fields.push_back(trim(line.substr(begin, at == std::string::npos ? at : at - begin)));
      if (at == std::string::npos) break;
      begin = at + 2;
    }
    if (fields.size() < 3) continue;
    TreeSource tree;
    tree.revisions.resize(2);
    tree.revisions[0].id = "setup";
    tree.revisions[1].id = "measured";
    tree.revisions[1].down_revisions = {"setup"};
    // The schemas that both sides look into, as a connection of the migrations has it.
    SetVariable path;
    path.name = "search_path";
    path.value = "library, public";
    tree.environment.settings.push_back(path);
    for (auto& revision : tree.revisions) revision.upgrade.shape = Body::Shape::working;
    tree.revisions[0].upgrade.operations.push_back(operation(setup.str()));
    if (fields.size() > 3) tree.revisions[0].upgrade.operations.push_back(operation(fields[3]));
    tree.revisions[1].upgrade.operations.push_back(operation(fields[2]));
    const RevisionGraph graph(tree.revisions);
    Timeline::Options options;
    options.server_version = version;
    const auto timeline = Timeline::replay(tree, graph, options);
    const auto& steps = timeline.revision(1);
    struct Strongest {
      LockMode lock = LockMode::none;
      Work work = Work::none;
      bool lookup = true;  // all its work is looking up what foreign keys refer to
    };
    std::map<std::string, Strongest> strongest;
    std::string state = "known";
    std::string reason;
    const auto before = timeline.before(1);
    for (auto i = steps.upgrade_begin; i < steps.upgrade_end; ++i) {
      const auto& step = timeline.steps()[i];
      if (std::holds_alternative<SyntaxError>(step.action())) state = "syntax error";
      if (!step.cost.known) state = "unknown", reason = step.cost.unknown_reason;
      if (step.cost.fails) state = "fails", reason = step.cost.failure;
      for (const auto& effect : step.cost.effects) {
        if (effect.created_here || effect.kind == ObjectKind::index || effect.kind == ObjectKind::sequence) continue;
        if (before.table(effect.relation) == nullptr) continue;
        auto& sum = strongest[before.table(effect.relation)->name.name.text];
        sum.lock = std::max(sum.lock, effect.lock);
        sum.work = std::max(sum.work, effect.work);
        const auto looks_up = effect.cause.find("looked up") != std::string::npos ||
                              effect.cause.find("made again") != std::string::npos ||
                              effect.cause.find("refers to it") != std::string::npos;
        if (effect.work != Work::none && !looks_up) sum.lookup = false;
      }
    }
    std::cout << fields[0] << '\t' << state << '\t';
    for (const auto& [name, cost] : strongest)
      std::cout << name << '=' << short_lock(cost.lock) << ':' << short_work(cost.work)
                << (cost.lookup && cost.work != Work::none ? ":lookup " : " ");
    std::cout << '\t' << reason << '\n';
  }
  return 0;
}
