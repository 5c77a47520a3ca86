from sqlalchemy import delete, update

from shop.models import Copy, Reader


def rename(session, n):
    session.execute(update(Reader).values(name="x"))


def rename_one(session, n):
    session.execute(update(Reader).where(Reader.id == 1).values(name="x"))


def remove(session, n):
    session.execute(delete(Copy))


def remove_old_style(session, n):
    session.query(Copy).delete()


def rename_old_style(session, n):
    session.query(Reader).update({"name": "x"})


def remove_filtered(session, n):
    session.query(Copy).filter(Copy.id == 2).delete()


def by_key(session, n):
    session.execute(update(Reader), [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}])


def built(session, n):
    statement = delete(Reader)
    if n:
        statement = statement.where(Reader.id > 100)
    session.execute(statement)


def purge(session, n):
    session.execute(delete(Copy))  # missed: the function's name says that all is meant


async def awaited(session, n):
    await session.execute(update(Reader).values(name="x"))
