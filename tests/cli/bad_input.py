"""Bad input gets a clear answer: no crash, no hang, the right exit code, and the rest is still checked."""

import json
import os
import shutil

from project import DROP_INDEX, INDEX, Project, check, equal, finish, revision

p = Project()
equal("the plain project", p.codes("."), ["MIG101"])

done = p.run("check", "absent.py")
equal("a missing path: exit code", done.returncode, 2)
check("a missing path is named", "absent.py" in done.err and done.out == "", done.err)

# What nobody may read. Root may read everything, so for root the program runs as somebody else.
def unprivileged():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def readable_by_all(folder):
    os.chmod(folder, 0o755)
    for path in folder.rglob("*"):
        os.chmod(path, 0o755 if path.is_dir() else 0o644)


readable_by_all(p.root)
for secret, is_folder, told in ((p.write("secret.py", "import sqlalchemy\n"), False, "secret.py: cannot be read"),
                                (p.write("vault/inner.py", "import sqlalchemy\n").parent, True, "vault: this folder cannot be read")):
    secret.chmod(0)
    for threads in ("1", "8"):
        done = p.run("check", secret.name, "-j", threads, before=unprivileged)
        equal(f"{secret.name} cannot be read and is named", done.returncode, 2)
        check("it is named in the answer", f"cannot read '{secret.name}'" in done.err and done.out == "", done.err)
        done = p.run("check", ".", "-j", threads, before=unprivileged)
        equal(f"{secret.name} cannot be read and is found", done.returncode, 1)
        check("it is told and counted, and the rest is checked", told in done.err and "1 file" in done.err and "MIG101" in done.out, done.err)
        equal("it is told in SARIF", [n["message"]["text"] for n in json.loads(p.run("check", ".", "--output-format", "sarif", before=unprivileged).out)
                                      ["runs"][0]["invocations"][0]["toolExecutionNotifications"]], [told[0].upper() + told[1:] + "."])
    secret.chmod(0o755)
    shutil.rmtree(secret) if is_folder else secret.unlink()
secret = p.write("migrations/versions/0003_secret.py", revision("0003", "0002", INDEX, DROP_INDEX))
secret.chmod(0)
done = p.run("check", ".", before=unprivileged)
check("a revision that cannot be read is told, the others are checked", done.returncode == 1 and "0003_secret.py: cannot be read" in done.err and "MIG101" in done.out, done.err)
secret.unlink()
for settings in ("foreshot.toml", "alembic.ini"):
    p.write(settings, "").chmod(0)
    done = p.run("check", ".", before=unprivileged)
    check(f"{settings} that cannot be read", done.returncode in ((2,) if settings == "foreshot.toml" else (0, 1)) and "cannot be read" in done.err, (done.returncode, done.err))
    (p.root / settings).unlink()
p = Project()

os.mkfifo(p.root / "pipe.py")
equal("a pipe is nobody's source", p.codes("."), ["MIG101"])
equal("a pipe that is named", p.run("check", "pipe.py").returncode, 2)
os.unlink(p.root / "pipe.py")

for name, content in {
    "invalid UTF-8": b"import sqlalchemy\nx = '\xff\xfe\xc3('\n",
    "an empty file": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "a literal of 20 MB": b"import sqlalchemy\nx = [" + b"1234567, " * (20 * 1024 * 1024 // 9) + b"]\n",
    "10,000 brackets": b"import sqlalchemy\nx = " + b"(" * 10000 + b")" * 10000 + b"\n",
    "10,000 open brackets": b"import sqlalchemy\nx = " + b"[" * 10000,
    "10,000 nots": b"import sqlalchemy\nx = " + b"not " * 10000 + b"x\n",
    "10,000 nested ifs": b"import sqlalchemy\n" + b"".join(b" " * i + b"if x:\n" for i in range(1000)),
    "a long chain of additions": b"import sqlalchemy\nx = 1" + b" + 1" * 200000 + b"\n",
    "no line ends": b"import sqlalchemy;" + b"x=1;" * 100000,
    "random bytes": bytes((i * 7919 + i // 3) % 256 for i in range(100000)) + b"sqlalchemy",
}.items():
    p.write("strange.py", content)
    done = p.run("check", ".", "--output-format", "json", timeout=120)
    check(f"{name}: exit code 0 or 1", done.returncode in (0, 1), f"{done.returncode} {done.err[:500]}")
    check(f"{name}: the rest is checked", '"MIG101"' in done.out)
    done = p.run("check", "strange.py", timeout=120)
    check(f"{name}, named: exit code 0 or 1", done.returncode in (0, 1), f"{done.returncode} {done.err[:500]}")
p.write("strange.py", b"import sqlalchemy\nx = '\x00'\n")
done = p.run("check", ".")
check("a NUL byte", done.returncode == 1 and "MIG101" in done.out, done.err)
p.write("strange.py", b"import sqlalchemy\ndef f(:\n    pass\n")
equal("a file that does not parse is one finding", p.codes("."), ["MIG101", "SYN101"])
os.unlink(p.root / "strange.py")

p.write("migrations/versions/0002_index.py", revision("0002", "0001", INDEX + "\nx = = 1", DROP_INDEX))
codes = p.codes(".")
check("a revision that does not parse keeps its place", codes.count("SYN101") == 1 and "REV103" not in codes and "REV101" not in codes, codes)

p = Project()
os.symlink(".", p.root / "loop")
os.symlink("../migrations", p.root / "migrations" / "again")
os.symlink("nowhere", p.root / "dangling.py")
equal("loops of symbolic links", p.codes("."), ["MIG101"])

p = Project({"migrations/versions/0001_users.py": revision("0001", "0002")})
check("a cycle", "REV104" in p.codes(".") or "REV102" in p.codes(".") or any(c.startswith("REV") for c in p.codes(".")), p.codes("."))

p = Project({"migrations/versions/0003_sql.py": revision("0003", "0002", 'op.execute("SELEC 1")', 'op.execute("SELECT 1")')})
check("a syntax error in SQL", "MIG712" in p.codes("."), p.codes("."))

p = Project({"other/alembic.ini": "[alembic]\nscript_location = %(here)s/m\n", "other/m/env.py": "from alembic import context\n",
             "other/m/versions/0001_x.py": revision("0001", None, 'op.create_table("t", sa.Column("id", sa.Integer))', 'op.drop_table("t")')})
check("two trees that share revision ids", not any(c in ("REV102", "REV103", "REV101") for c in p.codes(".")), p.codes("."))

p = Project({"a.py": "print(1)\n"}, plain=False)
done = p.run("check", ".")
equal("no migrations at all", done.returncode, 0)
check("it says so", "no Alembic migrations" in done.out, done.out)
done = Project(plain=False).run("check", ".")
equal("an empty folder", done.returncode, 0)
check("it warns", "no Python files" in done.err, done.err)

for broken in ("[alembic\nscript_location", "script_location = x", "\x00\xff", "[alembic]\nscript_location = %(here)s/%(nope)s", "[alembic]\nscript_location =\n"):
    done = Project({"alembic.ini": broken.encode("latin-1")}, plain=False).run("check", ".")
    check(f"an odd alembic.ini {broken!r}", done.returncode == 0, done.err)

finish()
