#include <gtest/gtest.h>

#include "analyzer/python/tree.h"

namespace foreshot::python {
namespace {

struct Read {
  std::unique_ptr<Module> module;
  const String* string;
};

auto read(std::string_view text) -> Read {
  auto module = parse(0, text);
  EXPECT_TRUE(module->problems.empty()) << text;
  const auto* statement = as<ExpressionStatement>(module->body[0], StatementKind::expression);
  const auto* string = as<String>(statement->value, ExpressionKind::string);
  return {std::move(module), string};
}

auto joined(std::span<const StringPart> parts) -> std::string {
  auto text = std::string{};
  for (const auto& part : parts) text += part.value == nullptr ? std::string{part.text} : "{}";
  return text;
}

auto value(std::string_view text) -> std::string { return joined(read(text).string->parts); }

TEST(PythonStrings, Escapes) {
  EXPECT_EQ(value(R"('a\nb\t\\\'\"\a\b\f\v\r')"), "a\nb\t\\'\"\a\b\f\v\r");
  EXPECT_EQ(value(R"('\0\12\x41\u00e9\U0001F600')"), std::string("\0\nAé😀", 9));
  EXPECT_EQ(value(R"('\777\400')"), "ǿĀ");
  EXPECT_EQ(value(R"(b'\xff\400\u00e9')"), std::string("\xff\0\\u00e9", 8));
  EXPECT_EQ(value(R"('\N{DASH}\ud800')"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(value("'a\\\nb'"), "ab");
  EXPECT_EQ(value(R"('\d\q\8')"), "\\d\\q\\8");
  EXPECT_EQ(value(R"(r'\n\'')"), "\\n\\'");
  EXPECT_EQ(value("'''a\r\nb\rc'''"), "a\nb\nc");
}

TEST(PythonStrings, PartsAreVerbatimBetweenEscapes) {
  const auto [module, string] = read(R"("abc\ndef\d" 'g')");
  ASSERT_EQ(string->parts.size(), 4U);
  EXPECT_EQ(string->parts[0].text, "abc");
  EXPECT_TRUE(string->parts[0].verbatim);
  EXPECT_EQ(string->parts[0].begin, 1U);
  EXPECT_EQ(string->parts[0].end, 4U);
  EXPECT_EQ(string->parts[1].text, "\n");
  EXPECT_FALSE(string->parts[1].verbatim);
  EXPECT_EQ(string->parts[1].end - string->parts[1].begin, 2U);
  EXPECT_EQ(string->parts[2].text, "def\\d");
  EXPECT_TRUE(string->parts[2].verbatim);
  EXPECT_EQ(string->parts[3].text, "g");
  EXPECT_EQ(string->parts[3].begin, 14U);
  EXPECT_EQ(string->begin, 0U);
  EXPECT_EQ(string->end, 16U);
}

TEST(PythonStrings, Prefixes) {
  for (const auto text : {"b'a'", "Rb'a'", "bR'a'"}) EXPECT_TRUE(read(text).string->bytes) << text;
  for (const auto text : {"f'a'", "rF'a'", "fr'a'"}) EXPECT_TRUE(read(text).string->interpolated) << text;
  EXPECT_TRUE(read("t'a{b}'").string->template_);
  EXPECT_FALSE(read("u'a'").string->interpolated);
  EXPECT_TRUE(read("'a' f'b'").string->interpolated);
  EXPECT_EQ(value("rf'\\d{a}{{'"), "\\d{}{");
  EXPECT_TRUE(read("''").string->parts.empty());
}

TEST(PythonStrings, Interpolations) {
  const auto [module, string] = read("f'{{a}} {b!r:>{w}.2f} {c=}'");
  EXPECT_EQ(joined(string->parts), "{a} {} {}");
  const auto& first = string->parts[4];
  EXPECT_EQ(as<Name>(first.value, ExpressionKind::name)->id, "b");
  EXPECT_EQ(first.conversion, 'r');
  EXPECT_EQ(joined(first.format), ">{}.2f");
  EXPECT_EQ(first.begin, 8U);
  EXPECT_EQ(first.end, 21U);
  EXPECT_TRUE(string->parts[6].debug);
}

TEST(PythonStrings, QuotesInsideInterpolations) {
  const auto [module, string] = read("f'{x['a']}{f'{y}'}'");
  ASSERT_EQ(string->parts.size(), 2U);
  EXPECT_EQ(string->parts[0].value->kind, ExpressionKind::subscript);
  EXPECT_EQ(string->parts[1].value->kind, ExpressionKind::string);
}

TEST(PythonStrings, Docstring) {
  const auto text = std::string_view{"# c\n\"\"\"One\n\nRevises: a\\tb\n\"\"\"\nx = 1\n"};
  const auto module = parse(3, text);
  EXPECT_EQ(module->docstring, "One\n\nRevises: a\tb\n");
  EXPECT_EQ(module->docstring_span, (Span{3, 4, static_cast<std::uint32_t>(text.find("\nx"))}));
  EXPECT_FALSE(parse(0, "f'a'\n")->docstring_span.known());
  EXPECT_FALSE(parse(0, "x = 1\n'a'\n")->docstring_span.known());
}

}  // namespace
}  // namespace foreshot::python
