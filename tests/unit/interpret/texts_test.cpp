#include "tests/unit/interpret/table.h"

namespace foreshot::interpret {
namespace {

class Texts : public Snippets {};
TEST_P(Texts, AreBuilt) { EXPECT_EQ(interpret(GetParam().code), GetParam().recorded); }

const std::vector<Snippet> built = {
    {"f_strings", "x = 'a'\nop.f(f'{x}{1}{None}{True}', f'{x!r} {x:>3}|{x:<3}|{5:03}', f'{x=}', f'{{}}', f'{(1, 2)} {[\"q\"]}')",
     {"op.f('a1NoneTrue', ''a'   a|a  |005', 'x='a'', '{}', '(1, 2) ['q']')"}},
    {"percent", "op.f('%s-%d-%r' % ('a', 2, 'b'), '%(n)s' % {'n': 1}, '100%% %s' % 'x', '%5s|%-3s|' % ('a', 'b'))",
     {"op.f('a-2-'b'', '1', '100% x', '    a|b  |')"}},
    {"format", "op.f('{} {1}'.format('a', 'b'), '{n!r:>4}{{}}'.format(n='x'), '{0[k]} {0[j]}'.format({'k': 1, 'j': 2}))",
     {"op.f('a b', ' 'x'{}', '1 2')"}},
    {"format_map", "op.f('{a}'.format_map({'a': 1}))", {"op.f('1')"}},
    {"format_attribute", "class T:\n  name = 'n'\nop.f('{0.name}'.format(T))", {"op.f('n')"}},
    {"join", "op.f(', '.join(['a', 'b']), '-'.join(str(i) for i in range(3)), ''.join(()))", {"op.f('a, b', '0-1-2', '')"}},
    {"join_of_unknown", "def run(c):\n  op.f(f\"X ({', '.join(c)})\", ', '.join(['a', c]))",
     {"op.f('X ({', '.join(c)})', 'a, {c}')"}},
    {"methods", "op.f(' x '.strip(), 'xxa'.lstrip('x'), 'axx'.rstrip('x'), 'aB'.lower(), 'aB'.upper(), 'ab cd'.title(), 'aB'.capitalize())",
     {"op.f('x', 'a', 'a', 'ab', 'AB', 'Ab Cd', 'Ab')"}},
    {"splitting", "op.f('a b'.split(), 'a,b,c'.split(',', 1), 'a\\nb'.splitlines(), 'a.b.c'.rsplit('.', 1), 'a.b'.partition('.'))",
     {"op.f(['a', 'b'], ['a', 'b,c'], ['a', 'b'], ['a.b', 'c'], ('a', '.', 'b'))"}},
    {"prefixes", "op.f('ab'.startswith('a'), 'ab'.endswith(('x', 'b')), 'ab'.removeprefix('a'), 'ab'.removesuffix('x'))",
     {"op.f(True, True, 'b', 'ab')"}},
    {"replace", "op.f('a__T__b'.replace('__T__', 't'), 'aaa'.replace('a', 'b', 2))", {"op.f('atb', 'bba')"}},
    {"padding", "op.f('7'.zfill(3), 'a'.ljust(3) + '|', 'a'.rjust(3, '.'))", {"op.f('007', 'a  |', '..a')"}},
    {"encoding_keeps", "op.f('a'.encode('utf-8').decode())", {"op.f('a')"}},
    {"dedent", "import textwrap\nop.f(textwrap.dedent('''\n    a\n      b\n'''), textwrap.indent('a\\nb', '  '))",
     {"op.f('\na\n  b\n', '  a\n  b')"}},
    {"cleandoc", "import inspect\nop.f(inspect.cleandoc('''x\n    y\n      z\n  '''))", {"op.f('x\ny\n  z')"}},
    {"holes_say_what", "def run(s, t):\n  op.f(f'{s}.{t.name}', 'a' + s + 'b', s + 'c', '%s!' % s, '{}'.format(t.x), f'{get(s)}')",
     {"op.f('{s}.{t.name}', 'a{s}b', '{s}c', '{s}!', '{t.x}', '{get(s)}')"}},
    {"settings_are_constants",
     "import os\nfrom app.conf import settings, config, make\nq = os.environ['Q']\n"
     "op.f(f'{q}x', settings.S + '.t', '%s' % config['k'], os.getenv('E', 'd') + 'x', config.get_option('o') + 'x', make().y + 'x')",
     {"op.f('{Q}x', '{S}.t', '{k}', '{E}x', '{o}x', '{y}x')"}},
    {"settings_with_defaults",
     "from app import settings as s\nx = s['a'] or 'd'\ny = s['a'] if s['a'] else ''\nz = s['a'] if unknown() else 'b'\np = s['a'] + '.' if s['a'] else ''\n"
     "op.f(x + 't', y + 't', f'{z}t', f'{p}t')",
     {"op.f('{a}t', '{a}t', '{z}t', '{a}t<{a}.|>')"}},
    {"holes_stay_through_methods", "def run(s):\n  q = f' A {s} '\n  op.f(q.strip().lower().replace('a', 'b'), q.startswith(' A'), q.split())",
     {"op.f('b {s}', True, ?)"}},
    {"templates_of_the_module", "SQL = '''DROP __T__'''\ndef run():\n  for t in ('a', 'b'):\n    op.f(SQL.replace('__T__', t))",
     {"op.f('DROP a') loop t[0]", "op.f('DROP b') loop t[1]"}},
    {"enums", "import enum\nclass E(enum.Enum):\n  A_B = 'x'\n  C = 2\nop.f([e.value for e in E], E.A_B.name, f'{E.C}', E('x').name, E['C'].value, E.C == E.C)",
     {"op.f(['x', 2], 'A_B', 'E.C', 'A_B', 2, True)"}},
    {"enum_case_arms", "from enum import Enum\nclass E(Enum):\n  a_b = 1\n  c = 2\nop.f(' '.join(f\"WHEN {e.value} THEN '{e.name.replace('_', '-')}'\" for e in E))",
     {"op.f('WHEN 1 THEN 'a-b' WHEN 2 THEN 'c'')"}},
    {"automatic_enums", "import enum\nclass E(enum.Enum):\n  A = enum.auto()\n  B = enum.auto()\nclass S(enum.StrEnum):\n  A = enum.auto()\nop.f(E.B.value, f'{S.A}')",
     {"op.f(2, 'a')"}},
};
INSTANTIATE_TEST_SUITE_P(Built, Texts, testing::ValuesIn(built), snippet_name);

// Where the bytes of a built text come from.
class Origins : public Recording {
 public:
  auto call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> override {
    if (callee.external_name() == "lib.op.f" && !arguments.items.empty() && arguments.items[0].value.mapped_text() != nullptr) {
      text = *arguments.items[0].value.mapped_text();
      const auto at = text.text().find("NEEDLE");
      if (at != std::string::npos) place = text.origin(at, at + 6);
    }
    return Recording::call(site, callee, arguments);
  }
  MappedText text;
  Span place;
};

TEST(TextOrigins, SurviveEveryOperation) {
  for (const std::string expression :
       {"'NEEDLE'", "f'a{1}NEEDLE'", "('x' + 'y NEEDLE z').strip()", "'%s NEEDLE' % 1", "'{} NEEDLE'.format(2)", "'%s' % 'NEEDLE'",
        "', '.join(['a', 'NEEDLE'])", "'aNEEDLEb'.replace('a', 'c')", "textwrap.dedent('''\n    x NEEDLE\n    y''')", "'xNEEDLE'[1:]",
        "f'{MODULE}'", "'a NEEDLE b'.split()[1]", "{'k': 'NEEDLE'}['k']", "('a' * 2) + 'NEEDLE'", "inspect.cleandoc('''\n   NEEDLE''')"}) {
    SourceMap sources;
    const auto module_text = expression == "f'{MODULE}'" ? "NEEDLE" : "x";
    const auto id = sources.add("main.py", "from lib import op\nimport textwrap, inspect\nMODULE = '" + std::string(module_text) + "'\nop.f(" + expression + ")\n");
    ModuleIndex index;
    auto module = std::make_unique<SourceModule>();
    module->file = id;
    module->path = "main.py";
    module->tree = python::parse(id, sources.file(id).text);
    const auto* added = index.add(std::move(module));
    index.freeze();
    Origins origins;
    Interpreter interpreter(index, sources, origins);
    interpreter.run_module(*added);
    EXPECT_EQ(sources.text(origins.place), "NEEDLE") << expression << " built " << origins.text.display();
  }
}

}  // namespace
}  // namespace foreshot::interpret
