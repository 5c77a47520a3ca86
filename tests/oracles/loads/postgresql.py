"""Runs the async cases on a real PostgreSQL with asyncpg: what raises on SQLite has to raise there, and nothing else.

    postgresql.py FOLDER SERVERS     FOLDER: the virtual environment of compare.py; SERVERS: where servers are kept
"""

import os
import pathlib
import sys
import tempfile

import compare

sys.path.insert(0, str(compare.HERE.parent / "postgres"))
import download  # noqa: E402
import servers  # noqa: E402

MAJOR = 16


def main() -> int:
    folder, store = (pathlib.Path(each).resolve() for each in sys.argv[1:])
    client = servers.install(store, [MAJOR])
    if pathlib.Path(sys.executable).parent != client.parent and "psycopg2" not in sys.modules and not os.environ.get("FORESHOT_CLIENT"):
        # The client that waits for the server is in an environment of its own.
        os.execve(client, [client, __file__, *map(str, (folder, store))], os.environ | {"FORESHOT_CLIENT": "1"})
    python = download.environment(folder, [*compare.REQUIREMENTS, "asyncpg==0.30.0"])
    wrong = number = 0
    with servers.Server(store, MAJOR) as server, tempfile.TemporaryDirectory() as scratch:
        server.connect("postgres").close()
        url = f"postgresql+asyncpg://postgres@/postgres?host={server.data}"
        for name in compare.FOLDERS:
            project = compare.layout(pathlib.Path(scratch), name)
            there, here = compare.run(python, project / name, url), compare.run(python, project / name)
            for case, seen in there.items():
                number += 1
                one, other = (each["failed"] and [each["failed"][0], each["failed"][1]] for each in (seen, here[case]))
                if one != other:
                    wrong += 1
                    print(f"{name}/{case}: {one} on PostgreSQL, {other} on SQLite")
    print(f"{number} cases on PostgreSQL {MAJOR}, {wrong} of which do otherwise on SQLite")
    return 1 if wrong or not number else 0


if __name__ == "__main__":
    sys.exit(main())
