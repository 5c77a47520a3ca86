from sqlalchemy import select

from shop.models import Author, Book


def cheap(session, n):
    return [book for book in session.scalars(select(Book)) if book.price < 2]


def by_variable(session, n):
    books = session.scalars(select(Book)).all()
    return [book.title for book in books if book.price == 1]


def old_style(session, n):
    return [author for author in session.query(Author).all() if author.active]


def next_one(session, n):
    return next((book for book in session.query(Book) if book.title == "book 2"), None)


def two_tests(session, n):
    return {book.id for book in session.scalars(select(Book)).all() if book.price > 1 and book.author_id == 1}


def in_the_query(session, n):
    return session.scalars(select(Book).where(Book.price < 2)).all()


def both_parts(session, n):
    books = session.scalars(select(Book)).all()
    return len([book for book in books if book.price < 2]) + len(books)  # missed: the rest is used as well


async def awaited(session, n):
    return [author for author in await session.scalars(select(Author)) if author.name == "author 1"]
