// The two parsers are linked whole, and behave as the pins promise.
//
// Nothing but analyzer/python and analyzer/sql sees the parsers' headers in the program; this test
// is a program of its own so that it can.

#include <gtest/gtest.h>
#include <tree_sitter/api.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

extern "C" {
#include "pg_query.h"
#include "pg_query_internal.h"

#include "nodes/parsenodes.h"
}

extern "C" const TSLanguage* tree_sitter_python();

namespace {

std::string python_tree(const std::string& text) {
  const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), &ts_parser_delete);
  EXPECT_TRUE(ts_parser_set_language(parser.get(), tree_sitter_python()));
  const std::unique_ptr<TSTree, decltype(&ts_tree_delete)> tree(
      ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<uint32_t>(text.size())), &ts_tree_delete);
  const std::unique_ptr<char, decltype(&std::free)> printed(ts_node_string(ts_tree_root_node(tree.get())), &std::free);
  return printed.get();
}

TEST(Python, ParsesTemplateStringsAsFormatStrings) {
  for (const std::string prefix : {"t", "T", "rt", "tR"}) {
    const auto tree = python_tree("x = " + prefix + "\"a {name} b\"\n");
    EXPECT_EQ(tree.find("ERROR"), std::string::npos) << tree;
    EXPECT_NE(tree.find("(interpolation expression: (identifier))"), std::string::npos) << tree;
  }
}

TEST(Python, ParsesExceptionGroupsAndTypeParameters) {
  const auto tree = python_tree(
      "try:\n    pass\nexcept* ValueError:\n    pass\n"
      "def f[T](x: T) -> T: return x\ntype A[T] = list[T]\n");
  EXPECT_EQ(tree.find("ERROR"), std::string::npos) << tree;
}

// The grammar is behind Python 3.13 here; the error must stay inside the one statement.
TEST(Python, KeepsTheErrorOfATypeParameterDefaultInsideItsStatement) {
  const auto tree = python_tree("a = 1\ntype A[T = int] = list[T]\nb = 2\n");
  EXPECT_NE(tree.find("ERROR"), std::string::npos) << tree;
  EXPECT_EQ(tree.rfind("(module (expression_statement (assignment", 0), 0U) << tree;
}

// One parse and what was read out of its tree, which is gone with the memory context.
struct Parsed {
  int statements = 0;
  NodeTag first = T_Invalid;
  std::string error;
  int error_position = 0;
};

Parsed parse_sql(const char* text) {
  Parsed parsed;
  const MemoryContext context = pg_query_enter_memory_context();
  const auto result = pg_query_raw_parse(text, PG_QUERY_PARSE_DEFAULT);
  if (result.error != nullptr) {
    parsed.error = result.error->message;
    parsed.error_position = result.error->cursorpos;
    pg_query_free_error(result.error);
  } else if (result.tree != nullptr) {
    parsed.statements = list_length(result.tree);
    parsed.first = nodeTag(static_cast<RawStmt*>(linitial(result.tree))->stmt);
  }
  pg_query_exit_memory_context(context);
  return parsed;
}

TEST(Sql, ParsesStatementsToTheRawTree) {
  const auto parsed = parse_sql("ALTER TABLE a ADD COLUMN b int; DROP INDEX CONCURRENTLY c");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.statements, 2);
  EXPECT_EQ(parsed.first, T_AlterTableStmt);
}

TEST(Sql, ReportsErrorsWithTheirPosition) {
  const auto parsed = parse_sql("selec 1");
  EXPECT_EQ(parsed.error, "syntax error at or near \"selec\"");
  EXPECT_EQ(parsed.error_position, 1);
  EXPECT_EQ(parse_sql("SELECT 1").error, "");
}

TEST(Sql, KnowsTheGrammarOfPostgres18) {
  for (const char* text : {
           "ALTER TABLE t ADD CONSTRAINT c NOT NULL x NOT VALID",
           "ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED",
           "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
           "UPDATE t SET a = 1 RETURNING old.a, new.a",
       }) {
    EXPECT_EQ(parse_sql(text).error, "") << text;
  }
}

TEST(Sql, ScansTokensAndComments) {
  const auto scan = pg_query_scan_tokens("SELECT /* a */ 1 -- b");
  ASSERT_EQ(scan.error, nullptr);
  ASSERT_EQ(scan.n_tokens, 4);
  EXPECT_EQ(scan.tokens[0].token, PG_QUERY_TOKEN_SELECT);
  EXPECT_EQ(scan.tokens[1].token, PG_QUERY_TOKEN_C_COMMENT);
  EXPECT_EQ(scan.tokens[1].start, 7);
  EXPECT_EQ(scan.tokens[1].end, 14);
  EXPECT_EQ(scan.tokens[3].token, PG_QUERY_TOKEN_SQL_COMMENT);
  pg_query_free_scan_tokens_result(scan);
}

TEST(Sql, PrintsFunctionBodiesAsJson) {
  const auto result = pg_query_parse_plpgsql(
      "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN EXECUTE 'DROP TABLE a'; RETURN NEW; END $$ "
      "LANGUAGE plpgsql");
  ASSERT_EQ(result.error, nullptr);
  EXPECT_NE(std::strstr(result.plpgsql_funcs, "PLpgSQL_stmt_dynexecute"), nullptr) << result.plpgsql_funcs;
  pg_query_free_plpgsql_parse_result(result);
}

}  // namespace
