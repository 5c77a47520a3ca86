// Only what real servers are not asked: see tests/oracles/postgres for the rest.
#include <gtest/gtest.h>

#include "tests/unit/schema/migrations.h"

namespace foreshot {
namespace {

using testing::cost_of;

TEST(Cost, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(cost_of({"select 1", "alter table t alter a type bigint"}),
            "t ACCESS EXCLUSIVE\nnot known: the old type of the column is not known\n");
  // What is computed for every row is so for any old type.
  EXPECT_EQ(cost_of({"select 1", "alter table t alter a type bigint using a + 1"}),
            "t ACCESS EXCLUSIVE rewrite (computes USING for every row)\n");
  EXPECT_EQ(cost_of({"create table t (a int)", "alter table t add b int default somebodys()"}),
            "t ACCESS EXCLUSIVE\nnot known: whether the default is volatile is not known\n");
  // A volatile function in SQL may be inlined to a constant.
  EXPECT_EQ(cost_of({"create function f() returns int language sql as 'select 1'; create table t (a int)",
                     "alter table t add b int default f()"}),
            "t ACCESS EXCLUSIVE\nnot known: whether the default is volatile is not known\n");
  EXPECT_EQ(cost_of({"create table t (a int)", "?alter table t alter a type bigint", "alter table t alter a type bigint"}),
            "t ACCESS EXCLUSIVE\nnot known: the old type of the column is not known\n");
  EXPECT_EQ(cost_of({"create table t (a somebodys)", "alter table t alter a type text"}).substr(0, 19), "t ACCESS EXCLUSIVE\n");
  EXPECT_EQ(cost_of({"create table t (a int) partition by range (a)", "alter table t attach partition u for values from (1) to (2)"}),
            "t SHARE UPDATE EXCLUSIVE\nu ACCESS EXCLUSIVE\nnot known: the table that becomes a partition is not known\n");
}

TEST(Cost, BelievesWhatTheMigrationSaysOfTheOldType) {
  Situation situation;
  const auto old_type = sql::read_type("varchar(10)");
  situation.existing_type = &old_type;
  const auto change = [&](const char* type) {
    AlterTable alter;
    alter.table = {"", "t"};
    alter.subcommands.push_back(AlterColumnType{"a", sql::read_type(type), {}, ""});
    return print_cost(cost(alter, situation));
  };
  EXPECT_EQ(change("varchar(20)"), "t ACCESS EXCLUSIVE\n");
  EXPECT_EQ(change("varchar(5)"), "t ACCESS EXCLUSIVE rewrite (writes every row with the new type)\n");
}

TEST(Cost, ConflictsAreThoseOfTheManual) {
  EXPECT_TRUE(conflicts(LockMode::access_exclusive, LockMode::access_share));
  EXPECT_FALSE(conflicts(LockMode::exclusive, LockMode::access_share));
  EXPECT_TRUE(conflicts(LockMode::share, LockMode::row_exclusive));
  EXPECT_FALSE(conflicts(LockMode::share, LockMode::share));
  EXPECT_TRUE(conflicts(LockMode::share_row_exclusive, LockMode::share_row_exclusive));
  EXPECT_FALSE(conflicts(LockMode::share_update_exclusive, LockMode::row_exclusive));
  for (auto a = 1; a <= 8; ++a)
    for (auto b = 1; b <= 8; ++b)
      EXPECT_EQ(conflicts(static_cast<LockMode>(a), static_cast<LockMode>(b)),
                conflicts(static_cast<LockMode>(b), static_cast<LockMode>(a)));
}

TEST(Cost, TellsTypeChangesApart) {
  struct Case {
    const char *from, *to;
    bool rewrites, needs_using, narrows;
  };
  const std::vector<Case> cases = {
      {"int", "bigint", true, false, false},      {"bigint", "int", true, false, true},
      {"text", "int", true, true, false},         {"int", "text", true, false, false},
      {"varchar(10)", "text", false, false, false}, {"text", "varchar(10)", true, false, true},
      {"json", "jsonb", true, false, false},      {"text", "jsonb", true, true, false},
      {"int", "boolean", true, true, false},      {"numeric(10,2)", "numeric(8,2)", true, false, true},
      {"numeric(10,2)", "numeric(12,2)", false, false, false}, {"timestamp", "date", true, false, true},
      {"varchar(10)", "uuid", true, true, false}, {"double precision", "real", true, false, true},
  };
  for (const auto& [from, to, rewrites, needs_using, narrows] : cases) {
    const auto change = type_change(sql::read_type(from), sql::read_type(to), {}, 14);
    EXPECT_TRUE(change.known) << from << " " << to;
    EXPECT_EQ(change.rewrites, rewrites) << from << " " << to;
    EXPECT_EQ(change.needs_using, needs_using) << from << " " << to;
    EXPECT_EQ(change.narrows, narrows) << from << " " << to;
  }
}

}  // namespace
}  // namespace foreshot
