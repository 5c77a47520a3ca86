// DO blocks: control structures, dynamic statements.
#include <gtest/gtest.h>

#include "tests/unit/sql/describe.h"

namespace foreshot::sql::testing {

TEST(SqlBlocks, ReadsTheStatementsInside) {
  expect_all({
      {R"~(DO $$ BEGIN UPDATE t SET a = 1; END $$)~", R"~(DO: plpgsql { UPDATE: t set=a values=1; })~"},
      {R"~(DO LANGUAGE plpgsql $x$ DECLARE a int := 5; b text; c CURSOR FOR SELECT 1; BEGIN DROP TABLE x; END; $x$)~",
       R"~(DO: plpgsql { DROP TABLE: x; })~"},
      {R"~(DO 'BEGIN INSERT INTO t VALUES (''a''); END' LANGUAGE 'plpgsql')~",
       R"~(DO: plpgsql { INSERT: t values='a' rows=1; })~"},
      {R"~(DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm') THEN CREATE TYPE m AS ENUM ('a'); ELSIF x THEN NULL; ELSE DROP TYPE m; END IF; COMMENT ON TYPE m IS 'x'; END $$)~",
       R"~(DO: plpgsql { if CREATE TYPE: enum m(a); if DROP TYPE: m; COMMENT: on m; })~"},
      {R"~(DO $$ BEGIN CREATE TYPE m AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; WHEN others THEN DROP TABLE x; END $$)~",
       R"~(DO: plpgsql { CREATE TYPE: enum m(a); if DROP TABLE: x; })~"},
      {R"~(DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM t WHERE b LOOP UPDATE t SET a = CASE WHEN r.x THEN 1 ELSE 2 END WHERE id = r.id; COMMIT; END LOOP; DELETE FROM t; END $$)~",
       R"~(DO: plpgsql { SELECT:  where=b reads=t; if UPDATE: t set=a values=CASE WHEN r.x THEN 1 ELSE 2 END where=id = r.id; if COMMIT; DELETE: t; })~"},
      {R"~(DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM t) LOOP DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 10); EXIT WHEN NOT FOUND; END LOOP; LOOP UPDATE t SET a = 1; EXIT; END LOOP; FOR i IN 1..10 LOOP INSERT INTO t VALUES (i); END LOOP; FOREACH x IN ARRAY y LOOP DROP TABLE z; END LOOP; END $$)~",
       R"~(DO: plpgsql { if DELETE: t where=id IN (select id from t limit 10) reads=t limited; if UPDATE: t set=a values=1; if INSERT: t values=i rows=1; if DROP TABLE: z; })~"},
      {R"~(DO $$ BEGIN PERFORM pg_sleep(1); SELECT count(*) INTO STRICT n, m.x FROM t; UPDATE t SET a = 1 RETURNING id INTO r; x := 5; y.z[1] = 6; RAISE NOTICE 'x; y %', z; GET DIAGNOSTICS n = ROW_COUNT; CALL p(); INSERT INTO u SELECT * FROM v; END $$)~",
       R"~(DO: plpgsql { SELECT:  functions=pg_sleep calls=pg_sleep(1); SELECT:  reads=t functions=count calls=count(*); UPDATE: t set=a values=1 returning; CALL: other on=p; INSERT: u reads=v from_query; })~"},
      {R"~(DO $$ BEGIN IF a THEN RETURN; END IF; DROP TABLE x; END $$)~", R"~(DO: plpgsql { if DROP TABLE: x; })~"},
      {R"~(DO $$ BEGIN CASE x WHEN 1 THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; <<inner>> BEGIN DROP TABLE c; END; END $$)~",
       R"~(DO: plpgsql { if DROP TABLE: a; if DROP TABLE: b; DROP TABLE: c; })~"},
      {R"~(DO $$ BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; EXECUTE 'ALTER TABLE ' || quote_ident(x) || ' ADD COLUMN y int'; EXECUTE format('ALTER TABLE %I.t DROP CONSTRAINT %I', s, c); EXECUTE format('UPDATE %1$I SET a = %2$L WHERE b = 100 %%', 'T', v) USING 1; EXECUTE sql; END $$)~",
       R"~(DO: plpgsql not_understood { DROP TABLE: a; DROP TABLE: b; ALTER TABLE: {quote_ident(x)}? | add y:int4; ALTER TABLE: {s}?.t | drop_constraint {c}?; UPDATE: unreadable table=T; unreadable; })~"},
      {R"~(DO $$ BEGIN EXECUTE format($f$CREATE INDEX %I ON t (a)$f$, 'i'); EXECUTE concat('DROP ', 'TABLE ', x) INTO y; EXECUTE E'DROP TABLE \'a\''; FOR r IN EXECUTE 'SELECT 1 FROM t' LOOP NULL; END LOOP; END $$)~",
       R"~(DO: plpgsql not_understood { CREATE INDEX: i on t btree(a); DROP TABLE: {x}?; unreadable; SELECT:  reads=t; })~"},
      {R"~(DO $$ DECLARE t text := 'a'; u CONSTANT text = 'DROP TABLE b'; BEGIN EXECUTE format('DROP TABLE %I', t); EXECUTE u; END $$)~",
       R"~(DO: plpgsql { DROP TABLE: a; DROP TABLE: b; })~"},
      {R"~(DO $$ DECLARE t text := 'DROP TABLE a'; BEGIN t := x; EXECUTE t; END $$)~", R"~(DO: plpgsql not_understood { unreadable; })~"},
      {R"~(DO $$ DECLARE t text := 'DROP TABLE a'; BEGIN SELECT 1, 'b' INTO u, T; EXECUTE t; END $$)~",
       R"~(DO: plpgsql not_understood { SELECT; unreadable; })~"},
      {R"~(DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY ARRAY['a', 'B']::text[] LOOP EXECUTE format('DROP TABLE %I', x); EXECUTE 'ANALYZE ' || quote_ident(x); END LOOP; EXECUTE format('DROP TABLE %I', x); END $$)~",
       R"~(DO: plpgsql { DROP TABLE: a; ANALYZE: a; DROP TABLE: B; ANALYZE: B; DROP TABLE: {x}?; })~"},
      {R"~(DO $$ DECLARE n text[] := ARRAY['a']; r record; BEGIN FOREACH r IN ARRAY n LOOP EXIT WHEN b; EXECUTE 'DROP TABLE ' || r; END LOOP; FOR r IN SELECT unnest(ARRAY['c', 'd']) AS t LOOP EXECUTE format('DROP TABLE %s', r.t); END LOOP; END $$)~",
       R"~(DO: plpgsql { if DROP TABLE: a; SELECT:  functions=unnest calls=unnest(ARRAY['c', 'd']); DROP TABLE: c; DROP TABLE: d; })~"},
      {R"~(DO $$ DECLARE s text; u text; v text := 'b'; BEGIN s := 'DROP TABLE ' || v; EXECUTE s; u := 'x'; u := 'y'; EXECUTE u; END $$)~",
       R"~(DO: plpgsql not_understood { DROP TABLE: b; unreadable; })~"},
      {R"~(DO $$ DECLARE a text; b text; BEGIN a := b; b := a; EXECUTE a; FOREACH a IN ARRAY f() LOOP DROP TABLE x; END LOOP; END $$)~",
       R"~(DO: plpgsql not_understood { unreadable; if DROP TABLE: x; })~"},
      {R"~(DO $$ import x $$ LANGUAGE plpython3u)~", R"~(DO: plpython3u not_understood { })~"},
      {R"~(DO $$ BEGIN IF a THEN DROP TABLE x; $$)~", R"~(DO: plpgsql not_understood { if DROP TABLE: x; })~"},
      {R"~(DO $$ BEGIN ALTER TABLE t FOO; DROP TABLE y; END $$)~",
       R"~(DO: plpgsql not_understood { unreadable; DROP TABLE: y; })~"},
      {R"~(DO $a$ BEGIN DO $b$ BEGIN DROP TABLE x; END $b$; END $a$)~",
       R"~(DO: plpgsql { DO: plpgsql { DROP TABLE: x; }; })~"},
      {R"~(DO $$ BEGIN IF (CASE WHEN a THEN b ELSE c END) THEN DROP TABLE x; END IF; END $$; SELECT 1)~",
       R"~(DO: plpgsql { if DROP TABLE: x; }; SELECT)~"},
      {R"~(DO $$ BEGIN {{code}} END $$)~", R"~(DO: plpgsql not_understood { unreadable; })~"},
      {R"~(DO $$ BEGIN ALTER TABLE {{t}} ADD COLUMN {{c}} int; END $$)~",
       R"~(DO: plpgsql { ALTER TABLE: {t}? | add {c}?:int4; })~"},
  });
}

}  // namespace foreshot::sql::testing
