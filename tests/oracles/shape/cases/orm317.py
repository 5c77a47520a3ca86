from sqlalchemy import text

NAME = "O'Brien"


def asked_for(session):
    return session.info.get("name", NAME)


def formatted(session, n):
    name = asked_for(session)
    return session.execute(text(f"SELECT id FROM authors WHERE name = '{name}'")).all()


def percent(session, n):
    name = asked_for(session)
    return session.execute(text("SELECT id FROM authors WHERE name = '%s'" % name)).all()


def by_format(session, n):
    name = asked_for(session)
    return session.execute(text("SELECT id FROM authors WHERE name = '{}'".format(name))).all()


def added(session, n):
    name = asked_for(session)
    return session.execute(text("SELECT id FROM authors WHERE name = '" + name + "'")).all()


def bound(session, n):
    name = asked_for(session)
    return session.execute(text("SELECT id FROM authors WHERE name = :name"), {"name": name}).all()


def table(session, n):
    name = session.info.get("table", "authors")
    return session.execute(text(f"SELECT id FROM {name} WHERE id = 1")).all()


def of_key(session, key: int):
    return session.execute(text(f"SELECT id FROM authors WHERE id = {key}")).all()


def number(session, n):
    return of_key(session, 1)


def placeholders(session, n):
    names = {f"name{i}": NAME for i in range(n)}
    marks = ", ".join(f":{name}" for name in names)
    return session.execute(text(f"SELECT id FROM authors WHERE name IN ({marks})"), names).all()
