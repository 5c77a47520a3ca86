#include <gtest/gtest.h>

#include <ctime>

#include "tests/unit/interpret/recording.h"

namespace foreshot::interpret {
namespace {

auto repeated(const std::string& text, int times) -> std::string {
  std::string all;
  for (int i = 0; i < times; ++i) {
    auto one = text;
    for (auto at = one.find('#'); at != std::string::npos; at = one.find('#')) one.replace(at, 1, std::to_string(i));
    for (auto at = one.find('@'); at != std::string::npos; at = one.find('@')) one.replace(at, 1, std::to_string((i + 1) % times));
    all += one;
  }
  return all;
}

// Code that would take for ever, or all memory, ends soon and says so.
TEST(Limits, HostileCodeEnds) {
  const std::string head = "from lib import op\n";
  const std::string list = "L = [" + repeated("#,", 1000) + "]\n";
  const std::vector<std::pair<std::string, std::string>> programs = {
      {"mutual recursion", head + repeated("def f#():\n  f@()\n  f@()\n  f@()\n  op.f(#)\n", 1000) + "def run():\n  f0()\n"},
      {"loops in loops", head + list + "def run():\n  for a in L:\n    for b in L:\n      for c in L:\n        op.f(a, b, c)\n"},
      {"text doubling", head + "def run():\n  s = 'x'\n" + repeated("  s = s + s\n", 60) + "  op.f(s)\n"},
      {"big repeat", head + "def run():\n  op.f('a' * 10**9, [0] * 10**9, 'ab' * (2**62))\n"},
      {"list doubling", head + "def run():\n  l = [1]\n" + repeated("  l = l + l\n", 60) + "  op.f(len(l))\n"},
      {"list extended by itself", head + "def run():\n  l = [1]\n" + repeated("  l.extend(l)\n", 60) + "  op.f(len(l))\n"},
      {"growing in a loop", head + list + "def run():\n  s = ''\n  for a in L:\n    for b in L:\n      s += 'abcdefgh'\n  op.f(s)\n"},
      {"big range", head + "def run():\n  for i in range(10**12):\n    op.f(i)\n"},
      {"format repetition", head + "def run():\n  s = '%s%s%s%s'\n" + repeated("  s = s % (s, s, s, s)\n", 40) + "  op.f(s)\n"},
      {"join repetition", head + "def run():\n  s = 'ab'\n" + repeated("  s = s.join([s, s, s, s])\n", 40) + "  op.f(s)\n"},
      {"replace repetition", head + "def run():\n  s = 'aa'\n" + repeated("  s = s.replace('a', s)\n", 40) + "  op.f(s)\n"},
      {"nested lists", head + "def run():\n  l = [1]\n" + repeated("  l = [l, l]\n", 200) + "  op.f(str(l))\n"},
      {"diamonds", head + "class A0: pass\nclass B0: pass\n" + repeated("class A#x(A#, B#): pass\nclass B#x(A#, B#): pass\nA@ = A#x\nB@ = B#x\n", 60) +
                       "def run():\n  for i in range(900):\n    A0.missing\n"},
      {"lambda calling itself", head + "def run():\n  f = lambda x: f(x + 1)\n  f(0)\n  g = lambda x: [g(x), g(x)]\n  g(0)\n"},
      {"text of itself", head + "class A:\n  def __str__(self):\n    return f'{self}{self}'\n  @property\n  def p(self):\n    return self.p\ndef run():\n  op.f(str(A()), A().p)\n"},
      {"dict and object in themselves", head + "class A: pass\ndef run():\n  d = {}\n  d['d'] = d\n  a = A()\n  a.a = [a, d]\n  op.f(str(d), str(a), d == d, a.a == a)\n"},
      {"list in itself", head + "def run():\n  l = [1]\n  l.append(l)\n  op.f(str(l), l == l, l in l, sorted(l))\n"},
  };
  for (const auto& [name, code] : programs) {
    // The processor's time, not the clock's: a loaded machine is no slower at that.
    const auto begin = std::clock();
    interpret(Project{{{"main.py", code}}, {}});
    const auto took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    EXPECT_LT(took, 5) << name;
  }
}

TEST(Limits, SayThatTheyWereReached) {
  const std::string list = "L = [" + repeated("#,", 1000) + "]\n";
  EXPECT_TRUE(interpret(Project{{{"main.py", list + "def run():\n  for a in L:\n    for b in L:\n      x = a\n"}}, {}}).exhausted);
  EXPECT_TRUE(interpret(Project{{{"main.py", "def run():\n  for a in range(100000):\n    x = a\n"}}, {}}).exhausted);
  EXPECT_TRUE(interpret(Project{{{"main.py", "def run():\n  return 'a' * 10**9\n"}}, {}}).exhausted);
  EXPECT_TRUE(interpret(Project{{{"main.py", repeated("def f#():\n  f@()\n", 20) + "def run():\n  f0()\n"}}, {}}).exhausted);
  EXPECT_FALSE(interpret(Project{{{"main.py", "def run():\n  for a in range(100):\n    x = a\n"}}, {}}).exhausted);
}

TEST(Limits, LongChainsAreNoDepth) {
  std::string code = "from lib import op\ndef run():\n  s = ''";
  for (int i = 0; i < 4000; ++i) code += " + 'a'";
  code += "\n  if s == 'b0':\n    op.f()\n";
  for (int i = 0; i < 3000; ++i) code += "  elif u(" + std::to_string(i) + "):\n    x = 1\n";
  code += "  op.g(len(s))\n";
  const auto outcome = interpret(Project{{{"main.py", code}}, {}});
  ASSERT_EQ(outcome.lines.size(), 1U);
  EXPECT_TRUE(outcome.lines[0].starts_with("op.g(4000)"));
}

}  // namespace
}  // namespace foreshot::interpret
