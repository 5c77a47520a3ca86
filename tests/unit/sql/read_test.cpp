// Spans, comments and flags of a Reading; expressions and types by themselves; quoting.
#include "analyzer/sql/read.h"

#include <gtest/gtest.h>

#include "tests/unit/sql/describe.h"

namespace foreshot::sql::testing {
namespace {

auto expression(std::string_view text) -> std::string { return read_expression(marked(text)).display(); }

// The parts of the text that the statements' spans cover.
auto parts(std::string_view text, Binds binds = Binds::none) -> std::vector<std::string> {
  std::vector<std::string> result;
  for (const auto& statement : read(marked(text), binds, {}).statements) result.push_back(part(text, statement.span));
  return result;
}

using Parts = std::vector<std::string>;

}  // namespace

TEST(SqlRead, SpansAreTheStatementsWithoutWhatSurroundsThem) {
  EXPECT_EQ(parts("  DROP TABLE a ;\n-- x\n DROP TABLE b -- y\n; ;; "), (Parts{"DROP TABLE a", "DROP TABLE b"}));
  EXPECT_EQ(parts("SELECT 'a;b'; SELECT $x$;$x$; SELECT \"c;d\"; SELECT 1 /* ; /* ; */ ; */"),
            (Parts{"SELECT 'a;b'", "SELECT $x$;$x$", "SELECT \"c;d\"", "SELECT 1"}));
  EXPECT_EQ(parts("UPDATE t SET a = {{x}}; DROP TABLE {{y}}"), (Parts{"UPDATE t SET a = {{x}}", "DROP TABLE {{y}}"}));
  EXPECT_EQ(parts("SELECT ':a', '\\:b', :cc; COMMIT", Binds::sqlalchemy),
            (Parts{"SELECT ':a', '\\:b', :cc", "COMMIT"}));
}

TEST(SqlRead, SpansInsideBlocksLieInTheBody) {
  constexpr std::string_view text =
      "DO $$ BEGIN DROP TABLE a; PERFORM f(); EXECUTE 'DROP TABLE b'; EXECUTE 'DROP TABLE ' || c; END $$; "
      "DO 'BEGIN INSERT INTO t VALUES (''x''); DROP TABLE d; END'";
  const auto reading = read(marked(text), Binds::none, {});
  Parts found;
  for (const auto& statement : reading.statements)
    for (const auto& inner : std::get<Block>(statement.action).statements) found.push_back(part(text, inner.span));
  EXPECT_EQ(found, (Parts{"DROP TABLE a", "PERFORM f()", "DROP TABLE b", "DROP TABLE ' || c",
                          "INSERT INTO t VALUES (''x'')", "DROP TABLE d"}));
}

TEST(SqlRead, EachSubcommandHasItsSpan) {
  constexpr std::string_view text =
      "ALTER TABLE IF EXISTS s.\"T\" * ADD COLUMN a numeric(1, 2) CHECK (a > 0) UNIQUE, DROP b, "
      "ADD CONSTRAINT c FOREIGN KEY (d, e) REFERENCES f (g, h)";
  const auto reading = read(marked(text), Binds::none, {});
  const auto& table = std::get<AlterTable>(reading.statements.at(0).action);
  Parts spans;
  for (const auto& span : table.spans) spans.push_back(part(text, span));
  EXPECT_EQ(spans, (Parts{"ADD COLUMN a numeric(1, 2) CHECK (a > 0) UNIQUE", "DROP b",
                          "ADD CONSTRAINT c FOREIGN KEY (d, e) REFERENCES f (g, h)"}));
  const auto& column = std::get<AddColumn>(table.subcommands.at(0)).column;
  EXPECT_EQ(part(text, column.span), "a numeric(1, 2) CHECK (a > 0) UNIQUE");
  EXPECT_EQ(part(text, column.constraints.at(0).span), "CHECK (a > 0)");
  EXPECT_EQ(part(text, column.constraints.at(1).span), "UNIQUE");
  EXPECT_EQ(part(text, std::get<AddConstraint>(table.subcommands.at(2)).constraint.span),
            "CONSTRAINT c FOREIGN KEY (d, e) REFERENCES f (g, h)");
}

TEST(SqlRead, TextWithoutAFileTakesTheFallback) {
  const Span call{7, 10, 20};
  const auto reading = read(MappedText("DROP TABLE a"), Binds::none, call);
  EXPECT_EQ(reading.statements.at(0).span, call);
}

TEST(SqlRead, ShowsTheTextThatRuns) {
  const auto reading = read(marked("\n ALTER  TABLE {{s}}.t\n DROP a; -- x\n"), Binds::sqlalchemy, {});
  EXPECT_EQ(reading.statements.at(0).sql, "ALTER  TABLE {s}.t\n DROP a");
  EXPECT_EQ(read(marked("SELECT '\\:a', :b"), Binds::sqlalchemy, {}).statements.at(0).sql, "SELECT ':a', :b");
}

TEST(SqlRead, SaysWhatIsCompleteAndUnderstood) {
  const auto flags = [](std::string_view text) {
    const auto reading = read(marked(text), Binds::sqlalchemy, {});
    return std::string(reading.complete ? "complete" : "incomplete") + (reading.understood ? " understood" : "") +
           (!reading.statements.empty() && reading.statements[0].complete ? " first" : "");
  };
  EXPECT_EQ(flags("DROP TABLE a"), "complete understood first");
  EXPECT_EQ(flags("SELECT :a"), "complete understood first");
  EXPECT_EQ(flags("ALTER TABLE :a ADD x int"), "complete understood");
  EXPECT_EQ(flags("DROP TABLE {{a}}"), "incomplete understood");
  EXPECT_EQ(flags("{{a}}"), "incomplete");
  EXPECT_EQ(flags("DROP TABLE a; selec"), "complete first");
  EXPECT_EQ(flags("DO $$ BEGIN EXECUTE x; END $$"), "complete first");
}

TEST(SqlRead, AHoleInThePlaceOfAValueIsAsGoodAsAParameter) {
  const auto complete = [](std::string_view text) { return read(marked(text), Binds::sqlalchemy, {}).statements.at(0).complete; };
  for (const auto* text :
       {"UPDATE t SET a = {{x}} WHERE id = {{y}}", "UPDATE t SET a = '{{x}}, {{y}}'", "DELETE FROM t WHERE id IN ({{ids}})",
        "DELETE FROM t WHERE id IN {{ids}}", "INSERT INTO t (a, b) VALUES ({{x}}, '{{y}}')", "INSERT INTO t (a, b) VALUES {{rows}}",
        "INSERT INTO t (a) VALUES (1), ({{x}}), {{rows}}", "SELECT a FROM t WHERE b BETWEEN {{x}} AND {{y}} LIMIT {{n}} OFFSET {{m}}",
        "SELECT a FROM t WHERE b LIKE {{x}}", "SELECT a FROM t WHERE b = ANY(ARRAY[{{x}}])", "UPDATE t SET a = {{x}}::uuid"})
    EXPECT_TRUE(complete(text)) << text;
  for (const auto* text :
       {"UPDATE t SET {{c}} = 1", "UPDATE t SET a = 1 WHERE {{c}} = 1", "SELECT {{c}} FROM t", "SELECT a FROM t ORDER BY {{c}}",
        "SELECT count({{c}}) FROM t", "INSERT INTO t ({{c}}) VALUES (1)", "DELETE FROM {{t}} WHERE id = {{x}}", "DELETE FROM t {{where}}",
        "DELETE FROM t WHERE a = {{s}}.b", "UPDATE t SET a = {{f}}(1)", "UPDATE t SET a = b{{x}}", "DELETE FROM t WHERE a = 1 AND {{x}}",
        "ALTER TABLE t ADD COLUMN a int DEFAULT '{{x}}'", "CREATE TYPE e AS ENUM ('{{x}}')"})
    EXPECT_FALSE(complete(text)) << text;
}

TEST(SqlRead, ConstantsOfTheRunArePartsOfNames) {
  const auto table = [](std::string_view text) {
    const auto statement = read(marked(text), Binds::sqlalchemy, {}).statements.at(0);
    const auto* name = target_table(statement.action);
    return name == nullptr ? std::string("none") : name->display() + (name->known() && name->schema.known ? "" : "?") + (statement.complete ? "" : " incomplete");
  };
  EXPECT_EQ(table("ALTER TABLE {{=prefix}}users ADD COLUMN x int"), "{prefix}users");
  EXPECT_EQ(table("ALTER TABLE \"{{=prefix}}Users\" ADD COLUMN x int"), "{prefix}Users");
  EXPECT_EQ(table("DROP TABLE {{=schema}}.users"), "{schema}.users");
  EXPECT_EQ(table("DELETE FROM {{=prefix}}{{t}} WHERE a = 1"), "{prefix}{t}? incomplete");
  EXPECT_EQ(table("ALTER TABLE {{schema}}.users ADD COLUMN x int"), "{schema}.users? incomplete");
  EXPECT_EQ(table("ALTER TABLE users {{=what}}"), "users incomplete");
}

TEST(SqlRead, SyntaxErrorsAreBytesIntoTheirStatementAndHideNothing) {
  const auto reading = read(marked("DROP TABLE a; SELECT 'äöü' FROMM b; selec; DROP TABLE c"), Binds::none, {});
  ASSERT_EQ(reading.statements.size(), 4U);
  EXPECT_EQ(describe(reading.statements[1].action), "syntax error at or near \"b\" @22");
  EXPECT_EQ(describe(reading.statements[2].action), "syntax error at or near \"selec\" @0");
  EXPECT_EQ(describe(reading.statements[3].action), "DROP TABLE: c");
}

TEST(SqlRead, CommentsBelongToStatements) {
  constexpr std::string_view text =
      "-- first\nDROP TABLE a; -- trails\n  /* own */\nDROP /* inside */ TABLE b -- end\n;\n-- last";
  const auto reading = read(marked(text), Binds::none, {});
  Parts found;
  for (const auto& comment : reading.comments) {
    EXPECT_TRUE(comment.sql);
    found.push_back(part(text, comment.span) + (comment.own_line ? " own: " : ": ") + part(text, comment.statement));
  }
  EXPECT_EQ(found,
            (Parts{"-- first own: DROP TABLE a", "-- trails: DROP TABLE a", "/* own */ own: DROP /* inside */ TABLE b",
                   "/* inside */: DROP /* inside */ TABLE b", "-- end: DROP /* inside */ TABLE b", "-- last own: ?"}));
}

TEST(SqlRead, ReadsExpressionsByThemselves) {
  EXPECT_EQ(expression("now()"), "now()");
  EXPECT_EQ(expression(" 'a'::text -- why"), "'a'::text");
  EXPECT_EQ(expression("a > 0 AND b"), "(a > 0) AND b");
  EXPECT_EQ(expression("nextval('{{s}}')"), "nextval('{s}')");
  EXPECT_EQ(expression("'{{s}}'::jsonb"), "'{s}'::jsonb");
  for (const auto* wrong : {"", "a b", "1) FROM t WHERE (a", "1); DROP TABLE (a", "{{x}} y z"})
    EXPECT_EQ(read_expression(marked(wrong)).kind, Expression::Kind::hole) << wrong;
  EXPECT_TRUE(read_expression(marked("ARRAY['a', 1]::text[]")).is_constant());
  EXPECT_FALSE(read_expression(marked("ARRAY[now()]")).is_constant());
  EXPECT_TRUE(read_expression(marked("lower({{x}})")).has_hole());
  EXPECT_FALSE(read_expression(marked("lower(x)")).has_hole());
  EXPECT_EQ(read_expression(marked("b + f(a, c.b) * (SELECT max(d) FROM t)")).columns(), (Parts{"a", "b", "d"}));
  EXPECT_EQ(read_expression(marked("f(g(x), s.h())")).functions().size(), 3U);
}

TEST(SqlRead, ReadsTypesByThemselves) {
  EXPECT_EQ(read_type("VARCHAR(20)").display(), "varchar(20)");
  EXPECT_EQ(read_type("timestamp with time zone").display(), "timestamptz");
  EXPECT_EQ(read_type("TIMESTAMP(3) WITHOUT TIME ZONE").display(), "timestamp(3)");
  EXPECT_EQ(read_type("double precision[][]").display(), "float8[][]");
  EXPECT_EQ(read_type("s.\"Mood\"").display(), "s.Mood");
  EXPECT_TRUE(read_type("BIGSERIAL").is_serial());
  EXPECT_FALSE(read_type("bigint").is_serial());
  for (const auto* wrong : {"", "a b c", "int; DROP TABLE t", "varchar(\x01)"})
    EXPECT_FALSE(read_type(wrong).known()) << wrong;
}

TEST(SqlRead, QuotesAsPostgresDoes) {
  EXPECT_EQ(quote_identifier("users_2"), "users_2");
  EXPECT_EQ(quote_identifier("Users"), "\"Users\"");
  EXPECT_EQ(quote_identifier("user"), "\"user\"");
  EXPECT_EQ(quote_identifier("name"), "name");
  EXPECT_EQ(quote_identifier("values"), "\"values\"");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_identifier("2a"), "\"2a\"");
  EXPECT_EQ(quote_identifier(""), "\"\"");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
}

}  // namespace foreshot::sql::testing
