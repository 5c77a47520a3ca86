#!/usr/bin/env python3
"""The query that `foreshot config stats.query` prints, on real servers: what it writes is read, and says what is so.

usage: table_statistics.py FORESHOT FOLDER MAJOR…
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import servers

SETUP = """
create schema app;
create table app.big (id int primary key, note text);
insert into app.big select g, repeat('x', 100) from generate_series(1, 50000) g;
create index ix_note on app.big (note);
create table few (id int);
insert into few select generate_series(1, 7);
create table uncounted (id int);
create table parted (id int, at int) partition by range (at);
create table parted_1 partition of parted for values from (0) to (10);
create table parted_2 partition of parted for values from (10) to (20);
insert into parted select g, g % 20 from generate_series(1, 3000) g;
create materialized view seen as select * from few;
create view looked as select * from few;
create temporary table gone (id int);
vacuum analyze app.big; vacuum analyze few; vacuum analyze parted_1; vacuum analyze parted_2; vacuum analyze seen;
insert into uncounted select generate_series(1, 5);
"""


def wrong(taken, major):
    tables = {f"{t['schema']}.{t['name']}": t for t in taken["tables"]}
    rows = {name: table["rows"] for name, table in tables.items()}
    wanted = {"app.big": 50000, "public.few": 7, "public.uncounted": None, "public.parted": 3000, "public.parted_1": 1500, "public.parted_2": 1500, "public.seen": 7}
    if rows != wanted:
        yield f"rows: {rows}"
    if sorted(tables["app.big"]["indexes"]) != ["big_pkey", "ix_note"] or tables["app.big"]["indexes"]["ix_note"] < 100000:
        yield f"indexes: {tables['app.big']['indexes']}"
    if tables["app.big"]["bytes"] < 5_000_000 or tables["public.parted"]["bytes"] != tables["public.parted_1"]["bytes"] + tables["public.parted_2"]["bytes"]:
        yield f"bytes: {({name: table['bytes'] for name, table in tables.items()})}"
    if taken["server"] != major or taken["version"] != 1:
        yield f"server: {taken['server']}"


def main():
    foreshot, folder, majors = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve(), [int(m) for m in sys.argv[3:]]
    client = servers.install(folder, majors)
    if pathlib.Path(sys.executable) != client:
        os.execv(client, [str(client), *sys.argv])
    query = subprocess.run([foreshot, "config", "stats.query"], capture_output=True, text=True, check=True).stdout
    failures = []
    for major in majors:
        with servers.Server(folder, major) as server, tempfile.TemporaryDirectory() as scratch:
            connection = server.connect("postgres", autocommit=True)
            cursor = connection.cursor()
            for statement in SETUP.strip().split(";")[:-1]:
                cursor.execute(statement)
            cursor.execute(query)
            text = cursor.fetchone()[0]
            failures += [f"PostgreSQL {major}: {what}" for what in wrong(json.loads(text), major)]
            project = pathlib.Path(scratch)
            (project / "sizes.json").write_text(text)
            (project / "foreshot.toml").write_text('stats = "sizes.json"\n')
            (project / "empty.py").write_text("")
            done = subprocess.run([foreshot, "check", "."], cwd=project, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                failures.append(f"PostgreSQL {major}: {done.stderr}")
    print("\n".join(failures) or "passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
