#include <gtest/gtest.h>

#include "tests/unit/schema/migrations.h"

namespace foreshot {
namespace {

using testing::Replayed;
using testing::schema_of;

struct Case {
  std::vector<std::string> sql;
  std::string schema;
};

TEST(History, FollowsStatements) {
  const std::vector<Case> cases = {
      {{"create table t (id serial primary key, a int not null, b text default 'x')"},
       "table t\n  column id int4 not null default nextval('t_id_seq')\n  column a int4 not null\n"
       "  column b text default 'x'\n  constraint t_pkey primary key (id)\n  index t_pkey unique (id) of constraint\n"},
      // names as the server chooses them
      {{"create table t (a int unique, b int check (b > 0), check (a > b), unique (a, b))",
        "create index on t (a)", "create index on t (a)", "create index on t (lower(b::text), a)"},
       "table t\n  column a int4\n  column b int4\n  constraint t_a_key unique (a)\n  constraint t_b_check check b > 0\n"
       "  constraint t_check check a > b\n  constraint t_a_b_key unique (a, b)\n  index t_a_key unique (a) of constraint\n"
       "  index t_a_b_key unique (a, b) of constraint\n  index t_a_idx (a)\n  index t_a_idx1 (a)\n"
       "  index t_lower_a_idx (lower(b::text), a)\n"},
      {{"create table p (id int primary key)", "create table c (a int references p)", "alter table c add foreign key (a) references p",
        "alter table p rename to q", "alter table c rename column a to z"},
       "table c\n  column z int4\n  constraint c_a_fkey foreign key (z) references q (id)\n"
       "  constraint c_a_fkey1 foreign key (z) references q (id)\ntable q\n  column id int4 not null\n"
       "  constraint p_pkey primary key (id)\n  index p_pkey unique (id) of constraint\n"},
      // a column takes its indexes and constraints along; CASCADE what depends on it
      {{"create table p (id int primary key, a int)", "create index i on p (a)", "create table c (p int references p (id))",
        "create view v as select a from p", "alter table p drop column a", "drop table p cascade"},
       "table c\n  column p int4\n"},
      {{"create table t (a int)", "alter table t alter a type bigint, alter a set not null, add check (a > 0) not valid",
        "alter table t validate constraint t_a_check", "alter table t alter a drop not null"},
       "table t\n  column a int8\n  constraint t_a_check check a > 0\n"},
      // NOT VALID of a table that is made empty means nothing
      {{"create table t (a int, check (a > 0) not valid)"}, "table t\n  column a int4\n  constraint t_a_check check a > 0\n"},
      {{"create table t (a int)", "create unique index i on t (a)", "alter table t add constraint k primary key using index i"},
       "table t\n  column a int4 not null\n  constraint k primary key (a)\n  index k unique (a) of constraint\n"},
      // partitions share columns, checks and indexes with their table
      {{"create table t (a int not null) partition by range (a)", "create table u partition of t for values from (1) to (2)",
        "create index i on t (a)", "alter table t add column b int", "alter table t detach partition u"},
       "table t partition by RANGE (a)\n  column a int4 not null\n  column b int4\n  index i (a)\n"
       "table u\n  column a int4 not null\n  column b int4\n  index u_a_idx (a)\n"},
      // what nobody created is known in parts
      {{"alter table t add column a int"}, "table t (not complete)\n  column a int4\n"},
      {{"create table if not exists t (a int)"}, "table t (not complete)\n  column a int4\n"},
      {{"create type e as enum ('a', 'c')", "alter type e add value 'b' before 'c'", "alter type e rename value 'a' to 'z'",
        "create table t (x e)", "alter type e rename to f"},
       "table t\n  column x f\nenum f 'z' 'b' 'c'\n"},
      {{"create table s.t (a int)", "create table t (b int)", "drop table public.t"}, "table s.t\n  column a int4\n"},
      {{"create table t (a int)", "?alter table t add column b int", "?alter table t drop column a", "?drop table t"},
       "table t (not certain)\n  column a int4 (not certain)\n  column b int4 (not certain)\n"},
  };
  for (const auto& [sql, schema] : cases) EXPECT_EQ(schema_of(sql), schema) << sql.front();
}

TEST(History, CutsNamesToSixtyThreeBytes) {
  const std::string longest(60, 't');
  const std::string column(40, 'c');
  Constraint unique;
  unique.kind = ConstraintKind::unique;
  unique.columns = {Identifier(column)};
  EXPECT_EQ(generated_constraint_name({"", Identifier(longest)}, unique),
            std::string(29, 't') + "_" + std::string(29, 'c') + "_key");
  // never inside a character
  Constraint key;
  key.kind = ConstraintKind::primary_key;
  std::string umlauts;
  for (int i = 0; i < 30; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(generated_constraint_name({"", Identifier(umlauts)}, key), umlauts.substr(0, 58) + "_pkey");
}

TEST(History, AnswersWhatExists) {
  const Replayed whole({{"a", {}, {"create table t (a int)", "create index i on t (a)", "create table gone (a int)"}},
                        {"b", {"a"}, {"drop table gone", "drop index i", "drop table never"}}});
  const auto heads = whole.timeline.heads();
  EXPECT_EQ(heads.exists({"", "t"}), Existence::yes);
  EXPECT_EQ(heads.exists({"public", "t"}), Existence::yes);
  EXPECT_EQ(heads.exists({"", "gone"}), Existence::no);
  EXPECT_EQ(heads.exists({"", "never"}), Existence::no);
  EXPECT_EQ(heads.column_exists({"", "t"}, "b"), Existence::no);
  EXPECT_EQ(heads.index_exists({"", "i"}), Existence::no);
  EXPECT_EQ(heads.constraint_exists({"", "t"}, "t_pkey"), Existence::no);
  EXPECT_EQ(whole.timeline.before(1).exists({"", "gone"}), Existence::yes);

  // Names that a naming convention may have changed are not known to be missing.
  auto conventional = testing::tree({{"a", {}, {"create table t (a int)"}}, {"b", {"a"}, {"select 1"}}});
  conventional.environment.naming_convention_known = false;
  EXPECT_EQ(Replayed(conventional).timeline.heads().constraint_exists({"", "t"}, "pk_t"), Existence::unknown);

  // A table that the chain uses and never made: the chain did not begin with nothing.
  const Replayed squashed({{"a", {}, {"create table t (a int)"}}, {"b", {"a"}, {"alter table old add column c int"}},
                           {"c", {"b"}, {"select 1"}}});
  EXPECT_EQ(squashed.timeline.heads().exists({"", "other"}), Existence::unknown);
  EXPECT_EQ(squashed.timeline.heads().exists({"", "old"}), Existence::yes);
  EXPECT_EQ(squashed.timeline.heads().column_exists({"", "old"}, "d"), Existence::unknown);
}

TEST(History, ASettingInANameMeansItselfAndPerhapsAnother) {
  const Replayed whole({{"a", {}, {"create table \"{p}t\" (a int unique)", "create table \"{s}\".u (a int)", "create table \"{z}\".u (b int)"}},
                        {"b", {"a"}, {"drop table \"{p}t\"", "create table \"{p}t\" (b int)", "create table \"{p}gone\" (a int)", "drop table \"{p}gone\""}}});
  const auto heads = whole.timeline.heads();
  EXPECT_EQ(heads.exists({"", "{p}t"}), Existence::yes);
  EXPECT_EQ(heads.exists({"", "{p}gone"}), Existence::no);
  EXPECT_EQ(heads.exists({"", "{p}never"}), Existence::unknown);
  // The option may be empty, or the whole of a name.
  EXPECT_EQ(heads.exists({"", "t"}), Existence::unknown);
  EXPECT_EQ(heads.column_exists({"", "{p}t"}, "a"), Existence::no);
  EXPECT_EQ(heads.column_exists({"", "{p}t"}, "{c}"), Existence::unknown);
  EXPECT_EQ(heads.constraint_exists({"", "{p}t"}, "any"), Existence::unknown);
  EXPECT_EQ(heads.index_exists({"", "{p}i"}), Existence::unknown);
  // Two settings are two schemas; a setting may be any schema that is spelled out.
  EXPECT_EQ(heads.column_exists({"{s}", "u"}, "a"), Existence::yes);
  EXPECT_EQ(heads.column_exists({"{z}", "u"}, "a"), Existence::no);
  EXPECT_NE(heads.table({"public", "u"}), nullptr);
  EXPECT_EQ(heads.exists({"{other}", "u"}), Existence::unknown);
  EXPECT_TRUE(heads.same_table({"{s}", "u"}, {"app", "u"}));
  EXPECT_FALSE(heads.same_table({"{s}", "u"}, {"{z}", "u"}));
}

TEST(History, OverlayKeepsItsChangesToItself) {
  History base;
  const auto run = [](History& history, const std::string& sql) {
    MappedText text;
    text.append(sql, {});
    for (const auto& statement : sql::read(text, sql::Binds::none, {}).statements) {
      Origin origin;
      origin.revision = 0;
      history.apply(statement.action, origin, true);
    }
  };
  run(base, "create table t (a int); create table p (id int primary key); create table c (p int references p)");
  History overlay(base.latest());
  run(overlay, "alter table t add column b int; drop table c; create table n (a int); alter table p rename to q");
  auto moved = std::move(base);
  EXPECT_EQ(print_schema(moved.latest()).find("column b"), std::string::npos);
  EXPECT_EQ(overlay.latest().tables().size(), 3u);
  EXPECT_NE(overlay.latest().table({"", "t"})->column("b"), nullptr);
  EXPECT_EQ(overlay.latest().exists({"", "c"}), Existence::no);
  EXPECT_EQ(overlay.latest().exists({"", "p"}), Existence::no);
  EXPECT_TRUE(overlay.latest().referencing({"", "q"}).empty());
  EXPECT_EQ(overlay.at(0).referencing({"", "p"}).size(), 1u);
}

}  // namespace
}  // namespace foreshot
