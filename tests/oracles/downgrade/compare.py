#!/usr/bin/env python3
"""Does the downgrade mirror? The real Alembic runs each revision up, down and up again on a real server; the catalogs before
and after are compared with what MIG503, MIG504 and MIG505 say of it: silent exactly where it mirrors and runs.

usage: compare.py FORESHOT FOLDER FIXTURES MAJOR REQUIREMENT…
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "postgres"), str(HERE.parent.parent / "build")]
import download  # noqa: E402
import servers  # noqa: E402
from cases import BASE, CASES, CONVENTION, NAMED  # noqa: E402

FIXTURES = ("mig/downgrade-does-not-mirror", "mig/downgrade-fails", "mig/downgrade-leaves-enum", "tour")
SAID = ("MIG503", "MIG504", "MIG505")
NO_DOWNGRADE = ("MIG501", "MIG502")
# What is no question of this test, and why.
APART = {
    "mig/downgrade-does-not-mirror/other-name 0002": "the key comes back under another name, which is not said",
    "mig/downgrade-does-not-mirror/mirrors 0004": "it sends what nobody can read, so nothing is said",
    "tour 0020_second_thoughts_about_coupons": "the upgrade fails: it shows MIG702",
    "tour 0018": "the upgrade fails: it shows MIG408",
    "tour 0019": "the upgrade fails: it shows MIG704",
}

ENV = '''from alembic import context
from sqlalchemy import MetaData, create_engine

with create_engine("postgresql+psycopg2://localhost/x").connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True, target_metadata=MetaData(naming_convention={convention}))
    with context.begin_transaction():
        context.run_migrations()
'''
REVISION = '''from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "{id}"
down_revision = {down!r}


def upgrade():
{up}


def downgrade():
{back}
'''


def project(folder, cases, convention=None):
    """One project: the start, and one revision."""
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = postgresql://localhost/x\n")
    (folder / "migrations" / "env.py").write_text(ENV.format(convention=convention))
    (folder / "foreshot.toml").write_text("")
    down = None
    for name, up, back in cases:
        indent = lambda text: "\n".join("    " + line for line in text.split("\n"))
        (folder / "migrations" / "versions" / f"{name}.py").write_text(REVISION.format(id=name, down=down, up=indent(up), back=indent(back)))
        down = name
    return folder


class Alembic:
    """The real one, in a process of its own that lives on."""

    def __init__(self, python, url):
        self.process = subprocess.Popen([python, HERE / "migrate.py", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def run(self, folder, database, verb, revision):
        self.process.stdin.write(f"{folder}\t{database}\t{verb}\t{revision}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        return None if answer == "ok" else answer or "Alembic is gone"


def chain(foreshot, folder):
    """(revision, down_revision) in order, and what is said: {revision: codes}."""
    done = subprocess.run([foreshot, "check", "--all-revisions", "--output-format", "json", "."], cwd=folder, capture_output=True, check=False)
    said = {}
    for finding in json.loads(done.stdout)["findings"]:
        said.setdefault(finding["revision"], {}).setdefault(finding["code"], finding["message"])
    parents = {}
    for path in (folder / "migrations" / "versions").glob("*.py"):
        text = path.read_text()
        found = re.search(r"^revision\b[^=\n]*=\s*[\"']([^\"']+)", text, re.M)
        parent = re.search(r"^down_revision\b[^=\n]*=\s*(?:[\"']([^\"']+)|None)", text, re.M)
        parents[parent[1] if parent else None] = found[1]
    order, at = [], None
    while at in parents:
        order.append((parents[at], at))
        at = parents[at]
    return order, said


class Comparison:
    def __init__(self, server, alembic):
        self.server, self.alembic = server, alembic
        self.admin = server.connect("postgres", autocommit=True)
        self.count = self.judged = 0
        self.wrong = []

    def database(self, template="template0"):
        self.count += 1
        name = f"d{self.count}"
        self.admin.cursor().execute(f"create database {name} template {template} strategy file_copy")
        return name

    def drop(self, name):
        self.admin.cursor().execute(f"drop database if exists {name} with (force)")

    def look(self, name, fill=False):
        import snapshot
        connection = self.server.connect(name)
        try:
            seen = snapshot.snapshot(connection)
            connection.rollback()
            if fill:
                snapshot.fill(connection)
            return seen
        finally:
            connection.close()

    def truth(self, folder, base, revision, parent):
        """Why the downgrade of a revision is not the mirror of its upgrade; None: it is. Without an upgrade: the error."""
        name = self.database(base)
        try:
            before = self.look(name)
            if error := self.alembic.run(folder, name, "upgrade", revision):
                return "upgrade", error
            self.look(name, fill=True)
            if error := self.alembic.run(folder, name, "downgrade", parent or "base"):
                return "fails", error
            after = self.look(name)
            if before != after:
                return "differs", "; ".join(sorted(f"lost {x}" for x in before - after) + sorted(f"left {x}" for x in after - before))
            if error := self.alembic.run(folder, name, "upgrade", revision):
                return "fails", "the second upgrade: " + error
            return None, ""
        finally:
            self.drop(name)

    def revision(self, what, folder, base, revision, parent, said):
        if what in APART or any(code in said for code in NO_DOWNGRADE):
            return
        kind, why = self.truth(folder, base, revision, parent)
        if kind == "upgrade":
            self.wrong.append(f"{what}: the upgrade fails: {why}")
            return
        if why.startswith("NotImplementedError"):
            return  # refused, with the reason: nothing is said
        self.judged += 1
        told = {code: said[code] for code in SAID if code in said}
        if (kind is None) == (not told):
            # A downgrade that runs is not one that fails, nor the other way round.
            if kind is None or (kind == "fails") == ("MIG505" in told):
                return
        self.wrong.append(f"{what}: {'mirrors' if kind is None else kind} {why}\n    said: {told or 'nothing'}")

    def tree(self, what, folder, foreshot, base=None):
        order, said = chain(foreshot, folder)
        own = base is None
        database = self.database() if own else base
        for revision, parent in order if own else order[1:]:
            self.revision(f"{what} {revision}", folder, database, revision, parent, said.get(revision, {}))
            if own and f"{what} {revision}" in APART:
                self.alembic.run(folder, database, "stamp", revision)
            elif own and (error := self.alembic.run(folder, database, "upgrade", revision)):
                self.wrong.append(f"{what} {revision}: {error}")
                break
        if own:
            self.drop(database)


def main():
    foreshot, folder, fixtures = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    major, requirements = int(sys.argv[4]), sys.argv[5:]
    client = servers.install(folder, [major])
    if pathlib.Path(sys.executable) != client:
        os.execv(client, [str(client), *sys.argv])
    python = download.environment(folder / "alembic", [*requirements, servers.CLIENT])
    with servers.Server(folder, major) as server, tempfile.TemporaryDirectory() as scratch:
        server.connect("postgres").close()
        comparison = Comparison(server, Alembic(python, f"postgresql+psycopg2://postgres@/DATABASE?host={server.data}"))
        scratch = pathlib.Path(scratch).resolve()
        for convention, cases in ((None, CASES), (CONVENTION, NAMED)):
            kind = "named" if convention else "case"
            start = project(scratch / f"{kind}-start", [("start", BASE, "pass")], convention)
            base = comparison.database()
            if error := comparison.alembic.run(start, base, "upgrade", "head"):
                raise SystemExit(f"the start cannot be made: {error}")
            for number, (name, up, back) in enumerate(cases):
                folder_of = project(scratch / f"{kind}{number}", [("start", BASE, "pass"), (f"{kind}{number}", up, back)], convention)
                comparison.tree(f"{kind} {name!r}:", folder_of, foreshot, base)
        for fixture in FIXTURES:
            for found in sorted({path.parent for path in (fixtures / fixture).rglob("foreshot.toml")}):
                copy = scratch / "fixtures" / found.relative_to(fixtures)
                shutil.copytree(found, copy)
                # A module that a fixture only names.
                (copy / "elsewhere.py").write_text("def __getattr__(name):\n    return lambda *_, **__: 'SELECT 1'\n")
                comparison.tree(str(found.relative_to(fixtures)), copy, foreshot)
    print(f"{comparison.judged} revisions")
    print("\n".join(comparison.wrong))
    return 1 if comparison.wrong or comparison.judged < len(CASES) + len(NAMED) else 0


if __name__ == "__main__":
    sys.exit(main())
