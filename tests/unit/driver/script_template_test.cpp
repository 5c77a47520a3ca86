#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/driver/script_template.h"

namespace foreshot::driver {
namespace {

TEST(ScriptTemplate, finds_what_new_revisions_set) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(template_settings("def upgrade():\n    op.execute(\"SET LOCAL lock_timeout = '5s'\")\n    ${upgrades}\n"), Names{"lock_timeout"});
  EXPECT_EQ(template_settings("op.execute(\"select set_config('statement_timeout', '1s', true)\")\nop.execute('SET LOCAL lock_timeout TO 5')"),
            (Names{"statement_timeout", "lock_timeout"}));
  EXPECT_EQ(template_settings("    # op.execute(\"SET LOCAL lock_timeout = '5s'\")\n## SET lock_timeout\n"), Names{});
  EXPECT_EQ(template_settings("SET my_lock_timeout = 1\nlock_timeout = 5\n"), Names{});
  EXPECT_EQ(template_settings(""), Names{});
}

}  // namespace
}  // namespace foreshot::driver
