#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

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

// The convention that env.py comes to, by whatever way; "?": not known, "": none.
auto foreign_key_name(const std::string& env, std::vector<std::pair<std::string, std::string>> files) -> std::string {
  files.insert(files.begin(), {"migrations/env.py", std::string(head) + env});
  SmallProject project(std::move(files));
  const auto environment = project.environment();
  if (!environment.naming_convention_known) return "?";
  const auto found = environment.naming_convention.find("fk");
  return found == environment.naming_convention.end() ? "" : found->second;
}

TEST(EnvironmentReader, follows_the_metadata_to_the_applications_base) {
  const std::string convention = "from sqlalchemy import MetaData\nconvention = {'fk': 'F', 'ix': 'I'}\n";
  const std::string configure = "context.configure(target_metadata=target_metadata)\n";
  const std::string package;
  // Through a package, a module of it, and another import.
  EXPECT_EQ(foreign_key_name("from shop import db\ntarget_metadata = db.Base.metadata\n" + configure,
                             {{"shop/__init__.py", package}, {"shop/db.py", "from shop.base import Base\n"},
                              {"shop/base.py", convention + "from sqlalchemy.orm import declarative_base\n"
                                                            "Base = declarative_base(metadata=MetaData(naming_convention=convention))\n"}}),
            "F");
  // A base below a base; a mixin; several metadatas.
  EXPECT_EQ(foreign_key_name("from shop import Base\ntarget_metadata = Base.metadata\n" + configure,
                             {{"shop/__init__.py", convention + "from sqlalchemy.orm import DeclarativeBase\n"
                                                                "class Root(DeclarativeBase):\n    metadata = MetaData(naming_convention=convention)\n"
                                                                "class Base(Root):\n    __abstract__ = True\n"}}),
            "F");
  EXPECT_EQ(foreign_key_name("from shop import A, B\ntarget_metadata = [A.metadata, B]\n" + configure,
                             {{"shop/__init__.py", convention + "from sqlalchemy.orm import DeclarativeBase\nB = MetaData()\n"
                                                                "class A(DeclarativeBase):\n    metadata = MetaData(schema='x', naming_convention=convention)\n"}}),
            "F");
  // Given afterwards; SQLModel's.
  EXPECT_EQ(foreign_key_name("from shop import Base\nBase.metadata.naming_convention = {'fk': 'F'}\ntarget_metadata = Base.metadata\n" + configure,
                             {{"shop/__init__.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"}}),
            "F");
  EXPECT_EQ(foreign_key_name("from sqlmodel import SQLModel\nSQLModel.metadata.naming_convention = {'fk': 'F'}\ntarget_metadata = SQLModel.metadata\n" + configure, {}),
            "F");
  EXPECT_EQ(foreign_key_name("from sqlmodel import SQLModel\ntarget_metadata = SQLModel.metadata\n" + configure, {}), "");
  // Flask-SQLAlchemy's object, with a base of its own.
  const std::string flask = "from flask import current_app\ntarget_metadata = current_app.extensions['migrate'].db.metadata\n";
  const std::string made = "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy.orm import DeclarativeBase\n";
  EXPECT_EQ(foreign_key_name(flask + configure, {{"shop/__init__.py", made + "class Base(DeclarativeBase):\n    pass\ndb = SQLAlchemy(model_class=Base)\n"}}), "");
  EXPECT_EQ(foreign_key_name(flask + configure, {{"shop/__init__.py", made + convention + "class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention=convention)\n"
                                                                                         "db = SQLAlchemy(model_class=Base)\n"}}), "F");
  EXPECT_EQ(foreign_key_name(flask + configure, {{"shop/__init__.py", made + convention + "db = SQLAlchemy(metadata=MetaData(naming_convention=convention))\n"}}), "F");
  EXPECT_EQ(foreign_key_name(flask + configure, {{"shop/__init__.py", made + "db = SQLAlchemy(model_class=find())\n"}}), "?");
}

TEST(EnvironmentReader, who_begins) {
  const auto before = [](const std::string& body) { return read("engine = create_engine('postgresql://h/d')\n" + body).sql_before_configure; };
  const std::string configure = "    context.configure(connection=c, transaction_per_migration=True)\n";
  const std::string run = "    with context.begin_transaction():\n        context.run_migrations()\n";
  EXPECT_FALSE(before("with engine.connect() as c:\n" + configure + run));
  EXPECT_TRUE(before("with engine.begin() as c:\n" + configure + run));
  EXPECT_TRUE(before("with engine.connect() as c:\n    c.execute(text('SELECT pg_advisory_lock(1)'))\n" + configure + run));
  EXPECT_TRUE(before("with engine.connect() as c:\n    c.scalar(text('SELECT 1'))\n" + configure + run));
  EXPECT_TRUE(before("with engine.connect() as c, c.begin():\n" + configure + run));
  EXPECT_FALSE(before("with engine.connect() as c:\n    c.execute(text('CREATE SCHEMA IF NOT EXISTS x'))\n    c.commit()\n" + configure + run));
  EXPECT_FALSE(before("with engine.connect() as c:\n" + configure + "    with context.begin_transaction():\n"
                      "        context.execute('SELECT pg_advisory_xact_lock(1)')\n        context.run_migrations()\n"));
  EXPECT_TRUE(before("def do(c):\n    c.execute(text('SET lock_timeout = 1'))\n    context.configure(connection=c)\n" + run +
                     "async def main():\n    async with engine.connect() as c:\n        await c.run_sync(do)\nimport asyncio\nasyncio.run(main())\n"));
  EXPECT_FALSE(before("def do(c):\n    context.configure(connection=c)\n" + run +
                      "async def main():\n    async with engine.connect() as c:\n        await c.run_sync(do)\nimport asyncio\nasyncio.run(main())\n"));
}

TEST(EnvironmentReader, several_databases) {
  // Alembic's own multidb template, shortened.
  const auto environment = read(
      "import re\nfrom sqlalchemy import engine_from_config, pool\nconfig = context.config\nUSE_TWOPHASE = False\n"
      "db_names = config.get_main_option('databases', '')\ntarget_metadata = {}\n"
      "def run_migrations_online():\n    engines = {}\n    for name in re.split(r',\\s*', db_names):\n"
      "        engines[name] = rec = {}\n        rec['engine'] = engine_from_config(context.config.get_section(name, {}), prefix='sqlalchemy.')\n"
      "    for name, rec in engines.items():\n        engine = rec['engine']\n        rec['connection'] = conn = engine.connect()\n"
      "        rec['transaction'] = conn.begin()\n"
      "    try:\n        for name, rec in engines.items():\n"
      "            context.configure(connection=rec['connection'], upgrade_token='%s_upgrades' % name, target_metadata=target_metadata.get(name))\n"
      "            context.run_migrations(engine_name=name)\n"
      "        for rec in engines.values():\n            rec['transaction'].commit()\n    finally:\n        pass\n"
      "if context.is_offline_mode():\n    pass\nelse:\n    run_migrations_online()\n");
  EXPECT_TRUE(environment.configure.known());
  EXPECT_TRUE(environment.sql_before_configure);
}

TEST(EnvironmentReader, a_metadata_that_nobody_knows_has_an_unknown_convention) {
  EXPECT_FALSE(read("context.configure(target_metadata=find_metadata())\n").naming_convention_known);
  EXPECT_TRUE(read("context.configure(target_metadata=None)\n").naming_convention_known);
}

}  // namespace
}  // namespace foreshot
