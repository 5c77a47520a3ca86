#include "tests/unit/interpret/table.h"

namespace foreshot::interpret {
namespace {

class Expressions : public Snippets {};
TEST_P(Expressions, AreFolded) { EXPECT_EQ(interpret(GetParam().code), GetParam().recorded); }

const std::vector<Snippet> constants = {
    {"numbers", "op.f(1, 0x1F, 1_000, -2, 1.5, 2 ** 10, 7 // 2, -7 % 3, 1 << 4)",
     {"op.f(1, 31, 1000, -2, 1.500000, 1024, 3, 2, 16)"}},
    {"overflow_is_unknown", "op.f(9223372036854775807 + 1, 10 ** 30)", {"op.f(?, ?)"}},
    {"constants", "op.f(None, True, False, 'a' 'b')", {"op.f(None, True, False, 'ab')"}},
    {"unpacking", "a, (b, *c), d = 1, (2, 3, 4), [5]\nx = y = 0\nop.f(a, b, c, d, x, y)", {"op.f(1, 2, [3, 4], [5], 0, 0)"}},
    {"starred_first", "*a, b = 1, 2, 3\nop.f(a, b)", {"op.f([1, 2], 3)"}},
    {"augmented", "a = 1\na += 2\ns = 'x'\ns += 'y'\ns *= 2\nop.f(a, s)", {"op.f(3, 'xyxy')"}},
    {"augmented_list_is_shared", "a = [1]\nb = a\nb += [2]\nop.f(a)", {"op.f([1, 2])"}},
    {"annotated", "a: int = 1\nb: str\nop.f(a)", {"op.f(1)"}},
    {"walrus", "if (n := 3) > 2:\n  op.f(n)", {"op.f(3)"}},
    {"boolean_short_circuit", "op.f(0 or 'x', 1 and 'y', '' and 'z', None or [] or 'w')", {"op.f('x', 'y', '', 'w')"}},
    {"unknown_and_false", "op.f(u() and False)", {"op.f(False)"}},
    {"comparison", "op.f(1 < 2 <= 2, 'a' == 'b', 1 != 1.0, 'a' in 'cab', 2 not in [1, 3], None is None, 'x' is not None)",
     {"op.f(True, False, False, True, True, True, True)"}},
    {"membership", "op.f('a' in {'a': 1}, 'b' in ('a',), 'x' in [u()], 'a' in ['a', u()])", {"op.f(True, False, ?, True)"}},
    {"conditional", "op.f('a' if 1 else 'b', 'a' if 0 else 'b')", {"op.f('a', 'b')"}},
    {"list_arithmetic", "op.f([1] + [2], [0] * 3, (1,) + (2,), ['a'] + u())", {"op.f([1, 2], [0, 0, 0], (1, 2), ['a', ...])"}},
    {"sets", "op.f({1, 2} - {2}, {1, 2} & {2, 3}, set([1, 1]))", {"op.f({1}, {2}, {1})"}},
    {"subscripts", "op.f([1, 2][-1], {'a': 1}['a'], 'abc'[1], (1, 2, 3)[1:], 'abcdef'[::-1], 'abc'[5:])",
     {"op.f(2, 1, 'b', (2, 3), 'fedcba', '')"}},
    {"dictionaries", "m = {'a': 1, **{'b': 2}}\nm['c'] = 3\nop.f(m, m | {'a': 9}, m.get('x', 7), m.pop('a'), m)",
     {"op.f({'b': 2, 'c': 3}, {'a': 9, 'b': 2, 'c': 3}, 7, 1, {'b': 2, 'c': 3})"}},
    {"dictionary_methods", "m = dict(a=1)\nm.update({'b': 2}, c=3)\nm.setdefault('d', 4)\nop.f(list(m.keys()), list(m.values()), list(m.items()))",
     {"op.f(['a', 'b', 'c', 'd'], [1, 2, 3, 4], [('a', 1), ('b', 2), ('c', 3), ('d', 4)])"}},
    {"list_methods", "a = [3, 1]\na.append(2)\na.extend((5, 6))\na.insert(0, 0)\na.remove(5)\na.sort()\nop.f(a, a.index(2), a.pop(), a.copy())",
     {"op.f([0, 1, 2, 3], 2, 6, [0, 1, 2, 3])"}},
    {"delete", "m = {'a': 1, 'b': 2}\ndel m['a']\nl = [1, 2]\ndel l[0]\nop.f(m, l)", {"op.f({'b': 2}, [2])"}},
    {"builtins", "op.f(len('abc'), max(1, 3), min([2, 1]), sum([1, 2]), any([0, 1]), all([1, 0]), sorted('ba'), int('7'), str(5), bool([]))",
     {"op.f(3, 3, 1, 3, True, False, ['a', 'b'], 7, '5', False)"}},
    {"iteration_builtins", "op.f(list(range(1, 7, 2)), list(zip('ab', [1, 2])), list(enumerate(['x'], 1)), list(reversed([1, 2])), list(map(str, [1])))",
     {"op.f([1, 3, 5], [('a', 1), ('b', 2)], [(1, 'x')], [2, 1], ['1'])"}},
    {"types", "op.f(isinstance('a', str), isinstance(1, (str, list)), callable(len), type('a') is str, isinstance(u(), str))",
     {"op.f(True, False, ?, True, ?)"}},
    {"comprehensions", "op.f([x * 2 for x in (1, 2) if x > 1], {k: v for k, v in [('a', 1)]}, {x for x in 'aab'}, list(x for x in [1]))",
     {"op.f([4], {'a': 1}, {'a', 'b'}, [1])"}},
    {"nested_comprehension", "op.f([(a, b) for a in 'xy' for b in [1, 2]])", {"op.f([('x', 1), ('x', 2), ('y', 1), ('y', 2)])"}},
    {"unknown_comprehension", "op.f([x.name for x in u()], [x for x in [1, 2] if u()])", {"op.f([?, ...], [1, 2, ...])"}},
    {"lambda_and_partial", "import functools\ng = functools.partial(lambda a, b, c=3: op.f(a, b, c), 1)\ng(2)", {"op.f(1, 2, 3)"}},
    {"getattr_of_constants", "class A:\n  x = 1\nop.f(getattr(A, 'x'), hasattr(A, 'x'))", {"op.f(1, True)"}},
    {"environment_is_unknown", "import os\nop.f(os.environ.get('A', 'b'), os.getenv('A'))", {"op.f(?, ?)"}},
};
INSTANTIATE_TEST_SUITE_P(Constants, Expressions, testing::ValuesIn(constants), snippet_name);

const std::vector<Snippet> choices = {
    {"argument", "op.f('a' if u() else 'b')", {"op.f('a') alternative 0", "op.f('b') alternative 1"}},
    {"inside_a_list", "op.f(['a', 'b' if u() else 'c'])", {"op.f(['a', 'b']) alternative 0", "op.f(['a', 'c']) alternative 1"}},
    {"in_a_text", "c = True if u() else False\nop.f(f\"X {'Y ' if c else ''}Z\")", {"op.f('X Y Z') alternative 0", "op.f('X Z') alternative 1"}},
    {"one_test_decides_all", "c = 'a' if u() else 'b'\nop.f(c, c + '1', c.upper())",
     {"op.f('a', 'a1', 'A') alternative 0", "op.f('b', 'b1', 'B') alternative 1"}},
    {"two_tests_multiply", "op.f(1 if u() else 2, 3 if v() else 4)",
     {"op.f(1, 3) alternative 0 alternative 0", "op.f(2, 3) alternative 1 alternative 0", "op.f(1, 4) alternative 0 alternative 1",
      "op.f(2, 4) alternative 1 alternative 1"}},
    {"too_many_become_unknown", "op.f(1 if u() else 2, 3 if v() else 4, 5 if w() else 6)",
     {"op.f(1, 3, ?) alternative 0 alternative 0", "op.f(2, 3, ?) alternative 1 alternative 0",
      "op.f(1, 4, ?) alternative 0 alternative 1", "op.f(2, 4, ?) alternative 1 alternative 1"}},
    {"optional_prefix", "def run(s):\n  p = s + '.' if s else ''\n  op.f(f'DROP {p}t')", {"op.f('DROP {s}t<{s}.|>')"}},
    {"optional_prefix_everywhere", "def run(s):\n  p = s + '.' if s else ''\n  op.f('DROP %st' % p, 'DROP {}t'.format(p), 'DROP ' + p + 't', '%(p)s' % {'p': p}, ''.join([p, 't']))",
     {"op.f('DROP {s}t<{s}.|>', 'DROP {s}t<{s}.|>', 'DROP {s}t<{s}.|>', '{s}<{s}.|>', '{s}t<{s}.|>')"}},
    {"narrowed_by_its_own_test", "c = 'x' if u() else None\nif c:\n  op.f(c)\nelse:\n  op.g(c)", {"op.f('x') if u()", "op.g(None) unless u()"}},
    {"goes_with_its_test", "c = 'x' if u() else None\nif c:\n  op.f(c, 1 if c else 2)\nif not c:\n  op.g([c])",
     {"op.f('x', 1) if u()", "op.g([None]) unless u()"}},
    {"annotated_bool", "def h() -> bool:\n  return u().lower() == 'true'\nc = h()\nif c:\n  op.a()\nop.f(f\"X{' Y' if c else ''}\", c)",
     {"op.a() if h()", "op.f('X Y', True) alternative 0", "op.f('X', False) alternative 1"}},
    {"none_has_no_methods", "c = 'x' if u() else None\nop.f(c.upper())", {"op.f('X')"}},
    {"equal_options_are_one", "op.f('a' if u() else 'a')", {"op.f('a')"}},
    {"of_functions", "import lib\nf = op.f if u() else op.g\nf(1)", {"op.f(1) alternative 0", "op.g(1) alternative 1"}},
};
INSTANTIATE_TEST_SUITE_P(Choices, Expressions, testing::ValuesIn(choices), snippet_name);

}  // namespace
}  // namespace foreshot::interpret
