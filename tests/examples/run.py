#!/usr/bin/env python3
"""Runs the examples of every rule's page: the bad one fires its rule and nothing else, the good one fires nothing.

usage: run.py FORESHOT WORK [CODE…]

An example of a migration rule is the body of upgrade() in a default project: a first revision made users, orders and
visits, a few partitions, views and types; env.py sets lock_timeout and gives each revision its transaction. downgrade()
raises with a reason unless the page shows one ("=== downgrade"). "=== next revision, …" is the body of one more
upgrade(). An example that has a down_revision is a file; what it does not show is added. An example of an application
rule is a module beside shop/models.py. A page without an example is about the shape of a whole tree; its fixtures
show it.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import textwrap

MIGRATION_FAMILIES = {"MIG", "REV", "SUP", "SYN"}

ENV = '''
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.execute("SET lock_timeout = '5s'")
        context.run_migrations()
'''

BASE = '''
op.create_table(
    "users",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("email", sa.String(120), nullable=False),
    sa.Column("name", sa.Text()),
    sa.Column("age", sa.Integer()),
)
op.create_index("ix_users_name", "users", ["name"])
op.execute("CREATE TYPE order_state AS ENUM ('open', 'paid')")
op.execute(
    "CREATE TABLE orders (id serial PRIMARY KEY, user_id integer, state order_state, total numeric(10, 2),"
    " code varchar(10) CHECK (code <> ''))"
)
op.create_table("visits", sa.Column("visit_no", sa.Integer(), nullable=False), sa.Column("url", sa.Text()), sa.Column("seen_at", sa.DateTime()))
op.execute("ALTER TABLE users ADD CONSTRAINT ck_users_name CHECK (name <> '') NOT VALID")
op.execute("CREATE VIEW active_users AS SELECT id, age FROM users")
op.execute("CREATE VIEW adults AS SELECT id FROM active_users WHERE age > 17")
op.create_index("ux_visits_url", "visits", ["url"], unique=True)
op.create_index("ux_visits_visit_no", "visits", ["visit_no"], unique=True)
op.execute("CREATE TABLE events (day date NOT NULL, what text) PARTITION BY RANGE (day)")
op.execute("CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
op.execute("CREATE TABLE events_2025 (day date NOT NULL, what text)")
op.execute("CREATE DOMAIN percentage AS integer")
op.execute("CREATE TABLE rates (rate percentage)")
op.execute("CREATE MATERIALIZED VIEW user_totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id")
op.execute("CREATE UNIQUE INDEX ux_user_totals ON user_totals (user_id)")
op.execute("CREATE TABLE seats (id serial PRIMARY KEY, hall integer, place integer)")
op.execute("CREATE INDEX ix_seats_hall_place ON seats (hall, place)")
op.execute("CREATE TABLE tickets (id serial PRIMARY KEY, user_id integer REFERENCES users)")
op.execute("CREATE INDEX ix_tickets_user_id ON tickets (user_id)")
'''

MODELS = '''
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]
    orders: Mapped[list["Order"]] = relationship(back_populates="user")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship(back_populates="orders")


class Cart(Base):
    __tablename__ = "carts"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["CartItem"]] = relationship(cascade="all, delete-orphan")


class CartItem(Base):
    __tablename__ = "cart_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"), index=True)
'''


def sections(text: str) -> dict[str, str]:
    """The further files of an example: "=== path" lines start each."""
    files, name = {}, None
    for line in text.splitlines():
        if line.startswith("=== "):
            name = line[4:].strip()
            files[name] = ""
        elif name is not None:
            files[name] += line + "\n"
    return files


def revision(number: int, up: str, down: str) -> str:
    imports = "".join(line + "\n" for line in up.splitlines() if line.startswith(("from ", "import ")))
    body = "\n".join(line for line in up.splitlines() if not line.startswith(("from ", "import "))) or "pass"
    before = f'"{number - 1:04}"' if number > 1 else "None"
    return (f'"""an example"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n{imports}\nrevision = "{number:04}"\ndown_revision = {before}\n'
            f"\n\ndef upgrade():\n{textwrap.indent(body, '    ')}\n\n\ndef downgrade():\n{textwrap.indent(down, '    ')}\n")


def whole(example: str, down: str) -> str:
    """The file that an example begins, with the functions that it leaves out: what they do is not its point."""
    if "def upgrade" not in example:
        example += '\nimport sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n    op.add_column("users", sa.Column("plan", sa.Text()))\n'
    return example + f"\n\ndef downgrade():\n{textwrap.indent(down, '    ')}\n"


def project(folder: pathlib.Path, code: str, example: str, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if code[:3] in MIGRATION_FAMILIES:
        down = files.pop("downgrade", 'raise NotImplementedError("an example")\n')
        texts = {
            "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = postgresql+psycopg2://app@127.0.0.1/app\n",
            "migrations/env.py": ENV,
            "migrations/versions/0001_base.py": revision(1, BASE.strip(), 'raise NotImplementedError("the first revision")\n'),
            "migrations/versions/0002_example.py": whole(example, down) if "down_revision =" in example else revision(2, example, down),
        }
        for number, name in enumerate([name for name in files if name.startswith("next revision")], 3):
            texts[f"migrations/versions/{number:04}_next.py"] = revision(number, files.pop(name), 'raise NotImplementedError("an example")\n')
        texts.update(files)
    else:
        texts = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/example.py": example, **files}
        if "DeclarativeBase" in example:
            del texts["shop/models.py"]
    texts.setdefault("foreshot.toml", "")
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main() -> int:
    foreshot, work, named = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]), set(sys.argv[3:])
    rules = json.loads(subprocess.run([foreshot, "rule", "--all", "--output-format", "json"], capture_output=True, text=True, check=True).stdout)
    failures, tried, without = [], 0, []
    for rule in rules:
        # A rule that is off speaks in its own examples.
        asked = ["--extend-select", rule["code"]] if rule["level"] == "off" else []
        if named and rule["code"] not in named:
            continue
        if not rule["bad"].strip():
            without.append(rule["code"])
            continue
        for kind, wanted in (("bad", {rule["code"]}), ("good", set())):
            folder = work / rule["code"] / kind
            project(folder, rule["code"], rule[kind], sections(rule.get(f"{kind}_files", "")))
            done = subprocess.run([foreshot, "check", "--output-format", "json", *asked, "."], cwd=folder, capture_output=True, text=True, check=False)
            tried += 1
            if done.returncode not in (0, 1):
                failures.append(f"{rule['code']} {kind}: exit {done.returncode}: {done.stderr.strip()}")
                continue
            # The revision that makes the tables leaves something to do for the examples; it is not one of them.
            said = {f["code"] for f in json.loads(done.stdout)["findings"] if not f["path"].endswith("0001_base.py")}
            if said != wanted:
                failures.append(f"{rule['code']} {kind} example: expected {sorted(wanted)}, found {sorted(said)}")
    print(f"{tried} examples; pages without one: {' '.join(without) or 'none'}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
