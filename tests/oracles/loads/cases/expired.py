"""What an async session has forgotten: after a commit, a rollback, an expire()."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from .models import Customer, Item, Order, Product, Region


async def new_object(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.commit()
    return region.id


async def new_objects(session: AsyncSession, n):
    first, second = Region(name="new"), Region(name="newer")
    session.add_all([first, second])
    await session.commit()
    return second.name


async def new_and_flushed(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.flush()
    return region.id, region.name


async def new_and_refreshed(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.commit()
    await session.refresh(region)
    return region.id


async def never_added(session: AsyncSession, n):
    region = Region(name="new")
    await session.commit()
    return region.name


async def fetched(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    return order.number


async def fetched_and_refreshed(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    await session.refresh(order)
    return order.number


async def fetched_again(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    (await session.scalars(select(Order))).all()
    return order.number


async def other_rows_fetched(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    (await session.scalars(select(Region))).all()
    return order.number


async def awaited(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    return await order.awaitable_attrs.number, order.state


async def refreshed_in_part(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    await session.refresh(order, ["items"])
    return order.id, order.items


async def counted_up(session: AsyncSession, n):
    item = await session.get(Item, 1)
    await session.commit()
    item.price += 1


async def given_again(session: AsyncSession, n):
    item = await session.get(Item, 1)
    await session.commit()
    item.price = 1
    return item.price


async def another_column(session: AsyncSession, n):
    item = await session.get(Item, 1)
    await session.commit()
    item.price = 1
    return item.label


async def loaded_collection(session: AsyncSession, n):
    order = await session.get(Order, 1, options=[selectinload(Order.items)])
    await session.commit()
    return len(order.items)


async def loaded_collection_refreshed(session: AsyncSession, n):
    order = await session.get(Order, 1, options=[selectinload(Order.items)])
    await session.commit()
    await session.refresh(order)
    return len(order.items)


async def given_collection(session: AsyncSession, n):
    order = Order(number="1", remarks="none", customer_id=1, items=[Item(label="l", price=1, product=Product(name="p"))])
    session.add(order)
    await session.commit()
    return order.items


async def rolled_back(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.rollback()
    return order.number


async def new_and_rolled_back(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.flush()
    await session.rollback()
    return region.name


async def rolled_back_in_a_handler(session: AsyncSession, n):
    order = await session.get(Order, 1)
    session.add(Region(id=1, name="there already"))
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return order.number


async def not_stored(session: AsyncSession, n):
    region = Region(id=1, name="there already")
    session.add(region)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return region.name


async def at_the_end_of_a_block(session: AsyncSession, n):
    async with session.begin():
        order = await session.get(Order, 1)
    return order.number


async def savepoint(session: AsyncSession, n):
    order = await session.get(Order, 1)
    async with session.begin_nested():
        order.state = "done"
    return order.number


async def by_hand(session: AsyncSession, n):
    order = await session.get(Order, 1)
    session.expire(order)
    return order.number


async def all_by_hand(session: AsyncSession, n):
    order = await session.get(Order, 1)
    session.expire_all()
    return order.number


async def taken_out(session: AsyncSession, n):
    order = await session.get(Order, 1)
    session.expunge(order)
    await session.commit()
    return order.number


async def deleted(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.flush()
    await session.delete(region)
    await session.commit()
    return region.name


async def the_next_row(session: AsyncSession, n):
    for order in (await session.scalars(select(Order))).all():
        order.state = order.number
        await session.commit()


async def one_commit_behind(session: AsyncSession, n):
    for order in (await session.scalars(select(Order))).all():
        order.state = order.number
    await session.commit()


async def store(session, thing):
    session.add(thing)
    await session.commit()


async def by_a_helper(session: AsyncSession, n):
    region = Region(name="new")
    await store(session, region)
    return region.id


async def only_perhaps(session: AsyncSession, n):
    order = await session.get(Order, 1)
    if n > 100:
        await session.commit()
    return order.number


async def identity(session: AsyncSession, n):
    order = await session.get(Order, 1)
    await session.commit()
    return order is None, order in session


async def in_a_synchronous_function(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    await session.commit()
    return await session.run_sync(lambda sync: customer.name)


async def own_session(session: AsyncSession, n):
    async with AsyncSession(session.bind) as own:
        region = Region(name="new")
        own.add(region)
        await own.commit()
        return region.id


async def closed(session: AsyncSession, n):
    async with AsyncSession(session.bind) as own:
        region = Region(name="new")
        own.add(region)
        await own.commit()
    return region.id


async def closed_and_refreshed(session: AsyncSession, n):
    async with AsyncSession(session.bind) as own:
        region = Region(name="new")
        own.add(region)
        await own.commit()
        await own.refresh(region)
    return region.id
