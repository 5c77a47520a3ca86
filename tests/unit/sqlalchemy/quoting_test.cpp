#include "analyzer/sqlalchemy/quoting.h"

#include <gtest/gtest.h>

namespace foreshot::sqlalchemy {
namespace {

auto text(const MappedText& mapped) -> std::string { return mapped.text(); }

TEST(Quoting, quotes_as_sqlalchemy_does) {
  EXPECT_EQ(text(quoted(MappedText("users"))), "users");
  EXPECT_EQ(text(quoted(MappedText("Users"))), "\"Users\"");
  EXPECT_EQ(text(quoted(MappedText("user"))), "\"user\"");
  EXPECT_EQ(text(quoted(MappedText("window"))), "\"window\"");
  EXPECT_EQ(text(quoted(MappedText("1st"))), "\"1st\"");
  EXPECT_EQ(text(quoted(MappedText("a\"b"))), "\"a\"\"b\"");
  EXPECT_EQ(text(quoted(MappedText("name"))), "name");
}

TEST(Quoting, keeps_places) {
  MappedText name;
  name.append("Users", Span{3, 10, 15}, true);
  const auto result = quoted(name);
  EXPECT_EQ(result.origin(1, 6), (Span{3, 10, 15}));
}

TEST(Quoting, leaves_holes_alone) {
  MappedText name;
  name.append_hole("prefix", Span{});
  name.append("_Users", Span{});
  EXPECT_EQ(text(quoted(name)), text(name));
}

TEST(Quoting, doubles_quotes_of_strings) { EXPECT_EQ(text(string_literal(MappedText("it's"))), "'it''s'"); }

TEST(Quoting, splits_schemas_at_dots) { EXPECT_EQ(text(quoted_dotted(MappedText("a.B.c"))), "a.\"B\".c"); }

}  // namespace
}  // namespace foreshot::sqlalchemy
