"""What one statement does on a server: {relation: (strongest lock, work)}, for relations that were there before.

Work is rewrite (the relation has another file), index (an index of it has a new file), scan (it was read from end to end)
or none. An index or a sequence is told apart from its table only where it is locked more strongly than the table, and
against more than reading and writing.
"""

import threading
import time

MODES = {
    "AccessShareLock": "AS", "RowShareLock": "RS", "RowExclusiveLock": "RE", "ShareUpdateExclusiveLock": "SUE",
    "ShareLock": "S", "ShareRowExclusiveLock": "SRE", "ExclusiveLock": "E", "AccessExclusiveLock": "AE",
}
ORDER = ["-", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE"]
WORK = ["none", "scan", "index", "rewrite"]

RELATIONS = """select c.oid, n.nspname || '.' || c.relname, c.relfilenode, c.relkind,
    coalesce(i.indrelid, (select d.refobjid from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
      and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S' limit 1))
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'i', 'I', 'S', 'f')"""
KEYS = """select a.relnamespace::regnamespace || '.' || a.relname, b.relnamespace::regnamespace || '.' || b.relname
  from pg_constraint join pg_class a on a.oid = conrelid join pg_class b on b.oid = confrelid where contype = 'f'"""
PARTITIONS = """select a.relnamespace::regnamespace || '.' || a.relname, b.relnamespace::regnamespace || '.' || b.relname
  from pg_inherits join pg_class a on a.oid = inhparent join pg_class b on b.oid = inhrelid where a.relkind = 'p'"""
LOCKS = "select relation, mode from pg_locks where pid = %s and locktype = 'relation'"


def stronger(a, b):
    return ORDER.index(a) > ORDER.index(b)


class Relations:
    """The relations of a database before the statement."""

    def __init__(self, cursor):
        cursor.execute(RELATIONS)
        self.rows = {row[0]: row for row in cursor.fetchall()}

        cursor.execute(KEYS)
        self.keys = cursor.fetchall()
        cursor.execute(PARTITIONS)
        self.parents = cursor.fetchall()

    def tables(self):
        return [row[1] for row in self.rows.values() if row[3] in "rp"]

    def near(self, names):
        """The tables with their partitions, and those that foreign keys join with them."""
        names = set(names)
        for _ in range(3):
            names |= {child for parent, child in self.parents if parent in names}
        return sorted(names | {a for a, b in self.keys if b in names} | {b for a, b in self.keys if a in names})

    def is_table(self, oid):
        return oid in self.rows and self.rows[oid][3] in "rpvmf"

    def strongest(self, locks):
        """{name: mode} of (oid, mode) pairs."""
        found = {}
        for oid, mode in locks:
            if oid in self.rows:
                name = self.rows[oid][1]
                found[name] = max(found.get(name, "-"), MODES[mode], key=ORDER.index)
        return found

    def told(self, found):
        """Without those that say nothing: reading, and an index or a sequence that is locked like its table."""
        parts = {name: self.rows[owner][1] if owner in self.rows else None
                 for oid, name, _, _, owner in self.rows.values() if not self.is_table(oid)}
        return {name: mode for name, mode in found.items()
                if mode != "AS" and (name not in parts or
                                     stronger(mode, "RE") and stronger(mode, found.get(parts[name], "-")))}

    def work(self, cursor):
        """{name: work} against the files that are there by now."""
        done = {}
        files = {row[2] for row in self.rows.values()}
        cursor.execute(RELATIONS)
        for oid, _, node, kind, owner in cursor.fetchall():
            # A change of type gives an index a new entry, but where it can, the old file.
            if kind == "i" and self.is_table(owner) and node not in files:
                at_least(done, self.rows[owner][1], "index")
            if self.is_table(oid) and kind in "rm" and self.rows[oid][2] != node:
                at_least(done, self.rows[oid][1], "rewrite")
        return done


def at_least(done, name, kind):
    done[name] = max(done.get(name, "none"), kind, key=WORK.index)


def together(locks, done):
    return {name: (locks.get(name, "-"), done.get(name, "none")) for name in set(locks) | set(done)}


def measure(server, database, path, sql):
    """The effects, or the server's refusal as a string."""
    import psycopg2
    connection = server.connect(database)
    try:
        cursor = connection.cursor()
        cursor.execute(path)
        connection.commit()
        relations = Relations(cursor)
        connection.rollback()
        try:
            cursor.execute(sql)
        except psycopg2.Error as problem:
            return str(problem).splitlines()[0]
        cursor.execute(LOCKS, (connection.get_backend_pid(),))
        locks = relations.told(relations.strongest(cursor.fetchall()))
        done = relations.work(cursor)
        tables = [oid for oid in relations.rows if relations.is_table(oid)]
        cursor.execute("select oid, pg_stat_get_xact_numscans(oid) from unnest(%s::oid[]) oid", (tables,))
        for oid, scans in cursor.fetchall():
            name = relations.rows[oid][1]
            # What is only read and never locked is the catalogue of some other statement's business.
            if scans and name in locks:
                at_least(done, name, "scan")
        return together(locks, done)
    finally:
        connection.close()


def outside(server, fresh, path, sql):
    """The same for a statement that runs in no transaction block: it runs several times, each time against others that
    hold locks, and what it asks for or holds while it waits is what is seen. `fresh` makes a database and names it."""
    seen = {}
    refusal, relations, done = watch(server, fresh(), path, sql, None, [], seen)
    if refusal:
        return refusal
    for mode in ("share update exclusive", "row exclusive"):
        watch(server, fresh(), path, sql, mode, None, seen)
    # What it takes last it may take behind all that could be waited for before: each table is held alone.
    for name in relations.near([name for name in relations.tables() if name in seen or name in done or name.partition(".")[2] in sql]):
        for mode in ("access share", "row exclusive"):
            watch(server, fresh(), path, sql, mode, [name], seen)
    if "concurrently" in sql:
        # An index that goes is locked when nobody can meet it any longer.
        indexes = {row[1] for row in relations.rows.values() if row[3] in "iI"}
        seen = {name: mode for name, mode in seen.items() if name not in indexes}
    return together(relations.told(seen), done)


def watch(server, database, path, sql, mode, only, seen):
    import psycopg2
    holder = server.connect(database)
    cursor = holder.cursor()
    cursor.execute(path)
    holder.commit()
    relations = Relations(cursor)
    holder.rollback()
    held = [row[1] for row in relations.rows.values() if row[3] in "rp" and (only is None or row[1] in only)]
    for name in held:
        schema, _, relation = name.partition(".")
        cursor.execute(f'lock table only "{schema}"."{relation}" in {mode} mode' if mode != "access share" else
                       f'select 1 from only "{schema}"."{relation}" limit 0')
    runner = server.connect(database, autocommit=True)
    runner.cursor().execute(path)
    monitor = server.connect(database, autocommit=True).cursor()
    refusal = []

    def execute():
        try:
            runner.cursor().execute(sql)
        except psycopg2.Error as problem:
            refusal.append(str(problem).splitlines()[0])

    thread = threading.Thread(target=execute)
    thread.start()
    pid = runner.get_backend_pid()
    quiet = 0
    while thread.is_alive() and quiet < 3:
        time.sleep(0.01)
        monitor.execute(LOCKS, (pid,))
        for name, lock in relations.strongest(monitor.fetchall()).items():
            seen[name] = max(seen.get(name, "-"), lock, key=ORDER.index)
        monitor.execute("select count(*) from pg_stat_activity where pid = %s and wait_event_type = 'Lock'", (pid,))
        quiet = quiet + 1 if monitor.fetchone()[0] else 0
    holder.rollback()
    thread.join(60)
    done = relations.work(cursor)
    holder.close()
    runner.close()
    monitor.connection.close()
    return (refusal[0] if refusal and mode is None else None), relations, done
