"""What a database is, as lines: tables, columns, types, defaults, constraints, indexes, enums. The order of columns is not part of
it: a column that comes back comes last."""

QUERIES = (
    """select 'table ' || n.nspname || '.' || c.relname || ' ' || c.relkind::text || c.relpersistence::text
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and {own}""",
    """select 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
              || case when a.attnotnull then ' not null' else '' end || ' default ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-')
              || ' ' || a.attidentity::text || a.attgenerated::text
              || case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation::text else '' end
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and {own}""",
    """select 'constraint ' || n.nspname || '.' || c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
         from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        where k.contype <> 'n' and {own}""",
    """select 'index ' || pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' invalid' end
         from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where {own}""",
    """select 'enum ' || n.nspname || '.' || t.typname || ' ' || string_agg(e.enumlabel, ',' order by e.enumsortorder)
         from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
        group by n.nspname, t.typname""",
)
OWN = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast' and c.relname <> 'alembic_version'"


def snapshot(connection):
    lines = set()
    with connection.cursor() as cursor:
        for query in QUERIES:
            cursor.execute(query.format(own=OWN))
            lines |= {row[0].replace("default CURRENT_TIMESTAMP", "default now()") for row in cursor.fetchall()}
    return lines


def fill(connection):
    """A row in every table that takes one: ones everywhere, so that keys find what they refer to."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("""select c.oid, c.oid::regclass::text, array_agg(quote_ident(a.attname) order by a.attnum),
                array_agg(case when t.typtype = 'e' then (select quote_literal(enumlabel) from pg_enum where enumtypid = t.oid
                                                          order by enumsortorder limit 1)
                               when t.typcategory = 'A' then '''{}''' when t.typname in ('json', 'jsonb') then '''{}'''
                               when t.typname = 'uuid' then '''00000000-0000-0000-0000-000000000001'''
                               when t.typname in ('time', 'timetz') then '''12:00'''
                               when t.typcategory = 'B' then '''true''' when t.typcategory = 'D' then '''2020-01-01'''
                               when t.typcategory = 'T' then '''1 day''' else '''1''' end order by a.attnum)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
           join pg_type t on t.oid = a.atttypid
          where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and """ + OWN +
                       " group by c.oid")
        for _, table, columns, values in cursor.fetchall():
            cursor.execute("savepoint row")
            try:
                cursor.execute(f"insert into {table} ({', '.join(columns)}) overriding system value values ({', '.join(values)})")
                cursor.execute("release savepoint row")
            except Exception:  # a check or a domain that ones do not satisfy: then without a row
                cursor.execute("rollback to savepoint row")
        cursor.execute("set session_replication_role = origin")
    connection.commit()
