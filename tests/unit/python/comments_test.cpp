#include <gtest/gtest.h>

#include "analyzer/python/tree.h"

namespace foreshot::python {
namespace {

// Every comment as "text > statement", a * in front when it has a line of its own.
auto comments(std::string_view text) -> std::vector<std::string> {
  const auto module = parse(0, text);
  auto lines = std::vector<std::string>{};
  for (const auto& comment : module->comments) {
    auto& line = lines.emplace_back(comment.own_line ? "*" : "");
    line += text.substr(comment.span.begin, comment.span.size());
    line += " > ";
    if (comment.statement.known()) line += text.substr(comment.statement.begin, comment.statement.size());
  }
  return lines;
}

using Expected = std::vector<std::string>;

TEST(PythonComments, TrailingASimpleStatement) {
  EXPECT_EQ(comments("a = 1  # one\nb; c  # two\r\n"), (Expected{"# one > a = 1", "# two > c"}));
}

TEST(PythonComments, InsideASplitCall) {
  EXPECT_EQ(
      comments("f(  # one\n    a,  # two\n    # three\n)  # four\n"),
      (Expected{"# one > f(  # one\n    a,  # two\n    # three\n)", "# two > f(  # one\n    a,  # two\n    # three\n)",
                "*# three > f(  # one\n    a,  # two\n    # three\n)",
                "# four > f(  # one\n    a,  # two\n    # three\n)"}));
}

TEST(PythonComments, HeadsOfCompoundStatements) {
  EXPECT_EQ(comments("if a:  # one\n    b\nelse:  # two\n    c\n"), (Expected{"# one > if a:", "# two > else:"}));
  EXPECT_EQ(comments("@d  # one\ndef f(\n    a,  # two\n):  # three\n    pass\n"),
            (Expected{"# one > @d  # one\ndef f(\n    a,  # two\n):", "# two > @d  # one\ndef f(\n    a,  # two\n):",
                      "# three > @d  # one\ndef f(\n    a,  # two\n):"}));
}

TEST(PythonComments, OnALineOfTheirOwn) {
  EXPECT_EQ(comments("# one\nif a:\n    # two\n    b\n    # three\nc\n# four\n"),
            (Expected{"*# one > if a:\n    # two\n    b", "*# two > b", "*# three > ", "*# four > "}));
}

TEST(PythonComments, NotInStrings) {
  EXPECT_EQ(comments("a = '# no'\nb = '''\n# no\n'''\nc = f'{a # yes\n}'\n").size(), 1U);
}

TEST(PythonComments, SurviveSyntaxErrors) {
  EXPECT_EQ(comments("a = 1  # one\nb b  # two\n# three\nc = 1\n"),
            (Expected{"# one > a = 1", "# two > b b", "*# three > c = 1"}));
}

TEST(PythonComments, BelowTheDeepest) {
  EXPECT_EQ(comments("x = " + std::string(500, '(') + "1 # one\n" + std::string(500, ')') + "\n").size(), 1U);
}

}  // namespace
}  // namespace foreshot::python
