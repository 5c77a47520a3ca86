#include "analyzer/driver/gitignore.h"

#include <gtest/gtest.h>

namespace foreshot::driver {
namespace {

using Verdict = Gitignore::Verdict;

TEST(Gitignore, TheLastMatchDecides) {
  const Gitignore rules("", "*.log\n!keep.log\n# comment\n\\#x\n\\!y\nspace\\ \ntrailing   \r\n");
  EXPECT_EQ(rules.verdict("a/b.log", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("a/keep.log", false), Verdict::kept);
  EXPECT_EQ(rules.verdict("a.txt", false), Verdict::undecided);
  EXPECT_EQ(rules.verdict("#x", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("!y", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("space ", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("trailing", false), Verdict::ignored);
}

TEST(Gitignore, SlashesAnchorAndMeanFolders) {
  const Gitignore rules("sub", "/top\ndeep/file\nfolder/\n");
  EXPECT_EQ(rules.verdict("sub/top", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("sub/x/top", false), Verdict::undecided);
  EXPECT_EQ(rules.verdict("sub/deep/file", false), Verdict::ignored);
  EXPECT_EQ(rules.verdict("sub/x/deep/file", false), Verdict::undecided);
  EXPECT_EQ(rules.verdict("sub/x/folder", true), Verdict::ignored);
  EXPECT_EQ(rules.verdict("sub/x/folder", false), Verdict::undecided);
}

}  // namespace
}  // namespace foreshot::driver
