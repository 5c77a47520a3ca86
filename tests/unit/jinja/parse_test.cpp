#include <gtest/gtest.h>

#include "analyzer/jinja/tree.h"

namespace foreshot::jinja {
namespace {

auto read(std::string_view text) -> std::string { return dump(*parse(0, text)); }
auto value(std::string_view expression) -> std::string {
  const auto shown = read("{{ " + std::string(expression) + " }}");
  return shown.size() > 8 ? shown.substr(7, shown.size() - 8) : shown;
}

TEST(JinjaExpressions, BindAsInJinja) {
  EXPECT_EQ(value("a.b[0].c"), "a.b[0].c");
  EXPECT_EQ(value("a or b and not c"), "(a or (b and (not c)))");
  EXPECT_EQ(value("not a == b"), "(not (a == b))");
  EXPECT_EQ(value("a + b * c ~ d"), "(a + ((b * c) ~ d))");
  EXPECT_EQ(value("-a ** 2"), "((- a) ** 2)");
  EXPECT_EQ(value("1 < a <= b"), "(1 < a <= b)");
  EXPECT_EQ(value("a not in b"), "(a not in b)");
  EXPECT_EQ(value("a if b else c if d else e"), "(a if b else (c if d else e))");
  EXPECT_EQ(value("a if b"), "(a if b else _)");
  EXPECT_EQ(value("-x|abs"), "(- x)|abs");
  EXPECT_EQ(value("a, b"), "(a, b,)");
  EXPECT_EQ(value("()"), "(,)");
  EXPECT_EQ(value("(a)"), "a");
}

TEST(JinjaExpressions, FiltersAndTests) {
  EXPECT_EQ(value("xs|map(attribute='a.b')|join(', ')"), "xs|map(attribute=\"a.b\")|join(\", \")");
  EXPECT_EQ(value("x is defined and y is not none"), "((x is defined) and (y is not none))");
  EXPECT_EQ(value("x is divisibleby 3 or y"), "((x is divisibleby(3)) or y)");
  EXPECT_EQ(value("x is divisibleby(3)"), "(x is divisibleby(3))");
  EXPECT_EQ(value("a if x is defined else b"), "(a if (x is defined) else b)");
  EXPECT_EQ(value("x.y|default('a' 'b', true).z"), "?");
  EXPECT_EQ(value("(x|first).name"), "x|first.name");
  EXPECT_EQ(value("x|my.filter(1)(2)"), "x|my.filter(1)(2)");
}

TEST(JinjaExpressions, CallsSlicesAndLiterals) {
  EXPECT_EQ(value("f(a, b=1, *c, **d)"), "f(a, b=1, *c, **d)");
  EXPECT_EQ(value("x[1:], x[:-1], x[a, b], x[::2]"), "(x[1:_:_], x[_:(- 1):_], x[(a, b,)], x[_:_:2],)");
  EXPECT_EQ(value("{'a': [1, 2.5], \"b\": {}}"), "{\"a\": [1, 2.5], \"b\": {}}");
  EXPECT_EQ(value("True, false, None"), "(true, false, none,)");
  EXPECT_EQ(value("a.0.1"), "a.0.1");
  EXPECT_EQ(value("'it\\'s' \"}}\""), "\"it's}}\"");
}

TEST(JinjaStatements, Loops) {
  EXPECT_EQ(read("{% for a, (b, c) in xs.items() if a recursive %}x{{ a }}{% else %}{% break %}{% endfor %}"),
            "for (a, (b, c,),) in xs.items() if a recursive\n  output a\nelse\n  break\n");
  EXPECT_EQ(read("{%- for x in a, b -%}{%+ continue %}{%- endfor +%}"), "for x in (a, b,)\n  continue\n");
}

TEST(JinjaStatements, ConditionsNest) {
  EXPECT_EQ(read("{% if a %}1{% elif b %}{{ x }}{% else %}{% if c %}{{ y }}{% endif %}{% endif %}{{ z }}"),
            "if a\nelse\n  if b\n    output x\n  else\n    if c\n      output y\noutput z\n");
}

TEST(JinjaStatements, NamesAndScopes) {
  EXPECT_EQ(read("{% set a, ns.b = x %}"), "set (a, ns.b,) = x\n");
  EXPECT_EQ(read("{% set a | upper | trim %}{{ b }}{% endset %}"), "set a = _|upper|trim\n  output b\n");
  EXPECT_EQ(read("{% with a = 1, b = x.y %}{{ a }}{% endwith %}"), "with a=1 b=x.y\n  output a\n");
  EXPECT_EQ(read("{% filter indent(2) %}{% do x.append(1) %}{% endfilter %}"), "filter _|indent(2)\n  do x.append(1)\n");
  EXPECT_EQ(read("{% autoescape false %}{{ a }}{% endautoescape %}"), "scope\n  output a\n");
}

TEST(JinjaStatements, OtherTemplates) {
  EXPECT_EQ(read("{% extends 'base.html' %}{% block body scoped required %}{{ super() }}{% endblock body %}"),
            "extends \"base.html\"\nblock body scoped required\n  output super()\n");
  EXPECT_EQ(read("{% include ['a', 'b'] ignore missing without context %}{% include x %}"),
            "include [\"a\", \"b\"] ignore missing without context\ninclude x\n");
  EXPECT_EQ(read("{% import 'm' as m with context %}{% from 'm' import a, b as c without context %}"),
            "import \"m\" as m with context\nfrom \"m\" import a b as c\n");
}

TEST(JinjaStatements, MacrosAndTranslations) {
  EXPECT_EQ(read("{% macro f(a, b=1) %}{{ caller(a) }}{% endmacro %}{% call(x) f(1) %}{{ x }}{% endcall %}{% call g() %}{% endcall %}"),
            "macro f(a, b=1)\n  output caller(a)\ncall(x) f(1)\n  output x\ncall() g()\n");
  EXPECT_EQ(read("{% trans trimmed n=xs|count, name %}{{ n }} a{% pluralize n %}{{ n }} b{% endtrans %}"),
            "trans n=xs|count name=name\n  output n\npluralize\n  output n\n");
}

TEST(JinjaText, CommentsAndRawSections) {
  const auto tree = parse(0, "a {# {{ x }} #}{% raw %}{{ y }}{% endraw %} {{ z }} { { }}\n  {#- c #}");
  EXPECT_EQ(dump(*tree), "output z\n");
  ASSERT_EQ(tree->comments.size(), 2U);
  EXPECT_FALSE(tree->comments[0].own_line);
  EXPECT_TRUE(tree->comments[1].own_line);
  EXPECT_TRUE(tree->gaps.empty());
}

TEST(JinjaText, BrokenTagsAreGapsAndTheRestIsRead) {
  const auto read_with_gaps = [](std::string_view text, std::size_t gaps) {
    const auto tree = parse(0, text);
    EXPECT_EQ(tree->gaps.size(), gaps) << text;
    return dump(*tree);
  };
  EXPECT_EQ(read_with_gaps("{{ a b }}{{ c }}", 1), "output ?\noutput c\n");
  EXPECT_EQ(read_with_gaps("{% cache 5 %}{{ a }}{% endcache %}{{ b }}", 1), "?\noutput a\noutput b\n");
  EXPECT_EQ(read_with_gaps("{% for x in %}{{ x }}{% endfor %}{{ b }}", 1), "for x in ?\n  output x\noutput b\n");
  EXPECT_EQ(read_with_gaps("{% if a %}{% for x in xs %}{{ x }}{% endif %}{{ b }}", 1), "if a\n  for x in xs\n    output x\noutput b\n");
  EXPECT_EQ(read_with_gaps("{{ (a }}{{ b }}", 1), "output ?\noutput b\n");
  EXPECT_EQ(read_with_gaps("{% if a", 2), "if a\n");
}

TEST(JinjaText, DepthAndLengthAreBounded) {
  std::string deep, wide;
  for (int i = 0; i < 5000; ++i) deep += "{% if a %}{{ ((((((";
  for (int i = 0; i < 20000; ++i) wide += "{{ (' }}{% elif x %}";
  EXPECT_FALSE(read(deep).empty());
  EXPECT_FALSE(read(wide).empty());
  EXPECT_EQ(value(std::string(300, '(') + "a" + std::string(300, ')')), "?");
  std::string chain = "a";
  for (int i = 0; i < 300; ++i) chain += ".b";
  EXPECT_EQ(value(chain), "?");
}

}  // namespace
}  // namespace foreshot::jinja
