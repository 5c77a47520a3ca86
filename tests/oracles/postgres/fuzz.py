"""Random ALTER TABLEs of several subcommands, predicted and measured on one server. Run by hand.

    fuzz.py PREDICT-PROGRAM FOLDER MAJOR [COUNT [SEED]]
"""

import os
import pathlib
import random
import sys
import tempfile

import compare
import measure
import servers

TYPES = ["int", "bigint", "smallint", "text", "varchar", "varchar(10)", "varchar(60)", "numeric", "numeric(12,2)", "timestamp",
         "timestamptz", "date", "citext", "shelf_code", "isbn", "medium", "boolean", "jsonb"]
DEFAULTS = {"int": ["3", "library.roll()", "library.season()", "null"], "bigint": ["3", "nextval('card_number')"], "text": ["'x'", "upper('a')"],
            "timestamptz": ["now()", "clock_timestamp()"], "boolean": ["true"], "jsonb": ["'{}'"], "numeric": ["1.5", "random()::numeric"]}
PARENTS = ["author (id)", "publisher (id)", "member (id)", "parcel (id)", "book (id)"]
COLUMNS = """select n.nspname, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a
  join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('library', 'archive', 'Reading Room') and c.relkind in ('r', 'p') and a.attnum > 0 order by 1, 2, a.attnum"""
CONSTRAINTS = """select n.nspname, c.relname, k.conname, k.contype from pg_constraint k join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace order by 1, 2, 3"""
INDEXES = """select n.nspname, c.relname, i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace order by 1, 2, 3"""


class Writer:
    """Writes statements about the tables of one database."""

    def __init__(self, cursor, seed):
        self.random = random.Random(seed)
        self.tables, self.constraints, self.indexes, self.number = {}, {}, {}, 0
        cursor.execute(COLUMNS)
        for schema, table, _, column, kind in cursor.fetchall():
            self.tables.setdefault((schema, table), []).append((column, kind))
        cursor.execute(CONSTRAINTS)
        for schema, table, name, kind in cursor.fetchall():
            self.constraints.setdefault((schema, table), []).append((name, kind))
        cursor.execute(INDEXES)
        for schema, table, name in cursor.fetchall():
            self.indexes.setdefault((schema, table), []).append(name.split(".")[-1])

    def quoted(self, name):
        return name if name.isidentifier() and name.islower() and name not in ("order", "into") else f'"{name}"'

    def column(self, table):
        return self.quoted(self.random.choice(self.tables[table])[0])

    def new(self, letter):
        self.number += 1
        return f"{letter}{self.number}"

    def added(self):
        kind = self.random.choice(TYPES)
        text = f"add column {self.new('z')} {kind}"
        if kind in DEFAULTS and self.random.random() < 0.6:
            text += f" default {self.random.choice(DEFAULTS[kind])}"
            text += " not null" if self.random.random() < 0.3 and "null" not in text else ""
        if kind == "int" and self.random.random() < 0.3:
            text += f" references {self.random.choice(PARENTS)}"
        elif self.random.random() < 0.15:
            text += " unique"
        elif self.random.random() < 0.15:
            text += " generated always as (3) stored" if kind == "int" and "default" not in text else f" check (z{self.number} is not null)"
        return text

    def subcommand(self, table):
        column = self.column(table)
        constraints = self.constraints.get(table, [])
        choices = [self.added, self.added,
                   lambda: f"drop column {column}{self.random.choice(['', ' cascade'])}",
                   lambda: f"alter column {column} type {self.random.choice(TYPES)}",
                   lambda: f"alter column {column} type {self.random.choice(TYPES)}",
                   lambda: f"alter column {column} set not null",
                   lambda: f"alter column {column} set not null",
                   lambda: f"alter column {column} drop not null",
                   lambda: f"alter column {column} set default null",
                   lambda: f"alter column {column} drop default",
                   lambda: f"alter column {column} set statistics 50",
                   lambda: f"add constraint {self.new('c')} check ({column} is not null){self.random.choice(['', ' not valid', ' no inherit'])}",
                   lambda: f"add constraint {self.new('u')} unique ({column})",
                   lambda: f"add constraint {self.new('u')} unique ({column}, {self.column(table)})",
                   lambda: f"add constraint {self.new('k')} foreign key ({column}) references {self.random.choice(PARENTS)}"
                           f"{self.random.choice(['', ' not valid', ' on delete cascade'])}",
                   lambda: f"add primary key ({column})",
                   lambda: "set (fillfactor = 70)", lambda: "replica identity full", lambda: "enable row level security",
                   lambda: "disable trigger all", lambda: "set unlogged", lambda: "owner to postgres"]
        for name, _ in constraints[:6]:
            choices += [lambda name=name: f"drop constraint {self.quoted(name)}{self.random.choice(['', ' cascade'])}",
                        lambda name=name: f"validate constraint {self.quoted(name)}"]
        if table in self.indexes:
            choices.append(lambda: f"cluster on {self.random.choice(self.indexes[table])}")
        return self.random.choice(choices)()

    def statement(self):
        table = self.random.choice(sorted(self.tables))
        only = "only " if self.random.random() < 0.1 else ""
        count = self.random.choice([1, 1, 2, 2, 3, 4])
        name = ".".join(self.quoted(part) for part in table)
        return f"alter table {only}{name} " + ", ".join(self.subcommand(table) for _ in range(count))


def main():
    program, folder, major = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    python = servers.install(folder, [major])
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [str(python), *sys.argv])
    with servers.Server(folder, major) as server, tempfile.TemporaryDirectory() as place:
        databases = compare.Databases(server)
        databases.make("base", (compare.HERE / "setup.sql").read_text())
        connection = server.connect("base")
        writer = Writer(connection.cursor(), seed)
        connection.close()
        sent = {f"s{number}": writer.statement() for number in range(count)}
        file = pathlib.Path(place, "statements.txt")
        file.write_text("".join(f"{name}||12||{sql}\n" for name, sql in sent.items()))
        predictions = compare.predicted(program, major, compare.HERE / "setup.sql", [file])
        ran = unknown = wrong = 0
        for name, sql in sent.items():
            found = measure.measure(server, "base", compare.PATH, sql)
            if isinstance(found, str):
                continue
            ran += 1
            unknown += predictions[name][0] == "unknown"
            differences = compare.differences(predictions[name], found, sql)
            wrong += bool(differences)
            if differences:
                print(sql, *differences, sep="\n    ", flush=True)
        databases.cursor.connection.close()
    print(f"{ran} of {count} statements run, {unknown} of them not known, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
