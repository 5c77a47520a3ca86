#include <gtest/gtest.h>

#include "analyzer/python/dump.h"

namespace foreshot::python {
namespace {

auto read(std::string_view text) -> std::string {
  const auto module = parse(0, text);
  EXPECT_TRUE(module->problems.empty()) << text;
  return dump(*module);
}

TEST(PythonExpressions, Literals) {
  EXPECT_EQ(read("x = 1, 2.5, None, True, False, ..."),
            "(assign (name x) (tuple (number 1) (number 2.5) (none) (true) (false) (ellipsis)))\n");
  EXPECT_EQ(
      read("x = [1], {2}, {'a': b, **c}, (), (d)"),
      "(assign (name x) (tuple (list (number 1)) (set (number 2)) (dictionary (string \"a\") (name b) - (name c)) "
      "(tuple) (name d)))\n");
}

TEST(PythonExpressions, CallsAndAccess) {
  EXPECT_EQ(
      read("a.b.c(1, *d, k=2, **e)"),
      "(expression (call (attribute (attribute (name a) b) c) (arg (number 1)) (star (name d)) (arg k (number 2)) "
      "(double_star (name e))))\n");
  EXPECT_EQ(read("f(x for x in y if z)"),
            "(expression (call (name f) (arg (generator_of (name x) (for (name x) (name y)) (if (name z))))))\n");
  EXPECT_EQ(read("x[a, 1:2]; x[(a, b)]"),
            "(expression (subscript (name x) (name a) (slice (number 1) (number 2) -)))\n"
            "(expression (subscript (name x) (tuple (name a) (name b))))\n");
}

TEST(PythonExpressions, OperatorsOfBitsAndAwait) {
  EXPECT_EQ(read("a ^ b & c"), "(expression (binary ^ (name a) (binary & (name b) (name c))))\n");
  EXPECT_EQ(read("a & b ^ c & d == e"),
            "(expression (compare (binary ^ (binary & (name a) (name b)) (binary & (name c) (name d))) == (name e)))\n");
  EXPECT_EQ(read("(a ^ b) & c | d"),
            "(expression (binary | (binary & (binary ^ (name a) (name b)) (name c)) (name d)))\n");
  EXPECT_EQ(read("-await a ** b"), "(expression (unary - (binary ** (await (name a)) (name b))))\n");
  EXPECT_EQ(read("x = *a + b, c"), "(assign (name x) (tuple (starred (binary + (name a) (name b))) (name c)))\n");
}

// The rest of a list of very many elements stands for itself: it is there, and nobody knows what it holds.
TEST(PythonExpressions, ElementsBeyondCounting) {
  const auto many = [](std::string_view element) {
    auto text = std::string{};
    for (int i = 0; i < 60000; ++i) text += element;
    return text;
  };
  const auto ends = [](const std::string& dumped, std::string_view with) {
    EXPECT_LT(dumped.size(), 1500000U);
    EXPECT_NE(dumped.find(with), std::string::npos) << dumped.substr(dumped.size() - 200);
  };
  ends(read("x = [" + many("1, ") + "]\ny = 2\n"), " (number 1) (starred (ellipsis))))\n(assign (name y) (number 2))\n");
  ends(read("x = {" + many("'a': 1, ") + "}\n"), "(string \"a\") (number 1) - (ellipsis)))\n");
  ends(read("f(a, " + many("(b, [c]), ") + ")\n"), "(star (ellipsis))))\n");
  ends(read("x = [1, [2, [" + many("3, ") + "], 4], 5]\n"), " (starred (ellipsis))) (number 4)) (number 5)))\n");
  EXPECT_EQ(read("x = {" + many("'a,', ") + "}\ny = '[,'\n").find("(dictionary"), std::string::npos);
  // Commas that separate no elements.
  read("x = [" + many("lambda a, b: 1, ") + "]\n");
  read("def f(" + many("") + "a, b): pass\n");
  auto names = std::string{};
  for (int i = 0; i < 30000; ++i) names += "a" + std::to_string(i) + ", ";
  EXPECT_EQ(read("from m import (" + names + ")\ndef f(" + names + "): pass\n").find("ellipsis"), std::string::npos);
}

TEST(PythonExpressions, Operators) {
  EXPECT_EQ(read("-a ** 2 + b % c"),
            "(expression (binary + (unary - (binary ** (name a) (number 2))) (binary % (name b) (name c))))\n");
  EXPECT_EQ(read("a and b and c or not d"),
            "(expression (or (and (name a) (name b) (name c)) (unary not (name d))))\n");
  EXPECT_EQ(read("a and (b and c)"), "(expression (and (name a) (and (name b) (name c))))\n");
  EXPECT_EQ(read("a < b not in c is not d"),
            "(expression (compare (name a) < (name b) not in (name c) is not (name d)))\n");
  EXPECT_EQ(read("a if b else lambda c, *, d=1: e"),
            "(expression (conditional (name a) (name b) (lambda (parameters (any c - -) (keyword_only d - (number 1))) "
            "(name e))))\n");
  EXPECT_EQ(read("(n := 1)"), "(expression (named (name n) (number 1)))\n");
}

TEST(PythonExpressions, Comprehensions) {
  EXPECT_EQ(read("{k: v for k, v in m if k async for z in w}"),
            "(expression (dictionary_of (name k) (name v) (for (tuple (name k) (name v)) (name m)) (if (name k)) "
            "(async_for (name z) (name w))))\n");
}

TEST(PythonExpressions, Annotations) {
  EXPECT_EQ(read("x: Mapped[a.B | None] = 1"),
            "(annotated (name x) (subscript (name Mapped) (binary | (attribute (name a) B) (none))) (number 1))\n");
  EXPECT_EQ(read("x: list[int] | str | None"),
            "(annotated (name x) (binary | (binary | (subscript (name list) (name int)) (name str)) (none)) -)\n");
}

// `type` is a keyword only in front of a name.
TEST(PythonExpressions, TypeIsAFunctionToo) {
  EXPECT_EQ(read("type(a).b = c"), "(assign (attribute (call (name type) (arg (name a))) b) (name c))\n");
  EXPECT_EQ(read("type X = int"), "(type_alias X (name int))\n");
}

TEST(PythonExpressions, StarsApplyToTheWholeOperand) {
  EXPECT_EQ(read("x: A[*b[c]]"),
            "(annotated (name x) (subscript (name A) (starred (subscript (name b) (name c)))) -)\n");
}

TEST(PythonExpressions, Spans) {
  const auto module = parse(0, "x = (a.b)(c, k = 'd')\n");
  EXPECT_EQ(dump(*module, true),
            "(assign[0,21) (name[0,1) x) (call[4,21) (attribute[5,8) (name[5,6) a) b) (arg[10,11) (name[10,11) c)) "
            "(arg[13,20) k (string[17,20) \"d\"))))\n");
  const auto* assign = as<Assign>(module->body[0], StatementKind::assign);
  const auto* call = as<Call>(assign->value, ExpressionKind::call);
  EXPECT_EQ(as<Attribute>(call->callee, ExpressionKind::attribute)->name_begin, 7U);
}

TEST(PythonExpressions, LongChainsAreRead) {
  auto text = std::string{"x = 'a'"};
  for (auto count = 1; count < 3000; ++count) text += " + 'a'";
  const auto module = parse(0, text);
  const auto* value = as<Assign>(module->body[0], StatementKind::assign)->value;
  auto terms = 1;
  while (const auto* binary = as<Binary>(value, ExpressionKind::binary)) {
    value = binary->left;
    ++terms;
  }
  EXPECT_EQ(terms, 3000);
  EXPECT_EQ(value->kind, ExpressionKind::string);
}

TEST(PythonExpressions, EndlessNestingIsUnreadable) {
  const auto chain = [] {
    auto text = std::string{"x = a"};
    for (auto count = 0; count < 100000; ++count) text += "+a";
    return text + "\ny = 1\n";
  }();
  const auto nested = "x = " + std::string(10000, '[') + std::string(10000, ']') + "\ny = 1\n";
  for (const auto& text : {chain, nested}) {
    const auto module = parse(0, text);
    ASSERT_EQ(module->body.size(), 2U);
    EXPECT_TRUE(module->problems.empty());
    EXPECT_NE(dump(*module).find("(unreadable)"), std::string::npos);
    EXPECT_NE(dump(*module).find("(assign (name y) (number 1))"), std::string::npos);
  }
}

}  // namespace
}  // namespace foreshot::python
