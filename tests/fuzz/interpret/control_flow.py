import op
if 1 > 2:
  op.a()
elif 'x':
  op.b()
else:
  op.c()
if u():
  op.a()
else:
  op.b()
op.c()
if u():
  op.a()
elif v():
  op.b()
else:
  op.c()
if u():
  op.a()
elif True:
  op.b()
else:
  op.c()
x = 1
y = 1
if u():
  x = 2
  y = 1
op.f(x, y)
x = 1
if u():
  x = v()
op.f(x)
if u():
  x = 1
elif v():
  x = 2
else:
  x = 3
op.f(x)
x = [1]
if u():
  x.append(2)
else:
  op.f(x)
op.g(x)
if u():
  x = [1]
  x.append(2)
  op.f(x)
x = []
if u():
  x.append(1)
else:
  x.append(1)
op.f(x)
m = {'a': 1}
if u():
  m['b'] = 2
op.f(m)
class A:
  pass
a = A()
a.x = 1
if u():
  a.x = 2
op.f(a.x)
from lib import yes, no
if yes:
  op.a()
if no:
  op.b()
if not no and yes:
  op.c()
from lib import dialect
d = dialect().name
if d == 'sqlite':
  op.a()
elif d in ('postgresql', 'x'):
  op.b()
else:
  op.c()
from lib import has_table, offline
if not has_table('x'):
  op.a()
if offline():
  op.b()
if u() or has_table('y'):
  op.c()
from typing import TYPE_CHECKING
if TYPE_CHECKING:
  from lib.x import Y
  op.never()
op.f(Y)
if __name__ == '__main__':
  op.f()
match 'b':
  case 'a':
    op.a()
  case 'b':
    op.b()
  case _:
    op.c()
def run_18():
  assert u()
  x = 1
  del x
  op.f(x)
def run_19():
  if u():
    return
  op.f()
def run_20():
  if u():
    op.a()
  else:
    raise X
  op.f()
def h():
  if u():
    return
  op.a()
def run_21():
  h()
  op.b()
def run_22():
  if u():
    if v():
      return
    op.a()
  op.b()
def run_23():
  op.a()
  return
  op.b()
def run_24():
  if u():
    return 1
  else:
    return 2
  op.b()
def h(x):
  if x > 1:
    return 'big'
  return 'small'
op.f(h(2), h(0))
def h():
  if u():
    return 'a'
  return 'b'
op.f(h())
def h():
  pass
op.f(h())
for t in ('a', 'b'):
  op.f(t)
for a, b in {'x': 1}.items():
  op.f(a, b)
for t in u():
  op.f(t)
op.g(t)
for i in range(9):
  if i == 1:
    continue
  if i == 3:
    break
  op.f(i)
else:
  op.e()
for i in [1]:
  pass
else:
  op.e()
for t in ('a', 'b'):
  if u(t):
    continue
  op.f(t)
op.g()
x = 0
for t in (1, 2):
  if u(t):
    x = t
    break
op.f(x)
def run_35():
  for t in ('a', 'b'):
    if u(t):
      return
    op.f(t)
  op.g()
n = 0
for x in u():
  n += 1
op.f(n)
y = None
for x in u():
  if x.ok:
    y = 'found'
    break
op.f(y)
l = []
for x in u():
  l.append('a')
op.f(l)
l = []
for x in 'ab':
  l.append(x * 2)
op.f(l)
from lib import text
s = text('x')
for r in u():
  s = s.bindparams(r)

while True:
  op.f()
  if u():
    break
op.g()
while u():
  op.f()
op.g()
while False:
  op.f()
else:
  op.g()
while True:
  op.f()
op.never()
for t in (['a'] if u() else ['b', 'c']):
  op.f(t)
l = ['a']
if u():
  l.append('a')
for t in l:
  op.f(t)
from lib import rows
for r in rows():
  r.go()
[op.f(x) for x in (1, 2)]
with op.batch('t') as b:
  b.add(1)
def run_50():
  with op.batch('t') as b:
    return 1
def h(t):
  return op.batch(t)
with h('t') as b:
  b.add(1)
from contextlib import contextmanager
@contextmanager
def m(o):
  o.a()
  try:
    yield 'v'
  finally:
    o.b()
with m(op) as x:
  op.f(x)
import contextlib
@contextlib.contextmanager
def m(o, d):
  if d == 'sqlite':
    o.pragma()
    yield o
    o.pragma()
  else:
    yield o
with m(op, 'postgresql') as o:
  o.f()
from contextlib import contextmanager
@contextmanager
def m():
  op.a()
  yield
  op.b()
def run_54():
  with m():
    return 5
  op.never()
class M:
  def __enter__(self):
    op.a()
    return 7
  def __exit__(self, *e):
    op.b()
with M() as x:
  op.f(x)
from contextlib import suppress, nullcontext
with suppress(E):
  op.f()
with nullcontext(3) as x:
  op.g(x)
with op.a() as x, op.b() as y:
  x.f()
  y.g()
try:
  op.a()
except E as e:
  op.b()
else:
  op.c()
finally:
  op.d()
op.e()
try:
  op.a()
finally:
  op.b()
try:
  op.a()
except E:
  raise
op.b()
try:
  from lib import a as x
except ImportError:
  x = None
op.f(x)
