// How bytes, names and settings of files are read: encodings, ini files, version folders, image names, dependencies.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analyzer/driver/code_location.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/dependencies.h"
#include "analyzer/driver/evidence.h"
#include "analyzer/driver/ini.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/server_image.h"
#include "analyzer/driver/trees.h"

namespace foreshot::driver {
namespace {

TEST(Decode, ReadsWhatPythonReads) {
  EXPECT_EQ(decode_python("x = 'é'").text, "x = 'é'");
  EXPECT_EQ(decode_python("\xEF\xBB\xBFx").text, "x");
  EXPECT_EQ(decode_python("\xEF\xBB\xBFx").bom_bytes, 3U);
  EXPECT_EQ(decode_python("# -*- coding: latin-1 -*-\n'\xE9'").text, "# -*- coding: latin-1 -*-\n'é'");
  EXPECT_EQ(decode_python("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'").text,
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'");
  EXPECT_EQ(decode_python(std::string("\xFF\xFEx\0\xE9\0", 6)).text, "xé");
}

TEST(Decode, InvalidBytesAreReplacedAndTold) {
  const auto decoded = decode_python("a\xFF\xC3(\xED\xA0\x80z");
  EXPECT_EQ(decoded.text, "a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFDz");
  EXPECT_FALSE(decoded.notice.empty());
  EXPECT_FALSE(decode_python("# coding: klingon\n").notice.empty());
  EXPECT_TRUE(decode_python("# coding: ascii\n").notice.empty());
}

TEST(Decode, TheCodingLineIsOneOfTheFirstTwo) {
  EXPECT_EQ(coding_line("# coding: utf_8\n"), "utf-8");
  EXPECT_EQ(coding_line("\n# coding=latin-1\n"), "latin-1");
  EXPECT_EQ(coding_line("x = 1\n# coding: latin-1\n"), "");
  EXPECT_EQ(coding_line("\n\n# coding: latin-1\n"), "");
}

TEST(Ini, ReferencesDoNotMultiply) {
  std::string text = "[alembic]\nk0 = x\n";
  for (int i = 1; i < 10; ++i) {
    text += "k" + std::to_string(i) + " = ";
    for (int j = 0; j < 20; ++j) text += "%(k" + std::to_string(i - 1) + ")s";
    text += "\n";
  }
  EXPECT_LT(Ini(text, "/").get("alembic", "k9").value_or("").size(), 100000U);
}

TEST(Ini, ReadsAsConfigparserDoes) {
  const Ini ini("[DEFAULT]\nbase = /srv\n[alembic]\n# comment\nscript_location = %(here)s/%(base)s/m\nKey: a\n  b\n\n  c\npercent = 5%%\n"
                "[alembic:two]\nscript_location=x\n", "/home");
  EXPECT_EQ(ini.get("alembic", "script_location"), "/home//srv/m");
  EXPECT_EQ(ini.get("alembic", "key"), "a\nb\n\nc");
  EXPECT_EQ(ini.get("alembic", "percent"), "5%");
  EXPECT_EQ(ini.get("alembic:two", "script_location"), "x");
  EXPECT_EQ(ini.get("alembic", "absent"), std::nullopt);
  EXPECT_EQ(Ini("[a]\nx = %(x)s\n", "").get("a", "x").has_value(), true) << "a value that names itself ends";
}

TEST(Trees, SplitsVersionLocations) {
  using List = std::vector<std::string>;
  EXPECT_EQ(split_locations("a b, c", ""), (List{"a", "b", "c"}));
  EXPECT_EQ(split_locations("a b:c", "os"), (List{"a b", "c"}));
  EXPECT_EQ(split_locations("a;b", ";"), (List{"a", "b"}));
  EXPECT_EQ(split_locations("a b\n  c", "newline"), (List{"a b", "c"}));
  EXPECT_EQ(split_locations("", "space"), List{});
}

TEST(CodeLocation, JoinsThePartsOfAPath) {
  using List = std::vector<std::string>;
  EXPECT_EQ(locations_in("config.set_main_option(\"script_location\", \"app:migrations\")"), List{"app:migrations"});
  EXPECT_EQ(locations_in("c.set_main_option('script_location', os.path.join(here, 'db', \"m\"))"), List{"db/m"});
  EXPECT_EQ(locations_in("c.set_main_option('script_location', str(here / 'db'), extra='x')"), List{"db"});
  EXPECT_EQ(locations_in("c.get_main_option('script_location')"), List{});
  EXPECT_TRUE(looks_like_revision("revision: str = '1'\ndown_revision = None\n"));
  EXPECT_FALSE(looks_like_revision("x = 'revision'\ndown_revision = None\n"));
}

TEST(ServerImage, ReadsMajorVersions) {
  const std::pair<const char*, int> cases[] = {
      {"image: postgres:16-alpine", 16}, {"image: \"postgis/postgis:15-3.3\"", 15}, {"image: timescale/timescaledb:latest-pg14", 14},
      {"FROM pgvector/pgvector:pg17", 17}, {"image: postgres:${PG:-13}", 13}, {"image: bitnami/postgresql:12", 12},
      {"image: postgres:13\nimage: postgres:17", 13}, {"image: docker.io/library/postgres:16@sha256:ab", 16},
      {"url: postgresql://postgres:12@db/x", 0}, {"image: postgres", 0}, {"image: mypostgres:16", 0}, {"image: postgres:latest", 0}};
  for (const auto& [text, major] : cases) {
    std::string image;
    EXPECT_EQ(server_in(text, image).value_or(0), major) << text;
  }
  EXPECT_EQ(image_rank("deploy/docker-compose.yml"), 1);
  EXPECT_EQ(image_rank(".github/workflows/ci.yml"), 2);
  EXPECT_EQ(image_rank("Dockerfile"), 3);
  EXPECT_EQ(image_rank("app.yml"), std::nullopt);
}

TEST(Dependencies, ReadsEverySpelling) {
  const auto constraint = [](const char* path, const char* text, const char* package) {
    Dependencies found;
    read_dependencies(path, text, found);
    return found.contains(package) ? found[package].front().constraint : std::string("absent");
  };
  EXPECT_EQ(constraint("requirements.txt", "SQLAlchemy==1.4.46 ; python_version > '3'\n", "sqlalchemy"), "==1.4.46");
  EXPECT_EQ(constraint("requirements.txt", "flask-sqlalchemy==3\n", "sqlalchemy"), "absent");
  EXPECT_EQ(constraint("requirements.txt", "# sqlalchemy==1\n", "sqlalchemy"), "absent");
  EXPECT_EQ(constraint("requirements.txt", "psycopg2-binary\n", "psycopg2-binary"), "");
  EXPECT_EQ(constraint("requirements.txt", "psycopg2-binary\n", "psycopg2"), "absent");
  EXPECT_EQ(constraint("pyproject.toml", "dependencies = [\"sqlalchemy[asyncio]>=1.4,<2.0\"]", "sqlalchemy"), ">=1.4,<2.0");
  EXPECT_EQ(constraint("pyproject.toml", "sqlalchemy = \"^1.4\"", "sqlalchemy"), "^1.4");
  EXPECT_EQ(constraint("pyproject.toml", "SQLAlchemy = {extras = [\"x\"], version = \"~1.3\"}", "sqlalchemy"), "~1.3");
  EXPECT_EQ(constraint("uv.lock", "[[package]]\nname = \"sqlalchemy\"\nversion = \"2.0.31\"\n", "sqlalchemy"), "==2.0.31");
  EXPECT_EQ(constraint("Pipfile.lock", "\"sqlalchemy\": {\n \"hashes\": [\"a\"],\n \"version\": \"==1.3.2\"}", "sqlalchemy"), "==1.3.2");
}

TEST(Dependencies, AllowedVersion) {
  const auto major_minor = [](const char* constraint) {
    const auto version = allowed_version(constraint);
    return version ? std::pair(version->major, version->minor) : std::pair(0, 0);
  };
  EXPECT_EQ(major_minor("==1.4.46"), std::pair(1, 4));
  EXPECT_EQ(major_minor(">=1.3,<2.0"), std::pair(1, 99));
  EXPECT_EQ(major_minor("<1.4"), std::pair(1, 3));
  EXPECT_EQ(major_minor("^2.0"), std::pair(2, 0));
  EXPECT_EQ(major_minor(">=1.4"), std::pair(0, 0));
  EXPECT_EQ(major_minor("*"), std::pair(0, 0));
}

TEST(Evidence, ReadsAddresses) {
  auto driver = Driver::unknown;
  EXPECT_EQ(dialect_of_url("postgresql+asyncpg://u:p@h/d", driver), Dialect::postgresql);
  EXPECT_EQ(driver, Driver::asyncpg);
  EXPECT_EQ(dialect_of_url("sqlite:///x.db", driver), Dialect::other);
  EXPECT_EQ(dialect_of_url("driver://user:pass@localhost/dbname", driver), Dialect::unknown);
  EXPECT_EQ(dialect_of_url("", driver), Dialect::unknown);
}

TEST(Paths, AreNormalAndRelative) {
  EXPECT_EQ(absolute("../x/./y//z", "/a/b"), "/a/x/y/z");
  EXPECT_EQ(absolute("/q/..", "/a"), "/");
  EXPECT_EQ(relative("/a/b/c", "/a"), "b/c");
  EXPECT_EQ(relative("/a/b", "/a/x/y"), "../../b");
  EXPECT_EQ(relative("/a", "/a"), "");
  EXPECT_TRUE(inside("/a/b", "/a"));
  EXPECT_FALSE(inside("/ab", "/a"));
}

}  // namespace
}  // namespace foreshot::driver
