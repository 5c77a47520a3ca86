"""The shapes of call graphs in which an analysis that follows calls may lose its way.

As a program: each of them, small, ends soon. growth.py holds ten times the input to about ten times the work.
"""

import sys
import time

from project import Project, check, finish

SOON = 20.0  # seconds, on a machine that does other things too

HEAD = """from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase): pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    children: Mapped[list["A"]] = relationship()


"""


def functions(n, body):
    return Project({"s.py": HEAD + "".join(body(i, n) for i in range(n))})


def mutual(i, n):
    """Each calls two others, around in a circle."""
    return (f"def f{i}(session: Session, x):\n    for y in session.scalars(select(A).where(A.id == x.id)):\n"
            f"        f{(i + 1) % n}(session, y)\n        f{(i * 7 + 3) % n}(session, y)\n    return x.children\n\n\n")


def of_async(i, n):
    return (f"async def f{i}(session: AsyncSession, x):\n    y = await session.get(A, {i})\n    await f{(i + 1) % n}(session, y)\n"
            f"    await f{(i * 7 + 3) % n}(session, x)\n    await session.commit()\n    return y.id\n\n\n")


def chain(i, n):
    """Each is only a step to the next; the last one asks."""
    return f"def f{i}(session, x):\n    return f{i + 1}(session, x)\n\n\n" if i + 1 < n else f"def f{i}(session, x):\n    return [y.children for y in session.query(A)]\n\n\n"


def values(i, n):
    """What one returns is what two others return, and a list of both."""
    return f"def f{i}(session: Session):\n    return [f{(i + 1) % n}(session), f{(i + 2) % n}(session), session.scalars(select(A)).all()]\n\n\n"


def methods(n):
    text = HEAD + "class Service:\n    def __init__(self, session: Session):\n        self.session = session\n\n"
    for i in range(n):
        text += f"    def m{i}(self, x):\n        y = self.session.get(A, x)\n        return self.m{(i * 3 + 1) % n}(y.id) or self.m{(i * 5 + 2) % n}(y)\n\n"
    return Project({"s.py": text})


def modules(n):
    """Each in a file of its own that imports the others."""
    files = {"app/__init__.py": "", "app/models.py": HEAD}
    for i in range(n):
        files[f"app/m{i}.py"] = (f"from sqlalchemy import select\nfrom app.models import A\nfrom app import m{(i + 1) % n}, m{(i * 7 + 3) % n}\n\n\n"
                                 f"def f(session, x):\n    for y in session.scalars(select(A)):\n        m{(i + 1) % n}.f(session, y)\n        m{(i * 7 + 3) % n}.f(session, y)\n")
    return Project(files)


def turns(n):
    """One coroutine that changes, commits and reads again and again."""
    step = "    a.parent_id = 1\n    await session.flush()\n    a.children.append(b)\n    await session.commit()\n    b.id\n"
    return Project({"s.py": HEAD + "async def f(session: AsyncSession):\n    a = await session.get(A, 1)\n    b = A()\n    session.add(b)\n" + step * n})


CASES = {
    "functions that call two others": (lambda n: functions(n, mutual), 1000),
    "coroutines that call two others": (lambda n: functions(n, of_async), 1000),
    "helpers one after the other": (lambda n: functions(n, chain), 2000),
    "functions that return what two others do": (lambda n: functions(n, values), 1000),
    "methods that call two others": (methods, 2000),
    "modules that call two others": (modules, 100),
    "a coroutine that commits and reads": (turns, 1000),
}

if __name__ == "__main__":
    for name, (make, n) in CASES.items():
        project = make(n)
        began = time.monotonic()
        done = project.run("check", "--isolated", ".")
        took = time.monotonic() - began
        print(f"{name:45} {n:6} {took:6.2f} s", flush=True)
        check(f"{name}: exit code", done.returncode in (0, 1), done.returncode)
        check(f"{name}: ends soon", took <= SOON, took)
    finish()
