// Prints what cost() predicts for SQL statements, for comparison with servers.
//
//     predict VERSION SEARCH-PATH SETUP STATEMENTS…
//
// SETUP is a file of SQL that makes the schema. Each line of the files STATEMENTS is "id || majors || statement; … ||
// statements run before". Output, a line for each id: id TAB known|unknown|fails|syntax error TAB
// schema.relation=LOCK:work[:lookup] … TAB reason, for relations that exist before the statement. All statements of one
// line count together: the strongest lock, the most work. An index or a sequence is told only where it is locked more
// strongly than its table, and against more than reading and writing.
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

auto fields_of(const std::string& line) -> std::vector<std::string> {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (auto at = line.find("||");; at = line.find("||", begin)) {
    fields.push_back(trim(line.substr(begin, at == std::string::npos ? at : at - begin)));
    if (at == std::string::npos) return fields;
    begin = at + 2;
  }
}

class Prediction {
 public:
  Prediction(const Schema& before, std::string first_schema) : before_(before), first_schema_(std::move(first_schema)) {}

  // `at`: the schema before the step, in which its names are found.
  auto add(const Step& step, const Schema& at) -> void {
    if (std::holds_alternative<SyntaxError>(step.action())) state_ = "syntax error";
    if (!step.cost.known) state_ = "unknown", reason_ = step.cost.unknown_reason;
    if (step.cost.fails) state_ = "fails", reason_ = step.cost.failure;
    for (const auto& effect : step.cost.effects)
      if (!effect.created_here) add(effect, at);
  }

  auto print(const std::string& id) const -> void {
    std::cout << id << '\t' << state_ << '\t';
    for (const auto& [name, sum] : tables_)
      if (sum.lock != LockMode::none || sum.work != Work::none) std::cout << name << '=' << short_lock(sum.lock) << ':' << short_work(sum.work)
                << (sum.lookup && sum.work != Work::none ? ":lookup " : " ");
    for (const auto& [name, part] : parts_) {
      const auto owner = tables_.find(part.owner);
      if (owner == tables_.end() || owner->second.lock < part.lock)
        std::cout << name << '=' << short_lock(part.lock) << ":none ";
    }
    std::cout << '\t' << reason_ << '\n';
  }

 private:
  struct Sum {
    LockMode lock = LockMode::none;
    Work work = Work::none;
    bool lookup = true;  // all its work is looking up what foreign keys refer to
  };
  struct Part {
    LockMode lock = LockMode::none;
    std::string owner;
  };

  auto qualified(const ObjectName& name) const -> std::string {
    return (name.schema.empty() ? first_schema_ : name.schema.text) + "." + name.name.text;
  }

  auto add(const Effect& effect, const Schema& at) -> void {
    if (effect.kind == ObjectKind::index || effect.kind == ObjectKind::sequence) {
      if (effect.lock < LockMode::share_update_exclusive) return;
      auto name = effect.relation;
      std::string owner;
      if (effect.kind == ObjectKind::index) {
        const auto place = before_.index(name);
        if (place.table == nullptr) return;
        name.schema = place.table->name.schema;
        owner = qualified(place.table->name);
        auto& sum = tables_[owner];
        if (effect.work != Work::none) sum.work = std::max(sum.work, Work::index_build), sum.lookup = false;
      } else if (const auto* sequence = before_.sequence(name)) {
        if (sequence->table.known() && before_.table(sequence->table) != nullptr)
          owner = qualified(before_.table(sequence->table)->name);
      } else {
        return;
      }
      auto& part = parts_[qualified(name)];
      part.lock = std::max(part.lock, effect.lock);
      part.owner = owner;
      return;
    }
    const auto* found = at.table(effect.relation);
    const auto* table = found != nullptr ? before_.table(found->name) : nullptr;
    if (table == nullptr) return;
    auto& sum = tables_[qualified(table->name)];
    sum.lock = std::max(sum.lock, effect.lock);
    sum.work = std::max(sum.work, effect.work);
    const auto looks_up = effect.cause.find("looked up") != std::string::npos ||
                          effect.cause.find("made again") != std::string::npos ||
                          effect.cause.find("refers to it") != std::string::npos;
    if (effect.work != Work::none && !looks_up) sum.lookup = false;
  }

  Schema before_;
  std::string first_schema_;
  std::map<std::string, Sum> tables_;
  std::map<std::string, Part> parts_;
  std::string state_ = "known";
  std::string reason_;
};

}  // namespace

auto main(int argc, char** argv) -> int {
  if (argc < 5) return 2;
  const auto version = std::atoi(argv[1]);
  const std::string search_path = argv[2];
  std::ifstream setup_file(argv[3]);
  std::stringstream setup_text;
  setup_text << setup_file.rdbuf();
  const auto setup = operation(setup_text.str());
  for (auto file = 4; file < argc; ++file) {
    std::ifstream list(argv[file]);
    std::string line;
    while (std::getline(list, line)) {
      if (trim(line).empty() || line[0] == '#') continue;
      const auto fields = fields_of(line);
      if (fields.size() < 3) continue;
      TreeSource tree;
      tree.revisions.resize(2);
      tree.revisions[0].id = "setup";
      tree.revisions[1].id = "measured";
      tree.revisions[1].down_revisions = {"setup"};
      // The schemas that both sides look into, as a connection of the migrations has it.
      SetVariable path;
      path.name = "search_path";
      path.value = search_path;
      tree.environment.settings.push_back(path);
      for (auto& revision : tree.revisions) revision.upgrade.shape = Body::Shape::working;
      tree.revisions[0].upgrade.operations.push_back(setup);
      if (fields.size() > 3) tree.revisions[0].upgrade.operations.push_back(operation(fields[3]));
      tree.revisions[1].upgrade.operations.push_back(operation(fields[2]));
      const RevisionGraph graph(tree.revisions);
      Timeline::Options options;
      options.server_version = version;
      const auto timeline = Timeline::replay(tree, graph, options);
      const auto& steps = timeline.revision(1);
      Prediction prediction(timeline.before(1), search_path.substr(0, search_path.find(',')));
      for (auto i = steps.upgrade_begin; i < steps.upgrade_end; ++i)
        prediction.add(timeline.steps()[i], timeline.before(timeline.steps()[i]));
      prediction.print(fields[0]);
    }
  }
  return 0;
}
