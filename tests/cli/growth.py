"""Ten times the input costs about ten times the work: nothing that a file or a project can hold is quadratic.

Processor time of the whole run, and its peak memory. A case that takes hardly any time is not judged.
"""

import os
import subprocess
import sys

import call_graphs
from project import PROGRAM, Project, check, finish, revision

STEEPEST = 16          # ten times the input, and room for caches and noise
TOO_SHORT = 1.0        # seconds
MOST_MEMORY = 700      # MB


def module(make):
    return lambda n: Project({"s.py": "import sqlalchemy\n" + make(n)})


def revisions(n, down, up, back):
    return {f"migrations/versions/{i:06}_x.py": revision(f"{i:06}", down(i), up(i), back(i)) for i in range(3, n + 3)}


def chain(i):
    return "0002" if i == 3 else f"{i - 1:06}"


def add(i):
    return f'op.add_column("users", sa.Column("c{i}", sa.Text))'


def drop(i):
    return f'op.drop_column("users", "c{i}")'


def body(up, down=lambda i: "pass"):
    return lambda n: Project({"migrations/versions/0003_x.py": revision("0003", "0002", "\n".join(map(up, range(n))), "\n".join(map(down, range(n))))})


def create(i):
    return f'op.create_table("t{i}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("u", sa.Integer, sa.ForeignKey("users.id")))'


def ladder(n):
    files, tips = {}, ["0002"]
    for i in range(n):
        down = tips[0] if len(tips) == 1 else tuple(tips)
        tips = [f"a{i}", f"b{i}"]
        files |= {f"migrations/versions/{tip}.py": revision(tip, down) for tip in tips}
    return Project(files)


def merge(n):
    files = revisions(n, lambda i: "0002", add, drop)
    return Project(files | {"migrations/versions/m.py": revision("m", tuple(f"{i:06}" for i in range(3, n + 3)))})


def models(n):
    files = {"app/__init__.py": ""}
    for i in range(n):
        text = files.setdefault(f"app/m{i // 10}.py", "from sqlalchemy import *\nfrom sqlalchemy.orm import *\n" +
                                ("class Base(DeclarativeBase): pass\n" if i < 10 else "from app.m0 import Base\n"))
        text += f'class M{i}(Base):\n    __tablename__ = "m{i}"\n    id: Mapped[int] = mapped_column(primary_key=True)\n'
        for j in range(10):
            text += (f'    f{j}_id = mapped_column(ForeignKey("m{(i + j + 1) % n}.id"))\n'
                     f'    r{j}: Mapped["M{(i + j + 1) % n}"] = relationship(foreign_keys=[f{j}_id])\n')
        files[f"app/m{i // 10}.py"] = text
    return Project(files)


CASES = {
    "errors in one statement": (module(lambda n: "x = [" + "a = = b, " * n + "]\n"), 5000),
    "errors in one call": (module(lambda n: "f(" + "a b c = 1 2, " * n + ")\n"), 5000),
    "errors of names": (module(lambda n: "x = 1 2; " * n + "\n"), 5000),
    "errors on lines": (module(lambda n: "def f(:\n  x = = 1\n" * n), 5000),
    "calls that do not end": (module(lambda n: "f(a b\n" * n), 5000),
    "a list of numbers": (module(lambda n: "x = [" + "1234567, " * n + "]\n"), 250000),
    "a list of texts": (module(lambda n: "x = [" + '"abcdef", ' * n + "]\n"), 250000),
    "a list of lists": (module(lambda n: "x = [" + ("[" + "1, " * 500 + "], ") * (n // 500) + "]\n"), 250000),
    "a list of dicts": (module(lambda n: "x = [" + '{"a": 1, "b": [1, 2]}, ' * n + "]\n"), 40000),
    "a dict": (module(lambda n: "x = {" + "".join(f'"k{i}": {i}, ' for i in range(n)) + "}\n"), 100000),
    "many lists": (module(lambda n: ("x = [" + "1, " * 500 + "]\n") * (n // 500)), 250000),
    "brackets": (module(lambda n: "x = " + "[" * n + "]" * n + "\n"), 10000),
    "parentheses": (module(lambda n: "x = " + "(" * n + "1" + ")" * n + "\n"), 10000),
    "nested dicts": (module(lambda n: "x = " + "{1:" * n + "1" + "}" * n + "\n"), 10000),
    "nested calls": (module(lambda n: "x = " + "f(" * n + ")" * n + "\n"), 10000),
    "brackets that do not end": (module(lambda n: "x = " + "[" * n + "\n"), 10000),
    "a chain of attributes": (module(lambda n: "x = a" + ".b" * n + "\n"), 20000),
    "a chain of calls": (module(lambda n: "x = select(A)" + ".where(b)" * n + "\n"), 20000),
    "a chain of elifs": (module(lambda n: "if a == 0:\n    pass\n" + "".join(f"elif a == {i}:\n    x = {i}\n" for i in range(n))), 10000),
    "ifs": (module(lambda n: "".join(f"if a == {i}:\n    x = {i}\n" for i in range(n))), 10000),
    "additions": (module(lambda n: "x = 1" + " + 1" * n + "\n"), 50000),
    "comparisons": (module(lambda n: "x = a" + " < a" * n + "\n"), 50000),
    "a text that grows": (module(lambda n: 'x = "a"\n' + 'x = x + "abcdef"\n' * n), 20000),
    "a list that grows": (module(lambda n: "x = []\n" + "x.append(1)\n" * n), 20000),
    "a dict that grows": (module(lambda n: "x = {}\n" + "".join(f'x["{i}"] = {i}\n' for i in range(n))), 20000),
    "functions that call the next": (module(lambda n: "".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(n))), 10000),
    "loops that query": (module(lambda n: "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\n\nclass A: pass\n\n\ndef f(session: Session):\n" +
                                "    for x in session.scalars(select(A)):\n        session.get(A, x.id)\n" * n), 2000),
    "revisions of one table": (lambda n: Project(revisions(n, chain, add, drop)), 1000),
    "revisions of many tables": (lambda n: Project(revisions(n, chain, create, lambda i: f'op.drop_table("t{i}")')), 1000),
    "heads": (lambda n: Project(revisions(n, lambda i: "0002", add, drop)), 300),
    "a merge of all": (merge, 300),
    "merges one after the other": (ladder, 300),
    "columns in one revision": (body(add, drop), 2000),
    "columns that no downgrade drops": (body(add), 2000),
    "tables in one revision": (body(create, lambda i: f'op.drop_table("t{i}")'), 2000),
    "indexes in one revision": (body(lambda i: f'op.create_index("i{i}", "users", ["email"])', lambda i: f'op.drop_index("i{i}", "users")'), 2000),
    "statements in one revision": (body(lambda i: f"op.execute(\"UPDATE users SET email = '{i}' WHERE id = {i}\")"), 2000),
    "conditions in one revision": (body(lambda i: f"if f({i}):\n    {add(i)}"), 2000),
    "models": (models, 200),
    **{name: (make, n) for name, (make, n) in call_graphs.CASES.items()},
}


def cost(project):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FORESHOT_")}
    child = subprocess.Popen([PROGRAM, "check", ".", "--output-format", "json", "--all-revisions"], cwd=project.root, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=clean)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, child.returncode


wanted = sys.argv[2] if len(sys.argv) > 2 else ""
for name, (make, n) in CASES.items():
    if wanted not in name:
        continue
    once, _, first = cost(make(n))
    tenfold, memory, second = cost(make(10 * n))
    print(f"{name:32} {n:7} {once:6.2f} s   x10 {tenfold:6.2f} s {memory:5} MB", flush=True)
    check(f"{name}: exit codes", first in (0, 1) and second in (0, 1), (first, second))
    check(f"{name}: ten times the input", tenfold <= max(TOO_SHORT, STEEPEST * once), (once, tenfold))
    check(f"{name}: memory", memory <= MOST_MEMORY, memory)
finish()
