// Input that is deep, long or no SQL at all.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sql/describe.h"

namespace foreshot::sql::testing {
namespace {

auto repeated(std::string_view text, std::size_t times) -> std::string {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t round = 0; round < times; ++round) result += text;
  return result;
}

auto verbs(const std::string& text) -> std::string {
  std::string result;
  for (const auto& statement : read(MappedText(text), Binds::sqlalchemy, {}).statements) {
    const auto tag = command_tag(statement.action);
    result += (result.empty() ? "" : " ") + (tag.empty() ? "?" : tag);
  }
  return result;
}

}  // namespace

TEST(SqlHostile, DeepTreesEndSomewhere) {
  constexpr std::size_t many = 50000;
  EXPECT_EQ(verbs("SELECT 1" + repeated("+1", many) + "; COMMIT"), "SELECT COMMIT");
  EXPECT_EQ(verbs("UPDATE t SET a = f(1)" + repeated(" || f(1)", many) + "; COMMIT"), "UPDATE COMMIT");
  EXPECT_EQ(verbs("SELECT 1" + repeated("::int", many)), "SELECT");
  EXPECT_EQ(verbs("INSERT INTO t SELECT 1" + repeated(" UNION ALL SELECT 1 FROM u", many)), "INSERT");
  EXPECT_EQ(verbs("SELECT * FROM a" + repeated(" JOIN b USING (c)", many)), "SELECT");
}

TEST(SqlHostile, WhatTheParserRefusesForItsDepthIsNoSyntaxError) {
  constexpr std::size_t many = 10000;
  for (const auto& text :
       {"SELECT " + repeated("(", many) + "1" + repeated(")", many), "SELECT " + repeated("NOT ", many) + "a",
        "SELECT " + repeated("(SELECT ", many) + "1" + repeated(")", many)}) {
    const auto reading = read(MappedText(text), Binds::none, {});
    ASSERT_EQ(reading.statements.size(), 1U);
    EXPECT_FALSE(std::holds_alternative<SyntaxError>(reading.statements[0].action));
  }
}

TEST(SqlHostile, BlocksMayNestDeeply) {
  constexpr std::size_t many = 100000;
  const auto text =
      "DO $$ BEGIN " + repeated("IF a THEN ", many) + "DROP TABLE x; " + repeated("END IF; ", many) + "END $$";
  EXPECT_EQ(read_all(text), "DO: plpgsql { if DROP TABLE: x; }");
  std::string nested = "DROP TABLE x";
  for (const auto* tag : {"$a$", "$b$", "$c$", "$d$", "$e$", "$f$"})
    nested = std::string("DO ") + tag + " BEGIN " + nested + "; END " + tag;
  EXPECT_EQ(verbs(nested), "DO");
}

TEST(SqlHostile, OddBytesAreReadAsText) {
  EXPECT_EQ(verbs(std::string("DROP TABLE a;\0DROP TABLE b", 26)), "DROP TABLE DROP TABLE");
  EXPECT_EQ(verbs("SELECT '\xff\xfe'; DROP TABLE \"\x80\""), "SELECT DROP TABLE");
  EXPECT_EQ(verbs("SELECT 'open"), "?");
  EXPECT_EQ(verbs("SELECT $a$ open"), "?");
  EXPECT_EQ(verbs("SELECT 1 /* open"), "SELECT");
  EXPECT_EQ(verbs("\xEE\x80\x80"
                  "99999999\xEE\x80\x81"),
            "?");
  EXPECT_EQ(verbs("DROP TABLE \xEE\x80\x80"
                  "5\xEE\x80\x81"),
            "DROP TABLE");
  EXPECT_EQ(verbs("SELECT $100005, 2000000003, a[2000000004]"), "SELECT");
  EXPECT_EQ(verbs(""), "");
  EXPECT_EQ(verbs(";;;"), "");
}

TEST(SqlHostile, ManyUnknownPartsAreNotTriedForEver) {
  std::string text = "UPDATE t SET a = 1";
  for (int part = 0; part < 2000; ++part) text += " {{x}} (";
  const auto reading = read(marked(text), Binds::none, {});
  EXPECT_EQ(describe(reading.statements.at(0).action), "UPDATE: unreadable table=t");
}

}  // namespace foreshot::sql::testing
