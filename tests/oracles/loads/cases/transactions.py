"""Transactions that are begun twice, and those that are not."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .models import Order, Region


def after_a_query(session: Session, n):
    order = session.get(Order, 1)
    with session.begin():
        order.state = "done"


async def after_a_query_of_async(session: AsyncSession, n):
    order = await session.scalar(select(Order).where(Order.id == 1))
    async with session.begin():
        order.state = "done"


def after_add(session: Session, n):
    session.add(Region(name="new"))
    session.begin()


def after_begin(session: Session, n):
    with session.begin():
        session.add(Region(name="new"))
        with session.begin():
            session.add(Region(name="newer"))


def at_the_start(session: Session, n):
    with session.begin():
        session.get(Order, 1).state = "done"


def after_a_commit(session: Session, n):
    order = session.get(Order, 1)
    session.commit()
    with session.begin():
        order.state = "done"


def after_a_rollback(session: Session, n):
    session.get(Order, 1)
    session.rollback()
    with session.begin():
        session.add(Region(name="new"))


def one_after_the_other(session: Session, n):
    with session.begin():
        session.add(Region(name="new"))
    with session.begin():
        session.add(Region(name="newer"))


async def savepoint(session: AsyncSession, n):
    order = await session.get(Order, 1)
    async with session.begin_nested():
        order.state = "done"


def another_session(session: Session, n):
    session.get(Order, 1)
    with Session(session.get_bind()) as own, own.begin():
        own.get(Order, 1)
