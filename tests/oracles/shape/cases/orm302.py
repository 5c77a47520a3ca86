from sqlalchemy import func, select

from shop.models import Author, Book


def direct(session, n):
    return len(session.scalars(select(Book)).all())


def by_variable(session, n):
    books = session.scalars(select(Book).where(Book.author_id == 1)).all()
    return len(books)


def old_style(session, n):
    return len(session.query(Book).filter(Book.author_id == 1).all())


def listed(session, n):
    return len(list(session.scalars(select(Book.id))))


def counted(session, n):
    return session.scalar(select(func.count()).select_from(Book))


def old_count(session, n):
    return session.query(Book).count()


def used_too(session, n):
    books = session.scalars(select(Book)).all()
    return [len(books), books[0].title]


def first_ones(session, n):
    return len(session.scalars(select(Author).limit(2)).all())


async def awaited(session, n):
    return len((await session.scalars(select(Author))).all())
