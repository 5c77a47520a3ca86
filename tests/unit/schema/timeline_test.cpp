#include <gtest/gtest.h>

#include "tests/unit/schema/migrations.h"

namespace foreshot {
namespace {

using testing::Migration;
using testing::Replayed;
using testing::tree;

const std::vector<std::string> base = {"create table t (a int, b int)", "create table p (id int primary key)"};

TEST(Timeline, SharesOneTransactionUnlessEachMigrationHasItsOwn) {
  auto source = tree({{"a", {}, base}, {"b", {"a"}, {"alter table t add c int"}}});
  const Replayed shared(source);
  EXPECT_EQ(shared.step(0, 0).transaction, shared.step(1, 0).transaction);
  EXPECT_TRUE(shared.transaction(shared.step(1, 0)).spans_revisions);
  EXPECT_EQ(shared.transaction(shared.step(1, 0)).ends_text, "the whole upgrade ends");
  source.environment.transaction_per_migration = true;
  const Replayed own(source);
  EXPECT_NE(own.step(0, 0).transaction, own.step(1, 0).transaction);
  source.environment.autocommit = true;
  const Replayed none(source);
  EXPECT_FALSE(none.step(1, 0).in_transaction);
}

TEST(Timeline, FollowsCommits) {
  struct Case {
    std::vector<std::string> before;
    Driver driver;
    bool in_transaction, known;
  };
  const std::vector<Case> cases = {
      {{}, Driver::unknown, true, true},
      {{"commit"}, Driver::psycopg2, false, true},
      {{"commit"}, Driver::asyncpg, false, true},
      {{"commit"}, Driver::psycopg, true, true},
      {{"commit"}, Driver::pg8000, true, true},
      {{"commit"}, Driver::unknown, false, false},
      {{"?commit"}, Driver::psycopg2, false, false},
      {{"commit", "begin"}, Driver::psycopg2, true, true},
      {{"@commit"}, Driver::psycopg2, true, true},
      {{"@autocommit"}, Driver::unknown, false, true},
      {{"@autocommit", "@end"}, Driver::unknown, true, true},
      {{"commit", "@autocommit_connection"}, Driver::psycopg2, false, true},
      {{"savepoint s"}, Driver::psycopg2, true, true},
  };
  for (const auto& [before, driver, in_transaction, known] : cases) {
    auto statements = before;
    statements.push_back("create index concurrently i on t (a)");
    auto source = tree({{"a", {}, base}, {"b", {"a"}, statements}, {"c", {"b"}, {"select 1"}}});
    source.environment.driver = driver;
    const Replayed replayed(source);
    const auto& step = replayed.step(1, before.size());
    const auto shown = before.empty() ? "" : before.front();
    EXPECT_EQ(step.in_transaction, in_transaction) << shown;
    EXPECT_EQ(replayed.transaction(step).known, known) << shown;
    // The next revision is a deployment of its own and begins as usual.
    EXPECT_TRUE(replayed.step(2, 0).in_transaction) << shown;
  }
}

TEST(Timeline, FollowsSettings) {
  struct Case {
    std::vector<std::string> before;
    bool in_force, certain;
    std::string value;
  };
  const std::vector<Case> cases = {
      {{}, false, true, ""},
      {{"set lock_timeout = '5s'"}, true, true, "5s"},
      {{"set local lock_timeout = '5s'"}, true, true, "5s"},
      {{"set lock_timeout = 0"}, false, true, "0"},
      {{"?set lock_timeout = '5s'"}, true, false, "5s"},
      {{"set local lock_timeout = '5s'", "@commit"}, false, true, ""},
      {{"set lock_timeout = '5s'", "@commit"}, true, true, "5s"},
      {{"set lock_timeout = '5s'", "rollback"}, false, true, ""},
      {{"set lock_timeout = '5s'", "reset lock_timeout"}, false, true, ""},
      {{"set lock_timeout = '5s'", "reset all"}, false, true, ""},
      {{"@autocommit", "set local lock_timeout = '5s'"}, false, true, ""},
      {{"@autocommit", "set lock_timeout = '5s'"}, true, true, "5s"},
      {{"select set_config('lock_timeout', '5s', false)"}, true, true, "5s"},
  };
  for (const auto& [before, in_force, certain, value] : cases) {
    auto statements = before;
    statements.push_back("alter table t add c int");
    const Replayed replayed({{"a", {}, base}, {"b", {"a"}, statements}, {"c", {"b"}, {"select 1"}}});
    const auto& setting = replayed.step(1, before.size()).lock_timeout;
    const auto shown = before.empty() ? "" : before.back();
    EXPECT_EQ(setting.in_force, in_force) << shown;
    EXPECT_EQ(setting.certain, certain) << shown;
    EXPECT_EQ(setting.value, value) << shown;
    EXPECT_FALSE(replayed.step(2, 0).lock_timeout.in_force) << shown;
  }
}

TEST(Timeline, KnowsTheLocksHeld) {
  const Replayed replayed({{"a", {}, base},
                           {"b", {"a"},
                            {"create index i on t (a)", "alter table t add c int", "comment on table p is 'x'", "select 1",
                             "@commit", "select 1"}},
                           {"c", {"b"}, {"select 1"}}});
  const auto held = replayed.timeline.held_before(replayed.step(1, 3));
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].relation.display(), "t");
  EXPECT_EQ(held[0].mode, LockMode::access_exclusive);
  EXPECT_EQ(&replayed.timeline.steps()[held[0].step], &replayed.step(1, 1));
  EXPECT_EQ(held[1].mode, LockMode::share_update_exclusive);
  EXPECT_TRUE(replayed.timeline.held_before(replayed.step(1, 5)).empty());
  EXPECT_TRUE(replayed.timeline.held_before(replayed.step(2, 0)).empty());

  // Only one side of a test runs.
  const Replayed sides({{"a", {}, base}, {"b", {"a"}, {"?alter table t add c int", "else:select 1", "select 1"}}});
  EXPECT_TRUE(sides.timeline.held_before(sides.step(1, 1)).empty());
  EXPECT_EQ(sides.timeline.held_before(sides.step(1, 2)).size(), 1u);
}

TEST(Timeline, KnowsWhichTablesAreLive) {
  const std::vector<Migration> migrations = {
      {"a", {}, base},
      {"b", {"a"}, {"create table n (a int)", "alter table n rename to m", "truncate p", "select 1"}},
      {"c", {"b"}, {"select 1"}, {"drop table m", "create table m (a int)", "select 1"}}};
  const Replayed each(migrations);
  EXPECT_TRUE(each.timeline.live(each.step(1, 3), {"", "t"}));
  EXPECT_FALSE(each.timeline.live(each.step(1, 3), {"", "m"}));
  EXPECT_FALSE(each.timeline.live(each.step(1, 3), {"", "p"}));
  EXPECT_TRUE(each.timeline.live(each.step(2, 0), {"", "m"}));
  EXPECT_TRUE(each.timeline.live(each.step(2, 0), {"", "p"}));
  EXPECT_TRUE(each.timeline.live(each.down(2, 0), {"", "m"}));
  EXPECT_FALSE(each.timeline.live(each.down(2, 2), {"", "m"}));

  // With start-after the rest is one deployment.
  Timeline::Options options;
  options.released = {true, false, false};
  const Replayed chain(tree(migrations), options);
  EXPECT_FALSE(chain.timeline.live(chain.step(2, 0), {"", "m"}));
  EXPECT_TRUE(chain.timeline.live(chain.step(2, 0), {"", "t"}));
}

TEST(Timeline, FlattensBlocks) {
  const Replayed replayed({{"a", {}, base},
                           {"b", {"a"}, {"do $$ begin alter table t add c int; if now() > '2020-01-01' then drop table p; "
                                         "end if; end $$"}}});
  ASSERT_EQ(replayed.timeline.revision(1).upgrade_end - replayed.timeline.revision(1).upgrade_begin, 2u);
  EXPECT_TRUE(replayed.step(1, 0).nested);
  EXPECT_FALSE(replayed.step(1, 0).conditional);
  EXPECT_TRUE(replayed.step(1, 1).conditional);
  EXPECT_EQ(replayed.timeline.heads().exists({"", "p"}), Existence::unknown);
}

TEST(Timeline, ComparesDowngrades) {
  struct Case {
    std::vector<std::string> upgrade, downgrade;
    std::string left;
  };
  const std::vector<Case> cases = {
      {{"alter table t add c int"}, {"alter table t drop c"}, ""},
      {{"alter table t add c int"}, {"select 1"}, "  downgrade leaves t c\n"},
      {{"create table n (a int)"}, {"select 1"}, "  downgrade leaves n \n"},
      {{"drop table p"}, {"select 1"}, "  downgrade loses p \n"},
      {{"drop table p"}, {"create table p (id int primary key)"}, ""},
      {{"alter table t drop b"}, {"alter table t add b bigint"},
       "  downgrade changes t b: type int8 instead of int4\n  downgrade loses t t_b\n"},
      {{"alter table t alter a set not null"}, {"select 1"}, "  downgrade changes t a: NOT NULL is left\n"},
      {{"alter table t alter a set default 5"}, {"alter table t alter a drop default"}, ""},
      {{"alter table t alter a set default 5"}, {"select 1"}, "  downgrade changes t a: default 5 is left\n"},
      {{"create index i on t (a)"}, {"select 1"}, "  downgrade leaves t i\n"},
      {{"drop index t_b"}, {"create index t_b on t (b)"}, ""},
      {{"drop index t_b"}, {"select 1"}, "  downgrade loses t t_b\n"},
      {{"alter table t add constraint k check (a > 0)"}, {"alter table t drop constraint k"}, ""},
      {{"alter table t add constraint k check (a > 0)"}, {"select 1"}, "  downgrade leaves t k\n"},
      // nobody has named it, and it comes back under another name
      {{"alter table p drop constraint p_pkey"}, {"alter table p add constraint other primary key (id)"}, ""},
      {{"alter table t rename to s"}, {"alter table s rename to t"}, ""},
      {{"create type e as enum ('x')"}, {"select 1"}, "  downgrade leaves e\n"},
      // the upgrade drops what the history has not seen
      {{"drop table old", "drop type kind"}, {"create type kind as enum ('x')", "create table old (a int)"}, ""},
      // nothing is said where one of the bodies is not certain or not read
      {{"alter table t add c int"}, {"?alter table t drop c"}, ""},
      {{"?alter table t add c int"}, {"select 1"}, ""},
      {{"alter table t add c int"}, {}, ""},
  };
  for (const auto& [upgrade, downgrade, left] : cases) {
    auto first = base;
    first.push_back("create index t_b on t (b)");
    const Replayed replayed({{"a", {}, first}, {"b", {"a"}, upgrade, downgrade}});
    const auto text = print_revision(replayed.timeline, replayed.source, 1);
    std::string found;
    for (std::size_t at = text.find("  downgrade "); at != std::string::npos; at = text.find("  downgrade ", at + 1))
      found += text.substr(at, text.find('\n', at) - at + 1);
    EXPECT_EQ(found, left) << upgrade.front();
  }
}

TEST(Timeline, IsLinear) {
  std::vector<Migration> migrations = {{"r0", {}, base}};
  for (int i = 1; i < 3000; ++i)
    migrations.push_back({"r" + std::to_string(i), {"r" + std::to_string(i - 1)},
                          {"alter table t add c" + std::to_string(i % 50) + " int", "create table n" + std::to_string(i) +
                           " (id int references p)"},
                          {"drop table n" + std::to_string(i)}});
  Timeline::Options options;
  options.released = std::vector<bool>(migrations.size(), false);
  options.released[0] = true;
  const Replayed replayed(tree(migrations), options);
  EXPECT_EQ(replayed.timeline.steps().size(), 2u + 3u * 2999u);
  EXPECT_EQ(replayed.timeline.heads().referencing({"", "p"}).size(), 2999u);
}

}  // namespace
}  // namespace foreshot
