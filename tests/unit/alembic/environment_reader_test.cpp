#include <gtest/gtest.h>

#include "tests/unit/alembic/one_revision.h"

namespace foreshot {
namespace {

using testing::SmallProject;

constexpr auto head = "from alembic import context\nimport sqlalchemy as sa\nfrom sqlalchemy import create_engine, event, text\n";

auto read(const std::string& body) -> Environment {
  return SmallProject({{"migrations/env.py", head + body}}).environment();
}

TEST(EnvironmentReader, reads_configure) {
  const auto read_one = read("with create_engine('postgresql+psycopg://h/d').connect() as c:\n"
                             "    context.configure(connection=c, transaction_per_migration=True, render_as_batch=True)\n"
                             "    with context.begin_transaction():\n        context.run_migrations()\n");
  EXPECT_EQ(read_one.transaction_per_migration, true);
  EXPECT_TRUE(read_one.render_as_batch);
  EXPECT_TRUE(read_one.begins_transaction);
  EXPECT_FALSE(read_one.sql_before_configure);
  EXPECT_EQ(read_one.dialect, Dialect::postgresql);
  EXPECT_EQ(read_one.driver, Driver::psycopg);
}

TEST(EnvironmentReader, reads_the_schema_of_the_version_table) {
  const auto schema = [](const std::string& arguments) {
    SmallProject project({{"env.py", "import os\nfrom alembic import context\ncontext.configure(" + arguments + ")\ncontext.run_migrations()\n"}});
    return project.environment().version_table_schema;
  };
  EXPECT_EQ(schema("version_table_schema='app'").name, "app");
  EXPECT_TRUE(schema("version_table_schema='app'").known);
  EXPECT_TRUE(schema("connection=None").known);
  EXPECT_EQ(schema("connection=None").name, "");
  EXPECT_FALSE(schema("**options").known);
  EXPECT_FALSE(schema("version_table_schema=os.environ['S']").known);
  EXPECT_EQ(schema("version_table_schema=os.environ['S']").constant, "S");
}

TEST(EnvironmentReader, sql_before_configure_counts_until_it_is_committed) {
  const std::string configure = "    context.configure(connection=c)\n    context.run_migrations()\n";
  const auto open = read("with create_engine('x').connect() as c:\n    c.execute(text('SET lock_timeout = 5000'))\n" + configure);
  EXPECT_TRUE(open.sql_before_configure);
  EXPECT_FALSE(open.begins_transaction);
  ASSERT_EQ(open.settings.size(), 1u);
  EXPECT_EQ(open.settings[0].name, "lock_timeout");
  const auto committed =
      read("with create_engine('x').connect() as c:\n    c.execute(text('SET lock_timeout = 5000'))\n    c.commit()\n" + configure);
  EXPECT_FALSE(committed.sql_before_configure);
  const auto after = read("with create_engine('x').connect() as c:\n    context.configure(connection=c)\n"
                          "    c.execute(text('SET lock_timeout = 5000'))\n    context.run_migrations()\n");
  EXPECT_FALSE(after.sql_before_configure);
  EXPECT_EQ(after.settings.size(), 1u);
}

TEST(EnvironmentReader, reads_settings_of_every_spelling) {
  const auto options = read("e = create_engine('x', connect_args={'options': '-c lock_timeout=4s -c statement_timeout=0'})\n");
  ASSERT_EQ(options.settings.size(), 2u);
  EXPECT_EQ(options.settings[0].value, "4s");
  EXPECT_EQ(options.settings[1].name, "statement_timeout");
  const auto server = read("e = create_engine('x', connect_args={'server_settings': {'lock_timeout': '4000'}})\n");
  ASSERT_EQ(server.settings.size(), 1u);
  const auto query = read("e = create_engine('postgresql://h/d?options=-c%20lock_timeout%3D4000')\n");
  ASSERT_EQ(query.settings.size(), 1u);
  EXPECT_EQ(query.settings[0].value, "4000");
  const auto listener = read("e = create_engine('x')\n@event.listens_for(e, 'connect')\ndef f(connection, record):\n"
                             "    connection.cursor().execute('SET lock_timeout = 5000')\n");
  ASSERT_EQ(listener.settings.size(), 1u);
  EXPECT_FALSE(listener.sql_before_configure);
  EXPECT_TRUE(read("import os\ne = create_engine('x', connect_args=os.environ)\n").settings_unknown);
}

TEST(EnvironmentReader, finds_the_naming_convention_in_another_module) {
  SmallProject project({{"migrations/env.py", std::string(head) + "from shop.models import Base\n"
                                                                  "context.configure(target_metadata=Base.metadata)\n"},
                        {"shop/__init__.py", ""},
                        {"shop/models.py", "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\n"
                                           "class Base(DeclarativeBase):\n"
                                           "    metadata = MetaData(naming_convention={'fk': 'fk_%(table_name)s'})\n"}});
  const auto environment = project.environment();
  EXPECT_TRUE(environment.has_naming_convention);
  EXPECT_TRUE(environment.naming_convention_known);
  EXPECT_EQ(environment.naming_convention.at("fk"), "fk_%(table_name)s");
}

TEST(EnvironmentReader, a_metadata_that_nobody_knows_has_an_unknown_convention) {
  EXPECT_FALSE(read("context.configure(target_metadata=find_metadata())\n").naming_convention_known);
  EXPECT_TRUE(read("context.configure(target_metadata=None)\n").naming_convention_known);
}

}  // namespace
}  // namespace foreshot
