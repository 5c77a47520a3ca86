"""--fix, --unsafe-fixes, --diff: what is changed on disk, what never is, what is said about it."""

import json
import os
import stat
import subprocess

from project import DROP_INDEX, DROP_USERS, ENV, INDEX, USERS, Project, check, equal, finish, revision

SECOND = "migrations/versions/0002_index.py"
UNUSED = '# foreshot: ignore[MIG302] -- nothing is dropped\nop.execute("SELECT 1")'
FROZEN = 'op.add_column("users", sa.Column("seen", sa.DateTime(), server_default="now()"))'


def with_second(up, down="pass", head="", **files):
    p = Project(files)
    p.write(SECOND, revision("0002", "0001", up, down, head))
    return p


def files(p):
    return {str(path.relative_to(p.root)): path.read_bytes() for path in sorted(p.root.rglob("*")) if path.is_file()}


# Safe fixes are applied, the rest is reported, nothing else is touched.
p = with_second(UNUSED + "\n" + INDEX, DROP_INDEX)
before = files(p)
seen = p.run("check", ".").out
check("what can be fixed is counted", "  [*] 1 fixable with --fix, 1 more with --unsafe-fixes\n" in seen, seen)
done = p.run("check", ".", "--diff")
equal("--diff exits with 1 when there is something", done.returncode, 1)
check("--diff", f"--- {SECOND}\n+++ {SECOND}\n@@ " in done.out and "\n-    # foreshot: ignore[MIG302] -- nothing is dropped\n" in done.out, done.out)
equal("--diff says how much", done.err, "foreshot: would fix 1 problem\n")
equal("--diff changes nothing", files(p), before)
patched = subprocess.run(["patch", "-p0", "--dry-run"], input=done.stdout, cwd=p.root, capture_output=True)
check("patch takes the diff", patched.returncode == 0, patched.stdout)
done = p.run("check", ".", "--fix", "--show-fixes")
equal("--fix: what is left decides", done.returncode, 1)
check("--fix says what it did", done.out.count("Fixed 1 problem in 1 file.\n") == 1 and "    1 × SUP101 (unused-suppression)\n" in done.out, done.out)
check("--fix reports the rest", "error[MIG101]" in done.out and "SUP101]" not in done.out, done.out)
equal("only that file changed", [k for k, v in files(p).items() if before.get(k) != v], [SECOND])
equal("the line is gone", (p.root / SECOND).read_bytes(), before[SECOND].replace(b"    # foreshot: ignore[MIG302] -- nothing is dropped\n", b""))
equal("nothing more to fix", (p.run("check", ".", "--diff").returncode, p.run("check", ".", "--diff").out), (0, ""))

# Unsafe ones on request: by option or by configuration.
p = with_second(INDEX, DROP_INDEX)
before = files(p)
check("JSON tells of both sorts", json.loads(p.run("check", ".", "--output-format", "json").out)["summary"]["fixable_unsafe"] == 1)
done = p.run("check", ".", "--fix", "--unsafe-fixes")
equal("everything was fixed", done.returncode, 0)
check("the fix is applied", b"    with op.get_context().autocommit_block():\n" in (p.root / SECOND).read_bytes(), (p.root / SECOND).read_text())
p.write(SECOND, before[SECOND])
p.write("foreshot.toml", "unsafe-fixes = true\n")
equal("--no-unsafe-fixes wins over the configuration", p.run("check", ".", "--diff", "--no-unsafe-fixes").returncode, 0)
equal("unsafe-fixes = true", p.run("check", ".", "--fix", "--exit-non-zero-on-fix").returncode, 1)
p.write(SECOND, before[SECOND])
p.write("foreshot.toml", 'extend-safe-fixes = ["MIG1"]\n')
equal("extend-safe-fixes", p.run("check", ".", "--fix-only").out, "Fixed 1 problem in 1 file.\n")
done = p.run("check", ".", "--fix-only")
equal("--fix-only, nothing to do", (done.returncode, done.out), (0, "Nothing to fix.\n"))

# New files, and revisions that follow.
third = revision("0003", "0002", 'op.execute("SELECT 1")').replace("from alembic", '"""later\n\nRevises: 0002\n"""\nfrom alembic', 1)
p = with_second('op.create_check_constraint("ck_email", "users", "email <> \'\'")', 'op.drop_constraint("ck_email", "users")', **{"migrations/versions/0003_later.py": third})
before = files(p)
done = p.run("check", ".", "--fix", "--unsafe-fixes")
new = [k for k in files(p) if k not in before]
equal("all is well afterwards", done.returncode, 0)
check("a revision was made", len(new) == 1 and new[0].endswith("_validate_ck_email.py") and f", 1 new: {new[0]}.\n" in done.out, done.out)
made, later = files(p)[new[0]].decode(), files(p)["migrations/versions/0003_later.py"].decode()
name = os.path.basename(new[0])[:12]
check("its name, its id and its place agree", f"revision = \"{name}\"\ndown_revision = \"0002\"\n" in made, made)
check("what followed follows it", f'down_revision = \'{name}\'\n' in later and f"Revises: {name}\n" in later, later)
check("it says what it does", "ALTER TABLE users VALIDATE CONSTRAINT ck_email" in made, made)
p = with_second('op.create_check_constraint("ck_email", "users", "email <> \'\'")', 'op.drop_constraint("ck_email", "users")')
diff = p.run("check", ".", "--diff", "--unsafe-fixes")
check("a new file in a diff", "--- /dev/null\n+++ migrations/versions/" in diff.out and "\n@@ -0,0 +1," in diff.out, diff.out)
patched = subprocess.run(["patch", "-p0"], input=diff.stdout, cwd=p.root, capture_output=True)
equal("applying the diff is applying the fixes", p.run("check", ".", "--diff", "--unsafe-fixes").returncode if patched.returncode == 0 else patched.stdout, 0)
sarif = json.loads(with_second(INDEX, DROP_INDEX).run("check", ".", "--output-format", "sarif", "--unsafe-fixes").out)
check("SARIF holds unsafe fixes on request only", "fixes" in sarif["runs"][0]["results"][0])
sarif = json.loads(with_second(INDEX, DROP_INDEX).run("check", ".", "--output-format", "sarif").out)
check("SARIF without them", "fixes" not in sarif["runs"][0]["results"][0])

# Several constraints in one revision take several rounds.
p = with_second("\n".join(f'op.create_check_constraint("ck_{n}", "users", "email <> \'{n}\'")' for n in "abc"),
                "\n".join(f'op.drop_constraint("ck_{n}", "users")' for n in "cba"))
equal("rounds", (p.run("check", ".", "--fix", "--unsafe-fixes").returncode, len(list((p.root / "migrations/versions").glob("*.py")))), (0, 5))

# env.py gets what later revisions rely on.
p = with_second('op.create_check_constraint("ck_email", "users", "email <> \'\'")', 'op.drop_constraint("ck_email", "users")')
p.write("migrations/env.py", ENV.replace(", transaction_per_migration=True", ""))
p.run("check", ".", "--fix", "--unsafe-fixes")
equal("transaction_per_migration", (p.root / "migrations/env.py").read_text(), ENV)

# What must not be touched.
p = with_second(INDEX + "  # foreshot: ignore[MIG101] -- small", DROP_INDEX)
equal("what is suppressed", p.run("check", ".", "--diff", "--unsafe-fixes").out, "")
p = with_second(INDEX, DROP_INDEX)
equal("what is released", p.run("check", ".", "--diff", "--unsafe-fixes", "--start-after", "0002").out, "")
p.write("migrations/versions/0003_later.py", revision("0003", "0002", 'op.execute("SELECT 1")'))
equal("what is not named", p.run("check", "migrations/versions/0003_later.py", "--diff", "--unsafe-fixes").out, "")
p = with_second('for name in ["a", "b"]:\n    op.create_index(name, "users", ["email"])', 'op.drop_index("b")\nop.drop_index("a")')
equal("loops", p.run("check", ".", "--diff", "--unsafe-fixes").out, "")
if os.geteuid() != 0:
    p = with_second(UNUSED)
    os.chmod(p.root / SECOND, 0o444)
    equal("what may not be written", p.run("check", ".", "--diff").out, "")

# Bytes: encodings, marks, line ends, permissions, links.
for what, encode in (("CRLF", lambda t: t.replace("\n", "\r\n").encode()), ("a byte order mark", lambda t: b"\xef\xbb\xbf" + t.encode()),
                     ("Latin-1", lambda t: ("# -*- coding: latin-1 -*-\n# café\n" + t).encode("latin-1"))):
    p = with_second(UNUSED)
    text = revision("0002", "0001", FROZEN + "\n" + INDEX, DROP_INDEX + '\nop.drop_column("users", "seen")')
    p.write(SECOND, encode(text))
    p.run("check", ".", "--fix")
    equal(what, (p.root / SECOND).read_bytes(), encode(text.replace('"now()"', 'sa.text("now()")')))
p = with_second('op.execute("SELECT \'\xff\'")')
p.write(SECOND, b"# caf\xe9\n" + revision("0002", "0001", UNUSED).encode())
before = files(p)
p.run("check", ".", "--fix")
equal("what is not valid UTF-8", files(p), before)
p = with_second(UNUSED)
os.chmod(p.root / SECOND, 0o640)
os.rename(p.root / SECOND, p.root / "elsewhere.py")
os.symlink("../../elsewhere.py", p.root / SECOND)
p.run("check", ".", "--fix")
equal("permissions and links stay", (stat.S_IMODE((p.root / "elsewhere.py").stat().st_mode), (p.root / SECOND).is_symlink()), (0o640, True))
check("the file behind the link is fixed", "foreshot" not in (p.root / "elsewhere.py").read_text())
check("nothing is left beside it", not [k for k in files(p) if "foreshot-" in k])

# Syntax errors elsewhere do not matter; nothing is fixed that would break.
p = with_second(UNUSED, **{"broken.py": "import sqlalchemy\nx = = 1\n"})
equal("beside a broken file", ("ignore[" in (p.run("check", ".", "--fix"), (p.root / SECOND).read_text())[1]), False)

finish()
