#include "tests/unit/interpret/table.h"

namespace foreshot::interpret {
namespace {

class Calls : public Snippets {};
TEST_P(Calls, AreFollowed) { EXPECT_EQ(interpret(GetParam().code), GetParam().recorded); }

const std::vector<Snippet> functions = {
    {"arguments", "def h(a, b=2, *c, d, e=5, **f):\n  op.f(a, b, c, d, e, f)\nh(1, d=4)\nh(1, 2, 3, d=4, x=6)\nh(*[1, 2], **{'d': 3})",
     {"op.f(1, 2, (), 4, 5, {}) depth 1", "op.f(1, 2, (3), 4, 5, {'x': 6}) depth 1", "op.f(1, 2, (), 3, 5, {}) depth 1"}},
    {"unknown_spread", "op.f(*u(), **v())", {"op.f(, *?, **?)"}},
    {"closures", "def outer(x):\n  def inner(y):\n    op.f(x, y)\n  return inner\nouter(1)(2)", {"op.f(1, 2) depth 1"}},
    {"nonlocal_names", "def run():\n  n = 0\n  def inc():\n    nonlocal n\n    n = n + 1\n  inc()\n  inc()\n  op.f(n)", {"op.f(2)"}},
    {"global_names", "N = 0\ndef inc():\n  global N\n  N += 1\ndef run():\n  inc()\n  op.f(N)", {"op.f(1)"}},
    {"unknown_decorators_keep", "import x\n@x.y(1)\ndef h():\n  op.f()\nh()", {"op.f() depth 1"}},
    {"recursion_ends", "def h(n):\n  op.f(n)\n  h(n)\nh(1)", {"op.f(1) depth 1", "op.f(1) depth 2"}},
    {"generators", "def g():\n  yield 'a'\n  yield from ('b', 'c')\nfor x in g():\n  op.f(x)", {"op.f('a') loop x[0]", "op.f('b') loop x[1]", "op.f('c') loop x[2]"}},
    {"generator_as_entry", "def run():\n  yield 1", {"yield 1"}},
    {"awaited", "async def run():\n  await op.f()\n  x = await h()\nasync def h():\n  op.g()", {"op.f() awaited", "op.g() depth 1"}},
    {"unresolved_callee_gets_op", "from elsewhere import skip\nif skip(op, __name__):\n  op.a()\nop.f()", {"op.a() if skip(op, __name__)", "op.f()"}},
    {"names_that_hide_names", "def create(t):\n  op.f(t, 'wrapped')\ndef run():\n  create('x')", {"op.f('x', 'wrapped') depth 1"}},
    {"parameters_are_unknown", "def run(a, b=1, *c, **d):\n  op.f(a, b, c, d)", {"op.f(?, ?, (...), {...})"}},
    {"default_arguments", "D = 'x'\ndef h(a=D):\n  op.f(a)\nh()", {"op.f('x') depth 1"}},
};
INSTANTIATE_TEST_SUITE_P(Functions, Calls, testing::ValuesIn(functions), snippet_name);

const std::vector<Snippet> classes = {
    {"methods", "class A:\n  x = 1\n  def __init__(self, n):\n    self.n = n\n  def go(self):\n    op.f(self.n, self.x)\nA('a').go()", {"op.f('a', 1) depth 1"}},
    {"inheritance", "class A:\n  def __init__(self, n):\n    self.n = n\n  def go(self):\n    op.f(self.n, self.kind)\nclass B(A):\n  kind = 'b'\n  def __init__(self, n):\n    super().__init__(n + '!')\nB('x').go()",
     {"op.f('x!', 'b') depth 1"}},
    {"kinds_of_methods", "class A:\n  @classmethod\n  def make(cls, x):\n    return cls(x)\n  @staticmethod\n  def st(x):\n    op.s(x)\n  @property\n  def up(self):\n    return self.v.upper()\n  def __init__(self, v):\n    self.v = v\nA.st(1)\nop.f(A.make('q').up)",
     {"op.s(1) depth 1", "op.f('Q')"}},
    {"dataclasses", "from dataclasses import dataclass\n@dataclass\nclass S:\n  table: str\n  column: str = 'id'\ns = S('t')\nop.f(s.table, s.column, S(table='u', column='v').column)",
     {"op.f('t', 'id', 'v')"}},
    {"named_tuples", "from typing import NamedTuple\nclass S(NamedTuple):\n  a: int\n  b: int\nfor s in [S(1, 2)]:\n  op.f(s.a, s.b)", {"op.f(1, 2) loop s[0]"}},
    {"call_operator", "class A:\n  def __call__(self, x):\n    op.f(x)\nA()(3)", {"op.f(3) depth 1"}},
    {"abstract_methods_are_unknown", "class A:\n  def name(self):\n    raise NotImplementedError\nop.f(A().name())", {"op.f(?)"}},
    {"local_classes", "def run():\n  class A:\n    x = 'y'\n  op.f(A.x)", {"class run.<locals>.A", "op.f('y')"}},
};
INSTANTIATE_TEST_SUITE_P(Classes, Calls, testing::ValuesIn(classes), snippet_name);

TEST(Modules, AreFound) {
  struct Layout {
    std::string name;
    Project project;
    std::vector<std::string> recorded;
  };
  const std::string main = "from lib import op\n";
  const std::vector<Layout> layouts = {
      {"constants", {{{"app/util.py", "TABLES = ['a', 'b']\n"}, {"app/main.py", main + "from app.util import TABLES\nop.f(TABLES)"}}, {}}, {"op.f(['a', 'b'])"}},
      {"relative", {{{"app/__init__.py", ""}, {"app/util.py", "def h(x):\n  from lib import op\n  op.f(x)\n"}, {"app/m/__init__.py", ""}, {"app/m/main.py", main + "from ..util import h\nh(1)"}}, {}}, {"op.f(1) depth 1"}},
      {"source_root", {{{"src/app/__init__.py", "X = 1"}, {"src/app/main.py", main + "from app import X\nimport app\nop.f(X, app.X)"}}, {}}, {"op.f(1, 1)"}},
      {"re_exported", {{{"a/__init__.py", "from .b import *\nfrom .c import y as z\n"}, {"a/b.py", "x = 'b'"}, {"a/c.py", "y = 'c'"}, {"main.py", main + "from a import x, z\nop.f(x, z)"}}, {}}, {"op.f('b', 'c')"}},
      {"submodules", {{{"a/__init__.py", ""}, {"a/b.py", "x = 'b'"}, {"main.py", main + "from a import b\nimport a.b as c\nimport a.b\nop.f(b.x, c.x, a.b.x)"}}, {}}, {"op.f('b', 'b', 'b')"}},
      {"namespace_packages", {{{"a/b.py", "x = 'b'"}, {"main.py", main + "import a.b\nfrom a.b import x\nop.f(a.b.x, x)"}}, {}}, {"op.f('b', 'b')"}},
      {"libraries", {{{"a/json.py", "x = 1"}, {"main.py", main + "import json\nfrom json import x\nop.f(json.x, x)"}}, {}}, {"op.f(json.x, json.x)"}},
      {"import_module", {{{"v/one.py", "T = 't'\ndef h():\n  return T\n"}, {"v/two.py", main + "from importlib import import_module\nm = import_module('v.one')\nop.f(m.T, m.h(), getattr(m, 'T'))"}}, {}}, {"op.f('t', 't', 't')"}},
      {"bound_twice_is_unknown", {{{"a.py", "x = 1\nx = 2\n"}, {"main.py", main + "from a import x\nop.f(x)"}}, {}}, {"op.f(?)"}},
      {"cycles_end", {{{"a.py", "from b import y\nx = y\n"}, {"b.py", "from a import x\ny = x\n"}, {"main.py", main + "from a import x\nop.f(x)"}}, {}}, {"op.f(?)"}},
      {"classes_across", {{{"base.py", "class A:\n  k = 'k'\n  def go(self):\n    from lib import op\n    op.f(self.k, self.v)\n"}, {"main.py", main + "from base import A\nclass B(A):\n  v = 'v'\nB().go()"}}, {}}, {"op.f('k', 'v') depth 1"}},
      {"nearest_wins", {{{"one/util.py", "X = 1"}, {"two/util.py", "X = 2"}, {"two/main.py", main + "from util import X\nop.f(X)"}}, {}}, {"op.f(2)"}},
      {"sql_files", {{{"m/sql/a.sql", "SELECT 1"}, {"m/main.py", main + "import os\nfrom pathlib import Path\nop.f((Path(__file__).parent / 'sql' / 'a.sql').read_text())\nwith open(os.path.join(os.path.dirname(__file__), 'sql/a.sql')) as f:\n  op.g(f.read())"}}, {}}, {"op.f('SELECT 1')", "op.g('SELECT 1')"}},
      {"wrapper_classes", {{{"u.py", "from lib import op\nclass Op:\n  def __init__(self, n, t):\n    self.n, self.t = n, t\n  def execute(self):\n    op.f(self.n, self.t)\ndef create(n, t):\n  return Op(n, t).execute()\n"}, {"main.py", main + "from u import create\ncreate('i', 't')"}}, {}}, {"op.f('i', 't') depth 2"}},
  };
  for (const auto& layout : layouts) EXPECT_EQ(interpret(layout.project).lines, layout.recorded) << layout.name;
}

TEST(EntryPoints, DoNotSeeEachOther) {
  SourceMap sources;
  const auto id = sources.add("main.py", "from lib import op\nL = [1]\nN = 0\ndef a():\n  global N\n  N = 5\n  L.append(2)\n  op.a(L, N)\ndef b():\n  op.b(L, N)\n");
  ModuleIndex index;
  auto module = std::make_unique<SourceModule>();
  module->file = id;
  module->path = "main.py";
  module->tree = python::parse(id, sources.file(id).text);
  const auto* added = index.add(std::move(module));
  index.freeze();
  Recording recording;
  Interpreter interpreter(index, sources, recording);
  interpreter.run_module(*added);
  for (const auto* name : {"a", "b"})
    interpreter.run_function(*added, *static_cast<const python::Function*>(added->globals.at(name).statement));
  EXPECT_EQ(recording.lines, (std::vector<std::string>{"op.a([1, 2], 5)", "op.b([1], 0)"}));
}

}  // namespace
}  // namespace foreshot::interpret
