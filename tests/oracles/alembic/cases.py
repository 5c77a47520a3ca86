"""Calls whose rendering foreshot must know: one case a line, in groups. Each is the body of an upgrade()."""

from column_cases import COLUMNS, NEWER_TYPES, TYPES

OPERATIONS = r"""
op.add_column("t", sa.Column("x", sa.Integer()), schema="s")
op.add_column("t", sa.Column("x", sa.Integer(), sa.ForeignKey("p.id"), index=True, unique=False, comment="c"), schema="s")
op.add_column("T", sa.Column("x", sa.Integer(), unique=True))
op.add_column(table_name="t", column=sa.Column("x", sa.Integer()))
op.drop_column("t", "x")
op.drop_column("t", "X", schema="s")
op.drop_column("t", "x", mssql_drop_check=True)
op.drop_column(table_name="t", column_name="x")
op.alter_column("t", "x", nullable=False)
op.alter_column("t", "x", nullable=True, schema="s")
op.alter_column("t", "x", nullable=False, existing_type=sa.Integer())
op.alter_column("t", "x", type_=sa.BigInteger())
op.alter_column("t", "x", type_=sa.BigInteger(), existing_type=sa.Integer(), existing_nullable=False)
op.alter_column("t", "x", type_=sa.DateTime(timezone=True), postgresql_using="x at time zone 'utc'")
op.alter_column("t", "x", type_=sa.Enum("a", "b", name="mood"), postgresql_using="x::mood")
op.alter_column("t", "x", type_=sa.Text(), existing_type=sa.Enum("a", "b", name="mood"))
op.alter_column("t", "x", type_=sa.Enum("a", "b", name="mood", native_enum=False, create_constraint=True))
op.alter_column("t", "x", type_=sa.String(3), existing_type=sa.Enum("a", "b", name="mood", native_enum=False, create_constraint=True))
op.alter_column("t", "x", type_=sa.Boolean(create_constraint=True, name="b"))
op.alter_column("t", "x", server_default=None)
op.alter_column("t", "x", server_default="5")
op.alter_column("t", "x", server_default="")
op.alter_column("t", "x", server_default=sa.text("now()"))
op.alter_column("t", "x", server_default=sa.func.now())
op.alter_column("t", "x", server_default=sa.true())
op.alter_column("t", "x", server_default=False, nullable=True)
op.alter_column("t", "x", server_default=None, existing_server_default=sa.Identity())
op.alter_column("t", "x", server_default=sa.Identity(always=True), existing_server_default=sa.Identity())
op.alter_column("t", "x", new_column_name="y")
op.alter_column("t", "x", new_column_name="Y", schema="s")
op.alter_column("t", "x", comment="c")
op.alter_column("t", "x", comment=None)
op.alter_column("t", "x", comment="c", schema="s", existing_comment="old")
op.alter_column("t", "x", type_=sa.String(50), nullable=False, server_default="a", comment="z", new_column_name="y")
op.alter_column("t", "x", autoincrement=True, existing_type=sa.Integer(), nullable=False)
op.rename_table("t", "u")
op.rename_table("t", "U", schema="s")
op.drop_table("t")
op.drop_table("t", schema="s")
op.drop_table("Order")
op.create_table_comment("t", "it's")
op.create_table_comment("t", "c", schema="s", existing_comment="x")
op.create_table_comment("t", None)
op.drop_table_comment("t")
op.drop_table_comment("t", schema="s", existing_comment="x")
op.create_index("i", "t", ["x"])
op.create_index("i", "t", ["x", "Y"], unique=True)
op.create_index(op.f("i"), "t", ["x"], unique=False)
op.create_index(op.f("ix_some_really_long_table_name_that_goes_on_column_name_that_is_long_too"), "t", ["x"])
op.create_index(None, "some_really_long_table_name_that_goes_on", ["column_name_that_is_long_too_also"])
op.drop_index(op.f("ix_some_really_long_table_name_that_goes_on_column_name_that_is_long_too"), table_name="t")
op.drop_constraint(op.f("ix_some_really_long_table_name_that_goes_on_column_name_that_is_long_too"), "t")
op.create_unique_constraint(op.f("uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"), "t", ["x"])
op.create_foreign_key(op.f("fk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_éfk_é"), "t", "p", ["x"], ["id"])
op.create_index(None, "t", ["x"])
op.create_index(None, "t", ["x", "y"], schema="s")
op.create_index("i", "t", ["x"], schema="s")
op.create_index("i", "t", ["x"], postgresql_concurrently=True)
op.create_index("i", "t", ["x"], postgresql_using="gin")
op.create_index("i", "t", ["x"], postgresql_using="GIN", postgresql_ops={"x": "gin_trgm_ops"})
op.create_index("i", "t", ["x"], postgresql_where=sa.text("x IS NOT NULL"))
op.create_index("i", "t", ["x"], postgresql_where="x > 0")
op.create_index("i", "t", ["x"], postgresql_where=sa.column("x") > 5)
op.create_index("i", "t", ["x"], postgresql_where=sa.column("deleted_at").is_(None))
op.create_index("i", "t", ["x"], postgresql_where=sa.and_(sa.column("a") == 1, sa.column("b") != "x"))
op.create_index("i", "t", ["x"], postgresql_include=["y", "z"])
op.create_index("i", "t", ["x"], postgresql_with={"fillfactor": 50})
op.create_index("i", "t", ["x"], postgresql_tablespace="space")
op.create_index("i", "t", [sa.text("lower(x)")])
op.create_index("i", "t", ["a", sa.text("lower(x) DESC")], unique=True)
op.create_index("i", "t", [sa.func.lower(sa.column("x"))])
op.create_index("i", "t", [sa.column("x").desc()])
op.create_index("i", "t", [sa.text("x DESC NULLS LAST")])
op.create_index("i", "t", [sa.column("a") + sa.column("b")])
op.create_index("i", "t", [sa.literal_column("lower(x)")])
op.create_index(index_name="i", table_name="t", columns=["x"])
op.drop_index("i")
op.drop_index("i", table_name="t")
op.drop_index("i", "t", schema="s")
op.drop_index(op.f("i"), table_name="t", postgresql_concurrently=True)
op.drop_index("I", table_name="t")
op.drop_index("i", table_name="t", postgresql_using="gin")
op.create_foreign_key("f", "t", "p", ["x"], ["id"])
op.create_foreign_key(None, "t", "p", ["x"], ["id"])
op.create_foreign_key("f", "t", "p", ["x", "y"], ["a", "b"], ondelete="CASCADE", onupdate="RESTRICT")
op.create_foreign_key("f", "t", "p", ["x"], ["id"], source_schema="s", referent_schema="r")
op.create_foreign_key("f", "t", "p", ["x"], ["id"], deferrable=True, initially="DEFERRED")
op.create_foreign_key("f", "t", "p", ["x"], ["id"], match="FULL", deferrable=False)
op.create_foreign_key("f", "t", "t", ["x"], ["id"])
op.create_foreign_key("f", source_table="t", referent_table="p", local_cols=["x"], remote_cols=["id"])
op.create_unique_constraint("u", "t", ["x"])
op.create_unique_constraint(None, "t", ["x", "Y"])
op.create_unique_constraint("u", "t", ["x"], schema="s", deferrable=True, initially="DEFERRED")
op.create_check_constraint("c", "t", "x > 0")
op.create_check_constraint(None, "t", sa.text("x > 0"))
op.create_check_constraint("c", "t", sa.column("x") > 0, schema="s")
op.create_check_constraint("c", "t", sa.column("x").in_(["a", "b"]))
op.create_check_constraint("c", "t", sa.func.length(sa.column("x")) > 5)
op.create_check_constraint("c", "t", sa.or_(sa.column("x") == 1, sa.and_(sa.column("y") == 2, sa.column("z").isnot(None))))
op.create_check_constraint("c", "t", sa.not_(sa.column("x") == 1))
op.create_check_constraint("c", "t", ~sa.and_(sa.column("x") == 1, sa.column("y") == 2))
op.create_primary_key("p", "t", ["x"])
op.create_primary_key("p", "t", ["x", "y"], schema="s")
op.create_exclude_constraint("e", "t", ("x", "="), ("r", "&&"), using="gist")
op.create_exclude_constraint("e", "t", ("x", "="), where=sa.text("x > 0"), schema="s")
op.create_exclude_constraint("e", "t", (sa.text("tsrange(a, b)"), "&&"), using="gist")
op.drop_constraint("c", "t")
op.drop_constraint("c", "t", type_="foreignkey")
op.drop_constraint("c", "t", type_="unique", schema="s")
op.drop_constraint("c", "t", "check")
op.drop_constraint(op.f("C"), "t", type_="primary")
op.execute("UPDATE t SET x = 1")
op.execute(sa.text("UPDATE t SET x = 1"))
op.execute(sa.DDL("ALTER TABLE t ENABLE ROW LEVEL SECURITY"))
op.execute("SELECT '10:30'::time")
op.execute(sa.text("SELECT '10\\:30'"))
op.execute(t.update().where(t.c.x == op.inline_literal("a")).values(y=op.inline_literal("b")))
op.execute(t.delete().where(t.c.x == op.inline_literal("a")))
op.execute(t.insert().values(x=op.inline_literal("a"), y=op.inline_literal("b")))
op.execute(sa.update(t).values({"x": sa.text("y")}))
op.execute(sa.update(t).values(x=t.c.y).where(t.c.x.is_(None)))
op.execute(sa.delete(t).where(t.c.x.in_(sa.select(u.c.x))))
op.execute(sa.insert(t).from_select(["x"], sa.select(u.c.x).where(u.c.y == t.c.y)))
op.execute(sa.schema.CreateSequence(sa.Sequence("seq")))
op.execute(sa.schema.DropSequence(sa.Sequence("seq", schema="s")))
op.execute(sa.schema.CreateSchema("s"))
op.execute(sa.schema.DropSchema("s"))
sa.Enum("a", "b", name="mood").create(op.get_bind())
sa.Enum("a", "b", name="mood").drop(op.get_bind(), checkfirst=False)
pg.ENUM("a", "b", name="mood", schema="s").create(op.get_bind(), checkfirst=False)
pg.ENUM(name="mood").drop(op.get_bind(), checkfirst=False)
op.get_bind().execute(sa.text("select 1"))
op.bulk_insert(t, [{"x": "a", "y": "b"}])
""".strip().splitlines()

# Options of newer releases of Alembic or SQLAlchemy.
NEWER_OPERATIONS = r"""
op.alter_column("t", "x", server_default=sa.Identity(always=True, start=10))
op.alter_column("t", "x", server_default=sa.Identity())
op.add_column("t", sa.Column("x", sa.Integer()), if_not_exists=True)
op.add_column("t", sa.Column("x", sa.Integer(), sa.Computed("a * 2", persisted=False)))
op.add_column("t", sa.Column("x", sa.Integer(), sa.ForeignKey("p.id")), inline_references=True)
op.add_column("t", sa.Column("x", sa.Integer(), sa.ForeignKey("p.id", ondelete="CASCADE")), inline_references=True)
op.add_column("t", sa.Column("x", sa.Integer(), sa.ForeignKey("p.id", name="f", deferrable=True)), inline_references=True)
op.add_column("t", sa.Column("x", sa.Integer(), primary_key=True), inline_primary_key=True)
op.drop_column("t", "x", if_exists=True)
op.drop_table("t", if_exists=True)
op.drop_constraint("c", "t", if_exists=True)
op.create_index("i", "t", ["x"], if_not_exists=True)
op.create_index("i", "t", ["x"], unique=True, if_not_exists=True, postgresql_concurrently=True, postgresql_where=sa.text("x > 0"))
op.create_index("i", "t", ["x"], unique=True, postgresql_nulls_not_distinct=True)
op.drop_index("i", if_exists=True)
op.drop_index("i", if_exists=True, postgresql_concurrently=True)
op.create_table("n", sa.Column("x", sa.Integer()), if_not_exists=True)
op.create_foreign_key("f", "t", "p", ["x"], ["id"], postgresql_not_valid=True)
op.create_check_constraint("c", "t", "x > 0", postgresql_not_valid=True)
op.create_unique_constraint("u", "t", ["x"], postgresql_nulls_not_distinct=True)
op.create_unique_constraint("u", "t", ["x"], postgresql_include=["y"])
op.create_table("n", sa.Column("x", sa.Integer()), sa.UniqueConstraint("x", name="u", postgresql_nulls_not_distinct=True))
op.execute(sa.schema.CreateTable(sa.Table("n", sa.MetaData(), sa.Column("id", sa.Integer(), primary_key=True)), if_not_exists=True))
""".strip().splitlines()

TABLES = r"""
op.create_table("n", sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id"))
op.create_table("n", sa.Column("id", sa.Integer()), sa.PrimaryKeyConstraint("id"))
op.create_table("n", sa.Column("id", sa.BigInteger(), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_n"))
op.create_table("n", sa.Column("a", sa.Integer(), nullable=False), sa.Column("b", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("a", "b"))
op.create_table("n", sa.Column("a", sa.Integer(), primary_key=True), sa.Column("b", sa.Integer(), primary_key=True))
op.create_table("n", sa.Column("a", sa.Integer(), primary_key=True), sa.Column("b", sa.Integer(), primary_key=True, autoincrement=True))
op.create_table("n", sa.Column("a", sa.Integer(), autoincrement=True, nullable=False), sa.Column("b", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("b", "a"))
op.create_table("n", sa.Column("id", sa.Integer(), nullable=False), sa.Column("p", sa.Integer()), sa.ForeignKeyConstraint(["p"], ["p.id"]), sa.PrimaryKeyConstraint("id"))
op.create_table("n", sa.Column("id", sa.Integer(), nullable=False), sa.ForeignKeyConstraint(["id"], ["p.id"]), sa.PrimaryKeyConstraint("id"))
op.create_table("n", sa.Column("p", sa.Integer()), sa.ForeignKeyConstraint(["p"], ["s.p.id"], name="f", ondelete="CASCADE", onupdate="CASCADE", deferrable=True, initially="DEFERRED"))
op.create_table("n", sa.Column("p", sa.Integer()), sa.ForeignKeyConstraint(["p"], ["p.id"], use_alter=True, name="f"))
op.create_table("n", sa.Column("p", sa.Integer(), sa.ForeignKey("p.id", use_alter=True, name="f")))
op.create_table("n", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()), sa.UniqueConstraint("a", "b", name="u"), sa.CheckConstraint("a > 0", name="c"))
op.create_table("n", sa.Column("a", sa.Integer(), unique=True), sa.Column("b", sa.Integer(), index=True), sa.Column("c", sa.Integer(), sa.ForeignKey("p.id"), index=True))
op.create_table("n", sa.Column("a", sa.Integer(), sa.ForeignKey("p.id"), unique=True), sa.CheckConstraint("a > 0"), sa.UniqueConstraint("a"))
op.create_table("n", sa.Column("a", sa.Integer()), sa.Index("i", "a"), sa.Index("j", "a", unique=True, postgresql_using="btree"))
op.create_table("n", sa.Column("a", sa.Enum("x", "y", name="e1")), sa.Column("b", sa.Enum("x", "y", name="e1")), sa.Column("c", sa.Enum("z", name="e2")))
op.create_table("n", sa.Column("a", pg.ENUM("x", "y", name="e1", create_type=False)), sa.Column("b", sa.Enum("x", name="e3", native_enum=False, create_constraint=True)))
op.create_table("n", sa.Column("a", pg.ARRAY(sa.Enum("x", "y", name="e1"))))
op.create_table("n", sa.Column("a", sa.Integer(), comment="c1"), sa.Column("b", sa.Integer(), comment="c2"), comment="it's")
op.create_table("n", sa.Column("a", sa.Integer()), schema="s")
op.create_table("n", sa.Column("a", sa.Integer(), sa.ForeignKey("s.p.id"), index=True), schema="s", comment="c")
op.create_table("n", sa.Column("a", sa.Integer()), prefixes=["UNLOGGED"])
op.create_table("n", sa.Column("a", sa.Integer()), prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
op.create_table("n", sa.Column("a", sa.Date()), postgresql_partition_by="RANGE (a)")
op.create_table("n", sa.Column("a", sa.Date()), postgresql_inherits="parent", postgresql_tablespace="space")
op.create_table("n", sa.Column("a", sa.Integer()), mysql_engine="InnoDB", sqlite_autoincrement=True)
op.create_table("Order", sa.Column("Id", sa.Integer(), primary_key=True), sa.Column("group", sa.Text()))
op.create_table("n", sa.Column("a", sa.Integer(), sa.CheckConstraint("a > 0"), nullable=False, server_default="1"))
op.create_table("n", sa.Column("r", pg.TSRANGE()), pg.ExcludeConstraint(("r", "&&"), name="e", using="gist"))
op.create_table("n", sa.Column("r", pg.TSRANGE()), pg.ExcludeConstraint(("r", "&&"), where=sa.text("r is not null")))
op.create_table("n", sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False), sa.PrimaryKeyConstraint("id"))
op.create_table("n", sa.Column("x", sa.Integer(), sa.Computed("a * 2", persisted=True)))
op.create_table("n")
op.create_table("n", *[sa.Column(c, sa.Integer()) for c in ("a", "b")])
op.create_table("n", sa.Column("id", sa.Integer, primary_key=True), sa.Column("parent", sa.Integer, sa.ForeignKey("n.id")))
op.create_table("n", sa.Column("id", sa.String(36), primary_key=True), sa.Column("a", sa.Boolean(), server_default=sa.false()), sa.Column("t", sa.DateTime(), server_default=sa.func.now(), nullable=False))
op.create_table("n", sa.Column("id", sa.SmallInteger(), primary_key=True), sa.UniqueConstraint("id", deferrable=True))
op.create_table("n", sa.Column("x", sa.Integer()), sa.UniqueConstraint("x", name=op.f("uq")), sa.PrimaryKeyConstraint("x", name=op.f("pk")))
""".strip().splitlines()

BLOCKS = [
    """
with op.batch_alter_table("t") as batch_op:
    batch_op.add_column(sa.Column("x", sa.Integer(), sa.ForeignKey("p.id"), index=True))
    batch_op.alter_column("y", nullable=False, existing_type=sa.Integer())
    batch_op.create_index("ix", ["x"], unique=True, postgresql_where=sa.text("x > 0"))
    batch_op.create_foreign_key("f", "p", ["x"], ["id"], ondelete="CASCADE")
    batch_op.create_unique_constraint("u", ["x", "y"])
    batch_op.create_check_constraint("c", "x > 0")
    batch_op.create_primary_key("p", ["x"])
    batch_op.drop_constraint("old", type_="unique")
    batch_op.drop_index("ix_old")
    batch_op.drop_column("z")
    batch_op.create_table_comment("c")
    batch_op.drop_table_comment()
""",
    """
with op.batch_alter_table("t", schema="s", recreate="never") as batch_op:
    batch_op.add_column(sa.Column("x", sa.Integer(), unique=True, comment="c"))
    batch_op.drop_index(batch_op.f("i"), postgresql_concurrently=True)
    batch_op.alter_column("a", new_column_name="b", type_=sa.Text())
    batch_op.create_foreign_key(None, "p", ["x"], ["id"], referent_schema="r")
""",
    """
with op.batch_alter_table("t") as batch_op:
    batch_op.add_column(sa.Column("x", sa.Integer()))
    op.execute("SELECT 1")
    batch_op.execute("SELECT 2")
""",
    """
with op.get_context().autocommit_block():
    op.create_index("i", "t", ["x"], postgresql_concurrently=True)
""",
    """
n = op.create_table("n", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
op.bulk_insert(n, [{"id": 1, "name": "it's"}])
""",
    """
op.create_table("a", sa.Column("e", sa.Enum("x", name="shared")))
op.drop_table("a")
""",
]

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

CONVENTIONAL = r"""
op.create_foreign_key(None, "t", "p", ["x"], ["id"])
op.create_foreign_key("f", "t", "p", ["x"], ["id"])
op.create_foreign_key(op.f("f"), "t", "p", ["x"], ["id"])
op.create_foreign_key(None, "t", "p", ["x"], ["id"], source_schema="s", referent_schema="s")
op.create_unique_constraint(None, "t", ["x", "y"])
op.create_unique_constraint("u", "t", ["x"])
op.create_check_constraint("positive", "t", "x > 0")
op.create_check_constraint(op.f("positive"), "t", "x > 0")
op.create_primary_key(None, "t", ["x"])
op.create_primary_key("p", "t", ["x"])
op.create_index(None, "t", ["x"])
op.create_index("i", "t", ["x"])
op.drop_constraint("positive", "t", type_="check")
op.drop_constraint("u", "t", type_="unique")
op.drop_constraint("u", "t")
op.add_column("t", sa.Column("x", sa.Integer(), sa.ForeignKey("p.id")))
op.add_column("t", sa.Column("x", sa.Integer(), unique=True))
op.add_column("t", sa.Column("x", sa.Integer(), index=True))
op.add_column("t", sa.Column("x", sa.Integer(), index=True), schema="s")
op.add_column("t", sa.Column("x", sa.Integer(), sa.CheckConstraint("x > 0", name="positive")))
op.add_column("t", sa.Column("x", sa.Enum("a", "b", name="mood", native_enum=False, create_constraint=True)))
op.create_table("n", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("p", sa.Integer(), sa.ForeignKey("p.id"), unique=True))
op.create_table("n", sa.Column("id", sa.Integer()), sa.Column("p", sa.Integer()), sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["p"], ["s.p.id"]), sa.UniqueConstraint("p"), sa.CheckConstraint("p > 0", name="c"))
op.create_table("n", sa.Column("id", sa.Integer()), sa.PrimaryKeyConstraint("id", name="explicit"), sa.UniqueConstraint("id", name=op.f("u")))
op.create_table("n", sa.Column("id", sa.Integer(), index=True), schema="s")
""".strip().splitlines()

PRELUDE = '''
import enum
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


class Decorated(sa.types.TypeDecorator):
    impl = sa.String
    cache_ok = True


class Chosen(sa.types.TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(pg.UUID())
        return dialect.type_descriptor(sa.CHAR(32))


class Money(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **kw):
        return "MONEY"


t = sa.table("t", sa.column("x", sa.String()), sa.column("y", sa.String()))
u = sa.table("u", sa.column("x", sa.String()), sa.column("y", sa.String()))
'''


def cases(newer):
    """(body, conventional) of every case that the release knows."""
    for type_ in TYPES + (NEWER_TYPES if newer else []):
        yield f'op.add_column("t", sa.Column("x", {type_}))', False
        yield f'op.alter_column("t", "x", type_={type_})', False
    for column in COLUMNS:
        yield f'op.add_column("t", {column})', False
        yield f'op.create_table("t", {column})', False
    for body in OPERATIONS + TABLES + (NEWER_OPERATIONS if newer else []) + BLOCKS:
        yield body, False
    for body in CONVENTIONAL:
        yield body, True
