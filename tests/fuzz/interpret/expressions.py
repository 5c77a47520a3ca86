import op
op.f(1, 0x1F, 1_000, -2, 1.5, 2 ** 10, 7 // 2, -7 % 3, 1 << 4)
op.f(9223372036854775807 + 1, 10 ** 30)
op.f(None, True, False, 'a' 'b')
a, (b, *c), d = 1, (2, 3, 4), [5]
x = y = 0
op.f(a, b, c, d, x, y)
*a, b = 1, 2, 3
op.f(a, b)
a = 1
a += 2
s = 'x'
s += 'y'
s *= 2
op.f(a, s)
a = [1]
b = a
b += [2]
op.f(a)
a: int = 1
b: str
op.f(a)
if (n := 3) > 2:
  op.f(n)
op.f(0 or 'x', 1 and 'y', '' and 'z', None or [] or 'w')
op.f(u() and False)
op.f(1 < 2 <= 2, 'a' == 'b', 1 != 1.0, 'a' in 'cab', 2 not in [1, 3], None is None, 'x' is not None)
op.f('a' in {'a': 1}, 'b' in ('a',), 'x' in [u()], 'a' in ['a', u()])
op.f('a' if 1 else 'b', 'a' if 0 else 'b')
op.f([1] + [2], [0] * 3, (1,) + (2,), ['a'] + u())
op.f({1, 2} - {2}, {1, 2} & {2, 3}, set([1, 1]))
op.f([1, 2][-1], {'a': 1}['a'], 'abc'[1], (1, 2, 3)[1:], 'abcdef'[::-1], 'abc'[5:])
m = {'a': 1, **{'b': 2}}
m['c'] = 3
op.f(m, m | {'a': 9}, m.get('x', 7), m.pop('a'), m)
m = dict(a=1)
m.update({'b': 2}, c=3)
m.setdefault('d', 4)
op.f(list(m.keys()), list(m.values()), list(m.items()))
a = [3, 1]
a.append(2)
a.extend((5, 6))
a.insert(0, 0)
a.remove(5)
a.sort()
op.f(a, a.index(2), a.pop(), a.copy())
m = {'a': 1, 'b': 2}
del m['a']
l = [1, 2]
del l[0]
op.f(m, l)
op.f(len('abc'), max(1, 3), min([2, 1]), sum([1, 2]), any([0, 1]), all([1, 0]), sorted('ba'), int('7'), str(5), bool([]))
op.f(list(range(1, 7, 2)), list(zip('ab', [1, 2])), list(enumerate(['x'], 1)), list(reversed([1, 2])), list(map(str, [1])))
op.f(isinstance('a', str), isinstance(1, (str, list)), callable(len), type('a') is str, isinstance(u(), str))
op.f([x * 2 for x in (1, 2) if x > 1], {k: v for k, v in [('a', 1)]}, {x for x in 'aab'}, list(x for x in [1]))
op.f([(a, b) for a in 'xy' for b in [1, 2]])
op.f([x.name for x in u()], [x for x in [1, 2] if u()])
import functools
g = functools.partial(lambda a, b, c=3: op.f(a, b, c), 1)
g(2)
class A:
  x = 1
op.f(getattr(A, 'x'), hasattr(A, 'x'))
import os
op.f(os.environ.get('A', 'b'), os.getenv('A'))
op.f('a' if u() else 'b')
op.f(['a', 'b' if u() else 'c'])
c = True if u() else False
op.f(f"X {'Y ' if c else ''}Z")
c = 'a' if u() else 'b'
op.f(c, c + '1', c.upper())
op.f(1 if u() else 2, 3 if v() else 4)
op.f(1 if u() else 2, 3 if v() else 4, 5 if w() else 6)
def run_141(s):
  p = s + '.' if s else ''
  op.f(f'DROP {p}t')
def run_142(s):
  p = s + '.' if s else ''
  op.f('DROP %st' % p, 'DROP {}t'.format(p), 'DROP ' + p + 't', '%(p)s' % {'p': p}, ''.join([p, 't']))
c = 'x' if u() else None
if c:
  op.f(c)
else:
  op.g(c)
c = 'x' if u() else None
if c:
  op.f(c, 1 if c else 2)
if not c:
  op.g([c])
def h() -> bool:
  return u().lower() == 'true'
c = h()
if c:
  op.a()
op.f(f"X{' Y' if c else ''}", c)
c = 'x' if u() else None
op.f(c.upper())
op.f('a' if u() else 'a')
import lib
f = op.f if u() else op.g
f(1)
