"""foreshot graph and foreshot timeline: what they draw, in every format, and that nothing in a message breaks a picture."""

import json
import re
import xml.dom.minidom

from project import DROP_INDEX, INDEX, Project, check, equal, finish, revision


def graph(project, *arguments):
    return project.run("graph", *arguments)


def drawn(project, *arguments):
    return [line.rstrip() for line in graph(project, *arguments).out.splitlines()]


p = Project()
equal("a line of revisions", drawn(p), ["migrations: 2 revisions, 1 head", "●  0002 (head)", "●  0001"])
equal("--ascii", drawn(p, "--ascii"), ["migrations: 2 revisions, 1 head", "*  0002 (head)", "*  0001"])
equal("a PATH", drawn(p, p.root), drawn(p))
equal("start-after", drawn(p, "--start-after", "0001"),
      ["migrations: 2 revisions, 1 head, 1 released", "●  0002 (head)", "│ ──── start-after: released from here on ────", "○  0001"])

# 0003 and 0004 follow 0002, 0005 merges them, 0006 hangs beside.
fork = Project({f"migrations/versions/{number}_x.py": revision(number, down) for number, down in
                (("0003", "0002"), ("0004", "0002"), ("0005", ("0003", "0004")), ("0006", "0001"))})
out = drawn(fork)
check("two heads are told", "2 heads" in out[0] and "\"alembic upgrade head\" fails" in out[0] and "0005" in out[0] and "0006" in out[0], out[0])
rows = [line for line in out[1:] if re.search(r"\d{4}", line)]
order = [re.search(r"(\d{4})", line).group(1) for line in rows]
check("children come before parents", all(order.index(a) < order.index(b) for a, b in (("0005", "0003"), ("0005", "0004"), ("0003", "0002"), ("0004", "0002"), ("0006", "0001"))), "\n".join(out))
check("a merge is marked, and its parents", any("0005 (head, merge of 0003 and 0004)" in line for line in rows), "\n".join(out))
check("a branch point is marked", any("0002 (branches)" in line for line in rows) and any("0001 (branches)" in line for line in rows), "\n".join(out))
plain = drawn(Project({f"migrations/versions/{number}_x.py": revision(number, down) for number, down in (("0003", "0002"), ("0004", "0002"), ("0005", ("0003", "0004")))}))
equal("the lines of a fork and a merge", [line[:4].rstrip() for line in plain[1:]], ["●  0", "├─╮", "● │", "│ ●", "├─╯", "●  0", "●  0"])

needs = Project({"migrations/versions/0003_x.py": revision("0003", None).replace("down_revision = None", "down_revision = None\nbranch_labels = ('side',)\ndepends_on = '0002'")})
out = "\n".join(drawn(needs))
check("labels and depends_on", "0003 (head, branch: side, needs 0002)" in out, out)
lost = "\n".join(drawn(Project({"migrations/versions/0003_x.py": revision("0003", "absent")})))
check("a revision that is not there", "after absent, which is not there" in lost, lost)
ring = "\n".join(drawn(Project({f"migrations/versions/{a}_x.py": revision(a, b) for a, b in (("0003", "0004"), ("0004", "0003"))})))
check("a cycle", "in a cycle" in ring, ring)

HOSTILE = '"<a> & \\\\ ]]> {{x}} ]}; %% \x01 ünï' + "'"
hostile = Project({"migrations/versions/0003_x.py": '"""' + HOSTILE.replace('"', "“") + ' "quoted\\"\n\nRevision ID: 0003\n"""\n' + revision("0003", "0002")})
dot = graph(hostile, "--output-format", "dot").out
quoted = re.compile(r'"(?:[^"\\]|\\.)*"')
check("DOT: nothing outside quotes but its own words", re.fullmatch(r"[\w\s{}\[\]=,;:>#-]*", quoted.sub("", dot)) is not None, dot)
check("DOT: edges and the head", dot.count("->") == 2 and dot.count("palegreen") == 1, dot)
mermaid = graph(hostile, "--output-format", "mermaid").out
check("Mermaid: labels hold only plain letters and entities", not re.search(r'[<>&{}\[\]\\%]', "".join(re.findall(r'"(.*)"', mermaid))), mermaid)
check("Mermaid: edges", mermaid.startswith("flowchart BT\n") and mermaid.count("-->") == 2 and ":::head" in mermaid, mermaid)
for command in (["graph"], ["timeline", "0003"], ["timeline", "0002"]):
    picture = hostile.run(*command, "--output-format", "svg").out
    document = xml.dom.minidom.parseString(picture.encode())
    check(f"{command}: an SVG with a title", document.documentElement.tagName == "svg" and document.getElementsByTagName("title"), picture)
check("SVG: a circle for each revision", graph(hostile, "--output-format", "svg").out.count("<circle") == 3)
check("text has no control characters", "\x01" not in graph(hostile).out)

many = Project({f"migrations/versions/x{n}.py": revision(f"x{n}", "0002") for n in range(500)})
for form in "text", "dot", "mermaid", "svg":
    out = graph(many, "--output-format", form).out
    check(f"500 heads as {form}", all(f"x{n}" in out for n in (0, 250, 499)) and len(out) < 2_000_000, out[:300])

UP = """op.execute("SET LOCAL lock_timeout = '2s'")
op.execute("ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT random()")
op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")))
with op.get_context().autocommit_block():
    op.create_index("ix_age", "users", ["age"], postgresql_concurrently=True)"""
p.write("migrations/versions/0003_age.py", revision("0003", "0002", UP, 'op.drop_table("notes")'))
text = p.run("timeline", "0003").out
lines = text.splitlines()
check("timeline: the relation heads its column", any(line.strip() == "users" for line in lines), text)
cells = {line.split()[0]: line for line in lines if re.match(r" +\d+  ", line)}
check("timeline: the letters of the modes", " AX " in cells["2"] + " " and "█" not in cells["2"] and "SUX" in cells["5"], text)
check("timeline: a lock is held until the transaction ends", "█" in cells["4"] and "COMMIT" in cells["4"] and "█" not in cells["5"], text)
check("timeline: a new table", cells["3"].endswith("SRX new: notes") and "locks are released" in text, text)
check("timeline: who waits, from when, until when", re.search(r"users: reads and writes wait from 2 until the autocommit block, which commits first; meanwhile statement 2 rewrites users", text), text)
check("timeline: what the downgrade leaves", "the downgrade leaves the column age of users" in text, text)
check("timeline --ascii", p.run("timeline", "0003", "--ascii").out.isascii())
check("timeline: head", p.run("timeline", "head").out == text)
document = json.loads(p.run("timeline", "0003", "--output-format", "json").out)
body = document["revisions"][0]["upgrade"]
equal("timeline JSON: statements", [(s["number"], s["lock_timeout"], s["transaction"] is None) for s in body["statements"]],
      [(1, "5000", False), (2, "2s", False), (3, "2s", False), (4, "2s", False), (5, "5000", True), (6, "5000", True)])
equal("timeline JSON: holds", [(h["relation"], h["from"], h["to"], [m["mode"] for m in h["modes"]], h["waits"]) for h in body["holds"]],
      [("users", 2, 4, ["ACCESS EXCLUSIVE"], "reads and writes"), ("users", 5, 5, ["SHARE UPDATE EXCLUSIVE"], "other schema changes")])
equal("timeline JSON: lines", [s["line"] for s in body["statements"]], [9, 10, 11, 12, 13, 12])
check("timeline JSON: what is done under the lock", any(lock["work"] == "rewrite" for lock in body["statements"][1]["locks"]), body["statements"][1])

equal("-o", (graph(p, "--output-format", "svg", "-o", "g.svg").out, (p.root / "g.svg").read_text().startswith("<svg")), ("", True))
equal("a file that cannot be written", graph(p, "-o", "/nowhere/x").returncode, 2)
for arguments in (["graph", "--output-format", "xml"], ["graph", "--output-format", "json"], ["timeline", "0001", "--output-format", "dot"], ["graph", "absent"]):
    done = p.run(*arguments)
    check(f"wrong use {arguments}", done.returncode == 2 and done.err.strip() != "" and done.out == "", done.err)
empty = Project({"a.py": ""}, plain=False)
check("no migrations", graph(empty).returncode == 2 and "no migrations" in graph(empty).err)
for command in (["graph"], ["timeline", "0003", "--output-format", "svg"]):
    equal(f"{command}: any number of threads", p.run(*command, "-j", "1").out, p.run(*command, "-j", "8").out)
finish()
