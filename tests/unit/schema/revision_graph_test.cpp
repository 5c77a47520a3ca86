#include "analyzer/schema/revision_graph.h"

#include <gtest/gtest.h>

namespace foreshot {
namespace {

struct Entry {
  std::string id;
  std::vector<std::string> down;
  std::vector<std::string> labels = {};
  std::vector<std::string> depends = {};
};

auto revisions(const std::vector<Entry>& entries) -> std::vector<Revision> {
  std::vector<Revision> made;
  for (const auto& entry : entries) {
    Revision revision;
    revision.id = entry.id;
    revision.down_revisions = entry.down;
    revision.labels = entry.labels;
    revision.depends_on = entry.depends;
    made.push_back(std::move(revision));
  }
  return made;
}

auto ids(const std::vector<Revision>& all, const std::vector<RevisionIndex>& list) -> std::string {
  std::string text;
  for (const auto r : list) text += (text.empty() ? "" : " ") + all[r].id;
  return text;
}

struct Case {
  std::vector<Entry> entries;
  std::string order, heads, roots, apart;
};

TEST(RevisionGraph, OrdersAndFindsHeads) {
  const std::vector<Case> cases = {
      {{{"a1a1", {}}, {"b2b2", {"a1a1"}}, {"c3c3", {"b2b2"}}}, "a1a1 b2b2 c3c3", "c3c3", "a1a1", ""},
      // the file names are in no order
      {{{"c3c3", {"b2b2"}}, {"a1a1", {}}, {"b2b2", {"a1a1"}}}, "a1a1 b2b2 c3c3", "c3c3", "a1a1", ""},
      // an abbreviated parent, and a merge
      {{{"a1a1f", {}}, {"b2b2", {"a1a"}}, {"c3c3", {"a1a1"}}, {"d4d4", {"b2b2", "c3c3"}}},
       "a1a1f c3c3 b2b2 d4d4", "d4d4", "a1a1f", ""},
      // two heads that nothing keeps apart
      {{{"a1a1", {}}, {"b2b2", {"a1a1"}}, {"c3c3", {"a1a1"}}}, "a1a1 c3c3 b2b2", "b2b2 c3c3", "a1a1", "b2b2 c3c3"},
      // two heads by design
      {{{"a1a1", {}}, {"b2b2", {"a1a1"}, {"expand"}}, {"c3c3", {"a1a1"}, {"contract"}}},
       "a1a1 c3c3 b2b2", "b2b2 c3c3", "a1a1", ""},
      // depends_on is an edge of the order, and may point out of the tree
      {{{"a1a1", {}, {"one"}, {"b2b2", "elsewhere"}}, {"b2b2", {}, {"two"}}}, "b2b2 a1a1", "a1a1 b2b2", "a1a1 b2b2", ""},
      // empty strings mean none
      {{{"a1a1", {""}, {}, {""}}}, "a1a1", "a1a1", "a1a1", ""},
      // a label as a parent is the newest of its branch
      {{{"a1a1", {}, {"shop"}}, {"b2b2", {"a1a1"}}, {"c3c3", {"shop@head"}}}, "a1a1 b2b2 c3c3", "c3c3", "a1a1", ""},
      // what follows a parent that is not there is no second head
      {{{"a1a1", {}}, {"b2b2", {"a1a1"}}, {"c3c3", {"gone"}}, {"d4d4", {"c3c3"}}},
       "c3c3 d4d4 a1a1 b2b2", "b2b2 d4d4", "a1a1 c3c3", ""},
  };
  for (const auto& [entries, order, heads, roots, apart] : cases) {
    const auto all = revisions(entries);
    const RevisionGraph graph(all);
    EXPECT_EQ(ids(all, graph.order()), order);
    EXPECT_EQ(ids(all, graph.heads()), heads) << order;
    EXPECT_EQ(ids(all, graph.roots()), roots) << order;
    EXPECT_EQ(ids(all, graph.unlabelled_heads()), apart) << order;
  }
}

TEST(RevisionGraph, NamesTheProblems) {
  const auto all = revisions({{"a1a1", {"c3c3"}}, {"b2b2", {"a1a1"}}, {"c3c3", {"b2b2"}}, {"d4d4", {"gone"}},
                              {"e5e5", {}}, {"e5e5", {}}, {"f6f61", {}}, {"f6f62", {}}, {"a7a7", {"f6f6"}}});
  const RevisionGraph graph(all);
  ASSERT_EQ(graph.problems().size(), 4u);
  EXPECT_EQ(graph.problems()[0].kind, GraphProblem::Kind::duplicate_id);
  EXPECT_EQ(graph.problems()[0].revision, 5u);
  EXPECT_EQ(graph.problems()[0].others, std::vector<RevisionIndex>{4});
  EXPECT_EQ(graph.problems()[1].kind, GraphProblem::Kind::unknown_down_revision);
  EXPECT_EQ(graph.problems()[1].detail, "gone");
  EXPECT_EQ(graph.problems()[2].kind, GraphProblem::Kind::ambiguous_abbreviation);
  EXPECT_EQ(graph.problems()[3].kind, GraphProblem::Kind::cycle);
  EXPECT_EQ(graph.problems()[3].detail, "a1a1 -> c3c3 -> b2b2 -> a1a1");
  EXPECT_EQ(graph.order().size(), all.size());
}

TEST(RevisionGraph, FindsByNameAndWalksBack) {
  const auto all = revisions({{"a1a1", {}}, {"b2b2", {"a1a1"}, {"shop"}}, {"c3c3", {"b2b2"}}, {"d4d4", {}, {}, {"b2b2"}}});
  const RevisionGraph graph(all);
  EXPECT_EQ(graph.find("b2b2"), 1u);
  EXPECT_EQ(graph.find("c3"), 2u);
  EXPECT_EQ(graph.find("shop"), 2u);
  EXPECT_EQ(graph.find("shop@head"), 2u);
  EXPECT_EQ(graph.find("nothing"), std::nullopt);
  EXPECT_EQ(graph.ancestors({3}), (std::vector<bool>{true, true, false, true}));
}

TEST(RevisionGraph, IsLinear) {
  std::vector<Entry> chain, star, ring;
  for (int i = 0; i < 10000; ++i) {
    const auto id = "revision" + std::to_string(i);
    chain.push_back({id, i == 0 ? std::vector<std::string>() : std::vector<std::string>{"revision" + std::to_string(i - 1)},
                     {"label" + std::to_string(i)}});
    star.push_back({id, i == 0 ? std::vector<std::string>() : std::vector<std::string>{"revision0"}});
    ring.push_back({id, {"revision" + std::to_string((i + 9999) % 10000)}});
  }
  for (const auto& entries : {chain, star, ring}) {
    const auto all = revisions(entries);
    EXPECT_EQ(RevisionGraph(all).order().size(), all.size());
  }
}

}  // namespace
}  // namespace foreshot
