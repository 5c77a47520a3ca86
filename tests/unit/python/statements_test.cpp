#include <gtest/gtest.h>

#include "analyzer/python/dump.h"

namespace foreshot::python {
namespace {

auto read(std::string_view text) -> std::string {
  const auto module = parse(0, text);
  EXPECT_TRUE(module->problems.empty()) << text;
  return dump(*module);
}

TEST(PythonStatements, Assignments) {
  EXPECT_EQ(read("a, *b = c.d = e"), "(assign (tuple (name a) (starred (name b))) (attribute (name c) d) (name e))\n");
  EXPECT_EQ(read("(a) = 1; (b,) = 2"), "(assign (name a) (number 1))\n(assign (tuple (name b)) (number 2))\n");
  EXPECT_EQ(read("a //= yield"), "(augmented // (name a) (yield -))\n");
  EXPECT_EQ(read("a: int"), "(annotated (name a) (name int) -)\n");
}

TEST(PythonStatements, Imports) {
  EXPECT_EQ(read("import a.b as c, d"), "(import (named a.b c) (named d))\n");
  EXPECT_EQ(read("from . import (a, b as c,)"), "(import_from . (named a) (named b c))\n");
  EXPECT_EQ(read("from ..x.y import *"), "(import_from ..x.y *)\n");
  EXPECT_EQ(read("from __future__ import annotations"), "(import_from __future__ (named annotations))\n");
  EXPECT_EQ(read("from a import a"), "(import_from a (named a))\n");
}

TEST(PythonStatements, Branches) {
  EXPECT_EQ(read("if a:\n  b\nelif c: d\nelse:\n  e\n"),
            "(if (name a))\n  (expression (name b))\nelse\n  (if (name c))\n    (expression (name d))\n  else\n"
            "    (expression (name e))\n");
  EXPECT_EQ(read("for a, in *b, c:\n  break\nelse: continue\n"),
            "(for (tuple (name a)) (tuple (starred (name b)) (name c)))\n  (break)\nelse\n  (continue)\n");
}

TEST(PythonStatements, TryAndWith) {
  EXPECT_EQ(read("try: a\nexcept (B, C) as e: pass\nexcept D, E: pass\nelse: f\nfinally: g\n"),
            "(try)\n  (expression (name a))\n(except (tuple (name B) (name C)) e)\n  (pass)\n"
            "(except (tuple (name D) (name E)))\n  (pass)\nelse\n  (expression (name f))\nfinally\n"
            "  (expression (name g))\n");
  EXPECT_EQ(read("async with (a as b, c): pass\n"), "(async_with (name a) (name b) (name c) -)\n  (pass)\n");
  EXPECT_EQ(read("with (a as b): pass\n"), "(with (name a) (name b))\n  (pass)\n");
  EXPECT_EQ(read("with (a): pass\n"), "(with (name a) -)\n  (pass)\n");
  EXPECT_EQ(read("try: a\nexcept* B as e: pass\n"), "(try)\n  (expression (name a))\n(except (name B) e)\n  (pass)\n");
}

TEST(PythonStatements, Definitions) {
  EXPECT_EQ(read("@d(1)\nasync def f[T: int](a, /, b: int = 1, *args, c, **k) -> str: pass\n"),
            "(async_function f (parameters (positional_only a - -) (any b (name int) (number 1)) (star args - -) "
            "(keyword_only c - -) (double_star k - -)) (name str) @(call (name d) (arg (number 1))))\n  (pass)\n");
  EXPECT_EQ(read("class C[T](B, metaclass=M): pass\n"),
            "(class C (arg (name B)) (arg metaclass (name M)))\n  (pass)\n");
}

TEST(PythonStatements, GeneratorsOwnTheirYields) {
  EXPECT_EQ(read("def f():\n  def g(): yield\n  x = lambda: (yield)\n").substr(0, 12), "(function f ");
  EXPECT_EQ(read("def f():\n  if a:\n    x = yield from b\n").substr(0, 13), "(generator f ");
}

TEST(PythonStatements, Match) {
  EXPECT_EQ(
      read("match a:\n  case A(1, x=-2) | [b, *_] as c if d: pass\n  case {'k': None, **r}: pass\n  case x.y: e\n"),
      "(match (name a))\n"
      "(case (named (name c) (binary | (call (name A) (arg (number 1)) (arg x (unary - (number 2)))) "
      "(list (name b) (starred (name _))))) (name d))\n  (pass)\n"
      "(case (dictionary (string \"k\") (none) - (name r)))\n  (pass)\n"
      "(case (attribute (name x) y))\n  (expression (name e))\n");
}

TEST(PythonStatements, SoftKeywordsAreNames) {
  EXPECT_EQ(read("match = type\nprint(case)\n"),
            "(assign (name match) (name type))\n(expression (call (name print) (arg (name case))))\n");
}

// A compound statement ends with its last statement, not with the comments behind it.
TEST(PythonStatements, Spans) {
  const auto text = std::string_view{"@a\ndef f():\n    if b:\n        c()\n        # d\n\ne\n"};
  EXPECT_EQ(dump(*parse(0, text), true),
            "(function[0,33) f (parameters) @(name[1,2) a))\n"
            "  (if[16,33) (name[19,20) b))\n"
            "    (expression[30,33) (call[30,33) (name[30,31) c)))\n"
            "(expression[47,48) (name[47,48) e))\n");
  const auto module = parse(0, "for a in b:\n  c\n");
  EXPECT_EQ(as<For>(module->body[0], StatementKind::for_)->header_end, 10U);
}

}  // namespace
}  // namespace foreshot::python
