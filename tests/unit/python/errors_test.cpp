#include <gtest/gtest.h>

#include "analyzer/python/dump.h"

namespace foreshot::python {
namespace {

// The one problem of a text, as "message @ bytes"; every text here has one.
auto problem(std::string_view text) -> std::string {
  const auto module = parse(0, text);
  auto real = std::string{};
  for (const auto& found : module->problems) {
    if (found.grammar_behind) continue;
    EXPECT_TRUE(real.empty()) << "two problems: " << text;
    real = found.message + " @ " + std::string{text.substr(found.span.begin, found.span.size())};
  }
  return real;
}

TEST(PythonErrors, AreConfined) {
  const auto text = std::string_view{
      "revision = 'a'\n"
      "def upgrade():\n"
      "    op.one()\n"
      "    op.two(\n"
      "    op.three()\n"
      "    if x\n"
      "        op.four()\n"
      "    with a:\n"
      "        b c\n"
      "        yield d\n"
      "    e()\n"
      "down_revision = 'b'\n"};
  const auto module = parse(0, text);
  EXPECT_EQ(dump(*module),
            "(assign (name revision) (string \"a\"))\n"
            "(generator upgrade (parameters))\n"
            "  (expression (call (attribute (name op) one)))\n"
            "  (unreadable)\n"
            "  (expression (call (attribute (name op) three)))\n"
            "  (unreadable)\n"
            "  (with (name a) -)\n"
            "    (unreadable)\n"
            "    (expression (yield (name d)))\n"
            "  (expression (call (name e)))\n"
            "(assign (name down_revision) (string \"b\"))\n");
  ASSERT_EQ(module->problems.size(), 1U);
  EXPECT_EQ(module->problems[0].message, "'(' was never closed");
  EXPECT_EQ(module->problems[0].span.begin, text.find("(\n"));
  EXPECT_EQ(module->error_bytes,
            std::string_view{"op.two("}.size() + std::string_view{"if x\n        op.four()"}.size() + 3);
  EXPECT_EQ(module->body[1]->end, text.find("\ndown_revision"));
}

TEST(PythonErrors, ClausesAndCasesAreHeads) {
  EXPECT_EQ(dump(*parse(0,
                        "try:\n    a\nexcept B:\n    c c\nelse:\n    d\nmatch x:\n    case 1:\n        e e\n    case "
                        "2:\n        f\n")),
            "(try)\n  (expression (name a))\n(except (name B))\n  (unreadable)\nelse\n  (expression (name d))\n"
            "(match (name x))\n(case (number 1))\n  (unreadable)\n(case (number 2))\n  (expression (name f))\n");
}

TEST(PythonErrors, Messages) {
  EXPECT_EQ(problem("def f()\n    pass\n"), "expected ':' @ )");
  EXPECT_EQ(problem("if a:\nb\n"), "expected an indented block @ :");
  EXPECT_EQ(problem("x = 'a\n"), "unterminated string literal @ '");
  EXPECT_EQ(problem("x = f('a)\n"), "unterminated string literal @ '");
  EXPECT_EQ(problem("x = '''a\n"), "unterminated triple-quoted string literal @ '''");
  EXPECT_EQ(problem("x = a)\n"), "unmatched ')' @ )");
  EXPECT_EQ(problem("x = (a]\n"), "closing parenthesis ']' does not match opening parenthesis '(' @ ]");
  EXPECT_EQ(problem("print 'a'\n"), "missing parentheses in call to 'print' @ print 'a'");
  EXPECT_EQ(problem("x = 10L\n"), "invalid decimal literal @ 10L");
  EXPECT_EQ(problem("x = a <> b\n"), "invalid syntax @ <>");
  EXPECT_EQ(problem("def f((a, b)): pass\n"), "parenthesized parameters are not allowed @ (a, b)");
}

// The parser lets these pass.
TEST(PythonErrors, WhatOnlyPythonRefuses) {
  EXPECT_EQ(problem("x =\ny = 1\n"), "invalid syntax @ =");
  EXPECT_EQ(problem("x = a.\nb\n"), "invalid syntax @ .");
  EXPECT_EQ(problem("if a:\n    b\n      c\n"), "unexpected indent @ c");
  EXPECT_EQ(problem("if a:\n        b\n    c\n"), "unindent does not match any outer indentation level @ c");
  EXPECT_EQ(problem("f(a=1, b)\n"), "positional argument follows keyword argument @ b");
  EXPECT_EQ(problem("try:\n    a\n"), "expected 'except' or 'finally' block @ try");
  EXPECT_EQ(problem("def f():\n\nx = 1\n").substr(0, 26), "expected an indented block");
}

TEST(PythonErrors, WhatPythonAccepts) {
  for (const auto text : {
           "x = (a\n  + b)\ny = a + \\\n  b\n",
           "x = [\na\n.b\n]\n",
           "x[\na\n] = {\n'a':\n1}\n",
           "f(*a, b, k=1, *c, **d)\n",
           "print >>f, 'x'\n",
           "a = 0o17, 00, 0_0, 1_000j\n",
           "if a: b; c\n",
           "def f(\n a, b): pass\n",
           "\xef\xbb\xbfx = 1\n",
           "if a:\n\tb\n\tc\n",
           "x = f'''{\na\n}'''\n",
           "with (\n  a as b,\n): pass\n",
           "from a import (\n  b,\n)\n",
           "# \xff\nx = '\xfe'\n",
           "lambda *a, b: (\nyield\n)\n",
           "",
           "\n\n",
           "# only\n",
           "x = 1 # no end",
           "class A:\n    x = 1\n\n  # oddly indented\n    y = 2\n",
           "async def f():\n  await a\n  return [x async for x in b]\n",
       }) {
    EXPECT_EQ(problem(text), "") << text;
  }
}

TEST(PythonErrors, GrammarBehind) {
  const auto text = std::string_view{
      "class A[T = int, *U = (1, 2)](B):\n    x = 1\n@d\ndef f[T: int = str](a): return a\ntype X[T = int] = "
      "list[T]\n"};
  const auto module = parse(0, text);
  EXPECT_EQ(dump(*module),
            "(class A (arg (name B)))\n  (assign (name x) (number 1))\n"
            "(function f (parameters (any a - -)) @(name d))\n  (return (name a))\n"
            "(type_alias X (subscript (name list) (name T)))\n");
  ASSERT_FALSE(module->problems.empty());
  for (const auto& found : module->problems) EXPECT_TRUE(found.grammar_behind) << found.message;
  EXPECT_EQ(module->error_bytes, 0U);
}

TEST(PythonErrors, UnpackedTypesAreNewerThanTheGrammar) {
  const auto module = parse(0, "x: A[*b.c[d]]\n");
  EXPECT_EQ(dump(*module), "(annotated (name x) (subscript (name A) (subscript (attribute (name b) c) (name d))) -)\n");
  ASSERT_EQ(module->problems.size(), 1U);
  EXPECT_TRUE(module->problems[0].grammar_behind);
}

// A long text is read in pieces; the result is the same.
TEST(PythonErrors, LongTexts) {
  auto text = std::string{};
  while (text.size() < 200000)
    text += "def f(a):\n    # c\n    if a:\n        return '''x\ny'''\n    else:\n        b = [1,\n2]\n";
  const auto right = parse(0, text);
  EXPECT_TRUE(right->problems.empty());
  EXPECT_EQ(right->comments.size(), right->body.size());
  const auto wrong = parse(0, text + "x x\n" + text);
  EXPECT_EQ(wrong->body.size(), right->body.size() * 2 + 1);
  EXPECT_EQ(wrong->problems.size(), 1U);
  EXPECT_EQ(wrong->error_bytes, 3U);
}

TEST(PythonErrors, HostileTextsAreFast) {
  const auto repeated = [](std::string_view text, int times) {
    auto made = std::string{};
    for (auto count = 0; count < times; ++count) made += text;
    return made;
  };
  for (const auto& text :
       {repeated("(", 100000), repeated("x = (\n", 20000), repeated("f\"{", 20000), repeated("'''\n", 20001),
        repeated(") ] }", 20000), "if x:\n" + repeated("    # a\n", 20000) + "    pass\n",
        "x = 1 " + repeated("\\\n", 20000), repeated("def f(a):\n    return a +\n", 5000),
        repeated("not ", 20000) + "a\n", "if a: b\n" + repeated("elif a: b\n", 5000)}) {
    const auto module = parse(0, text);
    EXPECT_LE(module->problems.size(), 1U);
  }
}

}  // namespace
}  // namespace foreshot::python
