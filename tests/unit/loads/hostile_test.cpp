// Application code that is made to be expensive: the work stays linear in what is written.
#include <ctime>
#include <functional>

#include "tests/unit/loads/application.h"

namespace foreshot::testing {
namespace {

// The processor's time, not the clock's: a loaded machine is no slower at that.
auto seconds(const std::string& views) -> double {
  const auto begin = std::clock();
  const auto application = Application::of(views);
  EXPECT_EQ(application.project.models.size(), 2U);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

// The larger input is ten times the smaller; noise and the constant part are allowed for.
auto expect_linear(const std::function<std::string(int)>& text, int count) -> void {
  const auto small = seconds(text(count));
  const auto large = seconds(text(count * 10));
  EXPECT_LT(large, 25 * small + 0.5) << small << " s for " << count << ", " << large << " s for ten times as many";
}

TEST(HostileApplication, MutuallyRecursiveFunctions) {
  expect_linear(
      [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
          const auto next = std::to_string((i + 1) % count), other = std::to_string((i * 7 + 3) % count);
          text += "def f" + std::to_string(i) + "(session, keys):\n    for key in keys:\n        session.get(Customer, key)\n        f" + next +
                  "(session, [key])\n        f" + other + "(session, keys)\n\n";
        }
        return text;
      },
      100);
}

TEST(HostileApplication, DeepChainsOfHelpers) {
  expect_linear(
      [](int count) {
        std::string text = "def f0(session, key):\n    return session.get(Customer, key)\n\n";
        for (int i = 1; i < count; ++i) {
          const auto before = std::to_string(i - 1);
          text += "def f" + std::to_string(i) + "(session, key):\n    return f" + before + "(session, key) or f" + before + "(session, key)\n\n";
        }
        return text + "def run(session, keys):\n    for key in keys:\n        f" + std::to_string(count - 1) + "(session, key)\n";
      },
      100);
}

TEST(HostileApplication, WaysOfAQueryThatJoin) {
  expect_linear(
      [](int count) {
        std::string text = "def run(session, a):\n    query = session.query(Order)\n    for key in a:\n";
        for (int i = 0; i < count; ++i)
          text += "        if a.x" + std::to_string(i) + ":\n            query = query.filter(Order.number == key).join(Order.customer)\n";
        return text + "        query.all()\n";
      },
      60);
}

TEST(HostileApplication, LoopsInLoops) {
  // More loops than there are bits to tell them apart.
  std::string text = "def run(session, rows):\n", indent = "    ";
  for (int i = 0; i < 80; ++i) {
    text += indent + "for a" + std::to_string(i) + " in rows:\n";
    indent += " ";
  }
  text += indent + "session.get(Customer, a0)\n";
  EXPECT_LT(seconds(text), 5);
}

TEST(HostileApplication, BackReferencesInACircle) {
  std::string text = "def run(session):\n    for order in session.scalars(select(Order)):\n        x = order\n";
  for (int i = 0; i < 2000; ++i) text += "        x = x.customer.orders[0]\n";
  EXPECT_LT(seconds(text), 5);
}

}  // namespace
}  // namespace foreshot::testing
