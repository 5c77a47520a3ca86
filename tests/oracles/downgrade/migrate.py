"""Runs the real Alembic in this process, on the connection of a test database, whatever env.py would connect to.

    migrate.py DRIVER-URL < commands        a command a line: FOLDER<tab>DATABASE<tab>upgrade|downgrade|stamp<tab>REVISION

For each it answers one line: ok, or the error in one line.
"""

import io
import os
import sys

import sqlalchemy
from alembic import command, config
from sqlalchemy import engine, pool

make = sqlalchemy.create_engine
database = [""]


def connect(*_, **__):
    # What env.py says about timeouts and isolation is not what is tried here.
    return make(sys.argv[1].replace("DATABASE", database[0]), poolclass=pool.NullPool)


for module in (sqlalchemy, engine):
    module.create_engine = module.engine_from_config = connect


def run(folder, name, verb, revision):
    database[0] = name
    os.chdir(folder)
    settings = config.Config("alembic.ini", stdout=io.StringIO())
    path = list(sys.path)
    sys.path.insert(0, folder)
    try:
        getattr(command, verb)(settings, revision)
    finally:
        sys.path[:] = path
        # The next project has modules of the same names.
        for loaded in [n for n, m in sys.modules.items() if str(getattr(m, "__file__", None) or "").startswith(folder)]:
            del sys.modules[loaded]


for line in sys.stdin:
    try:
        run(*line.rstrip("\n").split("\t"))
        answer = "ok"
    except BaseException as error:  # env.py may exit
        answer = f"{type(error).__name__}: " + " ".join(str(error).split())[:300]
    print(answer, flush=True)
