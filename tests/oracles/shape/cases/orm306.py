from sqlalchemy import and_, not_, or_, select

from shop.models import Author, Book

MEANT = {}




def is_none(session, n):
    return session.scalars(select(Author).where(Author.email is None)).all()


MEANT["is_none"] = lambda session, n: session.scalars(select(Author).where(Author.email.is_(None))).all()


def is_not_none(session, n):
    return session.query(Author).filter(Author.email is not None).all()


MEANT["is_not_none"] = lambda session, n: session.query(Author).filter(Author.email.is_not(None)).all()


def not_flag(session, n):
    return session.scalars(select(Author).where(not Author.active)).all()


MEANT["not_flag"] = lambda session, n: session.scalars(select(Author).where(~Author.active)).all()


def not_equal(session, n):
    return session.query(Author).filter(not (Author.id == 1)).all()


MEANT["not_equal"] = lambda session, n: session.query(Author).filter(Author.id != 1).all()


def not_less(session, n):
    return session.query(Author).filter(not (Author.id < 2)).all()


def both(session, n):
    return session.scalars(select(Book).where(Book.author_id == 1 and Book.price == 2)).all()


MEANT["both"] = lambda session, n: session.scalars(select(Book).where(Book.author_id == 1, Book.price == 2)).all()


def both_less(session, n):
    return session.scalars(select(Book).where(Book.price < 5 and Book.price > 1)).all()


def either(session, n):
    return session.query(Book).filter(Book.price == 1 or Book.price == 2).all()


MEANT["either"] = lambda session, n: session.query(Book).filter(or_(Book.price == 1, Book.price == 2)).all()


def in_list(session, n):
    return session.scalars(select(Book).where(Book.price in [1, 2])).all()


MEANT["in_list"] = lambda session, n: session.scalars(select(Book).where(Book.price.in_([1, 2]))).all()


def not_in_list(session, n):
    return session.scalars(select(Book).where(Book.price not in (1, 2))).all()


MEANT["not_in_list"] = lambda session, n: session.scalars(select(Book).where(Book.price.not_in([1, 2]))).all()


def inside_and(session, n):
    return session.scalars(select(Author).where(and_(Author.active == True, Author.email is None))).all()  # noqa: E712


MEANT["inside_and"] = lambda session, n: session.scalars(select(Author).where(Author.active, Author.email.is_(None))).all()


def through_a_list(session, n):
    conditions = []
    conditions.append(Author.email is None)
    return session.scalars(select(Author).where(*conditions)).all()


MEANT["through_a_list"] = MEANT["is_none"]


def no_email():
    return Author.email is None


def by_helper(session, n):
    return session.query(Author).filter(no_email()).all()  # missed: a helper without arguments that asks nothing is not followed


MEANT["by_helper"] = MEANT["is_none"]


def of_a_join(session, n):
    return session.query(Author.id).join(Book, Book.author_id == Author.id and Book.price == 1).all()


MEANT["of_a_join"] = lambda session, n: session.query(Author.id).join(Book, and_(Book.author_id == Author.id, Book.price == 1)).all()


def equals_none(session, n):
    return session.scalars(select(Author).where(Author.email == None)).all()  # noqa: E711


MEANT["equals_none"] = MEANT["is_none"]


def with_functions(session, n):
    return session.scalars(select(Author).where(and_(not_(Author.active), Author.email.is_(None)))).all()


MEANT["with_functions"] = lambda session, n: session.scalars(select(Author).where(~Author.active & (Author.email == None))).all()  # noqa: E711


def with_operators(session, n):
    return session.query(Book).filter((Book.price == 1) | (Book.price == 2)).all()


MEANT["with_operators"] = MEANT["either"]


def given(session, n):
    price = session.info.get("price")
    return session.query(Book).filter(True if price is None else Book.price == price).all()


def optional(session, n):
    price = None
    return session.scalars(select(Book).where(price is None or Book.price == price)).all()


MEANT["optional"] = lambda session, n: session.scalars(select(Book)).all()


def chosen(session, n):
    return session.scalars(select(Book).where(Book.price == (n if n is not None else 1))).all()


MEANT["chosen"] = lambda session, n: session.scalars(select(Book).where(Book.price == n)).all()


async def awaited(session, n):
    return (await session.scalars(select(Author).where(Author.email is not None))).all()


MEANT["awaited"] = MEANT["is_not_none"]
