#include "analyzer/driver/configuration.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace foreshot::driver {
namespace {

class ConfigurationTest : public testing::Test {
 protected:
  auto read(const std::string& text, const std::string& name = "foreshot.toml") -> void {
    // A folder of its own: tests run side by side, each in its own process.
    auto folder = testing::TempDir() + "foreshot-configuration-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    const auto path = folder + "/" + name;
    std::ofstream(path) << text;
    configuration_ = {};
    problems_.clear();
    read_configuration(path, configuration_, problems_);
    std::filesystem::remove_all(folder);
  }
  Configuration configuration_;
  std::vector<ConfigurationProblem> problems_;
};

TEST_F(ConfigurationTest, ReadsEveryKey) {
  read("select = ['MIG', 'table-dropped']\nignore = ['ORM3']\nextend-select = ['MIG414']\nfail-on = 'never'\nserver-version = 19\n"
       "dialect = 'Postgres'\nstart-after = ['a', 'b']\nexclude = ['x']\nmodels = 'app/*.py'\nsqlalchemy-version = 1.4\n"
       "lock-timeout-set-by-runner = true\n[severity]\nMIG5 = 'info'\n[per-file-ignores]\n'a.py' = ['MIG']\n");
  for (const auto& problem : problems_)
    if (problem.message.find("MIG414") == std::string::npos && problem.message.find("table-dropped") == std::string::npos)
      ADD_FAILURE() << problem.message;
  EXPECT_EQ(configuration_.fail_on, Level::off);
  EXPECT_EQ(configuration_.server_version, 18);
  EXPECT_EQ(configuration_.notes.size(), 1U);
  EXPECT_EQ(configuration_.dialect, "postgresql");
  EXPECT_EQ(configuration_.start_after.revisions.size(), 2U);
  EXPECT_EQ(configuration_.sqlalchemy_version, "1.4");
  EXPECT_EQ(configuration_.severity.front().second, Level::info);
  EXPECT_EQ(configuration_.per_file_ignores.front().first.text, "a.py");
}

TEST_F(ConfigurationTest, NamesThePlaceOfAnUnknownKey) {
  read("# é\n\n  selct = ['MIG']\n");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].line, 3U);
  EXPECT_EQ(problems_[0].column, 3U);
  EXPECT_NE(problems_[0].message.find("selct"), std::string::npos);
  EXPECT_EQ(problems_[0].hint, "did you mean \"select\"?");
  EXPECT_EQ(problems_[0].source_line.substr(problems_[0].begin, problems_[0].end - problems_[0].begin), "selct");
}

TEST_F(ConfigurationTest, OnlyTheToolTableOfPyprojectCounts) {
  read("[project]\nselct = 1\n[tool.foreshot]\nfail-on = 'error'\n", "pyproject.toml");
  EXPECT_TRUE(problems_.empty());
  EXPECT_EQ(configuration_.fail_on, Level::error);
  read("[tool.foreshot]\nfoo = 1\n", "pyproject.toml");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].message.find("[tool.foreshot]"), std::string::npos);
}

TEST_F(ConfigurationTest, WrongValuesAreProblems) {
  for (const auto* text : {"select = 'MIG'", "select = [1]", "select = ['XYZ999']", "fail-on = 'off'", "server-version = 11",
                           "server-version = 'x'", "dialect = 'postgrseql'", "exclude = 3", "output-format = 'xml'",
                           "sqlalchemy-version = '3'", "[severity]\nMIG1 = 'bad'", "extend = 'absent.toml'", "not toml", "x = [",
                           "respect-gitignore = 1"}) {
    read(text);
    EXPECT_FALSE(problems_.empty()) << text;
  }
}

TEST_F(ConfigurationTest, OverridesReplaceOneKey) {
  read("fail-on = 'error'\nserver-version = 13\n");
  apply_override("server-version = 16", "/", configuration_, problems_);
  EXPECT_TRUE(problems_.empty());
  EXPECT_EQ(configuration_.server_version, 16);
  EXPECT_EQ(configuration_.fail_on, Level::error);
  apply_override("nonsense = 1", "/", configuration_, problems_);
  EXPECT_EQ(problems_.size(), 1U);
}

}  // namespace
}  // namespace foreshot::driver
