#include "analyzer/sqlalchemy/naming.h"

#include <gtest/gtest.h>

namespace foreshot::sqlalchemy {
namespace {

auto name_for(const Naming& naming, std::string_view kind, std::string given = {}, bool conventional = false) -> std::string {
  NamedElement element;
  element.kind = kind;
  element.name.given = !given.empty();
  element.name.conventional = conventional;
  element.name.text = MappedText(given);
  element.table = MappedText("t");
  element.columns = {MappedText("x"), MappedText("y")};
  element.referred_table = MappedText("p");
  element.referred_columns = {MappedText("id")};
  const auto result = conventional_name(naming, element);
  return result.given ? result.text.text() : "";
}

TEST(Naming, without_templates_only_indexes_get_names) {
  EXPECT_EQ(name_for({}, "ix"), "ix_t_x");
  EXPECT_EQ(name_for({}, "fk"), "");
  EXPECT_EQ(name_for({}, "fk", "f"), "f");
}

TEST(Naming, shortens_conventional_names_as_sqlalchemy_does) {
  const std::string long_name = "ix_some_really_long_table_name_that_goes_on_column_name_that_is_long_too";
  EXPECT_EQ(shortened(MappedText(long_name)).text(), "ix_some_really_long_table_name_that_goes_on_column_name_bf13");
  EXPECT_EQ(shortened(MappedText(std::string(63, 'u'))).text(), std::string(63, 'u'));
  EXPECT_EQ(shortened(MappedText(std::string(64, 'u'))).text(), std::string(55, 'u') + "_d947");
  std::string accented;
  for (int i = 0; i < 20; ++i) accented += "fk_é";
  // Characters count, not bytes.
  EXPECT_EQ(shortened(MappedText(accented + std::string(20, 'x'))).text(), accented.substr(0, 13 * 5 + 4 - 1) + "_b6b9");
  EXPECT_EQ(shortened(MappedText(accented.substr(0, 15 * 5))).text(), accented.substr(0, 15 * 5));
}

TEST(Naming, fills_templates) {
  Naming naming;
  naming.templates = {{"fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s_%(referred_column_0_name)s"},
                      {"uq", "uq_%(table_name)s_%(column_0_N_name)s"},
                      {"ix", "%(column_0N_label)s"},
                      {"ck", "ck_%(table_name)s_%(constraint_name)s"}};
  EXPECT_EQ(name_for(naming, "fk"), "fk_t_x_p_id");
  EXPECT_EQ(name_for(naming, "uq"), "uq_t_x_y");
  EXPECT_EQ(name_for(naming, "ix"), "t_xt_y");
  EXPECT_EQ(name_for(naming, "ck", "positive"), "ck_t_positive");
  EXPECT_EQ(name_for(naming, "ck"), "");
  EXPECT_EQ(name_for(naming, "uq", "mine"), "mine");
  EXPECT_EQ(name_for(naming, "ck", "mine", true), "mine");
}

}  // namespace
}  // namespace foreshot::sqlalchemy
