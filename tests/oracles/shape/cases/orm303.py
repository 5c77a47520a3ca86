from sqlalchemy import exists, func, select

from shop.models import Author, Book


def more_than_none(session, n):
    return session.query(Book).filter(Book.author_id == 1).count() > 0


def none(session, n):
    return session.query(Book).filter_by(author_id=1).count() == 0


def at_least_one(session, n):
    return session.query(Book).count() >= 1


def truth(session, n):
    if session.query(Book).filter(Book.price > 0).count():
        return True
    return False


def selected(session, n):
    return session.scalar(select(func.count()).select_from(Book)) > 0


def selected_execute(session, n):
    count = session.execute(select(func.count(Book.id)).where(Book.price > 0)).scalar()
    return count > 0


def all_of_them(session, n):
    if session.query(Author).all():
        return True
    return False


def by_exists(session, n):
    return session.scalar(select(exists().where(Book.author_id == 1)))


def by_first(session, n):
    return session.query(Book).filter(Book.author_id == 1).first() is not None


def number(session, n):
    count = session.query(Book).count()
    if count > 0:
        return count
    return 0


async def awaited(session, n):
    return (await session.scalar(select(func.count()).select_from(Author))) > 0


def or_nought(session, n):
    return session.scalar(select(func.count(Book.id))) or 0


def nought_compared(session, n):
    return (session.scalar(select(func.count(Book.id))) or 0) > 0


def by_length(session, n):
    return len(session.scalars(select(Book)).all()) > 0


def list_only_tested(session, n):
    books = session.scalars(select(Book)).all()
    if not books:
        return False
    return bool(books)


def named_and_used(session, n):
    if books := session.query(Book).all():
        return [book.id for book in books]
    return []


def by_key(session, n):
    return session.query(Book).filter(Book.id == 1).count() > 0  # missed: one row at most, EXISTS saves nothing
