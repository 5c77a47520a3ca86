"""The command line, the configuration, suppressions and exit codes."""

import json
import os
import subprocess

from project import DROP_INDEX, DROP_USERS, INDEX, PROGRAM, USERS, Project, check, equal, finish, revision

p = Project()
equal("findings", p.run("check", ".").returncode, 1)
equal("check is the default", p.run(".").returncode, 1)
equal("nothing is check .", p.run().returncode, 1)
equal("--exit-zero", p.run("check", ".", "--exit-zero").returncode, 0)
equal("--exit-zero does not hide wrong use", p.run("check", "absent", "--exit-zero").returncode, 2)
equal("--fail-on never", p.run("check", ".", "--fail-on", "never").returncode, 0)
equal("--severity below fail-on", p.run("check", ".", "--severity", "MIG101=info").returncode, 0)
equal("--severity and --fail-on", p.run("check", ".", "--severity", "MIG101=info", "--fail-on", "info").returncode, 1)
equal("--ignore", p.codes(".", "--ignore", "MIG1"), [])
equal("--select", p.codes(".", "--select", "REV"), [])
equal("--select by name", p.codes(".", "--select", "index-without-concurrently"), ["MIG101"])
equal("--exclude", p.codes(".", "--exclude", "migrations"), [])
equal("--per-file-ignores", p.codes(".", "--per-file-ignores", "*/versions/*:MIG"), [])
equal("--start-after", p.codes(".", "--start-after", "0002"), [])
equal("--start-after the first", p.codes(".", "--start-after", "0001"), ["MIG101"])
for arguments in (["--selct", "MIG"], ["--select", "XYZ"], ["--select"], ["--severity", "MIG101"], ["--severity", "MIG101=bad"], ["--fail-on", "x"],
                  ["--output-format", "xml"], ["--output-format", "json=", "."], ["--output-format", "json", "--output-format", "full"],
                  ["--color", "maybe"], ["-j", "x"], ["--config", "absent.toml"], ["--config", "selct = 1"], ["--start-after", "nope"], ["@absent"]):
    done = p.run("check", ".", *arguments)
    equal(f"wrong use {arguments}: exit code", done.returncode, 2)
    check(f"wrong use {arguments}: one clear message", done.err.strip() != "" and done.out == "" and "terminate" not in done.err, done.err)
equal("an unknown revision", p.run("timeline", "nope").returncode, 2)
equal("rule without a name", p.run("rule").returncode, 2)
done = p.run("rule", "MIG11O")
check("a misspelt rule", done.returncode == 2 and "MIG110" not in done.out and "did you mean" in done.err, done.err)

check("--version", p.run("--version").out.startswith("foreshot ") and p.run("-V").returncode == 0)
check("help", p.run("help").returncode == 0 and "check" in p.run("--help").out and "--select" in p.run("help", "check").out)
check("rule by code and name", p.run("rule", "MIG101").out == p.run("rule", "index-without-concurrently").out != "")
check("rule --all as JSON", len(json.loads(p.run("rule", "--all", "--output-format", "json").out)) > 40)
check("config", "server-version" in p.run("config").out and p.run("config", "nope").returncode == 2)
check("facts", "revision 0002" in p.run("facts", ".").out)
check("timeline", "CREATE INDEX" in p.run("timeline", "0002").out and "downgrade" in p.run("timeline", "0002", ".").out)

p.write("arguments", "--select\nREV\n")
equal("@file", p.codes(".", "@arguments"), [])
equal("FORESHOT_OUTPUT_FORMAT", json.loads(p.run("check", ".", env={"FORESHOT_OUTPUT_FORMAT": "json"}).out)["version"], 1)
equal("FORESHOT_TODAY that is no day", p.run("check", ".", env={"FORESHOT_TODAY": "tomorrow"}).returncode, 2)
equal("FORESHOT_TODAY", p.run("check", ".", "--select", "REV", env={"FORESHOT_TODAY": "2027-01-31"}).returncode, 0)
equal("--config KEY=VALUE", p.codes(".", "--config", 'ignore = ["MIG101"]'), [])

# Configuration files: nearest wins, nothing is merged, extend inherits.
p.write("foreshot.toml", 'ignore = ["MIG101"]\n')
equal("foreshot.toml", p.codes("."), [])
equal("--isolated", p.codes(".", "--isolated"), ["MIG101"])
equal("--select starts anew", p.codes(".", "--select", "MIG101"), ["MIG101"])
p.write(".foreshot.toml", "")
equal(".foreshot.toml comes first", p.codes("."), ["MIG101"])
p.write(".foreshot.toml", 'extend = "foreshot.toml"\n')
equal("extend", p.codes("."), [])
os.unlink(p.root / ".foreshot.toml")
os.unlink(p.root / "foreshot.toml")
p.write("pyproject.toml", '[tool.foreshot]\nstart-after = "0002"\n')
done = p.run("check", ".")
check("start-after is told", done.returncode == 0 and "2 migrations up to 0002" in done.out, done.out)
p.write("pyproject.toml", '[tool.foreshot]\nstart-after = {migrations = ["0002"]}\n')
equal("start-after by tree", p.codes("."), [])
p.write("pyproject.toml", "[tool.foreshot.per-file-ignores]\n\"migrations/versions/0002_*.py\" = [\"MIG\"]\n")
equal("per-file-ignores", p.codes("."), [])
p.write("pyproject.toml", "[project]\nname = 'x'\n\n[tool.foreshot]\nselct = ['MIG']\n")
done = p.run("check", ".")
equal("an unknown key: exit code", done.returncode, 2)
check("an unknown key: concise line", done.err.startswith('pyproject.toml:5:1: error[CFG101] unknown key "selct" in [tool.foreshot]\n'), done.err)
check("an unknown key: nearest name", 'did you mean "select"?' in done.err and done.out == "", done.err)
os.unlink(p.root / "pyproject.toml")

# Where patterns start: at the file that holds them; given by hand, where the command is run.
VERSIONS = "migrations/versions/0002_*.py"
FORMS = {"exclude": 'exclude = ["{}"]\n', "extend-exclude": 'extend-exclude = ["{}"]\n', "per-file-ignores": '[per-file-ignores]\n"{}" = ["MIG"]\n'}
for key, form in FORMS.items():
    p.write("conf/given.toml", form.format(VERSIONS))
    above = p.root.name + "/" + VERSIONS
    p.write("conf/above.toml", form.format(above))
    p.write("conf/climbs.toml", form.format("../" + VERSIONS))
    for given, cwd, wanted in (("given", ".", []), ("given", "migrations", ["MIG101"]), ("climbs", "migrations", []), ("above", "..", []), ("given", "..", ["MIG101"])):
        file = p.root / "conf" / f"{given}.toml"
        equal(f"{key} of --config {given} from {cwd}", p.codes(str(p.root), "--config", str(file), cwd=p.root / cwd), wanted)
    p.write("conf/base.toml", form.format("../" + VERSIONS))
    p.write("foreshot.toml", 'extend = "conf/base.toml"\n')
    for cwd in (".", "migrations"):
        equal(f"{key} that is inherited, from {cwd}", p.codes(str(p.root), cwd=p.root / cwd), [])
    p.write("conf/base.toml", form.format(VERSIONS))
    equal(f"{key} that is inherited starts at its own file", p.codes("."), ["MIG101"])
    p.write("foreshot.toml", form.format(VERSIONS))
    for named in (".", "migrations", "migrations/versions"):
        equal(f"{key} when {named} is named", p.codes(named), [])
    os.unlink(p.root / "foreshot.toml")
equal("--exclude starts where the command is run", p.codes(str(p.root), "--exclude", "versions/0002_*.py", cwd=p.root / "migrations"), [])
equal("a named folder is not excluded by its own name", p.codes("migrations", "--exclude", "migrations"), ["MIG101"])
equal("nor by its path", p.codes("migrations/versions", "--exclude", "./migrations/versions"), ["MIG101"])

# Suppressions.
def index(comment, before=""):
    p.write("migrations/versions/0002_index.py", revision("0002", "0001", before + INDEX + comment, DROP_INDEX))


for text in ("  # foreshot: ignore[MIG101] -- small", "  # foreshot: ignore[index-without-concurrently]", "  # noqa: MIG101", "  # noqa: E501,MIG101"):
    index(text)
    equal(f"suppressed by {text}", p.codes("."), [])
index("", "# foreshot: ignore[MIG101]\n")
equal("an own line", p.codes("."), [])
index("", "# foreshot: disable[MIG1]\n")
equal("a range", p.codes("."), [])
index("  # foreshot: ignore[MIG101 until=2001-01-31]")
equal("past its last day", p.codes("."), ["MIG101", "SUP104"])
index("  # foreshot: ignore[MIG101 until=2999-01-31]")
equal("before its last day", p.codes("."), [])
index("  # foreshot: ignore[MIG102]")
equal("unused", p.codes("."), ["MIG101", "SUP101"])
equal("not judged when the rule did not run", p.codes(".", "--ignore", "MIG102"), ["MIG101"])
index("  # foreshot: ignore[MIG1O1]")
equal("unknown", p.codes("."), ["MIG101", "SUP103"])
index("  # noqa")
done = p.run("check", ".")
check("a bare noqa hides nothing, and is told", done.returncode == 1 and "bare `# noqa`" in done.err, done.err)
index("  # foreshot: ignore[MIG101] -- small table")
suppressed = json.loads(p.run("check", ".", "--show-suppressed", "--output-format", "json").out)
check("--show-suppressed", suppressed["findings"][0]["suppressed"]["justification"] == "small table" and suppressed["summary"]["suppressed"] == 1)

# The newest 20 of a tree.
p = Project()
for i in range(3, 26):
    p.write(f"migrations/versions/{i:04}_x.py", revision(f"{i:04}", f"{i - 1:04}", f'op.create_table("t{i}", sa.Column("id", sa.Integer, primary_key=True))', f'op.drop_table("t{i}")'))
done = p.run("check", ".")
check("older findings are counted and do not fail", done.returncode == 0 and '1 in older revisions: set start-after = "0025" to freeze them, --all-revisions to see them' in done.out, done.out)
equal("--all-revisions", p.codes(".", "--all-revisions"), ["MIG101"])
equal("a file that is named", p.codes("migrations/versions/0002_index.py"), ["MIG101"])
equal("another file that is named", p.codes("migrations/versions/0003_x.py"), [])

# A reader that went away.
p = Project()
pipe = subprocess.Popen([PROGRAM, "check", ".", "--output-format", "json"], cwd=p.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
pipe.stdout.close()
check("a closed pipe is quiet", pipe.wait() in (0, 1) and pipe.stderr.read() == b"")
finish()
