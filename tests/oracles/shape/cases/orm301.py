from sqlalchemy import func, select

from shop.models import Author, Book, Copy


def newest(session, n):
    return session.scalars(select(Book).order_by(Book.id.desc())).first()


def newest_limited(session, n):
    return session.scalars(select(Book).order_by(Book.id.desc()).limit(1)).first()


def by_variable(session, n):
    statement = select(Book).order_by(Book.id)
    result = session.execute(statement)
    return result.scalars().first()


def scalar(session, n):
    return session.scalar(select(Book.title).order_by(Book.price))


def fetchone(session, n):
    return session.execute(select(Book.id, Book.title).order_by(Book.price.desc())).fetchone()[0]


def of_author(session, n):
    return session.scalars(select(Book).where(Book.author_id == 1)).first()


def of_author_filter_by(session, n):
    return session.scalars(select(Book).filter_by(author_id=1)).first()


def anyone(session, n):
    return session.scalars(select(Author)).first()  # missed: a whole table that one row is read of mostly has no other


def by_key(session, n):
    return session.scalars(select(Book).where(Book.id == 1)).first()


def by_unique_column(session, n):
    return session.scalar(select(Author).where(Author.email == "1@example.org"))


def largest(session, n):
    return session.scalar(select(func.max(Book.price)))


def how_many(session, n):
    return session.scalar(select(func.count()).select_from(Book).where(Book.author_id == 1))


def old_style(session, n):
    return session.query(Book).order_by(Book.id).first()


def sliced(session, n):
    return session.scalars(select(Book).order_by(Book.id).slice(0, 1)).first()


def ordered_when_asked(session, n):
    statement = select(Book)
    if n:
        statement = statement.order_by(Book.price)
    return session.scalars(statement).first()


def build(price):
    return select(Book).where(Book.price > price).order_by(Book.price)


def by_helper(session, n):
    return session.scalars(build(0)).first()


async def awaited(session, n):
    return (await session.scalars(select(Copy).order_by(Copy.shelf))).first()


async def awaited_scalar(session, n):
    return await session.scalar(select(Copy.shelf).order_by(Copy.id.desc()))


async def awaited_limited(session, n):
    return (await session.execute(select(Copy).order_by(Copy.id).limit(1))).scalars().first()
