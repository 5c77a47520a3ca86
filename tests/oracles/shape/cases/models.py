"""A library: authors, their books, the copies of those, readers."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(120), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict] = mapped_column(JSON, default=dict)
    notes: Mapped[list] = mapped_column(JSON, default=list)
    marked: Mapped[list] = mapped_column(JSON, default=list)
    watched: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON), default=dict)
    watched_list: Mapped[list] = mapped_column(MutableList.as_mutable(JSON), default=list)
    books: Mapped[list[Book]] = relationship(back_populates="author")

    def remember(self, session, key):
        self.settings[key] = 1
        session.commit()


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    author: Mapped[Author] = relationship(back_populates="books")
    copies: Mapped[list[Copy]] = relationship(back_populates="book")


class Copy(Base):
    __tablename__ = "copies"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[str]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), index=True)
    book: Mapped[Book] = relationship(back_populates="copies")


class Reader(Base):
    __tablename__ = "readers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def fill(session: Session, n: int) -> None:
    for i in range(1, n + 1):
        session.add(Author(id=i, name=f"author {i}", email=f"{i}@example.org" if i % 2 else None, active=i % 2 == 0, settings={"theme": "light"}, notes=[1], marked=[1], watched={}, watched_list=[]))
        # All books are by the first author.
        session.add(Book(id=i, title=f"book {i}", price=i, author_id=1))
        session.add(Copy(id=i, shelf="a", book_id=1))
        session.add(Reader(id=i, name=f"reader {i}"))
