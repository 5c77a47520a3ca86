"""Runs every statement of statements/ on real servers and says where the prediction of cost() differs.

    compare.py PREDICT-PROGRAM FOLDER MAJOR…     with -v each refusal of a server and each statement that is not known too

Servers (npm) and the client (PyPI) are installed into FOLDER, once. Status 77 when they cannot be.

For each statement, and for the change of every type into every other (matrix.py): the strongest lock on each relation that was there before, and the work: rewritten (another relfilenode),
an index built, or scanned. A statement runs in a transaction that is rolled back; one that refuses to runs against others
that hold locks. The prediction may be that it is not known, for one statement of twenty.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

import matrix
import measure
import servers

HERE = pathlib.Path(__file__).resolve().parent
SEARCH_PATH = "library, public"
PATH = f"set search_path = {SEARCH_PATH}; set timezone = 'UTC'; set client_min_messages = debug1;"
CLAIMED = 0.95
CHANGES = re.compile("(with .*)?(insert|update|delete|merge|copy) ")


def listed(files):
    """(id, first major, last major, statements, statements that run before) of each line."""
    for file in files:
        for line in file.read_text().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            fields = [field.strip() for field in line.split("||")]
            first, _, last = fields[1].partition("-")
            yield fields[0], int(first), int(last or 99), fields[2], fields[3] if len(fields) > 3 else ""


def predicted(program, major, setup, files, search_path=SEARCH_PATH):
    """{id: (known|unknown|fails|syntax error, {relation: (lock, work, lookup?)}, reason)}"""
    run = subprocess.run([program, str(major), search_path, setup, *files], capture_output=True, text=True, check=True)
    found = {}
    for line in run.stdout.splitlines():
        name, state, effects, reason = (line.split("\t") + [""])[:4]
        parts = {}
        for effect in re.findall(r"(\S.*?)=([\w-]+:\w+(?::lookup)?) ", effects):
            parts[effect[0]] = tuple(effect[1].split(":"))
        found[name] = (state, parts, reason)
    return found


def differences(prediction, measured, sql):
    state, effects, reason = prediction
    if state == "syntax error":
        return ["foreshot's parser refuses it"]
    if isinstance(measured, str) or state == "unknown":
        return []
    if state == "fails":
        return [f"foreshot says that it fails ({reason}), the server runs it"]
    found = []
    for relation in sorted(set(effects) | set(measured)):
        lock, work, *lookup = effects.get(relation, ("-", "none"))
        if lock == "AS":
            continue
        real_lock, real_work = measured.get(relation, ("-", "none"))
        # Which keys are looked up in other tables depends on the rows.
        if real_lock == "RS" and lock == "-" and CHANGES.match(sql):
            continue
        if lock != real_lock:
            found.append(f"{relation}: lock {lock}, measured {real_lock}")
        # TRUNCATE gives the table a new, empty file.
        if sql.startswith("truncate") and real_work == "rewrite":
            real_work = "none"
        # Whether the other side of a foreign key is read by scan or by index the planner decides; so it does for
        # what UPDATE, DELETE and MERGE look for. VACUUM and ANALYZE read pages, not rows.
        planned = lock in ("RS", "RE", "E") or lookup or re.match("vacuum|analyze", sql)
        if work != real_work and not (planned and {work, real_work} == {"none", "scan"}):
            found.append(f"{relation}: {work}, measured {real_work}")
    return found


class Databases:
    """Copies of the database that setup.sql made, one at a time."""

    def __init__(self, server):
        self.server = server
        self.cursor = server.connect("postgres", autocommit=True).cursor()

    def make(self, name, sql):
        self.cursor.execute(f"create database {name}")
        self.run(name, sql)

    def run(self, name, sql):
        connection = self.server.connect(name, autocommit=True)
        connection.cursor().execute(sql)
        connection.close()

    def fresh(self, earlier):
        self.cursor.execute("drop database if exists own")
        self.cursor.execute("create database own template base")
        if earlier:
            self.run("own", PATH + earlier)
        return "own"


def measured_on(databases, sql, earlier):
    server = databases.server
    found = measure.measure(server, databases.fresh(earlier) if earlier else "base", PATH, sql)
    if isinstance(found, str) and "cannot run inside a transaction block" in found:
        found = measure.outside(server, lambda: databases.fresh(earlier), PATH, sql)
    return found


def compare(program, folder, major, verbose):
    """What one server says: (lines to print, number of differences)."""
    lines, failures, count, refused, unknown = [], 0, 0, 0, 0
    with servers.Server(folder, major) as server:
        files = sorted((HERE / "statements").glob("*.txt"))
        setup = HERE / "setup.sql"
        predictions = predicted(program, major, setup, files)
        databases = Databases(server)
        databases.cursor.execute("set allow_in_place_tablespaces = on")
        databases.cursor.execute("create tablespace elsewhere location ''")
        databases.cursor.execute("create role keeper")
        databases.make("base", setup.read_text())
        for name, first, last, sql, earlier in listed(files):
            if not first <= major <= last:
                continue
            count += 1
            state, _, reason = predictions[name]
            found = measured_on(databases, sql, earlier)
            if isinstance(found, str):
                refused += 1
                if verbose:
                    lines.append(f"{major} {name}: refused: {found} (foreshot: {state} {reason})")
            elif state == "unknown":
                unknown += 1
                if verbose:
                    lines.append(f"{major} {name}: not known: {reason}")
            for difference in differences(predictions[name], found, sql):
                failures += 1
                lines.append(f"{major} {name}: {difference}\n    {sql}")
        changes, tried, known = matrix.compare(
            lambda made, pairs: predicted(program, major, made, [pairs], "public"), databases, major)
        databases.cursor.connection.close()
    lines += changes
    failures += len(changes)
    run = count - refused
    lines.append(f"PostgreSQL {major}: {count} statements, {refused} of them refused by the server; "
                 f"a cost is claimed for {run - unknown} of {run}; {known} of {tried} changes of type")
    if run - unknown < CLAIMED * run or known < CLAIMED * tried:
        failures += 1
        lines.append(f"PostgreSQL {major}: that is less than {CLAIMED:.0%}")
    return lines, failures


def main():
    verbose = "-v" in sys.argv
    program, folder, *majors = [argument for argument in sys.argv[1:] if argument != "-v"]
    folder, majors = pathlib.Path(folder).resolve(), [int(major) for major in majors]
    python = servers.install(folder, majors)
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [str(python), *sys.argv])
    failures = 0
    # Most of the time is waiting, for a server or for its disk.
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for lines, wrong in pool.map(lambda major: compare(program, folder, major, verbose), majors):
            print("\n".join(lines), flush=True)
            failures += wrong
    print(f"{failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
