"""The same under a session that cannot load on access."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from .models import Customer, Order, Region


async def lazy_in_a_loop(session: AsyncSession, n):
    return [order.customer.name for order in (await session.scalars(select(Order))).all()]


async def lazy_of_one(session: AsyncSession, n):
    order = await session.get(Order, 1)
    return order.customer.name


async def lazy_collection_of_one(session: AsyncSession, n):
    customer = (await session.scalars(select(Customer).where(Customer.id == 1))).one()
    return len(customer.orders)


async def lazy_by_scalar(session: AsyncSession, n):
    customer = await session.scalar(select(Customer).where(Customer.id == 1))
    return customer.region.name


async def eager(session: AsyncSession, n):
    query = select(Order).options(joinedload(Order.customer), selectinload(Order.items))
    return [(order.customer.name, len(order.items)) for order in (await session.scalars(query)).all()]


async def eager_get(session: AsyncSession, n):
    order = await session.get(Order, 1, options=[joinedload(Order.customer)])
    return order.customer.name


async def awaited(session: AsyncSession, n):
    order = await session.get(Order, 1)
    return (await order.awaitable_attrs.customer).name


async def awaited_each(session: AsyncSession, n):
    for order in (await session.scalars(select(Order))).all():
        await order.awaitable_attrs.customer


async def refreshed_by_name(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.refresh(order, ["items"])
    return len(order.items)


async def refreshed_by_keyword(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.refresh(order, attribute_names=["customer"])
    return order.customer.name


async def in_the_identity_map(session: AsyncSession, n):
    customers = (await session.scalars(select(Customer))).all()
    return [order.customer.name for order in (await session.scalars(select(Order))).all()], customers


async def its_own_parent(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    orders = (await session.scalars(select(Order).where(Order.customer_id == 1))).all()
    return [order.customer.name for order in orders], customer


async def inside_run_sync(session: AsyncSession, n):
    def names(inner):
        return [order.number for order in inner.scalars(select(Order))]
    return await session.run_sync(names)


async def assigned(session: AsyncSession, n):
    order = Order(number="new", remarks="", customer_id=1)
    order.customer = await session.get(Customer, 1)
    session.add(order)
    return order.customer.name


async def streamed(session: AsyncSession, n):
    async for order in await session.stream_scalars(select(Order)):
        order.customer.name


async def query_each(session: AsyncSession, n):
    for customer in (await session.scalars(select(Customer))).all():
        await session.scalar(select(Region.name).where(Region.id == customer.region_id))


async def loaded_by_another_query(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    await session.scalars(select(Customer).where(Customer.id == 1).options(selectinload(Customer.orders)))
    return len(customer.orders)


async def column_only(session: AsyncSession, n):
    order = await session.get(Order, 1)
    return order.number, order.customer_id


async def deferred_column(session: AsyncSession, n):
    order = await session.get(Order, 1)
    return order.remarks


async def mapped_eagerly(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return len(customer.badges), customer.profile.id
