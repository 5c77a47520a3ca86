"""How big tables are: tables.hot and tables.small, the statistics file, estimates, and what is wrong with any of them."""

import json
import os

from project import DROP_INDEX, DROP_USERS, INDEX, USERS, Project, check, equal, finish, revision

ORDERS = USERS + '\nop.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))'
DROP_ORDERS = 'op.drop_table("orders")\n' + DROP_USERS
GIGABYTE = 1_000_000_000
SIZES = {"version": 1, "taken": "2999-01-31T12:00:00Z", "server": 16, "tables": [
    {"schema": "public", "name": "users", "rows": 120_000_000, "bytes": 20 * GIGABYTE, "indexes": {"users_pkey": 2 * GIGABYTE}},
    {"schema": "public", "name": "orders", "rows": 200, "bytes": 16384, "indexes": {"orders_pkey": 16384}}]}


def project(up=INDEX, down=DROP_INDEX, **files):
    made = Project({path.replace("__", "/").replace("_toml", ".toml").replace("_json", ".json"): text for path, text in files.items()})
    made.write("migrations/versions/0001_users.py", revision("0001", None, ORDERS, DROP_ORDERS))
    made.write("migrations/versions/0002_index.py", revision("0002", "0001", up, down))
    return made


def findings(made, *arguments):
    return json.loads(made.run("check", ".", "--output-format", "json", *arguments).out)["findings"]


def levels(made, *arguments):
    return sorted((f["code"], f["level"]) for f in findings(made, *arguments))


# Small tables are quiet, and counted.
for pattern, quiet in (('"users"', True), ('["orders", "u*"]', True), ('"public.users"', True), ('"*.users"', True), ('"app.users"', False),
                       ('"user"', False), ('"orders"', False), ('"U*"', False)):
    made = project(foreshot_toml=f"[tables]\nsmall = {pattern}\n")
    equal(f"small = {pattern}", made.codes("."), [] if quiet else ["MIG101"])
made = project(foreshot_toml='[tables]\nsmall = "users"\n')
done = made.run("check", ".")
check("what small tables hide is told", done.returncode == 0 and "Not shown: 1 on small tables." in done.out, done.out)
equal("and counted in JSON", json.loads(made.run("check", ".", "--output-format", "json").out)["summary"]["on_small_tables"], 1)
equal("a severity does not bring it back", made.codes(".", "--severity", "MIG101=error"), [])
equal("--config", project().codes(".", "--config", 'tables.small = ["users"]'), [])
made = project(foreshot_toml='[tables]\nsmall = "users"\n', up=INDEX + "  # foreshot: ignore[MIG101]")
equal("a suppression that hides the same is not unused", made.codes("."), [])
DROP_COLUMN = 'op.drop_column("users", "email")', 'op.add_column("users", sa.Column("email", sa.Text))'
equal("what is not about size stays", project(*DROP_COLUMN, foreshot_toml='[tables]\nsmall = "users"\n').codes("."), ["MIG302"])
RENAMED = 'op.rename_table("users", "people")\nop.create_index("ix_users_email", "people", ["email"])', 'op.drop_index("ix_users_email", "people")\nop.rename_table("people", "users")'
equal("a table that is renamed keeps its size", project(*RENAMED, foreshot_toml='[tables]\nsmall = "users"\n').codes("."), ["MIG305"])

# Hot tables are louder, by one level; what a user says goes first.
HOT = "[tables]\nhot = [\"users\"]\n"
DROPS_INDEX = 'op.drop_index("ix_email", "users")', 'op.create_index("ix_email", "users", ["email"])'
WITH_INDEX = USERS + '\nop.create_index("ix_email", "users", ["email"])'
for what, hot in (("not hot", ""), ("hot", HOT)):
    made = project(*DROPS_INDEX, foreshot_toml=hot)
    made.write("migrations/versions/0001_users.py", revision("0001", None, WITH_INDEX, 'op.drop_index("ix_email", "users")\n' + DROP_USERS))
    equal(f"MIG102 on a table that is {what}", levels(made), [("MIG102", "error" if hot else "warning")])
    if hot:
        found = findings(made)[0]
        check("why is told", found["hot"] == "users" and any("tables.hot" in note for note in found["notes"]), found)
        equal("a user's level", levels(made, "--severity", "MIG102=info"), [("MIG102", "info")])
CHILD = 'op.create_table("carts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.ForeignKey("users.id"), index=True))', 'op.drop_table("carts")'
equal("MIG128 on a quiet parent", levels(project(*CHILD)), [("MIG128", "info")])
equal("MIG128 on a hot parent", levels(project(*CHILD, foreshot_toml=HOT)), [("MIG128", "warning")])
equal("hot goes before small", levels(project(foreshot_toml='[tables]\nhot = "users"\nsmall = "*"\n')), [("MIG101", "error")])

# Statistics: estimates, and small tables by their rows.
made = project(foreshot_toml='stats = "sizes.json"\n', sizes_json=json.dumps(SIZES, indent=1))
found = findings(made)[0]["estimate"]
equal("the estimate", (found["seconds"], found["sizes_of"], found["works"][0]["work"], found["works"][0]["rows"]), (120.0, "2999-01-31", "index build", 120_000_000))
check("the estimate in the text", "takes  about 2 min: indexes 120 million rows of \"users\" at 1.0 million rows/s (sizes of 2999-01-31)" in made.run("check", ".").out, made.run("check", ".").out)
made.write("foreshot.toml", '[stats]\nfile = "sizes.json"\nindex-rows-per-second = 500000\n')
equal("another rate", findings(made)[0]["estimate"]["seconds"], 240.0)
equal("no statistics, no estimate", findings(project())[0]["estimate"], None)
ON_ORDERS = 'op.create_index("ix_note", "orders", ["note"])', 'op.drop_index("ix_note", "orders")'
equal("a table of few rows", project(*ON_ORDERS, foreshot_toml='stats = "sizes.json"\n', sizes_json=json.dumps(SIZES)).codes("."), [])
equal("few is what small-rows says", project(*ON_ORDERS, foreshot_toml='[stats]\nfile = "sizes.json"\nsmall-rows = 100\n', sizes_json=json.dumps(SIZES)).codes("."), ["MIG101"])
UNKNOWN = json.loads(json.dumps(SIZES))
UNKNOWN["tables"][1].update(rows=None)
equal("rows that nobody counted", project(*ON_ORDERS, foreshot_toml='stats = "sizes.json"\n', sizes_json=json.dumps(UNKNOWN)).codes("."), ["MIG101"])
made = project('op.execute("UPDATE users SET email = lower(email)")', foreshot_toml='stats = "sizes.json"\n', sizes_json=json.dumps(SIZES))
found = [f for f in findings(made) if f["code"] == "MIG602"][0]["estimate"]
equal("row changes", (found["seconds"], found["works"][0]["work"]), (1200.0, "row changes"))
made = project('op.alter_column("users", "id", type_=sa.BigInteger())', 'op.alter_column("users", "id", type_=sa.Integer())',
               foreshot_toml='stats = "sizes.json"\n', sizes_json=json.dumps(SIZES))
found = [f for f in findings(made) if f["code"] == "MIG205"][0]["estimate"]
equal("a rewrite and its index", (found["seconds"], found["works"][0]["work"]), (320.0, "rewrite"))
made = project(foreshot_toml='stats = "../sizes.json"\n')
(made.root / "inner").mkdir()
equal("a file that is not there: exit code", made.run("check", ".").returncode, 2)

# What is wrong is told with its place.
for what, configuration, text, told in (
        ("no file", 'stats = "absent.json"\n', None, 'foreshot.toml:1:9: error[CFG101] there is no file "absent.json"'),
        ("a file key", '[stats]\nfile = 1\n', None, 'foreshot.toml:2:8: error[CFG101] "stats.file" must be a string'),
        ("an unknown key", '[stats]\nfil = "x"\n', None, 'foreshot.toml:2:1: error[CFG101] unknown key "fil" in [stats]'),
        ("an unknown table key", '[tables]\nhott = "x"\n', None, 'foreshot.toml:2:1: error[CFG101] unknown key "hott" in [tables]'),
        ("tables that are no table", 'tables = "x"\n', None, 'foreshot.toml:1:10: error[CFG101] "tables" must be a table'),
        ("a pattern that is none", '[tables]\nhot = [1]\n', None, 'foreshot.toml:2:8: error[CFG101] "hot" must be a string or a list of strings'),
        ("no JSON", 'stats = "s.json"\n', '{"version": 1,\n "tables": [}\n', 's.json:2:13: error[CFG101] this is no JSON'),
        ("nothing", 'stats = "s.json"\n', '', 's.json:1:1: error[CFG101] this is no JSON'),
        ("a list", 'stats = "s.json"\n', '[]', 's.json:1:1: error[CFG101] table sizes are an object with "version" 1'),
        ("another version", 'stats = "s.json"\n', '{\n "version": 2\n}', 's.json:2:13: error[CFG101] table sizes'),
        ("no time", 'stats = "s.json"\n', '{"version": 1, "tables": []}', 's.json:1:1: error[CFG101] "taken" must be'),
        ("rows", 'stats = "s.json"\n', '{"version": 1, "taken": "2999-01-01", "tables": [\n  {"name": "t", "rows": -5}]}', 's.json:2:25: error[CFG101] "rows" of "t" must be'),
        ("bytes", 'stats = "s.json"\n', '{"version": 1, "taken": "2999-01-01", "tables": [\n  {"name": "t", "rows": 1,\n   "bytes": "5"}]}', 's.json:3:13: error[CFG101] "bytes" of "t" must be'),
        ("a name", 'stats = "s.json"\n', '{"version": 1, "taken": "2999-01-01", "tables": [\n  {"rows": 5}]}', 's.json:2:'),
        ("an index", 'stats = "s.json"\n', '{"version": 1, "taken": "2999-01-01", "tables": [{"name": "t", "indexes": []}]}', 's.json:1:'),
        ("deep", 'stats = "s.json"\n', "[" * 100000, 's.json:1:'),
        ("old", 'stats = "s.json"\n', '{"version": 1, "taken": "2001-01-01", "tables": []}', 'foreshot.toml:1:9: error[CFG101] "s.json" is')):
    made = project(foreshot_toml=configuration)
    if text is not None:
        made.write("s.json", text)
    done = made.run("check", ".")
    equal(f"{what}: exit code", done.returncode, 2)
    check(f"{what}: the place", done.err.startswith(told) and done.out == "", done.err)
made = project(foreshot_toml='[stats]\nfile = "s.json"\nmax-age-days = 0\n')
made.write("s.json", '{"version": 1, "taken": "2001-01-01", "tables": []}')
equal("as old as they like", made.run("check", ".").returncode, 1)
made.write("s.json", b'\xef\xbb\xbf{"version": 1, "taken": "2001-01-01", "tables": []}')
check("a byte order mark", made.run("check", ".").returncode in (1, 2))
equal("no right to read: exit code", (os.geteuid() == 0 and 2) or (os.chmod(made.root / "s.json", 0), made.run("check", ".").returncode)[1], 2)

check("the query", "pg_class" in made.run("config", "stats.query").out and made.run("config", "stats").out.count("psql") == 1)
finish()
