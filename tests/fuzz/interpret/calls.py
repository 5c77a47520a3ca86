import op
def h(a, b=2, *c, d, e=5, **f):
  op.f(a, b, c, d, e, f)
h(1, d=4)
h(1, 2, 3, d=4, x=6)
h(*[1, 2], **{'d': 3})
op.f(*u(), **v())
def outer(x):
  def inner(y):
    op.f(x, y)
  return inner
outer(1)(2)
def run_65():
  n = 0
  def inc():
    nonlocal n
    n = n + 1
  inc()
  inc()
  op.f(n)
N = 0
def inc():
  global N
  N += 1
def run_66():
  inc()
  op.f(N)
import x
@x.y(1)
def h():
  op.f()
h()
def h(n):
  op.f(n)
  h(n)
h(1)
def g():
  yield 'a'
  yield from ('b', 'c')
for x in g():
  op.f(x)
def run_70():
  yield 1
async def run_71():
  await op.f()
  x = await h()
async def h():
  op.g()
from elsewhere import skip
if skip(op, __name__):
  op.a()
op.f()
def create(t):
  op.f(t, 'wrapped')
def run_73():
  create('x')
def run_74(a, b=1, *c, **d):
  op.f(a, b, c, d)
D = 'x'
def h(a=D):
  op.f(a)
h()
class A:
  x = 1
  def __init__(self, n):
    self.n = n
  def go(self):
    op.f(self.n, self.x)
A('a').go()
class A:
  def __init__(self, n):
    self.n = n
  def go(self):
    op.f(self.n, self.kind)
class B(A):
  kind = 'b'
  def __init__(self, n):
    super().__init__(n + '!')
B('x').go()
class A:
  @classmethod
  def make(cls, x):
    return cls(x)
  @staticmethod
  def st(x):
    op.s(x)
  @property
  def up(self):
    return self.v.upper()
  def __init__(self, v):
    self.v = v
A.st(1)
op.f(A.make('q').up)
from dataclasses import dataclass
@dataclass
class S:
  table: str
  column: str = 'id'
s = S('t')
op.f(s.table, s.column, S(table='u', column='v').column)
from typing import NamedTuple
class S(NamedTuple):
  a: int
  b: int
for s in [S(1, 2)]:
  op.f(s.a, s.b)
class A:
  def __call__(self, x):
    op.f(x)
A()(3)
class A:
  def name(self):
    raise NotImplementedError
op.f(A().name())
def run_83():
  class A:
    x = 'y'
  op.f(A.x)
