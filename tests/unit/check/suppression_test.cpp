#include "analyzer/check/suppression.h"

#include <gtest/gtest.h>

#include <string>

namespace foreshot {
namespace {

// Reads the one comment of a text, which belongs to the statement `statement`.
auto read(const std::string& text, const std::string& statement) -> std::vector<Suppression> {
  SourceMap sources;
  const auto file = sources.add("a.py", text);
  Comment comment;
  const auto hash = text.find("# ");
  comment.span = {file, static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(std::min(text.find('\n', hash), text.size()))};
  const auto line = text.rfind('\n', hash);
  comment.own_line = text.find_first_not_of(' ', line == std::string::npos ? 0 : line + 1) == hash;
  const auto at = text.find(statement);
  comment.statement = {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + statement.size())};
  return read_suppressions(sources, file, {comment});
}

TEST(Suppression, TrailingCommentsCoverTheirStatement) {
  const auto found = read("f(\n  1,\n)  # foreshot: ignore[MIG101, table-dropped until=2027-01-31] -- small\n", "f(\n  1,\n)");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 0U);
  ASSERT_EQ(found[0].names.size(), 2U);
  EXPECT_EQ(found[0].names[1].text, "table-dropped");
  EXPECT_EQ(found[0].until, "2027-01-31");
  EXPECT_EQ(found[0].reason, "small");
}

TEST(Suppression, AnOwnLineCoversTheWholeNextStatement) {
  const std::string text = "# foreshot: ignore[MIG1]\nwith x() as y:\n    a()\n\n    b()\nc()\n";
  const auto found = read(text, "with x() as y:");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].end, text.find("\nc()"));
}

TEST(Suppression, NoqaTakesCodesOnly) {
  auto found = read("f()  # noqa: E501, MIG101\n", "f()");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].names.size(), 2U);
  found = read("f()  # noqa\n", "f()");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].bare_noqa);
  EXPECT_TRUE(read("f()  # no quarrel\n", "f()").empty());
}

TEST(Suppression, StandsBesideOtherComments) {
  const auto found = read("f()  # type: ignore  # foreshot: ignore[MIG101]\n", "f()");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].names.front().text, "MIG101");
}

TEST(Suppression, RangesEndWhereTheyAreEnabled) {
  const std::string text = "# foreshot: disable[MIG1]\na()\n# foreshot: enable[MIG1]\nb()\n";
  SourceMap sources;
  const auto file = sources.add("a.py", text);
  Comment first, second;
  first.span = {file, 0, 25};
  const auto at = static_cast<std::uint32_t>(text.find("# foreshot: enable"));
  second.span = {file, at, at + 24};
  first.own_line = second.own_line = true;
  auto found = read_suppressions(sources, file, {first, second});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].end, at);
  found = read_suppressions(sources, file, {first});
  EXPECT_EQ(found[0].end, text.size());
}

}  // namespace
}  // namespace foreshot
