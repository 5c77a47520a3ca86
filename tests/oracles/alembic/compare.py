"""Renders every case with the real Alembic and with foreshot, and says where they differ.

    compare.py DUMP-PROGRAM FOLDER REQUIREMENT…     the requirements name one pair of releases

The releases are installed into FOLDER (a virtual environment each), once. Status 77 when they cannot be.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "build"))
import download  # noqa: E402

RENDER = r'''
import io, json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import cases
import alembic, sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

newer = tuple(int(n) for n in alembic.__version__.split(".")[:2]) >= (1, 18)
rendered = []
namespace = {}
exec(cases.PRELUDE, namespace)
for body, conventional in cases.cases(newer):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": False}
    options["target_metadata"] = sa.MetaData(naming_convention=cases.CONVENTION) if conventional else sa.MetaData()
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    error = None
    with Operations.context(context):
        try:
            exec(body, dict(namespace))
        except Exception as problem:
            error = type(problem).__name__ + ": " + str(problem).splitlines()[0]
    rendered.append({"body": body, "conventional": conventional, "sql": buffer.getvalue(), "error": error})
json.dump({"alembic": alembic.__version__, "sqlalchemy": sa.__version__, "cases": rendered}, sys.stdout)
'''


def statements(text):
    """Alembic ends each statement with a semicolon and an empty line."""
    for part in re.split(r";\s*\n\s*\n", text + "\n\n"):
        if normal(part):
            yield normal(part)


def ordered(all_statements):
    """Indexes and constraints that a column's flags make come out of a set: their order is chance."""
    result, run = [], []
    for statement in [*all_statements, None]:
        loose = statement and re.match(r"CREATE (UNIQUE )?INDEX |ALTER TABLE \S+ ADD (UNIQUE|FOREIGN)", statement)
        if loose:
            run.append(statement)
            continue
        result += sorted(run)
        run = []
        if statement:
            result.append(statement)
    return result


def normal(sql):
    sql = re.sub(r"\s+", " ", sql).strip().rstrip(";")
    sql = re.sub(r"\( ", "(", sql)
    sql = re.sub(r" \)", ")", sql)
    return sql.replace("%%", "%")


def main():
    dump, folder, requirements = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    python = download.environment(folder / "venv", requirements)
    done = subprocess.run([python, "-c", RENDER, str(HERE)], capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr)
        return 1
    real = json.loads(done.stdout)

    sys.path.insert(0, str(HERE))
    import cases

    scratch = folder / "revisions"
    for kind in ("plain", "conventional"):
        (scratch / kind).mkdir(parents=True, exist_ok=True)
        for old in (scratch / kind).glob("*.py"):
            old.unlink()
    for number, case in enumerate(real["cases"]):
        kind = "conventional" if case["conventional"] else "plain"
        body = "\n".join("    " + line for line in case["body"].strip().splitlines())
        text = f'{cases.PRELUDE}\nrevision = "r{number}"\ndown_revision = None\n\n\ndef upgrade():\n{body}\n'
        (scratch / kind / f"case_{number:04}.py").write_text(text)
    ours = {}
    for kind in ("plain", "conventional"):
        options = ["--sqlalchemy", real["sqlalchemy"], "--alembic", real["alembic"]]
        if kind == "conventional":
            for key, words in cases.CONVENTION.items():
                options += ["--convention", f"{key}={words}"]
        done = subprocess.run([dump, *options, str(scratch / kind)], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr, "status", done.returncode)
            return 1
        for line in done.stdout.splitlines():
            path, which, call, sql, tag = line.split("\t")
            ours.setdefault(int(re.search(r"case_(\d+)", path)[1]), []).append(normal(sql))

    different = 0
    compared = 0
    for number, case in enumerate(real["cases"]):
        if case["error"]:
            if os.environ.get("SHOW_ERRORS"):
                print("refused by Alembic:", case["body"].strip(), "\n   ", case["error"])
            continue
        compared += 1
        expected = list(statements(case["sql"]))
        found = ours.get(number, [])
        if ordered(expected) == ordered(found):
            continue
        different += 1
        print("case:   ", case["body"].strip())
        print("Alembic:", "\n         ".join(expected))
        print("ours:   ", "\n         ".join(found))
        print()
    print(f"SQLAlchemy {real['sqlalchemy']}, Alembic {real['alembic']}: {compared} calls compared, {different} differ")
    return 1 if different or compared < 300 else 0


sys.exit(main())
