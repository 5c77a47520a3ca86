// Makes trees out of SQL, as the readers would, for tests of what is computed from them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/schema/print.h"
#include "analyzer/schema/timeline.h"
#include "analyzer/sql/read.h"

namespace foreshot::testing {

// One operation for each text. "@commit", "@autocommit", "@end" and "@autocommit_connection" stand for the Python calls;
// "?" in front: under a condition; "else:" in front: on the other side of the same test.
inline auto body(const std::vector<std::string>& texts) -> Body {
  Body made;
  made.shape = texts.empty() ? Body::Shape::empty : Body::Shape::working;
  std::uint32_t place = 0;
  for (auto text : texts) {
    Operation operation;
    const Span span{0, place, place + 1};
    ++place;
    if (text.starts_with("?") || text.starts_with("else:")) {
      const auto other = text.starts_with("else:");
      operation.conditions.push_back({Condition::Kind::test, {1, 0, 1}, static_cast<std::uint16_t>(other ? 1 : 0)});
      text = text.substr(other ? 5 : 1);
    }
    if (text.starts_with("@")) {
      using What = TransactionControl::What;
      TransactionControl control;
      control.what = text == "@commit"       ? What::connection_commit
                     : text == "@autocommit" ? What::autocommit_begin
                     : text == "@end"        ? What::autocommit_end
                                             : What::isolation_autocommit;
      operation.statements.push_back({text, span, control, true, false, {}});
    } else {
      MappedText mapped;
      mapped.append(text, span);
      operation.statements = sql::read(mapped, sql::Binds::none, span).statements;
      for (auto& statement : operation.statements) statement.span = span;
    }
    operation.span = span;
    made.operations.push_back(std::move(operation));
  }
  return made;
}

struct Migration {
  std::string id;
  std::vector<std::string> down;
  std::vector<std::string> upgrade;
  std::vector<std::string> downgrade = {};
};

inline auto tree(const std::vector<Migration>& migrations) -> TreeSource {
  TreeSource made;
  for (const auto& migration : migrations) {
    Revision revision;
    revision.id = migration.id;
    revision.down_revisions = migration.down;
    revision.upgrade = body(migration.upgrade);
    revision.downgrade = body(migration.downgrade);
    made.revisions.push_back(std::move(revision));
  }
  return made;
}

// A tree with its graph and timeline.
struct Replayed {
  explicit Replayed(TreeSource made, Timeline::Options options = {})
      : source(std::move(made)), graph(source.revisions), timeline(Timeline::replay(source, graph, std::move(options))) {}
  Replayed(const std::vector<Migration>& migrations) : Replayed(tree(migrations)) {}  // NOLINT

  auto step(RevisionIndex revision, std::size_t i) const -> const Step& {
    return timeline.steps()[timeline.revision(revision).upgrade_begin + i];
  }
  auto down(RevisionIndex revision, std::size_t i) const -> const Step& {
    return timeline.steps()[timeline.revision(revision).downgrade_begin + i];
  }
  auto transaction(const Step& step) const -> const Transaction& { return timeline.transactions()[step.transaction]; }

  TreeSource source;
  RevisionGraph graph;
  Timeline timeline;
};

// The schema after all statements of one upgrade.
inline auto schema_of(const std::vector<std::string>& texts) -> std::string {
  const Replayed replayed({{"a", {}, texts}});
  return print_schema(replayed.timeline.heads());
}

// What the last statement costs after the others, printed.
inline auto cost_of(std::vector<std::string> texts, int version = 14) -> std::string {
  auto last = texts.back();
  texts.pop_back();
  Timeline::Options options;
  options.server_version = version;
  const Replayed replayed(tree({{"a", {}, texts}, {"b", {"a"}, {last}}}), options);
  return print_cost(replayed.step(1, 0).cost);
}

}  // namespace foreshot::testing
