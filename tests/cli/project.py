"""Small projects to run the program on, and checks that name what went wrong."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "foreshot"

ENV = '''from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg2://localhost/x", connect_args={"options": "-c lock_timeout=5000"})
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
'''
INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = postgresql://localhost/x\n"


def revision(number, down=None, up="pass", down_body="pass", head=""):
    indent = lambda body: "\n".join("    " + line for line in body.split("\n"))
    return (f'{head}from alembic import op\nimport sqlalchemy as sa\n\nrevision = "{number}"\ndown_revision = {down!r}\n\n\n'
            f"def upgrade():\n{indent(up)}\n\n\ndef downgrade():\n{indent(down_body)}\n")


USERS = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))'
DROP_USERS = 'op.drop_table("users")'
INDEX = 'op.create_index("ix_users_email", "users", ["email"])'
DROP_INDEX = 'op.drop_index("ix_users_email", "users")'


class Project:
    """A folder with a table and, in the second revision, an index that blocks writes: MIG101."""

    def __init__(self, files=None, plain=True):
        self.holder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.holder.name).resolve()
        if plain:
            self.write("alembic.ini", INI)
            self.write("migrations/env.py", ENV)
            self.write("migrations/versions/0001_users.py", revision("0001", None, USERS, DROP_USERS))
            self.write("migrations/versions/0002_index.py", revision("0002", "0001", INDEX, DROP_INDEX))
        for path, text in (files or {}).items():
            self.write(path, text)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def run(self, *arguments, cwd=None, env=None, timeout=60, before=None):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FORESHOT_") and k not in ("NO_COLOR", "FORCE_COLOR")}
        clean.update(env or {})
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd or self.root, capture_output=True, env=clean, timeout=timeout, preexec_fn=before)
        done.out = done.stdout.decode("utf-8", "replace")
        done.err = done.stderr.decode("utf-8", "replace")
        return done

    def codes(self, *arguments, **options):
        done = self.run("check", *arguments, "--output-format", "json", **options)
        if done.returncode not in (0, 1):
            raise AssertionError(f"exit code {done.returncode}: {done.err}")
        return sorted(f["code"] for f in json.loads(done.out)["findings"])


failures = 0


def check(what, condition, seen=""):
    global failures
    if not condition:
        failures += 1
        print(f"failed: {what}\n{seen}")


def equal(what, seen, wanted):
    check(what, seen == wanted, f"  seen   {seen!r}\n  wanted {wanted!r}")


def finish():
    print("failed" if failures else "passed")
    sys.exit(1 if failures else 0)
