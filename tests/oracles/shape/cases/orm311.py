from sqlalchemy import select

from shop.models import Author, Book, Copy


def keys(session, n):
    found = session.scalars(select(Author.id).where(Author.active)).all()
    return session.scalars(select(Book).where(Book.author_id.in_(found))).all()


def of_objects(session, n):
    books = session.query(Book).filter(Book.author_id == 1).all()
    numbers = [book.id for book in books]
    return session.query(Copy).filter(Copy.book_id.in_(numbers)).all()


def in_line(session, n):
    return session.scalars(select(Copy).where(Copy.book_id.in_([book.id for book in session.scalars(select(Book))]))).all()


def subquery(session, n):
    return session.scalars(select(Book).where(Book.author_id.in_(select(Author.id)))).all()


def few(session, n):
    found = session.scalars(select(Author.id).limit(2)).all()
    return session.scalars(select(Book).where(Book.author_id.in_(found))).all()


def used_otherwise(session, n):
    books = session.scalars(select(Book)).all()
    copies = session.scalars(select(Copy).where(Copy.book_id.in_([book.id for book in books]))).all()  # missed: the books are used as well
    return [len(books), len(copies)]


def written_out(session, n):
    return session.scalars(select(Book).where(Book.id.in_([1, 2, 3]))).all()
