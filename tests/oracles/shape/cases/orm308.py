from sqlalchemy import select

from shop.models import Author, Book


def page(session, n):
    return session.scalars(select(Book).limit(5).offset(1)).all()


def ordered(session, n):
    return session.scalars(select(Book).order_by(Book.id).limit(5).offset(1)).all()


def old_style(session, n):
    return session.query(Author).offset(n - 5).limit(5).all()


def old_ordered(session, n):
    return session.query(Author).order_by(Author.name).offset(2).limit(5).all()


def built(session, n):
    statement = select(Book).where(Book.price > 0)
    statement = statement.offset(2).limit(3)
    return session.scalars(statement).all()


def built_and_ordered(session, n):
    statement = select(Book).order_by(Book.price)
    if n > 1:
        statement = statement.offset(2).limit(3)
    return session.scalars(statement).all()


def drawn(session, n):
    return session.query(Book).offset(2).first()


async def awaited(session, n):
    return (await session.scalars(select(Author).offset(1).limit(4))).all()
