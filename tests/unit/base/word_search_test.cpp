#include "analyzer/base/word_search.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace foreshot {
namespace {

TEST(WordSearch, FindsAWordAnywhere) {
  const WordSearch words{"select(", ".query", "] ="};
  for (const auto* text : {"select(", "x = select(1)", "a.query", ".query", "a[0] = 1", "] ="}) EXPECT_TRUE(words.in(text)) << text;
  for (const auto* text : {"", "s", "select", "query", "]=", "selec(t", "\xff\xff\xff"}) EXPECT_FALSE(words.in(text)) << text;
}

TEST(WordSearch, AgreesWithOneSearchForEachWord) {
  const std::vector<std::string_view> list = {"ab", "bca", "aabb", "cccc", "ba", "abcabc"};
  const WordSearch longer{"bca", "aabb", "cccc", "abcabc"}, all{"ab", "bca", "aabb", "cccc", "ba", "abcabc"};
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto size = random() % 12; size > 0; --size) text += "abcd"[random() % 4];
    bool any = false, long_one = false;
    for (const auto word : list) {
      const auto found = text.find(word) != std::string::npos;
      any = any || found;
      long_one = long_one || (found && word.size() > 2);
    }
    EXPECT_EQ(all.in(text), any) << text;
    EXPECT_EQ(longer.in(text), long_one) << text;
  }
}

}  // namespace
}  // namespace foreshot
