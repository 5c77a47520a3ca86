"""Which folder is the project, where its trees are, which server they run on."""

import json
import os

from project import DROP_INDEX, DROP_USERS, ENV, INDEX, INI, USERS, Project, check, equal, finish, revision

FIRST, SECOND = revision("0001", None, USERS, DROP_USERS), revision("0002", "0001", INDEX, DROP_INDEX)


def tree(folder, versions="versions", env=True):
    files = {f"{folder}/{versions}/0001_a.py": FIRST, f"{folder}/{versions}/0002_b.py": SECOND}
    if env:
        files[f"{folder}/env.py"] = ENV
    return files


def found(what, files, wanted=("MIG101",), arguments=(".",), cwd="."):
    p = Project(files, plain=False)
    equal(what, p.codes(*arguments, cwd=p.root / cwd), sorted(wanted))


ini = "[alembic]\nscript_location = {}\n".format
found("%(here)s", {**tree("db/m"), "db/alembic.ini": ini("%(here)s/m")})
found("relative to the working directory of alembic", {**tree("db/m"), "alembic.ini": ini("db/m")})
found("package:folder", {**tree("app/m"), "app/__init__.py": "", "alembic.ini": ini("app:m")})
found("package:folder below src", {**tree("src/app/m"), "src/app/__init__.py": "", "alembic.ini": ini("app:m")})
found("another file name", {**tree("m"), "config/alembic_main.ini": ini("m")})
found("a section of its own", {**tree("m"), "alembic.ini": "[alembic:billing]\nscript_location = m\n"})
found("pyproject", {**tree("m"), "pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/m"\n'})
found("in code", {**tree("odd/place", env=False), "app/db.py": 'import alembic\nconfig.set_main_option("script_location", "odd/place")\n'}, ("MIG101", "MIG127"))
found("Flask-Migrate", {**tree("migrations"), "migrations/alembic.ini": "[alembic]\n[loggers]\nkeys = root\n", "app.py": ""})
found("an env.py", tree("somewhere/deep"))
found("a folder of revisions", tree("somewhere", env=False), ("MIG101", "MIG127"))
found("version_locations", {**tree("m", "one"), "alembic.ini": ini("m") + "version_locations = %(here)s/m/one %(here)s/m/two\n"})
found("version_locations with path_separator", {**tree("m", "with space"), "alembic.ini": ini("m") + "path_separator = os\nversion_locations = %(here)s/m/none:%(here)s/m/with space\n"})
found("a folder off the version path is no part", {**tree("m"), "alembic.ini": ini("m"), "m/attic/0003_c.py": revision("0003", "0002", 'op.drop_table("users")', USERS)})
found("recursive", {**tree("m", "versions/2024"), "alembic.ini": ini("m") + "recursive_version_locations = true\n"})
found("not recursive", {**tree("m", "versions/2024"), "alembic.ini": ini("m")}, ())
found("the same tree found twice", {**tree("m"), "alembic.ini": ini("m"), "other.ini": ini("%(here)s/m"), "pyproject.toml": '[tool.alembic]\nscript_location = "m"\n'})
found("two trees", {**tree("a/m"), **tree("b/m"), "a/alembic.ini": ini("%(here)s/m"), "b/alembic.ini": ini("%(here)s/m")}, ("MIG101", "MIG101"))
found("alembic-config", {**tree("m"), **tree("n"), "foreshot.toml": 'alembic-config = "only.ini"\n', "only.ini": ini("m"), "alembic.ini": ini("n")})
found("an ini in latin-1 with a byte order mark", {**tree("m"), "alembic.ini": "\ufeff# é\n" + ini("m")})
found(".gitignore", {**tree("m"), "alembic.ini": ini("m"), ".gitignore": "m/\n"}, ())
found("--no-respect-gitignore", {**tree("m"), "alembic.ini": ini("m"), ".gitignore": "m/\n"}, arguments=(".", "--no-respect-gitignore"))
found("what is named is not ignored", {**tree("m"), "alembic.ini": ini("m"), ".gitignore": "m/\n"}, arguments=("m",))
found("force-exclude", {**tree("m"), "alembic.ini": ini("m")}, (), ("m/versions/0002_b.py", "--exclude", "m", "--force-exclude"))

# The project of a path.
p = Project({"migrations/versions/.keep": ""})
for arguments, cwd in (((".",), "migrations"), (("versions",), "migrations"), (("0002_index.py",), "migrations/versions"), ((str(p.root),), "/tmp")):
    equal(f"from {cwd}: {arguments}", p.codes(*arguments, cwd=p.root / cwd), ["MIG101"])
equal("only what is named is reported", p.codes("migrations/env.py"), [])
p = Project({"service/foreshot.toml": "ignore = ['MIG101']\n", "service/alembic.ini": INI, **tree("service/migrations")})
equal("a folder with its own configuration is its own project", p.codes("."), ["MIG101"])
equal("named by itself", p.codes("service"), [])
done = json.loads(p.run("check", ".", "--output-format", "json", cwd=p.root / "service").out)
equal("paths are relative to the working directory", p.run("check", "..", "--output-format", "concise", cwd=p.root / "service").out.splitlines()[0].split(":")[0],
      "../migrations/versions/0002_index.py")

# The server.
def says(what, files, wanted, codes=None):
    p = Project(files)
    done = p.run("check", ".")
    check(what, wanted in done.out, done.out[-600:])
    if codes is not None:
        equal(what + ": findings", p.codes("."), codes)


says("the default", {}, "PostgreSQL 14: no version is configured or found, 14 is assumed")
says("configured", {"foreshot.toml": "server-version = 17\n", "compose.yml": "image: postgres:12\n"}, "PostgreSQL 17: server-version in the configuration")
says("a compose file", {"docker-compose.yml": "services:\n  db:\n    image: postgres:16-alpine\n", "Dockerfile": "FROM postgres:13\n"}, "PostgreSQL 16: docker-compose.yml runs postgres:16-alpine")
says("CI", {".github/workflows/ci.yml": "image: postgis/postgis:15-3.3\n"}, "PostgreSQL 15: .github/workflows/ci.yml runs postgis/postgis:15-3.3")
mysql = {"alembic.ini": INI.replace("postgresql://", "mysql+pymysql://"), "migrations/env.py": ENV.replace("postgresql+psycopg2", "mysql")}
says("another server", mysql, "migrations does not run on PostgreSQL", [])
says("dialect overrides", {**mysql, "foreshot.toml": "dialect = 'postgresql'\n"}, "PostgreSQL 14", None)
says("configured as another", {"foreshot.toml": "dialect = 'mysql'\n"}, "does not run on PostgreSQL (dialect in the configuration)", [])

# Encodings.
for name, text in {"latin-1": ("# -*- coding: latin-1 -*-\n# \xe9\n" + SECOND).encode("latin-1"), "a byte order mark": b"\xef\xbb\xbf" + SECOND.encode(),
                   "CRLF": SECOND.replace("\n", "\r\n").encode()}.items():
    p = Project({"migrations/versions/0002_index.py": text})
    finding = json.loads(p.run("check", ".", "--output-format", "json").out)["findings"][0]
    line = text.replace(b"\r\n", b"\n").split(b"\n")[finding["start"]["line"] - 1]
    check(f"the right line in {name}", b"create_index" in line, finding)
finish()
