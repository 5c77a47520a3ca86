// Bind parameters of text() and of drivers.
#include <gtest/gtest.h>

#include "tests/unit/sql/describe.h"

namespace foreshot::sql::testing {

TEST(SqlBinds, OfText) {
  expect_all(
      {
          {R"~(UPDATE t SET a = :a WHERE b = :b_2 AND c IN (:c))~",
           R"~(UPDATE: t set=a values=:a where=(b = :b_2) AND (c IN (:c)))~"},
          {R"~(SELECT ':x', a::int, b \:\: int, '\:y', c[1:2], 'a:b', '12:30:45', :x::int, :abc::int)~",
           R"~(SELECT: unreadable)~"},
          {R"~(INSERT INTO t VALUES (:a, :b), (:a, :b))~", R"~(INSERT: t values=:a,:b rows=2)~"},
          {R"~(SELECT * FROM t WHERE a IN :ids)~", R"~(SELECT:  where=a IN (:ids) reads=t)~"},
          {R"~(SET lock_timeout = :timeout)~", R"~(SET: lock_timeout= unknown)~"},
          {R"~(SET LOCAL statement_timeout = :x)~", R"~(SET: statement_timeout= unknown local)~"},
          {R"~(ALTER TABLE :table ADD COLUMN x int)~", R"~(ALTER TABLE: :table? | add x:int4)~"},
          {R"~(SELECT a LIKE '%x%', b % 5)~", R"~(SELECT)~"},
          {R"~(SELECT * FROM t LIMIT :n)~", R"~(SELECT:  reads=t limited)~"},
          {R"~(DO $$ BEGIN x := 5; UPDATE t SET a \:= :v; END $$)~",
           R"~(DO: plpgsql not_understood { UPDATE: unreadable table=t; })~"},
          {R"~(DO $$ BEGIN PERFORM f(:v); END $$)~", R"~(DO: plpgsql { SELECT:  functions=f calls=f(:v); })~"},
          {R"~(SELECT 1 :)~", R"~(syntax error at or near ":" @9)~"},
          {R"~(SELECT $1, :a)~", R"~(SELECT)~"},
          {R"~(UPDATE t SET a = interval :x)~", R"~(UPDATE: t set=a values=:x::interval)~"},
          {R"~(COMMENT ON TABLE t IS :c)~", R"~(COMMENT: on t)~"},
      },
      Binds::sqlalchemy);
}

TEST(SqlBinds, OfDrivers) {
  expect_all(
      {
          {R"~(UPDATE t SET a = %s WHERE b = %(name)s AND c LIKE 'x%%')~",
           R"~(UPDATE: t set=a values=%s where=(b = %(name)s) AND (c LIKE 'x%'))~"},
          {R"~(SELECT a % b, '%s', %s::int, 5 %% 2, a %sum)~", R"~(SELECT)~"},
          {R"~(INSERT INTO t VALUES (%s, %s), (%s, %s))~", R"~(INSERT: t values=%s,%s rows=2)~"},
          {R"~(SELECT * FROM t WHERE a = :x)~", R"~(SELECT: unreadable)~"},
          {R"~(SET lock_timeout = %s)~", R"~(SET: lock_timeout= unknown)~"},
          {R"~(SELECT * FROM t WHERE a IN %s)~", R"~(SELECT:  where=a IN (%s) reads=t)~"},
      },
      Binds::driver);
}

}  // namespace foreshot::sql::testing
