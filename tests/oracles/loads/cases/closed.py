"""What is read when the session is closed, and what follows an error that nobody rolls back."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, defer, joinedload

from .models import Customer, Order, Region


def single_object(session: Session, n):
    order = session.get(Order, 1)
    session.close()
    return order.customer.name


def collection(session: Session, n):
    with session:
        customer = session.scalars(select(Customer).where(Customer.id == 1)).one()
    return customer.orders


def in_a_loop(session: Session, n):
    with session:
        orders = session.scalars(select(Order)).all()
    return [len(order.items) for order in orders]


def deferred(session: Session, n):
    with session:
        order = session.scalars(select(Order).options(defer(Order.state)).where(Order.id == 1)).one()
    return order.state


def expired(session: Session, n):
    with session:
        order = session.get(Order, 1)
        order.state = "done"
        session.commit()
    return order.number


def own_session(session: Session, n):
    with Session(session.get_bind()) as own:
        order = own.get(Order, 1)
    return order.customer.name


def begun_and_ended(session: Session, n):
    with Session(session.get_bind()) as own:
        with own.begin():
            order = own.get(Order, 1)
    return order.number


def columns_only(session: Session, n):
    with session:
        order = session.get(Order, 1)
    return order.number, order.customer_id


def loaded(session: Session, n):
    with session:
        order = session.get(Order, 1, options=[joinedload(Order.customer)])
    return order.customer.name


def read_before(session: Session, n):
    with session:
        order = session.get(Order, 1)
        print(end=order.customer.name[:0])
    return order.customer.name


def refreshed(session: Session, n):
    with session:
        order = session.get(Order, 1)
        session.commit()
        session.refresh(order)
    return order.number


def expunged(session: Session, n):
    order = session.get(Order, 1)
    session.expunge(order)
    session.commit()
    session.close()
    return order.number


def transaction_only(session: Session, n):
    with session.begin():
        order = session.get(Order, 1)
    return order.customer.name


def swallowed(session: Session, n):
    try:
        session.add(Region(id=1, name="there already"))
        session.flush()
    except IntegrityError:
        print(end="")
    return session.get(Customer, 1)


def swallowed_in_a_loop(session: Session, n):
    for number in range(1, 3):
        try:
            session.add(Region(id=number, name="there already"))
            session.flush()
        except IntegrityError:
            continue


def swallowed_and_rolled_back(session: Session, n):
    try:
        session.add(Region(id=1, name="there already"))
        session.flush()
    except IntegrityError:
        session.rollback()
    return session.get(Customer, 1)


def swallowed_in_a_savepoint(session: Session, n):
    try:
        with session.begin_nested():
            session.add(Region(id=1, name="there already"))
            session.flush()
    except IntegrityError:
        print(end="")
    return session.get(Customer, 1)


async def not_awaited(session: AsyncSession, n):
    return session.execute(select(Order)).scalars()


async def awaited_in_vain(session: AsyncSession, n):
    await session.add(Region(name="new"))


async def awaited(session: AsyncSession, n):
    session.add(Region(name="new"))
    await session.flush()
    return (await session.execute(select(Order))).scalars().all()


async def behind_an_async_with(session: AsyncSession, n):
    async with AsyncSession(session.bind) as own:
        order = await own.get(Order, 1)
    return order.customer.name
