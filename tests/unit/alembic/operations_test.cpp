#include <gtest/gtest.h>

#include "analyzer/base/md5.h"
#include "tests/unit/alembic/one_revision.h"

namespace foreshot {
namespace {

using testing::OneRevision;
using Lines = std::vector<std::string>;

TEST(Operations, second_statements_point_to_what_asked_for_them) {
  const OneRevision read("op.add_column('t', sa.Column('x', sa.Integer(), sa.ForeignKey('p.id'), index=True))");
  ASSERT_EQ(read.operations().size(), 1u);
  const auto& statements = read.operations()[0].statements;
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_TRUE(read.text(statements[0].span).starts_with("op.add_column("));
  EXPECT_EQ(read.text(statements[1].span), "sa.ForeignKey('p.id')");
  EXPECT_EQ(read.text(statements[2].span), "True");
  EXPECT_TRUE(read.operations()[0].has(Oddity::foreign_key_in_column));
  EXPECT_TRUE(read.operations()[0].has(Oddity::index_in_column));
}

TEST(Operations, a_call_and_its_text_are_the_same_action) {
  const OneRevision read("op.create_index('i', 't', ['x'], postgresql_concurrently=True)\n"
                         "op.execute('CREATE INDEX CONCURRENTLY i ON t (x)')");
  ASSERT_EQ(read.operations().size(), 2u);
  for (const auto& operation : read.operations()) {
    const auto* index = std::get_if<CreateIndex>(&operation.statements.at(0).action);
    ASSERT_NE(index, nullptr);
    EXPECT_EQ(index->table.name.text, "t");
    EXPECT_TRUE(index->concurrently);
  }
}

TEST(Operations, spans_of_executed_text_lie_inside_the_string) {
  const OneRevision read("op.execute('SELECT 1; UPDATE t SET x = 1')");
  const auto& statements = read.operations().at(0).statements;
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(read.text(statements[1].span), "UPDATE t SET x = 1");
}

TEST(Operations, batch_operations_run_at_the_end_of_the_block) {
  const OneRevision read("with op.batch_alter_table('t') as batch:\n"
                         "    batch.drop_column('x')\n"
                         "    op.execute('SELECT 1')");
  EXPECT_EQ(read.sql(), (Lines{"SELECT 1", "ALTER TABLE t DROP COLUMN x"}));
  EXPECT_TRUE(read.operations()[1].in_batch);
}

TEST(Operations, recreate_always_copies_the_table) {
  const OneRevision read("with op.batch_alter_table('t', recreate='always') as batch:\n    batch.drop_column('x')");
  ASSERT_FALSE(read.operations().empty());
  EXPECT_TRUE(read.operations()[0].has(Oddity::batch_recreate));
}

TEST(Operations, dialect_tests_decide) {
  const OneRevision read("if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('a')\nelse:\n    op.drop_table('b')");
  EXPECT_EQ(read.sql(), Lines{"DROP TABLE b"});
  EXPECT_TRUE(read.operations()[0].conditions.empty());
}

TEST(Operations, offline_tests_are_decided_and_remembered) {
  const OneRevision read("if not context.is_offline_mode():\n    op.drop_table('a')\nelse:\n    op.drop_table('b')\nop.drop_table('c')");
  EXPECT_EQ(read.sql(), (Lines{"DROP TABLE a", "DROP TABLE c"}));
  EXPECT_TRUE(read.operations()[0].offline_guarded);
  EXPECT_TRUE(read.operations()[0].conditions.empty());
  EXPECT_FALSE(read.operations()[1].offline_guarded);
}

TEST(Operations, offline_tests_among_others_leave_the_others) {
  const OneRevision read("if context.is_offline_mode() or x():\n    op.drop_table('a')\n"
                         "if not context.is_offline_mode() and x():\n    op.drop_table('b')\n"
                         "if context.is_offline_mode() and x():\n    op.drop_table('c')\n"
                         "if not context.is_offline_mode() or x():\n    op.drop_table('d')\n"
                         "if x() or context.is_offline_mode():\n    op.drop_table('e')\n"
                         "if op.get_bind().dialect.name == 'mysql' or context.is_offline_mode():\n    op.drop_table('f')");
  EXPECT_EQ(read.sql(), (Lines{"DROP TABLE a", "DROP TABLE b", "DROP TABLE d", "DROP TABLE e"}));
  const std::vector<std::size_t> conditions = {1, 1, 0, 1};
  for (std::size_t i = 0; i < conditions.size() && i < read.operations().size(); ++i)
    EXPECT_EQ(read.operations()[i].conditions.size(), conditions[i]) << read.sql()[i];
}

TEST(Operations, the_version_table_schema_is_the_environments) {
  const std::string body = "s = context.get_context().version_table_schema\n"
                           "op.drop_table('a', schema=s)\n"
                           "op.execute('DROP TABLE ' + (s + '.' if s else '') + 'b')";
  alembic::RevisionSurroundings around;
  EXPECT_EQ(OneRevision(body, around).sql(), (Lines{"DROP TABLE {version_table_schema}.a", "DROP TABLE {version_table_schema}b"}));
  around.version_table_schema = {true, "app", ""};
  EXPECT_EQ(OneRevision(body, around).sql(), (Lines{"DROP TABLE app.a", "DROP TABLE app.b"}));
  around.version_table_schema = {true, "", ""};
  EXPECT_EQ(OneRevision(body, around).sql(), (Lines{"DROP TABLE a", "DROP TABLE b"}));
  around.version_table_schema = {false, "", "SCHEMA"};
  const OneRevision read(body, around);
  EXPECT_EQ(read.sql(), (Lines{"DROP TABLE {SCHEMA}.a", "DROP TABLE {SCHEMA}b"}));
  // The optional prefix is the schema.
  const auto* drop = std::get_if<DropObject>(&read.operations().at(1).statements.at(0).action);
  ASSERT_NE(drop, nullptr);
  EXPECT_EQ(drop->names.at(0).display(), "{SCHEMA}.b");
}

TEST(Operations, a_setting_in_a_name_leaves_the_table_known) {
  const OneRevision read("from app import settings\np = op.get_context().opts['prefix']\n"
                         "op.drop_table(p + 'a')\nop.drop_table('b', schema=settings.SCHEMA)\nop.drop_table(f'{p}C')\n"
                         "for t in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table(f'{p}{t}')");
  EXPECT_EQ(read.sql(), (Lines{"DROP TABLE {prefix}a", "DROP TABLE {SCHEMA}.b", "DROP TABLE \"{prefix}C\"", "DROP TABLE {prefix}{sa.inspect(op.get_bind()).get_table_names()}"}));
  std::vector<bool> known;
  for (const auto& operation : read.operations())
    if (operation.counts_as_op) known.push_back(operation.table_known);
  EXPECT_EQ(known, (std::vector<bool>{true, true, true, false}));
}

TEST(Operations, a_directive_of_an_extension_is_a_gap_of_its_own) {
  const OneRevision read("op.create_view('v', 'SELECT 1')");
  ASSERT_EQ(read.operations().size(), 1u);
  EXPECT_TRUE(read.operations()[0].custom_directive);
  EXPECT_FALSE(read.operations()[0].counts_as_op);
  ASSERT_EQ(read.revision.upgrade.gaps.size(), 1u);
  EXPECT_EQ(read.revision.upgrade.gaps[0].kind, Gap::Kind::operation_unknown);
}

TEST(Operations, conventional_names_are_shortened) {
  const std::string name(70, 'n');
  const OneRevision read("op.create_index(op.f('" + name + "'), 't', ['x'])\nop.drop_index(op.f('" + name + "'))");
  const auto shorter = std::string(55, 'n') + "_" + md5_hex(name).substr(28);
  EXPECT_EQ(read.sql(), (Lines{"CREATE INDEX " + shorter + " ON t (x)", "DROP INDEX " + shorter}));
}

TEST(Operations, the_dialects_preparer_quotes_names) {
  const OneRevision read("q = op.get_bind().dialect.identifier_preparer.quote\n"
                         "op.execute(f'LOCK TABLE {q(\"a\")}')\n"
                         "op.execute(f'LOCK TABLE {op.get_bind().dialect.identifier_preparer.quote(\"user\")}')");
  EXPECT_EQ(read.sql(), (Lines{"LOCK TABLE a", "LOCK TABLE \"user\""}));
}

TEST(Operations, what_the_inspector_says_is_a_condition) {
  const OneRevision read("names = sa.inspect(op.get_bind()).get_table_names()\nif 'a' in names:\n    op.drop_table('a')");
  ASSERT_EQ(read.operations().size(), 2u);
  EXPECT_TRUE(read.operations()[0].has(Oddity::fetches_rows));
  ASSERT_EQ(read.operations()[1].conditions.size(), 1u);
  EXPECT_EQ(read.operations()[1].conditions[0].kind, Condition::Kind::inspection);
}

TEST(Operations, autocommit_blocks_end_and_begin_transactions) {
  const OneRevision read("with op.get_context().autocommit_block():\n    op.execute('VACUUM t')");
  ASSERT_EQ(read.operations().size(), 3u);
  const auto what = [&](std::size_t at) { return std::get<TransactionControl>(read.operations()[at].statements.at(0).action).what; };
  EXPECT_EQ(what(0), TransactionControl::What::autocommit_begin);
  EXPECT_EQ(what(2), TransactionControl::What::autocommit_end);
}

TEST(Operations, a_server_default_that_looks_like_a_call_is_noted) {
  const OneRevision read("op.add_column('t', sa.Column('x', sa.DateTime(), server_default='now()'))");
  const auto* note = read.operations().at(0).has(Oddity::function_default_as_string);
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(read.text(note->span), "'now()'");
}

TEST(Operations, values_that_are_only_known_when_it_runs_are_parameters) {
  const OneRevision read("t = sa.table('t', sa.column('x'))\n"
                         "row = op.get_bind().execute(sa.text('SELECT 1')).fetchone()\n"
                         "op.execute(t.update().where(t.c.x == row[0]).values(x=row[1]))");
  ASSERT_EQ(read.sql().size(), 2u);
  EXPECT_EQ(read.sql()[1], "UPDATE t SET x=$1 WHERE t.x = $1");
  EXPECT_TRUE(read.operations()[0].has(Oddity::fetches_rows));
}

TEST(Operations, drops_without_a_name_send_nothing) {
  const OneRevision read("op.drop_constraint(None, 't', type_='unique')");
  EXPECT_TRUE(read.operations().at(0).statements.empty());
  EXPECT_TRUE(read.operations().at(0).has(Oddity::drop_name_none));
}

}  // namespace
}  // namespace foreshot
