"""Collections that nobody has loaded, of new objects and of those that are added to; dynamic ones."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from .models import Address, Customer, Item, Note, Order, Region


def new_customer():
    return Customer(name="new", region_id=1)


async def flushed(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.flush()
    return customer.orders


async def committed(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.commit()
    return customer.orders


async def refreshed_without_it(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.commit()
    await session.refresh(customer)
    return customer.orders


async def refreshed_with_it(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.commit()
    await session.refresh(customer, ["orders"])
    return customer.orders


async def loaded_eagerly_by_queries_only(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.flush()
    return customer.badges


async def loaded_eagerly_by_refresh(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.flush()
    await session.refresh(customer)
    return customer.badges


async def one_to_one(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.flush()
    return customer.address


async def given(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1, orders=[])
    session.add(customer)
    await session.flush()
    return customer.orders


async def added_before(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    customer.orders.append(Order(number="1", remarks="none"))
    session.add(customer)
    await session.flush()
    return customer.orders


async def read_too_early(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    print(customer.orders)
    await session.flush()
    return customer.orders


async def not_stored_yet(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    return customer.orders


async def appended(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    customer.orders.append(Order(number="1", remarks="none"))


async def appended_to_loaded(session: AsyncSession, n):
    customer = await session.get(Customer, 1, options=[selectinload(Customer.orders)])
    customer.orders.append(Order(number="1", remarks="none"))


async def replaced(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    customer.orders = []


async def one_replaced(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    customer.address = Address(street="new")


async def single_side(session: AsyncSession, n):
    order = await session.get(Order, 1)
    order.customer = Customer(name="new", region_id=1)
    await session.flush()


async def by_the_other_side(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    session.add(Order(number="1", remarks="none", customer=customer))
    await session.flush()


async def single_object_of_a_key(session: AsyncSession, n):
    order = Order(number="1", remarks="none", customer_id=1)
    session.add(order)
    await session.flush()
    return order.customer


async def single_object_that_is_there(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    order = Order(number="1", remarks="none", customer_id=1)
    session.add(order)
    await session.flush()
    return order.customer, customer


async def awaited(session: AsyncSession, n):
    customer = Customer(name="new", region_id=1)
    session.add(customer)
    await session.flush()
    return await customer.awaitable_attrs.orders


async def made_by_a_helper(session: AsyncSession, n):
    customer = new_customer()
    session.add(customer)
    await session.flush()
    return customer.orders


async def values_are_kept(session: AsyncSession, n):
    region = Region(name="new")
    session.add(region)
    await session.commit()
    return region.id, region.name


async def rolled_back_all_the_same(session: AsyncSession, n):
    region = await session.get(Region, 1)
    await session.rollback()
    return region.name


async def dynamic(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return customer.notes.all()


async def dynamic_counted(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return customer.notes.count()


async def dynamic_iterated(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return [note.text for note in customer.notes]


async def dynamic_filtered(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return customer.notes.filter(Note.text == "note").first()


async def dynamic_given_to_the_session(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return (await session.scalars(customer.notes.filter(Note.text == "note"))).all()


async def dynamic_appended(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    customer.notes.append(Note(text="new"))
    await session.flush()


async def dynamic_in_a_synchronous_function(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return await session.run_sync(lambda sync: customer.notes.all())


async def write_only(session: AsyncSession, n):
    customer = await session.get(Customer, 1)
    return (await session.scalars(customer.visits.select())).all()


async def item_added_to_each(session: AsyncSession, n):
    for order in (await session.scalars(select(Order))).all():
        order.items.append(Item(label="l", price=1, product_id=1))
