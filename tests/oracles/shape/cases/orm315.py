from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from shop.models import Author


def found_or_made(session, n):
    author = session.scalars(select(Author).where(Author.name == "new")).one_or_none()
    if author is None:
        author = Author(name="new")
        session.add(author)
        session.flush()
    return author


def old_style(session, n):
    author = session.query(Author).filter_by(name="new").first()
    if not author:
        author = Author(name="new")
        session.add(author)
    return author


def by_unique_column(session, n):
    if session.query(Author).filter(Author.email == "new@example.org").first():
        return None
    session.add(Author(name="new", email="new@example.org"))
    session.flush()


def lookup(session, name):
    return session.query(Author).filter_by(name=name).first()


def by_helper(session, n):
    author = lookup(session, "new")  # missed: no query stands in the function itself
    if author is None:
        session.add(Author(name="new"))


def caught(session, n):
    author = session.query(Author).filter_by(email="new@example.org").first()
    if author is None:
        try:
            with session.begin_nested():
                session.add(Author(name="new", email="new@example.org"))
        except IntegrityError:
            author = session.query(Author).filter_by(email="new@example.org").one()
    return author


def upsert(session, n):
    session.execute(insert(Author).values(name="new", email="new@example.org", settings={}, notes=[], marked=[], watched={}, watched_list=[]).on_conflict_do_nothing())


def always(session, n):
    session.add(Author(name="another"))
