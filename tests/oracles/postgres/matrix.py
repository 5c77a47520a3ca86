"""The change of every type into every other: what the server does with the rows and with an index, beside cost()."""

import pathlib
import tempfile

TYPES = """smallint; int; bigint; real; double precision; numeric; numeric(10,2); numeric(12,2); numeric(12,4); numeric(10);
money; boolean; "char"; char(5); char(8); varchar; varchar(10); varchar(20); text; citext; name; bytea; date; time; time(3);
timetz; timetz(3); timestamp; timestamp(3); timestamp(5); timestamp(6); timestamptz; timestamptz(3); timestamptz(5); interval;
interval(3); interval day to second; interval hour to minute; uuid; json; jsonb; jsonpath; xml; inet; cidr; macaddr; macaddr8;
bit(5); bit(8); varbit; varbit(5); varbit(8); oid; regclass; regtype; xid; pg_lsn; int[]; bigint[]; text[]; varchar[];
varchar(5)[]; varchar(9)[]; numeric(10,2)[]; numeric(12,2)[]; timestamp[]; timestamptz[]; citext[]; point; box; circle; path; polygon;
lseg; line; tsvector; tsquery; int4range; int8range; numrange; daterange; tsrange; tstzrange; hue; tone; hue[]; pair; free_int;
free_text; free_short; bound_int; bound_text; free_free_text; bound_free_text; free_bound_text; free_text[]; free_texts"""
SETUP = """create extension citext with schema public;
create type hue as enum ('a', 'b'); create type tone as enum ('a', 'c'); create type pair as (low int, high int);
create domain free_int as int; create domain free_text as text; create domain free_short as varchar(10);
create domain bound_int as int check (value > 0); create domain bound_text as text not null;
create domain free_free_text as free_text; create domain bound_free_text as free_text check (value <> '');
create domain free_bound_text as bound_text; create domain free_texts as text[];
"""
ZONES = {"UTC": "", "Asia/Tokyo": "timestamp"}  # the session's time zone, and which types it is tried with
RELATION = "select relfilenode, (select relfilenode from pg_class i where i.oid = indexrelid) from pg_class t " \
           "left join pg_index on indrelid = t.oid where t.oid = %s::regclass"


def types():
    return [name.strip() for name in TYPES.replace("\n", " ").split(";")]


def table(place, indexed):
    return f"{'indexed' if indexed else 'plain'}_{place}"


def tables(cursor):
    """Makes the tables; which of the types can be indexed."""
    can = []
    for place, name in enumerate(types()):
        value = "'x'" if name.startswith(("bound_text", "free_bound")) else "null"
        cursor.execute(f"create table {table(place, False)} (c {name}); insert into {table(place, False)} values ({value})")
        cursor.execute("savepoint s")
        try:
            cursor.execute(f"create table {table(place, True)} (c {name}); create index on {table(place, True)} (c); "
                           f"insert into {table(place, True)} values ({value})")
            can.append(place)
        except Exception as problem:
            if "has no default operator class" not in str(problem):
                raise
            cursor.execute("rollback to s")
    return can


def change(cursor, relation, target):
    """rewrite, index or none; or the server's refusal."""
    cursor.execute("savepoint s")
    try:
        cursor.execute(RELATION, (relation,))
        before = cursor.fetchone()
        cursor.execute(f"alter table {relation} alter column c type {target}")
        cursor.execute(RELATION, (relation,))
        after = cursor.fetchone()
    except Exception as problem:
        return "refused: " + str(problem).splitlines()[0]
    finally:
        cursor.execute("rollback to s")
    return "rewrite" if before[0] != after[0] else "index" if before[1] != after[1] else "none"


def differs(prediction, work, name):
    state, effects, reason = prediction
    refused = "cannot be cast automatically" in work
    if state == "unknown":
        return None
    if refused or state == "fails":
        return None if refused and state == "fails" else f"foreshot: {state} {reason}; the server: {work}"
    if work.startswith("refused"):
        return None
    said = effects.get("public." + name, ("-", "none"))[1]
    return None if said == work else f"{said}, measured {work}"


def compare(predicted, databases, major):
    """(lines to print, pairs tried, pairs whose cost is claimed)"""
    names = types()
    databases.make("matrix", SETUP)
    connection = databases.server.connect("matrix")
    cursor = connection.cursor()
    can = set(tables(cursor))
    connection.commit()
    lines, tried, claimed = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        setup, statements = pathlib.Path(folder, "setup.sql"), pathlib.Path(folder, "pairs.txt")
        made = "".join(f"create table {table(place, False)} (c {name}); " +
                       (f"create table {table(place, True)} (c {name}); create index on {table(place, True)} (c);\n"
                        if place in can else "\n") for place, name in enumerate(names))
        setup.write_text("set search_path = public;\n" + SETUP + made)
        for zone, only in ZONES.items():
            chosen = [place for place, name in enumerate(names) if only in name]
            with statements.open("w") as file:
                for place in chosen:
                    for target in chosen:
                        file.write(f"{place} {target}||12||set timezone = '{zone}'; alter table "
                                   f"{table(place, {place, target} <= can)} alter column c type {names[target]}\n")
            predictions = predicted(setup, statements)
            cursor.execute(f"set timezone = '{zone}'")
            for place in chosen:
                for target in chosen:
                    relation = table(place, {place, target} <= can)
                    work = change(cursor, relation, names[target])
                    prediction = predictions[f"{place} {target}"]
                    tried += 1
                    claimed += prediction[0] != "unknown"
                    difference = differs(prediction, work, relation)
                    if difference:
                        lines.append(f"{major} {names[place]} → {names[target]} ({zone}): {difference}")
    connection.close()
    return lines, tried, claimed
