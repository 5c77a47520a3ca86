// What text and SARIF are drawn from: widths, cut lines, line hashes, names, paths.
#include <gtest/gtest.h>

#include <string>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/line_hash.h"
#include "analyzer/report/outcome.h"
#include "analyzer/report/sarif.h"
#include "analyzer/report/utf16.h"

namespace foreshot::report {
namespace {

// The definition, read literally: for each line the 100 units from its first kept one on.
auto hashes_by_definition(const std::u16string& units_of_text) -> std::vector<std::string> {
  std::u16string units;
  std::vector<std::size_t> begins;
  bool start = true, returned = false;
  for (const auto c : units_of_text) {
    if (c == u' ' || c == u'\t' || (c == u'\n' && returned)) {
      if (c == u'\n' || c == u' ' || c == u'\t') returned = false;
      continue;
    }
    returned = c == u'\r';
    if (start) begins.push_back(units.size());
    units += c == u'\r' ? u'\n' : c;
    start = units.back() == u'\n';
  }
  if (start) begins.push_back(units.size());
  units += static_cast<char16_t>(65535);
  units.append(200, u'\0');
  std::vector<std::string> out;
  std::vector<std::uint64_t> seen;
  for (const auto begin : begins) {
    std::uint64_t h = 0;
    for (std::size_t i = 0; i < 100; ++i) h = h * 37 + units[begin + i];
    seen.push_back(h);
    char text[40];
    std::snprintf(text, sizeof text, "%llx:%d", static_cast<unsigned long long>(h), static_cast<int>(std::count(seen.begin(), seen.end(), h)));
    out.push_back(text);
  }
  return out;
}

TEST(LineHash, EqualsItsDefinition) {
  const std::pair<std::string, std::u16string> cases[] = {
      {"", u""}, {"a", u"a"}, {"a\n", u"a\n"}, {"a\nb\n", u"a\nb\n"}, {"a\r\nb\rc", u"a\r\nb\rc"}, {"\t x = 1\n\n\nx = 1", u"\t x = 1\n\n\nx = 1"},
      {"é漢😀\n😀", u"é漢😀\n😀"}, {std::string(300, 'q') + "\n" + std::string(99, 'z'), std::u16string(300, u'q') + u"\n" + std::u16string(99, u'z')}};
  for (const auto& [text, units] : cases) EXPECT_EQ(line_hashes(text), hashes_by_definition(units)) << text;
}

TEST(LineHash, RepeatedLinesAreNumbered) {
  const auto hashes = line_hashes(std::string(200, 'x') + "\n" + std::string(200, 'x') + "\n");
  ASSERT_EQ(hashes.size(), 3U);
  EXPECT_EQ(hashes[0].substr(0, hashes[0].size() - 1), hashes[1].substr(0, hashes[1].size() - 1));
  EXPECT_TRUE(hashes[1].ends_with(":2"));
}

TEST(Drawn, CountsColumnsAsATerminal) {
  EXPECT_EQ(drawn_width("aé漢😀"), 6U);
  EXPECT_EQ(drawn_width("e\u0301"), 1U);
  EXPECT_EQ(drawn_width("\t"), 4U);
  EXPECT_EQ(drawn("a\x1b[31m"), "a\uFFFD[31m");
}

TEST(Drawn, CutsLongLinesAroundTheMark) {
  const std::string line = std::string(300, 'a') + "MARK" + std::string(300, 'b');
  const auto cut = cut_line(line, 300, 304, 80, false);
  EXPECT_LE(drawn_width(cut.text), 80U);
  EXPECT_NE(cut.text.find("MARK"), std::string::npos);
  EXPECT_EQ(cut.mark_width, 4U);
  EXPECT_EQ(drawn_width(cut.text.substr(0, cut.text.find("MARK"))), cut.mark_column);
  const std::string huge(20 << 20, 'x');
  EXPECT_LE(drawn_width(cut_line(huge, 10 << 20, 11 << 20, 100, true).text), 100U);
}

TEST(Sarif, NamesAndPaths) {
  EXPECT_EQ(pascal_case("index-without-concurrently"), "IndexWithoutConcurrently");
  EXPECT_EQ(percent_encoded("a b/ü.py"), "a%20b/%C3%BC.py");
  EXPECT_EQ(utf16_units("é漢😀"), 4U);
}

TEST(Outcome, RelativePaths) {
  EXPECT_EQ(relative_path("/a/b/c.py", "/a"), "b/c.py");
  EXPECT_EQ(relative_path("/a/x.py", "/a/b"), "../x.py");
  EXPECT_EQ(relative_path("/a/x.py", "/"), "a/x.py");
  EXPECT_EQ(relative_path("/a", "/a"), ".");
}

}  // namespace
}  // namespace foreshot::report
