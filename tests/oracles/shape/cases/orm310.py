from sqlalchemy import func, select

from shop.models import Author, Book


def drawn(session, n):
    return session.scalars(select(Book).order_by(func.random()).limit(1)).first()


def old_style(session, n):
    return session.query(Author).order_by(func.random()).first()


def by_key(session, n):
    return session.scalars(select(Book).order_by(Book.id).limit(1)).first()


def random_value(session, n):
    return session.scalar(select(func.random()))
