from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, joinedload

from shop.models import Author, Book, Copy, Reader


def forgotten_join(session, n):
    return session.execute(select(Book.id).where(Author.name != "")).all()


def old_style(session, n):
    return session.query(Book.id, Reader.id).all()


def two_entities(session, n):
    return session.execute(select(Book, Reader).where(Book.price > 0)).all()


def condition_of_another(session, n):
    return session.query(Book.id).join(Book.author).filter(Reader.name != "").all()


def compared(session, n):
    return session.execute(select(Book.id, Author.id).where(Book.author_id == Author.id)).all()


def joined(session, n):
    return session.execute(select(Book.id).join(Book.author).where(Author.name != "")).all()


def joined_class(session, n):
    return session.query(Book.id).join(Author).filter(Author.name != "").all()


def joined_on(session, n):
    return session.query(Copy.id).join(Book, Copy.book_id == Book.id).join(Author, Author.id == Book.author_id).filter(Author.name != "").all()


def compared_in_and(session, n):
    return session.query(Book.id, Author.id).filter(and_(Book.author_id == Author.id, Author.active)).all()


def one_of_each(session, n):
    return session.execute(select(Book, Reader).where(Book.id == 1, Reader.id == 2)).all()


def one_and_many(session, n):
    return session.execute(select(Book.id, Reader.id).where(Reader.id == 2)).all()


def of_an_alias(session, n):
    other = aliased(Book)
    return session.execute(select(Book.id, other.id).where(other.author_id == Book.author_id, other.id == Book.id)).all()


def alias_forgotten(session, n):
    other = aliased(Reader)
    return session.execute(select(Book.id, other.id)).all()


def exists(session, n):
    return session.scalars(select(Author).where(select(Book.id).where(Book.author_id == Author.id).exists())).all()


def any_book(session, n):
    return session.scalars(select(Author).where(Author.books.any(Book.price > 1))).all()


def of_subquery(session, n):
    most = select(Book.author_id, func.count().label("books")).group_by(Book.author_id).subquery()
    return session.execute(select(Author.id, most.c.books).join(most, most.c.author_id == Author.id)).all()


def eager(session, n):
    return session.scalars(select(Book).options(joinedload(Book.author))).all()


def of_a_list(session, n):
    conditions = [Book.author_id == Author.id]
    conditions.append(Author.active.is_(False))
    return session.execute(select(Book.id).where(*conditions)).all()


async def awaited(session, n):
    return (await session.execute(select(Copy.id).where(Reader.name != ""))).all()
