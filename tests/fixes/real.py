#!/usr/bin/env python3
"""Every fix of the fixtures that are called "fixed…", on a real server: what --fix --unsafe-fixes makes of a project is
Python, has no finding that was not there before, is rendered by Alembic, and runs up, down to the first revision and up
again; the schema is then the same as that of the project as it was, names of helper constraints aside.

usage: real.py FORESHOT FIXTURES SERVERS WORK MAJOR REQUIREMENT… [-- NAME…]
"""

import ast
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "build"), str(HERE.parent / "oracles" / "postgres")]
import download  # noqa: E402
import servers  # noqa: E402

ENV = '''import os
import sqlalchemy as sa
from alembic import context

url = os.environ.get("FORESHOT_TEST_URL", "postgresql+psycopg2://")
if context.is_offline_mode():
    context.configure(url=url, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with sa.create_engine(url).connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
'''

# What a database holds, without what tells nothing: oids, and the order in which things were made.
SCHEMA = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid::text, '', '' FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text, '' FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
ORDER BY 1, 2, 3, 4
"""


class Failed(Exception):
    pass


def run(command, folder, **options):
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=120, **options)
    return done


def findings(foreshot, folder):
    done = run([foreshot, "check", ".", "--all-revisions", "--output-format", "json"], folder)
    if done.returncode not in (0, 1):
        raise Failed(f"exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)["findings"]


class Database:
    """One database of the server, and Alembic on it."""

    def __init__(self, server, python, folder, name):
        self.server, self.python, self.folder, self.name = server, python, folder, name
        admin = server.connect("postgres", autocommit=True)
        with admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        admin.close()

    def alembic(self, *words, fails=False):
        url = f"postgresql+psycopg2://postgres@/{self.name}?host={self.server.data}"
        done = run([self.python, "-m", "alembic", *words], self.folder, env={**os.environ, "FORESHOT_TEST_URL": url})
        if done.returncode and not fails:
            raise Failed(f"alembic {' '.join(words)}: {(done.stderr or done.stdout).strip()[-1500:]}")
        return done

    def schema(self):
        connection = self.server.connect(self.name)
        with connection.cursor() as cursor:
            cursor.execute(SCHEMA)
            rows = cursor.fetchall()
        connection.close()
        # DETACH PARTITION CONCURRENTLY leaves the bounds as a check, which the next ATTACH makes use of.
        return [row for row in rows if row[:2] != ("constraint", "events_2024")]


def runnable(folder):
    (folder / "migrations" / "env.py").write_text(ENV, encoding="utf-8")


def check(foreshot, fixture, work, server, python):
    name = "_".join(fixture.parts[-2:]).replace("-", "_")[:50]
    fixed, plain = work / "fixed", work / "plain"
    for folder in fixed, plain:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(fixture, folder)
    before = findings(foreshot, fixed)
    offered = [f for f in before if f["fix"]]
    done = run([foreshot, "check", ".", "--all-revisions", "--fix", "--unsafe-fixes"], fixed)
    if done.returncode not in (0, 1):
        raise Failed(done.stderr)
    after = findings(foreshot, fixed)
    left = [f for f in after if f["fix"]]
    if not offered or left:
        raise Failed(f"{len(offered)} findings offer a fix, afterwards {len(left)}: {[f['message'] for f in left]}")
    prints = {f["fingerprint"] for f in before}
    if new := [f for f in after if f["fingerprint"] not in prints]:
        raise Failed("new: " + "; ".join(f"{f['path']}:{f['start']['line']} {f['code']} {f['message']}" for f in new))
    versions = sorted((fixed / "migrations" / "versions").glob("*.py"))
    for path in versions:
        ast.parse(path.read_bytes())
    runnable(fixed), runnable(plain)
    database = Database(server, python, fixed, "f_" + name)
    database.alembic("upgrade", "head", "--sql")
    database.alembic("upgrade", "0001")
    base = database.schema()
    database.alembic("upgrade", "head")
    top = database.schema()
    database.alembic("downgrade", "0001")
    if (down := database.schema()) != base:
        raise Failed(f"down again, it is not what it was: {sorted(set(map(str, down)) ^ set(map(str, base)))}")
    database.alembic("upgrade", "head")
    if (again := database.schema()) != top:
        raise Failed(f"up again, it is not the same: {sorted(set(map(str, again)) ^ set(map(str, top)))}")
    database.alembic("downgrade", "base")
    # What could not run before cannot be compared.
    original = Database(server, python, plain, "p_" + name)
    if original.alembic("upgrade", "heads", fails=True).returncode == 0:
        changed = {f["code"] for f in offered} & {"MIG703", "MIG706", "MIG716"}
        if not changed and original.schema() != top:
            raise Failed(f"the end is another: {sorted(set(map(str, original.schema())) ^ set(map(str, top)))}")
    return len(offered), len(versions)


def main():
    foreshot, fixtures, kept, work, major = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve(), pathlib.Path(sys.argv[4]).resolve(), int(sys.argv[5])
    words = sys.argv[6:]
    names = words[words.index("--") + 1:] if "--" in words else []
    requirements = words[: words.index("--")] if "--" in words else words
    servers.install(kept, [major])
    python = download.environment(work / "alembic", [*requirements, servers.CLIENT])
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [str(python), *sys.argv])
    cases = sorted(path.parent for path in fixtures.rglob("foreshot.toml") if path.parent.name.startswith("fixed"))
    cases = [case for case in cases if not names or any(name in str(case) for name in names)]
    failed = total = 0
    with servers.Server(kept, major) as server:
        for case in cases:
            try:
                offered, _ = check(foreshot, case, work, server, python)
                total += offered
            except Failed as problem:
                failed += 1
                print(f"{case.relative_to(fixtures)}: {problem}")
    print(f"{total} fixes in {len(cases) - failed} of {len(cases)} projects on PostgreSQL {major}")
    return 1 if failed or not cases else 0


sys.exit(main())
