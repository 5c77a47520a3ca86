// The Project: everything that was understood, frozen before the first rule runs. Plain tables; a question that two rules
// ask is a function of Step, Schema or Timeline, not a getter here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/check/table_sizes.h"
#include "analyzer/facts/layout.h"
#include "analyzer/facts/model.h"
#include "analyzer/facts/query.h"
#include "analyzer/facts/revision.h"
#include "analyzer/facts/use.h"
#include "analyzer/schema/timeline.h"

namespace foreshot {

// One version history with everything computed from it.
struct RevisionTree {
  TreeSource source;
  std::unique_ptr<RevisionGraph> graph;
  std::unique_ptr<Timeline> timeline;
  std::vector<bool> released;     // by revision: at or before start-after
  std::vector<bool> recent;       // by revision: one of the newest that are listed without start-after
  bool runs_postgresql = true;    // false: known not to; only rules that do not depend on the server speak
};

struct Versions {
  int server = 14;
  bool server_known = false;              // false: assumed
  std::string server_reason = "no version is configured or found, 14 is assumed";
  bool sqlalchemy_known = false;          // false: assumed
  int sqlalchemy_major = 2, sqlalchemy_minor = 0;
  std::string sqlalchemy_reason;
  int alembic_major = 1, alembic_minor = 99;
  int alembic_patch = 0;
};

struct Project {
  std::string root;
  SourceMap sources;
  std::vector<RevisionTree> trees;
  std::vector<Model> models;              // index = ModelId; linked
  std::vector<Query> queries;
  std::vector<Load> loads;
  std::vector<Delete> deletes;
  std::vector<SessionUse> session_uses;
  std::vector<QueryUse> query_uses;
  std::vector<Use> uses;                  // of what upgrades take away; by name of table and column, the most convincing first
  std::map<FileId, std::vector<Comment>> comments;
  std::map<FileId, FileLayout> layouts;   // of all files that were parsed
  std::vector<SyntaxProblem> syntax_problems;
  std::vector<Gap> gaps;                  // of application code; those of migrations are in the trees
  Versions versions;
  bool lock_timeout_set_by_runner = false;
  TableSizes sizes;

  auto model(ModelId id) const -> const Model& { return models[id]; }
};

}  // namespace foreshot
