#include "analyzer/base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace foreshot {
namespace {

struct Case { const char* pattern; const char* path; bool matches; };

TEST(Glob, FollowsGit) {
  const Case cases[] = {
      {"a.py", "a.py", true},        {"a.py", "b.py", false},      {"*.py", "a.py", true},      {"*.py", "a/b.py", false},
      {"?.py", "a.py", true},        {"?.py", "/.py", false},      {"a/**/b", "a/b", true},     {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "a/xb", false},     {"**/b", "b", true},          {"**/b", "a/x/b", true},     {"a/**", "a/b/c", true},
      {"a/**", "a", false},          {"a**b", "axxb", true},       {"a**b", "a/b", false},      {"[a-c]x", "bx", true},
      {"[!a-c]x", "bx", false},      {"[^a-c]x", "dx", true},      {"[]]", "]", true},          {"[a-]", "-", true},
      {"[[:digit:]]", "7", true},    {"[[:digit:]]", "x", false},  {"\\*", "*", true},          {"\\*", "a", false},
      {"[abc", "a", false},          {"a\\", "a", false},          {"**/", "a/", true},         {"*", "", true}};
  for (const auto& c : cases) EXPECT_EQ(Glob(c.pattern).matches(c.path), c.matches) << c.pattern << " " << c.path;
}

TEST(Glob, IsLinear) {
  std::string pattern, text(20000, 'a');
  for (int i = 0; i < 50; ++i) pattern += "*a";
  EXPECT_FALSE(Glob(pattern + "b").matches(text));
}

TEST(PathPattern, StartsAtTheFolderInWhichItWasWritten) {
  EXPECT_TRUE(PathPattern("app/x.py", "/r", "/r").matches("app/x.py"));
  EXPECT_TRUE(PathPattern("x/y.py", "/r/app", "/r").matches("app/x/y.py"));
  EXPECT_FALSE(PathPattern("x/y.py", "/r/app", "/r").matches("x/y.py"));
  EXPECT_TRUE(PathPattern("r/x/*.py", "/", "/r").matches("x/y.py"));
  EXPECT_TRUE(PathPattern("../x/y.py", "/r/app", "/r").matches("x/y.py"));
  EXPECT_TRUE(PathPattern("../../r/x/y.py", "/r/app", "/r").matches("x/y.py"));
  EXPECT_TRUE(PathPattern("./r", "/", "/r").matches("x/y.py"));
  EXPECT_FALSE(PathPattern("*/x/y.py", "/s", "/r").matches("r/x/y.py"));
  EXPECT_FALSE(PathPattern("x/y.py", "/ra", "/r").matches("a/x/y.py"));
  EXPECT_TRUE(PathPattern("y.py", "/s", "/r").matches("x/y.py"));
  EXPECT_FALSE(PathPattern("x").matches("x/y.py", 1));
  EXPECT_TRUE(PathPattern("x").matches("x/x/y.py", 1));
}

TEST(PathPattern, CoversWhatIsBelowAFolder) {
  EXPECT_TRUE(PathPattern("node_modules").matches("web/node_modules/x.py"));
  EXPECT_TRUE(PathPattern("tests/*").matches("tests/a/b.py"));
  EXPECT_FALSE(PathPattern("tests/*").matches("app/tests/a.py"));
  EXPECT_TRUE(PathPattern("./migrations/versions/0001_*.py").matches("migrations/versions/0001_a.py"));
  EXPECT_TRUE(PathPattern("migrations/").matches("db/migrations/a.py"));
  EXPECT_TRUE(PathPattern("**/versions/*.py").matches("a/b/versions/x.py"));
}

}  // namespace
}  // namespace foreshot
