"""Under an async session, where what is not loaded raises."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import raiseload

from .models import Customer, Order


async def collection(session: AsyncSession, n):
    return [len(order.items) for order in (await session.scalars(select(Order).order_by(Order.id))).all()]


async def single(session: AsyncSession, n):
    orders = (await session.scalars(select(Order).order_by(Order.id))).all()
    return [order.customer.name for order in orders]


async def chain(session: AsyncSession, n):
    orders = (await session.scalars(select(Order).order_by(Order.id))).all()
    return [item.product.name for order in orders for item in order.items]


async def one_row(session: AsyncSession, n):
    order = (await session.scalars(select(Order).where(Order.id == 1))).one()
    return order.customer.name


async def by_its_key(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return len(customer.orders)


async def the_key(session: AsyncSession, n):
    order = (await session.scalars(select(Order).where(Order.id == 1))).one()
    return order.customer.id


async def column(session: AsyncSession, n):
    order = (await session.scalars(select(Order).where(Order.id == 1))).one()
    return order.remarks


def raises(session, n):
    order = session.scalars(select(Order).options(raiseload("*")).where(Order.id == 1)).one()
    return order.customer.name


def mapped_to_raise(session, n):
    return [len(customer.stamps) for customer in session.scalars(select(Customer).order_by(Customer.id)).all()]
