import op
import enum, os, textwrap, functools, inspect
from contextlib import contextmanager, suppress, nullcontext
from dataclasses import dataclass
from pathlib import Path
import importlib

class Color(enum.Enum):
    RED = "red"
    GREEN_ISH = "green"
    def label(self):
        return self.value

class S(enum.StrEnum):
    A = enum.auto()
    B = "b"

@dataclass
class Spec:
    table: str
    column: str = "id"

class Base:
    def __init__(self, name):
        self.name = name
    def hello(self):
        op.hello(self.name, self.kind)
class Sub(Base):
    kind = "sub"
    def __init__(self, name):
        super().__init__(name + "!")
    @property
    def up(self):
        return self.name.upper()
    @classmethod
    def make(cls):
        return cls("made")
    @staticmethod
    def st(x):
        op.st(x)

@contextmanager
def around(o, sqlite=False):
    if sqlite:
        op.pragma()
    o.before()
    try:
        yield "bound"
    finally:
        o.after()

def helper(table, *cols, schema=None, **kw):
    op.helper(table, cols, schema, kw)
    return table

def opt(x):
    if x > 1:
        return "big"
    return "small"

def run(p, q=3):
    op.enum([e.value for e in Color], [e.name for e in Color], Color.RED, f"{Color.RED} {Color.RED.value} {S.A}", len(Color), Color("green").name, Color["RED"].value)
    op.j(' '.join(f"WHEN {e.value} THEN '{e.name.replace('_', '-')}'" for e in Color))
    s = Spec("t")
    op.spec(s.table, s.column, Spec(table="u", column="v"))
    Sub("n").hello()
    op.up(Sub("n").up, Sub.make().name)
    Sub.st(1)
    with around(op) as x:
        op.inside(x)
    with around(op, sqlite=unknown):
        op.inside2()
        return_value = 1
    helper("t", "a", "b", schema="s", k=1)
    helper(*["t", "c"], **{"schema": 5})
    op.r(opt(5), opt(1), opt(p))
    f = functools.partial(helper, "p", z=3)
    f("q")
    op.path(os.path.join(os.path.dirname(__file__), "x.sql"), (Path(__file__).parent / "sql" / "y.sql").name)
    op.d(textwrap.dedent("""
        a
          b
        """), inspect.cleandoc("""x
            y
              z
        """))
    g = lambda a, b=2: op.lam(a, b)
    g(1)
    a, (b, *c), d = 1, (2, 3, 4), [5]
    op.u(a, b, c, d)
    m = {"k": 1, **{"j": 2}}
    m["z"] = 3
    op.m(m, m.get("k"), m.get("no", 9), list(m.items()), {**m, "k": 0}, m | {"q": 1})
    i = 0
    while i < 3:
        op.w(i)
        i += 1
    op.after(i)
    for i, (x, y) in enumerate([("a", "b"), ("c", "d")]):
        if x == "a":
            continue
        op.en(i, x, y)
    else:
        op.orelse()
    for x in range(10):
        if x == 2:
            break
    op.brk(x)
    n = 0
    for z in p:
        n += 1
    op.n(n)
    found = None
    for z in p:
        if z.ok:
            found = "yes"
            break
    op.found(found)
    op.slices("abcdef"[1:3], "abcdef"[::-1], [1, 2, 3][-1], "x" * 3, [0] * 2)
    with suppress(Exception):
        op.sup()
    with nullcontext("nc") as nc:
        op.nc(nc)
    op.cond("a" if p else "b")
    op.hole(f"SELECT {p.x!r} {q:>3} {p}", "%s-%s" % (p, 1), "{0.x} {y}".format(p, y=p.z), "a" + p + "b")
    for t in ("x",) if p else ("x", "y"):
        op.tt(t)
    match p:
        case "a":
            op.ma()
        case _:
            op.mb()
    match 3:
        case 3: op.three()
        case _: op.never()
    if isinstance(s, Spec) and not isinstance("x", int): op.isin()
    def inner():
        nonlocal n
        n = 7
    inner()
    op.n7(n)
    op.mod(importlib.import_module("nothing.here"))
    op.sorted(sorted(["b", "a"]), sorted([3, 1], reverse=True), max(1, 2), sum([1, 2]), any([False, True]), all([]))
    op.strs("a,b".split(","), "  x ".strip(), "Ab".lower(), "x.y".rpartition("."), "a-b".title(), "t".zfill(3))
    del m["k"]
    op.dl(m)
    assert p
    if p is None: raise ValueError("x")
    op.end()
