import op
x = 'a'
op.f(f'{x}{1}{None}{True}', f'{x!r} {x:>3}|{x:<3}|{5:03}', f'{x=}', f'{{}}', f'{(1, 2)} {["q"]}')
op.f('%s-%d-%r' % ('a', 2, 'b'), '%(n)s' % {'n': 1}, '100%% %s' % 'x', '%5s|%-3s|' % ('a', 'b'))
op.f('{} {1}'.format('a', 'b'), '{n!r:>4}{{}}'.format(n='x'), '{0[k]} {0[j]}'.format({'k': 1, 'j': 2}))
op.f('{a}'.format_map({'a': 1}))
class T:
  name = 'n'
op.f('{0.name}'.format(T))
op.f(', '.join(['a', 'b']), '-'.join(str(i) for i in range(3)), ''.join(()))
def run_90(c):
  op.f(f"X ({', '.join(c)})", ', '.join(['a', c]))
op.f(' x '.strip(), 'xxa'.lstrip('x'), 'axx'.rstrip('x'), 'aB'.lower(), 'aB'.upper(), 'ab cd'.title(), 'aB'.capitalize())
op.f('a b'.split(), 'a,b,c'.split(',', 1), 'a\nb'.splitlines(), 'a.b.c'.rsplit('.', 1), 'a.b'.partition('.'))
op.f('ab'.startswith('a'), 'ab'.endswith(('x', 'b')), 'ab'.removeprefix('a'), 'ab'.removesuffix('x'))
op.f('a__T__b'.replace('__T__', 't'), 'aaa'.replace('a', 'b', 2))
op.f('7'.zfill(3), 'a'.ljust(3) + '|', 'a'.rjust(3, '.'))
op.f('a'.encode('utf-8').decode())
import textwrap
op.f(textwrap.dedent('''
    a
      b
'''), textwrap.indent('a\nb', '  '))
import inspect
op.f(inspect.cleandoc('''x
    y
      z
  '''))
def run_99(s, t):
  op.f(f'{s}.{t.name}', 'a' + s + 'b', s + 'c', '%s!' % s, '{}'.format(t.x), f'{get(s)}')
def run_100(s):
  q = f' A {s} '
  op.f(q.strip().lower().replace('a', 'b'), q.startswith(' A'), q.split())
SQL = '''DROP __T__'''
def run_101():
  for t in ('a', 'b'):
    op.f(SQL.replace('__T__', t))
import enum
class E(enum.Enum):
  A_B = 'x'
  C = 2
op.f([e.value for e in E], E.A_B.name, f'{E.C}', E('x').name, E['C'].value, E.C == E.C)
from enum import Enum
class E(Enum):
  a_b = 1
  c = 2
op.f(' '.join(f"WHEN {e.value} THEN '{e.name.replace('_', '-')}'" for e in E))
import enum
class E(enum.Enum):
  A = enum.auto()
  B = enum.auto()
class S(enum.StrEnum):
  A = enum.auto()
op.f(E.B.value, f'{S.A}')
