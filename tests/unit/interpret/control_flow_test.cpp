#include "tests/unit/interpret/table.h"

namespace foreshot::interpret {
namespace {

class ControlFlow : public Snippets {};
TEST_P(ControlFlow, IsFollowed) { EXPECT_EQ(interpret(GetParam().code), GetParam().recorded); }

const std::vector<Snippet> branches = {
    {"decided", "if 1 > 2:\n  op.a()\nelif 'x':\n  op.b()\nelse:\n  op.c()", {"op.b()"}},
    {"undecided", "if u():\n  op.a()\nelse:\n  op.b()\nop.c()", {"op.a() if u()", "op.b() unless u()", "op.c()"}},
    {"ladder", "if u():\n  op.a()\nelif v():\n  op.b()\nelse:\n  op.c()",
     {"op.a() if u()", "op.b() unless u() if v()", "op.c() unless u() unless v()"}},
    {"ladder_with_a_sure_arm", "if u():\n  op.a()\nelif True:\n  op.b()\nelse:\n  op.c()", {"op.a() if u()", "op.b() unless u()"}},
    {"joined", "x = 1\ny = 1\nif u():\n  x = 2\n  y = 1\nop.f(x, y)", {"op.f(2, 1) alternative 0", "op.f(1, 1) alternative 1"}},
    {"joined_with_unknown", "x = 1\nif u():\n  x = v()\nop.f(x)", {"op.f(?)"}},
    {"joined_ladder", "if u():\n  x = 1\nelif v():\n  x = 2\nelse:\n  x = 3\nop.f(x)",
     {"op.f(1) alternative 0", "op.f(2) alternative 1", "op.f(3) alternative 2"}},
    {"branches_start_alike", "x = [1]\nif u():\n  x.append(2)\nelse:\n  op.f(x)\nop.g(x)", {"op.f([1]) unless u()", "op.g([1, 2, ...])"}},
    {"made_inside_stays_complete", "if u():\n  x = [1]\n  x.append(2)\n  op.f(x)", {"op.f([1, 2]) if u()"}},
    {"same_change_in_both", "x = []\nif u():\n  x.append(1)\nelse:\n  x.append(1)\nop.f(x)", {"op.f([1])"}},
    {"dictionary_changed", "m = {'a': 1}\nif u():\n  m['b'] = 2\nop.f(m)", {"op.f({'a': 1, 'b': 2, ...})"}},
    {"attribute_changed", "class A:\n  pass\na = A()\na.x = 1\nif u():\n  a.x = 2\nop.f(a.x)", {"op.f(2) alternative 0", "op.f(1) alternative 1"}},
    {"library_decides", "from lib import yes, no\nif yes:\n  op.a()\nif no:\n  op.b()\nif not no and yes:\n  op.c()", {"op.a()", "op.c()"}},
    {"dialects_come_out", "from lib import dialect\nd = dialect().name\nif d == 'sqlite':\n  op.a()\nelif d in ('postgresql', 'x'):\n  op.b()\nelse:\n  op.c()",
     {"op.b()"}},
    {"kinds_of_conditions", "from lib import has_table, offline\nif not has_table('x'):\n  op.a()\nif offline():\n  op.b()\nif u() or has_table('y'):\n  op.c()",
     {"op.a() inspected not has_table('x')", "op.b() offline offline()", "op.c() inspected u() or has_table('y')"}},
    {"type_checking", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from lib.x import Y\n  op.never()\nop.f(Y)", {"op.f(lib.x.Y)"}},
    {"main_is_walked", "if __name__ == '__main__':\n  op.f()", {"op.f() if __name__ == '__main__'"}},
    {"match_decided", "match 'b':\n  case 'a':\n    op.a()\n  case 'b':\n    op.b()\n  case _:\n    op.c()", {"op.b()"}},
    {"assertions_and_deletes", "def run():\n  assert u()\n  x = 1\n  del x\n  op.f(x)", {"op.f(?)"}},
};
INSTANTIATE_TEST_SUITE_P(Branches, ControlFlow, testing::ValuesIn(branches), snippet_name);

const std::vector<Snippet> ends = {
    {"guard_return", "def run():\n  if u():\n    return\n  op.f()", {"return None if u()", "op.f() guard not u()", }},
    {"guard_else", "def run():\n  if u():\n    op.a()\n  else:\n    raise X\n  op.f()", {"op.a() if u()", "raise unless u()", "op.f() guard u()"}},
    {"guard_ends_with_the_function", "def h():\n  if u():\n    return\n  op.a()\ndef run():\n  h()\n  op.b()", {"op.a() guard not u() depth 1", "op.b()"}},
    {"guard_inside_a_branch", "def run():\n  if u():\n    if v():\n      return\n    op.a()\n  op.b()",
     {"return None if u() if v()", "op.a() if u() guard not v()", "op.b() guard not v()"}},
    {"nothing_after_return", "def run():\n  op.a()\n  return\n  op.b()", {"op.a()", "return None"}},
    {"both_return", "def run():\n  if u():\n    return 1\n  else:\n    return 2\n  op.b()", {"return 1 if u()", "return 2 unless u()"}},
    {"values_returned", "def h(x):\n  if x > 1:\n    return 'big'\n  return 'small'\nop.f(h(2), h(0))", {"op.f('big', 'small')"}},
    {"values_joined", "def h():\n  if u():\n    return 'a'\n  return 'b'\nop.f(h())", {"op.f('a') alternative 0", "op.f('b') alternative 1"}},
    {"no_return_is_none", "def h():\n  pass\nop.f(h())", {"op.f(None)"}},
};
INSTANTIATE_TEST_SUITE_P(Ends, ControlFlow, testing::ValuesIn(ends), snippet_name);

const std::vector<Snippet> loops = {
    {"known", "for t in ('a', 'b'):\n  op.f(t)", {"op.f('a') loop t[0]", "op.f('b') loop t[1]"}},
    {"pairs", "for a, b in {'x': 1}.items():\n  op.f(a, b)", {"op.f('x', 1) loop a, b[0]"}},
    {"unknown", "for t in u():\n  op.f(t)\nop.g(t)", {"op.f(?) iteration loop t[?]", "op.g(?)"}},
    {"continue_and_break", "for i in range(9):\n  if i == 1:\n    continue\n  if i == 3:\n    break\n  op.f(i)\nelse:\n  op.e()",
     {"op.f(0) loop i[0]", "op.f(2) loop i[2]"}},
    {"else_runs", "for i in [1]:\n  pass\nelse:\n  op.e()", {"op.e()"}},
    {"undecided_continue", "for t in ('a', 'b'):\n  if u(t):\n    continue\n  op.f(t)\nop.g()",
     {"op.f('a') guard not u(t) loop t[0]", "op.f('b') guard not u(t) loop t[1]", "op.g()"}},
    {"undecided_break", "x = 0\nfor t in (1, 2):\n  if u(t):\n    x = t\n    break\nop.f(x)",
     {"op.f(1) alternative 0", "op.f(2) alternative 1", "op.f(0) alternative 2"}},
    {"return_in_a_loop", "def run():\n  for t in ('a', 'b'):\n    if u(t):\n      return\n    op.f(t)\n  op.g()",
     {"return None if u(t) loop t[0]", "op.f('a') guard not u(t) loop t[0]", "return None guard not u(t) if u(t) loop t[1]",
      "op.f('b') guard not u(t) loop t[1]", "op.g() guard not u(t)"}},
    {"counters_are_forgotten", "n = 0\nfor x in u():\n  n += 1\nop.f(n)", {"op.f(?)"}},
    {"found_or_not", "y = None\nfor x in u():\n  if x.ok:\n    y = 'found'\n    break\nop.f(y)", {"op.f(None) alternative 0", "op.f('found') alternative 1"}},
    {"lists_grow", "l = []\nfor x in u():\n  l.append('a')\nop.f(l)", {"op.f(['a', ...])"}},
    {"lists_built_known", "l = []\nfor x in 'ab':\n  l.append(x * 2)\nop.f(l)", {"op.f(['aa', 'bb'])"}},
    {"name_defined_by_itself", "from lib import text\ns = text('x')\nfor r in u():\n  s = s.bindparams(r)\n", {"text.bindparams(?) iteration loop r[?]"}},
    {"while_true", "while True:\n  op.f()\n  if u():\n    break\nop.g()", {"op.f() loop [?]", "op.g()"}},
    {"while_unknown", "while u():\n  op.f()\nop.g()", {"op.f() iteration loop [?]", "op.g()"}},
    {"while_never", "while False:\n  op.f()\nelse:\n  op.g()", {"op.g()"}},
    {"while_forever", "while True:\n  op.f()\nop.never()", {"op.f() loop [?]"}},
    {"one_of_two_lists", "for t in (['a'] if u() else ['b', 'c']):\n  op.f(t)",
     {"op.f('a') alternative 0 loop t[0]", "op.f('b') alternative 1 loop t[0]", "op.f('c') alternative 1 loop t[1]"}},
    {"incomplete_list", "l = ['a']\nif u():\n  l.append('a')\nfor t in l:\n  op.f(t)", {"op.f('a') iteration loop t[0]", "op.f('a') iteration loop t[1]"}},
    {"filtered_copy", "L = [('a', 1), ('b', 2)]\nm = [(n, c) for n, c in L if n not in u()]\nfor n, c in sorted(m):\n  op.f(n, c)\nop.g(len(m))",
     {"op.f('a', 1) iteration loop n, c[0]", "op.f('b', 2) iteration loop n, c[1]", "op.g(?)"}},
    {"gathered_in_a_loop", "l = []\nfor x in u():\n  if x.ok:\n    l.append('a')\nfor y in l:\n  op.f(y)", {"op.f('a') iteration loop y[?]"}},
    {"gathered_until", "l = []\nwhile True:\n  l.append('a')\n  if u():\n    break\nop.f(l)", {"op.f(['a', ...])"}},
    {"library_collection", "from lib import rows\nfor r in rows():\n  r.go()", {"item.go() iteration loop r[?]"}},
    {"comprehension_calls", "[op.f(x) for x in (1, 2)]", {"op.f(1) loop x[0]", "op.f(2) loop x[1]"}},
};
INSTANTIATE_TEST_SUITE_P(Loops, ControlFlow, testing::ValuesIn(loops), snippet_name);

const std::vector<Snippet> contexts = {
    {"library_context", "with op.batch('t') as b:\n  b.add(1)", {"op.batch('t')", "enter op.batch", "in op.batch.add(1)", "leave in op.batch"}},
    {"left_on_return", "def run():\n  with op.batch('t') as b:\n    return 1", {"op.batch('t')", "enter op.batch", "return 1", "leave in op.batch"}},
    {"from_a_helper", "def h(t):\n  return op.batch(t)\nwith h('t') as b:\n  b.add(1)",
     {"op.batch('t') depth 1", "enter op.batch", "in op.batch.add(1)", "leave in op.batch"}},
    {"project_manager", "from contextlib import contextmanager\n@contextmanager\ndef m(o):\n  o.a()\n  try:\n    yield 'v'\n  finally:\n    o.b()\nwith m(op) as x:\n  op.f(x)",
     {"op.a() depth 1", "op.f('v')", "op.b() depth 1"}},
    {"manager_by_dialect", "import contextlib\n@contextlib.contextmanager\ndef m(o, d):\n  if d == 'sqlite':\n    o.pragma()\n    yield o\n    o.pragma()\n  else:\n    yield o\nwith m(op, 'postgresql') as o:\n  o.f()",
     {"op.f()"}},
    {"return_from_its_body", "from contextlib import contextmanager\n@contextmanager\ndef m():\n  op.a()\n  yield\n  op.b()\ndef run():\n  with m():\n    return 5\n  op.never()",
     {"op.a() depth 1", "return 5", "op.b() depth 1"}},
    {"class_manager", "class M:\n  def __enter__(self):\n    op.a()\n    return 7\n  def __exit__(self, *e):\n    op.b()\nwith M() as x:\n  op.f(x)",
     {"op.a() depth 1", "op.f(7)", "op.b() depth 1"}},
    {"suppress_and_nullcontext", "from contextlib import suppress, nullcontext\nwith suppress(E):\n  op.f()\nwith nullcontext(3) as x:\n  op.g(x)", {"op.f() attempt", "op.g(3)"}},
    {"two_items", "with op.a() as x, op.b() as y:\n  x.f()\n  y.g()", {"op.a()", "enter op.a", "op.b()", "enter op.b", "in op.a.f()", "in op.b.g()", "leave in op.b", "leave in op.a"}},
    {"try_statement", "try:\n  op.a()\nexcept E as e:\n  op.b()\nelse:\n  op.c()\nfinally:\n  op.d()\nop.e()",
     {"op.a() attempt", "op.c() attempt", "op.b() handler except E", "op.d()", "op.e()"}},
    {"try_finally_only", "try:\n  op.a()\nfinally:\n  op.b()", {"op.a()", "op.b()"}},
    {"handler_that_raises_guards_nothing", "try:\n  op.a()\nexcept E:\n  raise\nop.b()", {"op.a() attempt", "raise handler except E", "op.b()"}},
    {"missing_import", "try:\n  from lib import a as x\nexcept ImportError:\n  x = None\nop.f(x)", {"op.f(lib.a)"}},
};
INSTANTIATE_TEST_SUITE_P(Contexts, ControlFlow, testing::ValuesIn(contexts), snippet_name);

}  // namespace
}  // namespace foreshot::interpret
