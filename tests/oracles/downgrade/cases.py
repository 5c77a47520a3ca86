"""Revisions of all kinds of operations on one small schema, each with a downgrade that mirrors or does not: what it does is
what a server says, not what stands here. (name, upgrade, downgrade)"""

BASE = '''op.execute("CREATE TYPE mood AS ENUM ('ok', 'bad')")
op.execute("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)")
op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50), nullable=False))
op.create_table(
    "users",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(200), nullable=False),
    sa.Column("nick", sa.Text),
    sa.Column("age", sa.Integer, server_default="0"),
    sa.Column("total", sa.Numeric(10, 2), nullable=False, server_default=sa.text("0")),
    sa.Column("state", postgresql.ENUM("ok", "bad", name="mood", create_type=False), server_default="ok"),
    sa.Column("seen", sa.DateTime, server_default=sa.func.now()),
    sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")),
    sa.CheckConstraint("age >= 0", name="age_check"),
    sa.UniqueConstraint("nick"),
)
op.create_index("ix_users_email", "users", ["email"], unique=True)
op.create_index("ix_users_low", "users", [sa.text("lower(email)")])
op.create_table("logs", sa.Column("id", sa.BigInteger), sa.Column("line", sa.Text), sa.Column("at", sa.Date))'''

CASES = [
    # columns
    ("column", 'op.add_column("users", sa.Column("plan", sa.Text))', 'op.drop_column("users", "plan")'),
    ("column left", 'op.add_column("users", sa.Column("plan", sa.Text))\nop.add_column("users", sa.Column("b", sa.Text))', 'op.drop_column("users", "b")'),
    ("column with key", 'op.add_column("logs", sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), index=True))', 'op.drop_column("logs", "user_id")'),
    ("dropped and back", 'op.drop_column("users", "nick")', 'op.add_column("users", sa.Column("nick", sa.Text, unique=True))'),
    ("dropped, back without its key", 'op.drop_column("users", "nick")', 'op.add_column("users", sa.Column("nick", sa.Text))'),
    ("dropped, back required", 'op.drop_column("users", "email")', 'op.add_column("users", sa.Column("email", sa.String(200), nullable=False))'),
    ("dropped, back with default", 'op.drop_column("users", "age")', 'op.add_column("users", sa.Column("age", sa.Integer, server_default="0"))'),
    ("dropped, all of it back", 'op.drop_column("users", "age")', 'op.add_column("users", sa.Column("age", sa.Integer, server_default="0"))\nop.create_check_constraint("age_check", "users", "age >= 0")'),
    ("dropped foreign key column", 'op.drop_column("users", "team_id")', 'op.add_column("users", sa.Column("team_id", sa.Integer))'),
    ("dropped foreign key column, key back", 'op.drop_column("users", "team_id")', 'op.add_column("users", sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")))'),
    ("generated", 'op.add_column("users", sa.Column("twice", sa.Integer, sa.Computed("age * 2", persisted=True)))', 'op.drop_column("users", "twice")'),
    ("identity", 'op.add_column("logs", sa.Column("no", sa.BigInteger, sa.Identity()))', 'op.drop_column("logs", "no")'),
    ("renamed", 'op.alter_column("users", "nick", new_column_name="handle")', 'op.alter_column("users", "handle", new_column_name="nick")'),
    ("renamed, not back", 'op.alter_column("users", "nick", new_column_name="handle")', 'op.alter_column("users", "handle", new_column_name="nickname")'),
    ("renamed, dropped by the old name", 'op.alter_column("users", "nick", new_column_name="handle")', 'op.drop_column("users", "nick")'),
    # types, defaults, NOT NULL
    ("type", 'op.alter_column("users", "age", type_=sa.BigInteger)', 'op.alter_column("users", "age", type_=sa.Integer)'),
    ("type not back", 'op.alter_column("users", "age", type_=sa.BigInteger)', 'op.alter_column("users", "age", type_=sa.SmallInteger)'),
    ("length", 'op.alter_column("users", "email", type_=sa.String(300))', 'op.alter_column("users", "email", type_=sa.String(200))'),
    ("length not back", 'op.alter_column("users", "email", type_=sa.String(300))', 'op.alter_column("users", "email", type_=sa.String(250))'),
    ("numeric", 'op.alter_column("users", "total", type_=sa.Numeric(12, 2))', 'op.alter_column("users", "total", type_=sa.Numeric(10, 2))'),
    ("zone", 'op.alter_column("users", "seen", type_=sa.DateTime(timezone=True))', 'op.alter_column("users", "seen", type_=sa.DateTime())'),
    ("needs using", 'op.alter_column("users", "nick", type_=sa.Integer, postgresql_using="1")', 'op.alter_column("users", "nick", type_=sa.Text)'),
    ("default", 'op.alter_column("users", "age", server_default="1")', 'op.alter_column("users", "age", server_default="0")'),
    ("default not back", 'op.alter_column("users", "age", server_default="1")', 'op.alter_column("users", "age", server_default=None)'),
    ("default dropped", 'op.alter_column("users", "age", server_default=None)', 'op.alter_column("users", "age", server_default="0")'),
    ("default left", 'op.alter_column("users", "nick", server_default="x")', 'op.execute("SELECT 1")\nop.alter_column("users", "nick", nullable=True)'),
    ("now", 'op.alter_column("users", "seen", server_default=None)', 'op.alter_column("users", "seen", server_default=sa.text("CURRENT_TIMESTAMP"))'),
    ("not null", 'op.alter_column("users", "age", nullable=False)', 'op.alter_column("users", "age", nullable=True)'),
    ("not null left", 'op.alter_column("users", "age", nullable=False)', 'op.alter_column("users", "age", server_default="0")'),
    ("not null dropped", 'op.alter_column("users", "email", nullable=True)', 'op.alter_column("users", "email", nullable=False)'),
    ("not null lost", 'op.alter_column("users", "email", nullable=True)', 'op.execute("ANALYZE users")'),
    # indexes
    ("index", 'op.create_index("ix_a", "users", ["age"])', 'op.drop_index("ix_a", "users")'),
    ("index left", 'op.create_index("ix_a", "users", ["age"])\nop.create_index("ix_b", "users", ["total"])', 'op.drop_index("ix_b", "users")'),
    ("index not there", 'op.create_index("ix_a", "users", ["age"])', 'op.drop_index("ix_users_age", "users")'),
    ("index dropped", 'op.drop_index("ix_users_email", "users")', 'op.create_index("ix_users_email", "users", ["email"], unique=True)'),
    ("index dropped, back not unique", 'op.drop_index("ix_users_email", "users")', 'op.create_index("ix_users_email", "users", ["email"])'),
    ("index of an expression", 'op.drop_index("ix_users_low", "users")', 'op.create_index("ix_users_low", "users", [sa.text("lower(email)")])'),
    ("index of another expression", 'op.drop_index("ix_users_low", "users")', 'op.create_index("ix_users_low", "users", [sa.text("upper(email)")])'),
    ("partial index", 'op.create_index("ix_p", "users", ["age"], postgresql_where=sa.text("age > 5"))', 'op.drop_index("ix_p", "users")'),
    ("index renamed", 'op.execute("ALTER INDEX ix_users_email RENAME TO ix_mail")', 'op.execute("ALTER INDEX ix_mail RENAME TO ix_users_email")'),
    ("index renamed only", 'op.execute("ALTER INDEX ix_users_email RENAME TO ix_mail")', 'op.execute("SELECT 1")\nop.execute("ALTER TABLE users ALTER COLUMN age SET STATISTICS 100")'),
    ("without a name", 'op.execute("CREATE INDEX ON users (age, total)")', 'op.drop_index("users_age_total_idx", "users")'),
    # constraints
    ("unique", 'op.create_unique_constraint("uq_age", "users", ["age", "id"])', 'op.drop_constraint("uq_age", "users")'),
    ("unique without a name", 'op.create_unique_constraint(None, "users", ["age", "id"])', 'op.drop_constraint("users_age_id_key", "users")'),
    ("unique, none", 'op.create_unique_constraint(None, "users", ["age", "id"])', 'op.drop_constraint(None, "users", type_="unique")'),
    ("foreign key without a name", 'op.create_foreign_key(None, "logs", "users", ["id"], ["id"])', 'op.drop_constraint("logs_id_fkey", "logs")'),
    ("foreign key by a wrong name", 'op.create_foreign_key(None, "logs", "users", ["id"], ["id"])', 'op.drop_constraint("fk_logs_users", "logs", type_="foreignkey")'),
    ("check", 'op.create_check_constraint("ck", "users", "total >= 0")', 'op.drop_constraint("ck", "users")'),
    ("check dropped", 'op.drop_constraint("age_check", "users")', 'op.create_check_constraint("age_check", "users", "age >= 0")'),
    ("check dropped, another back", 'op.drop_constraint("age_check", "users")', 'op.create_check_constraint("age_check", "users", "age >= 1")'),
    ("not valid and validated", 'op.execute("ALTER TABLE users ADD CONSTRAINT c CHECK (age < 200) NOT VALID")\nop.execute("ALTER TABLE users VALIDATE CONSTRAINT c")', 'op.drop_constraint("c", "users")'),
    ("primary key", 'op.create_primary_key("logs_pkey", "logs", ["id"])', 'op.drop_constraint("logs_pkey", "logs")\nop.alter_column("logs", "id", nullable=True)'),
    ("primary key, NOT NULL left", 'op.create_primary_key("logs_pkey", "logs", ["id"])', 'op.drop_constraint("logs_pkey", "logs")'),
    ("foreign key rules", 'op.drop_constraint("users_team_id_fkey", "users")\nop.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"], ondelete="CASCADE")', 'op.drop_constraint("users_team_id_fkey", "users")\nop.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"])'),
    ("foreign key rules left", 'op.drop_constraint("users_team_id_fkey", "users")\nop.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"], ondelete="CASCADE")', 'op.drop_constraint("users_team_id_fkey", "users")\nop.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"], ondelete="SET NULL")'),
    ("constraint renamed", 'op.execute("ALTER TABLE users RENAME CONSTRAINT age_check TO ck_age")', 'op.execute("ALTER TABLE users RENAME CONSTRAINT ck_age TO age_check")'),
    ("exclusion", 'op.execute("ALTER TABLE logs ADD CONSTRAINT x EXCLUDE USING btree (id WITH =)")', 'op.drop_constraint("x", "logs")'),
    # tables
    ("table", 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("notes")'),
    ("table left", 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))\nop.create_table("tags", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("notes")'),
    ("tables in the wrong order", 'op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))\nop.create_table("b", sa.Column("a_id", sa.Integer, sa.ForeignKey("a.id")))', 'op.drop_table("a")\nop.drop_table("b")'),
    ("a view in the way", 'op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))\nop.execute("CREATE VIEW v AS SELECT id FROM a")', 'op.drop_table("a")'),
    ("a view", 'op.execute("CREATE VIEW v AS SELECT id FROM users")', 'op.execute("DROP VIEW v")'),
    ("table dropped", 'op.drop_table("logs")', 'op.create_table("logs", sa.Column("id", sa.BigInteger), sa.Column("line", sa.Text), sa.Column("at", sa.Date))'),
    ("table dropped, less back", 'op.drop_table("logs")', 'op.create_table("logs", sa.Column("id", sa.BigInteger), sa.Column("line", sa.Text))'),
    ("table renamed", 'op.rename_table("logs", "lines")', 'op.rename_table("lines", "logs")'),
    ("table renamed, dropped by the old name", 'op.rename_table("logs", "lines")', 'op.drop_table("logs")'),
    ("raw", 'op.execute("CREATE TABLE raw (id serial PRIMARY KEY, a text NOT NULL DEFAULT \'x\')")', 'op.execute("DROP TABLE raw")'),
    ("batch", 'with op.batch_alter_table("users") as batch:\n    batch.add_column(sa.Column("plan", sa.Text))\n    batch.create_index("ix_plan", ["plan"])', 'with op.batch_alter_table("users") as batch:\n    batch.drop_index("ix_plan")\n    batch.drop_column("plan")'),
    ("batch left", 'with op.batch_alter_table("users") as batch:\n    batch.add_column(sa.Column("plan", sa.Text))\n    batch.alter_column("age", nullable=False)', 'with op.batch_alter_table("users") as batch:\n    batch.drop_column("plan")'),
    ("loop", 'for name in ("a", "b", "c"):\n    op.add_column("logs", sa.Column(name, sa.Integer))', 'for name in ("a", "b"):\n    op.drop_column("logs", name)'),
    # enums
    ("enum", 'op.create_table("notes", sa.Column("kind", sa.Enum("x", "y", name="kind")))', 'op.drop_table("notes")\nop.execute("DROP TYPE kind")'),
    ("enum left", 'op.create_table("notes", sa.Column("kind", sa.Enum("x", "y", name="kind")))', 'op.drop_table("notes")'),
    ("enum of a column", 'sa.Enum("x", "y", name="kind").create(op.get_bind())\nop.add_column("users", sa.Column("kind", postgresql.ENUM("x", "y", name="kind", create_type=False)))', 'op.drop_column("users", "kind")\nsa.Enum(name="kind").drop(op.get_bind())'),
    ("enum of a column left", 'op.execute("CREATE TYPE kind AS ENUM (\'x\')")\nop.execute("ALTER TABLE users ADD COLUMN kind kind")', 'op.execute("ALTER TABLE users DROP COLUMN kind")'),
    ("enum dropped too early", 'op.execute("CREATE TYPE kind AS ENUM (\'x\')")\nop.execute("ALTER TABLE users ADD COLUMN kind kind")', 'op.execute("DROP TYPE kind")\nop.drop_column("users", "kind")'),
    ("enum replaced", 'op.execute("ALTER TYPE mood RENAME TO mood_old")\nop.execute("CREATE TYPE mood AS ENUM (\'ok\', \'bad\', \'ugly\')")\nop.execute("ALTER TABLE users ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE mood USING state::text::mood")\nop.execute("DROP TYPE mood_old")',
     'op.execute("ALTER TYPE mood RENAME TO mood_new")\nop.execute("CREATE TYPE mood AS ENUM (\'ok\', \'bad\')")\nop.execute("ALTER TABLE users ALTER COLUMN state TYPE mood USING state::text::mood, ALTER COLUMN state SET DEFAULT \'ok\'")\nop.execute("DROP TYPE mood_new")'),
    ("enum value renamed", 'op.execute("ALTER TYPE mood RENAME VALUE \'bad\' TO \'sad\'")', 'op.execute("ALTER TYPE mood RENAME VALUE \'sad\' TO \'bad\'")'),
    # blocks
    ("block", 'op.execute("DO $$ BEGIN ALTER TABLE users ADD COLUMN plan text; END $$")', 'op.execute("DO $$ BEGIN EXECUTE format(\'ALTER TABLE %I DROP COLUMN plan\', \'users\'); END $$")'),
    ("block over names", 'op.execute("DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY[\'users\', \'logs\'] LOOP EXECUTE format(\'ALTER TABLE %I ADD COLUMN extra text\', t); END LOOP; END $$")', 'op.drop_column("users", "extra")'),
    ("function", 'op.execute("CREATE FUNCTION add_it() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users ADD COLUMN plan text; END $$")\nop.execute("SELECT add_it()")', 'op.execute("DROP FUNCTION add_it()")'),
    ("procedure", 'op.execute("CREATE PROCEDURE add_it() LANGUAGE sql AS $$ ALTER TABLE users ADD COLUMN plan text $$")\nop.execute("CALL add_it()")', 'op.drop_column("users", "plan")\nop.execute("DROP PROCEDURE add_it()")'),
]

LONG = "a_table_whose_name_is_long_enough_to_be_cut_down_by_postgresql"
CASES += [
    ("long names", f'op.create_table("{LONG}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("of_some_user", sa.Integer, sa.ForeignKey("users.id"), unique=True))\nop.execute("SELECT 1")',
     f'op.drop_constraint("a_table_whose_name_is_long_enough_to_be_cut_down_of_some_user_fkey"[:63], "{LONG}")\nop.drop_table("{LONG}")'),
    ("long names, cut", f'op.create_table("{LONG}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("of_some_user", sa.Integer, sa.ForeignKey("users.id")))',
     f'op.drop_constraint("a_table_whose_name_is_long_enough_to_be_cut_d_of_some_user_fkey", "{LONG}")\nop.drop_table("{LONG}")'),
    ("long names, a key", f'op.create_table("{LONG}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("no", sa.Integer))\nop.create_unique_constraint(None, "{LONG}", ["no", "id"])',
     f'op.drop_constraint("a_table_whose_name_is_long_enough_to_be_cut_down_by_po_no_id_key"[:63], "{LONG}")\nop.drop_table("{LONG}")'),
    ("two keys of one name", 'op.create_unique_constraint(None, "logs", ["id"])\nop.create_unique_constraint(None, "logs", ["id"])', 'op.drop_constraint("logs_id_key1", "logs")\nop.drop_constraint("logs_id_key", "logs")'),
    ("the key of a table", 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))\nop.drop_constraint("notes_pkey", "notes")', 'op.drop_table("notes")'),
    ("checks without names", 'op.execute("ALTER TABLE users ADD CHECK (age < 200), ADD CHECK (age < 300)")', 'op.drop_constraint("users_age_check", "users")\nop.drop_constraint("users_age_check1", "users")'),
    ("a key in a column", 'op.add_column("logs", sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")))', 'op.drop_constraint("logs_user_id_fkey", "logs", type_="foreignkey")\nop.drop_column("logs", "user_id")'),
    ("a renamed table keeps its names", 'op.rename_table("teams", "groups")', 'op.drop_constraint("users_team_id_fkey", "users")\nop.rename_table("groups", "teams")\nop.create_foreign_key("users_team_id_fkey", "users", "teams", ["team_id"], ["id"])'),
]

# With the naming convention that SQLAlchemy's documentation shows.
CONVENTION = {"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
              "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s"}
NAMED = [
    ("foreign key of a column", 'op.add_column("logs", sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")))', 'op.drop_constraint("fk_logs_user_id_users", "logs")\nop.drop_column("logs", "user_id")'),
    ("foreign key by the server's name", 'op.add_column("logs", sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")))', 'op.drop_constraint("logs_user_id_fkey", "logs")\nop.drop_column("logs", "user_id")'),
    ("foreign key without a name", 'op.create_foreign_key(None, "logs", "users", ["id"], ["id"])', 'op.drop_constraint("fk_logs_id_users", "logs", type_="foreignkey")'),
    ("unique without a name", 'op.create_unique_constraint(None, "users", ["age", "id"])', 'op.drop_constraint("uq_users_age", "users", type_="unique")'),
    ("unique by the server's name", 'op.create_unique_constraint(None, "users", ["age", "id"])', 'op.drop_constraint("users_age_id_key", "users", type_="unique")'),
    ("check", 'op.create_check_constraint("small", "users", "age < 200")', 'op.drop_constraint("small", "users", type_="check")'),
    ("check by its whole name", 'op.create_check_constraint("small", "users", "age < 200")', 'op.drop_constraint("ck_users_small", "users")'),
    ("check by its whole name, once more", 'op.create_check_constraint("small", "users", "age < 200")', 'op.drop_constraint("ck_users_small", "users", type_="check")'),
    ("check with op.f", 'op.create_check_constraint(op.f("small"), "users", "age < 200")', 'op.drop_constraint(op.f("small"), "users", type_="check")'),
    ("primary key", 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))\nop.drop_constraint("pk_notes", "notes")', 'op.drop_table("notes")'),
    ("index without a name", 'op.create_index(None, "users", ["age"])', 'op.drop_index("ix_users_age", "users")'),
    ("index of a column", 'op.add_column("users", sa.Column("zip", sa.Text, index=True, unique=True))', 'op.drop_index("ix_users_zip", "users")\nop.drop_column("users", "zip")'),
    ("key of the start", 'op.drop_constraint("fk_users_team_id_teams", "users")', 'op.create_foreign_key(None, "users", "teams", ["team_id"], ["id"])'),
    ("key of the start, another back", 'op.drop_constraint("fk_users_team_id_teams", "users")', 'op.create_foreign_key("fk_team", "users", "teams", ["team_id"], ["id"], ondelete="CASCADE")'),
    ("table", 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), unique=True))', 'op.drop_constraint("fk_notes_user_id_users", "notes")\nop.drop_constraint("uq_notes_user_id", "notes")\nop.drop_table("notes")'),
]
