"""Formats: streams, columns, colours, the same findings in each, the same bytes for any number of threads."""

import json
import os
import re
import subprocess

from project import DROP_INDEX, INDEX, PROGRAM, Project, check, equal, finish, revision

LINE = re.compile(r"^(.+?):(\d+):(\d+): (error|warning|info)\[([A-Z]{3}\d{3})\] (.*)$")
p = Project()
full, concise = p.run("check", ".").out, p.run("check", ".", "--output-format", "concise").out
lines = [line for line in concise.splitlines() if LINE.match(line)]
check("the first line of a full finding is the concise line", lines and all(line in full.splitlines() for line in lines), full)
check("no control characters in what is piped", "\x1b" not in full + concise and "\r" not in full)
check("no trailing spaces", not re.search(r"[ \t]$", full, re.M))
for word in ("runs   CREATE INDEX", "SHARE lock on users", "until  ", "more   foreshot rule MIG101"):
    check(f"full shows {word!r}", word in full, full)
check("--ascii", p.run("check", ".", "--ascii").out.isascii())
check("--color always", "\x1b[" in p.run("check", ".", "--color", "always").out)
check("FORCE_COLOR and NO_COLOR", "\x1b[" in p.run("check", ".", env={"FORCE_COLOR": "1"}).out and "\x1b[" not in p.run("check", ".", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out)
check("-q", "problem" not in p.run("check", ".", "-q").out and p.run("check", ".", "-qq").out == "")
check("--statistics", re.search(r"^ +1  MIG101  index-without-concurrently$", p.run("check", ".", "--statistics").out, re.M))
check("--coverage", "op calls with table known: 4 of 4" in p.run("check", ".", "--coverage").out, p.run("check", ".", "--coverage").out)

unknown = Project({"migrations/versions/0003_x.py": revision("0003", "0002", "\n".join((
    "from app.models import Thing", "from sqlalchemy.orm import Session", "s = Session(bind=op.get_bind())",
    "s.query(Thing).update({'a': 1})", "s.add(Thing())", "s.delete(s.get(Thing, 1))", "s.bulk_insert_mappings(Thing, [{}])")))})
shown = unknown.run("check", ".", "--coverage").out
for line in range(12, 16):
    check(f"--coverage tells of the session's work on a class that nobody knows, line {line}", f"0003_x.py:{line}:" in shown, shown)
document = json.loads(p.run("check", ".", "--output-format", "json").out)
finding = document["findings"][0]
equal("JSON: version", document["version"], 1)
equal("JSON: keys", [k for k in ("code", "name", "level", "message", "path", "start", "end", "revision", "runs", "locks", "waits", "until", "related", "fix", "fingerprint", "url", "suppressed") if k not in finding], [])
equal("JSON: summary", {k: document["summary"][k] for k in ("errors", "warnings", "infos", "suppressed", "baselined")}, {"errors": 1, "warnings": 0, "infos": 0, "suppressed": 0, "baselined": 0})
equal("JSON: empty", json.loads(Project({"a.py": ""}, plain=False).run("check", ".", "--output-format", "json").out)["findings"], [])

done = p.run("check", ".", "--output-format", "full", "--output-format", "json=out.json", "--output-format", "sarif=out.sarif")
check("several formats at once", "MIG101" in done.out and json.loads((p.root / "out.json").read_text()) == document)
sarif = json.loads((p.root / "out.sarif").read_text())["runs"][0]
equal("all formats list the same", [(r["ruleId"], r["locations"][0]["physicalLocation"]["region"]["startLine"]) for r in sarif["results"]],
      [(f["code"], f["start"]["line"]) for f in document["findings"]])
equal("-o", (p.run("check", ".", "-o", "x.txt", "--output-format", "concise").out, "MIG101" in (p.root / "x.txt").read_text()), ("", True))
equal("a file that cannot be written", p.run("check", ".", "--output-format", "json=/nowhere/x").returncode, 2)
for threads in "12", "8":
    equal(f"{threads} threads", p.run("check", ".", "--output-format", "json", "-j", threads).out, p.run("check", ".", "--output-format", "json", "-j", "1").out)

# A fix that is an edit is drawn, and applying the edits of JSON gives what is drawn.
EDITED = revision("0002", "0001", INDEX + "  # foreshot: ignore[MIG101, MIG302, MIG5] -- small\n# foreshot: ignore[MIG302]\nop.execute('SELECT 1')  # noqa: E501,MIG302", DROP_INDEX)
p.write("migrations/versions/0002_index.py", EDITED)
shown, text = p.run("check", ".").out, EDITED.encode()
for line in ("      - │     # foreshot: ignore[MIG302]", "      - │     op.execute('SELECT 1')  # noqa: E501,MIG302", "      + │     op.execute('SELECT 1')  # noqa: E501", "   fix    remove it"):
    check(f"full draws {line!r}", line in shown.splitlines(), shown)
edits = [e for f in json.loads(p.run("check", ".", "--output-format", "json").out)["findings"] if f["code"] == "SUP101" for e in f["fix"]["edits"]]
for edit in sorted(edits, key=lambda e: -e["start"]["offset"]):
    text = text[:edit["start"]["offset"]] + edit["text"].encode() + text[edit["end"]["offset"]:]
check("the fixes leave what is used", b"# foreshot: ignore[MIG101] -- small\n    op.execute('SELECT 1')  # noqa: E501\n" in text, text.decode())
p.write("migrations/versions/0002_index.py", text)
equal("the fixes silence their rule", p.codes("."), [])
p.write("migrations/versions/0002_index.py", revision("0002", "0001", INDEX, DROP_INDEX))

# A long run shows one changing line on a terminal, and takes it away; a short one shows nothing.
def on_a_terminal(text):
    q = Project({"s.py": "import sqlalchemy\n" + text})
    ours, theirs = os.openpty()
    run = subprocess.Popen([PROGRAM, "check", ".", "-j", "1"], cwd=q.root, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    return run.wait(), seen


code, seen = on_a_terminal("x = f(a, b=[c])\n" * 400000 + "x = = 1\n")
check("progress comes and goes", code == 1 and b"foreshot: checking /" in seen and seen.endswith(b"\r\x1b[K"), seen)
equal("a short run shows none", on_a_terminal("x = 1\n"), (1, b""))

# One line with a tab, é, 漢 and 😀 before the finding: code points in text and JSON, UTF-16 units in SARIF.
p.write("migrations/versions/0002_index.py", revision("0002", "0001", f'"é漢😀";\t{INDEX}', DROP_INDEX))
finding = json.loads(p.run("check", ".", "--output-format", "json").out)["findings"][0]
line = (p.root / "migrations/versions/0002_index.py").read_text().split("\n")[finding["start"]["line"] - 1]
column = finding["start"]["column"]
check("columns count code points", line[column - 1:].startswith(("op.create_index", '"ix_users_email"', "create_index")), (column, line))
region = json.loads(p.run("check", ".", "--output-format", "sarif").out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
equal("SARIF counts UTF-16 units", region["startColumn"], column + 1)
raw = (p.root / "migrations/versions/0002_index.py").read_bytes()
check("offsets count bytes", raw[finding["start"]["offset"]:].decode().startswith(line[column - 1:]))

# The fingerprint survives moved lines and renamed files, the path does not matter.
def fingerprints():
    return [f["fingerprint"] for f in json.loads(p.run("check", ".", "--output-format", "json").out)["findings"]]


before = fingerprints()
p.write("migrations/versions/0002_index.py", "# moved\n\n\n" + revision("0002", "0001", INDEX, DROP_INDEX))
(p.root / "migrations/versions/0002_index.py").rename(p.root / "migrations/versions/renamed.py")
equal("fingerprint", fingerprints(), before)
p.write("migrations/versions/renamed.py", revision("0002", "0001", INDEX.replace('["email"]', '["id"]').replace("ix_users_email", "ix_other"), DROP_INDEX.replace("ix_users_email", "ix_other")))
check("another index has another fingerprint", fingerprints() != before)
finish()
