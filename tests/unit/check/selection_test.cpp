#include "analyzer/check/selection.h"

#include <gtest/gtest.h>

#include "analyzer/check/registry.h"
#include "analyzer/check/rule.h"

namespace foreshot {
namespace {

auto has(const std::vector<const Rule*>& rules, const char* code) -> bool {
  for (const auto* rule : rules)
    if (std::string_view(rule->code) == code) return true;
  return false;
}

TEST(Selection, TheMoreSpecificSelectorWins) {
  RuleLayer layer;
  layer.select = {"MIG101", "REV"};
  layer.ignore = {"MIG", "REV101"};
  const auto rules = select_rules({layer});
  EXPECT_TRUE(has(rules, "MIG101"));
  EXPECT_FALSE(has(rules, "MIG102"));
  EXPECT_FALSE(has(rules, "REV101"));
  EXPECT_TRUE(has(rules, "REV103"));
}

TEST(Selection, TheCommandLineStartsAnew) {
  RuleLayer file, line;
  file.ignore = {"MIG101"};
  line.select = {"MIG1"};
  EXPECT_TRUE(has(select_rules({file, line}), "MIG101"));
  line.select.reset();
  EXPECT_FALSE(has(select_rules({file, line}), "MIG101"));
  line.extend_select = {"MIG101"};
  EXPECT_TRUE(has(select_rules({file, line}), "MIG101"));
}

TEST(Selection, NamesAndCodesAreInterchangeable) {
  RuleLayer layer;
  layer.select = {"index-without-concurrently"};
  const auto rules = select_rules({layer});
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_STREQ(rules.front()->code, "MIG101");
}

TEST(Selection, KnowsWhatCanBeNamed) {
  EXPECT_TRUE(selector_known("ALL"));
  EXPECT_TRUE(selector_known("ORM3"));
  EXPECT_TRUE(selector_known("MIG101"));
  EXPECT_FALSE(selector_known("MI"));
  EXPECT_FALSE(selector_known("XYZ"));
  EXPECT_FALSE(selector_known("MIG999"));
  EXPECT_EQ(nearest_rule("mig101"), "MIG101");
  EXPECT_EQ(nearest_rule("index-without-concurently"), "index-without-concurrently");
}

TEST(Selection, TheClosestSeverityWins) {
  const auto levels = user_levels({{"MIG101", Level::info}, {"MIG", Level::off}});
  EXPECT_EQ(levels.at("MIG101"), Level::info);
  EXPECT_EQ(levels.at("MIG102"), Level::off);
  EXPECT_FALSE(levels.contains("REV101"));
}

TEST(Registry, CodesAndNamesAreUniqueAndWellFormed) {
  std::string last;
  for (const auto* rule : sorted_rules()) {
    EXPECT_LT(last, rule->code);
    last = rule->code;
    EXPECT_EQ(find_rule(rule->name), rule) << rule->name;
    EXPECT_EQ(last.size(), 6U);
    EXPECT_LE(std::string_view(rule->doc.summary).size(), 200U) << rule->code;
    EXPECT_NE(std::string_view(rule->doc.what), "") << rule->code;
    EXPECT_NE(std::string_view(rule->doc.database), "") << rule->code;
    EXPECT_NE(std::string_view(rule->doc.allow), "") << rule->code;
  }
}

}  // namespace
}  // namespace foreshot
