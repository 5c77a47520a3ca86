from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from shop.models import Author


def set_item(session, n):
    author = session.get(Author, 1)
    author.settings["theme"] = "dark"
    session.commit()


def update(session, n):
    author = session.query(Author).first()
    author.settings.update(theme="dark")
    session.commit()


def append(session, n):
    author = session.scalars(select(Author).limit(1)).one()
    author.notes.append(2)
    session.commit()


def taken_away(session, n):
    author = session.get(Author, 1)
    del author.settings["theme"]
    session.flush()


def by_variable(session, n):
    author = session.get(Author, 1)
    settings = author.settings
    settings["theme"] = "dark"
    session.commit()


def in_loop(session, n):
    for author in session.scalars(select(Author)):
        author.settings["theme"] = "dark"
    session.commit()


def by_method(session, n):
    author = session.get(Author, 1)
    author.remember(session, "x")  # missed: said in the method


def watched(session, n):
    author = session.get(Author, 1)
    author.watched["theme"] = "dark"
    session.commit()


def watched_list(session, n):
    author = session.get(Author, 1)
    author.watched_list.append(1)
    session.commit()


def assigned(session, n):
    author = session.get(Author, 1)
    author.settings = {**author.settings, "theme": "dark"}
    session.commit()


def flagged(session, n):
    author = session.get(Author, 1)
    author.marked[0] = 5
    flag_modified(author, "marked")
    session.commit()


def copied(session, n):
    author = session.get(Author, 1)
    settings = dict(author.settings)
    settings["theme"] = "dark"
    author.settings = settings
    session.commit()
