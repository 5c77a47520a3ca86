"""Rows that are deleted, added to, of a subclass, streamed, and trees that are walked."""

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload, load_only, selectin_polymorphic, selectinload, with_polymorphic

from .models import Category, Customer, Engineer, Item, Note, Order, Person, Tag


def deleted(session, n):
    for order in session.scalars(select(Order)).all():
        session.delete(order)


def deleted_one_by_one(session, n):
    for order in session.query(Order).filter(Order.number != "").all():
        if order.state:
            session.delete(order)


async def deleted_in_async(session, n):
    for order in (await session.scalars(select(Order))).all():
        await session.delete(order)


def forget(session, order):
    session.delete(order)


def deleted_by_helper(session, n):
    for order in session.scalars(select(Order)).all():
        forget(session, order)


def deleted_loaded(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items), selectinload(Order.tags))).all():
        session.delete(order)
    session.flush()


def deleted_read_before(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items), joinedload(Order.tags))).unique().all():
        print(len(order.items), end="")
        session.delete(order)


def deleted_alone(session, n):
    for note in session.scalars(select(Note)).all():
        session.delete(note)


def deleted_first(session, n):
    for order in session.scalars(select(Order)).all():
        if order.number == "0":
            session.delete(order)
            break


def deleted_one(session, n):
    session.delete(session.get(Order, 1))


def appended(session, n):
    for customer in session.scalars(select(Customer)).all():
        customer.orders.append(Order(number="new", remarks=""))


def appended_to_tags(session, n):
    tag = Tag(name="sale")
    for order in session.scalars(select(Order)).all():
        order.tags.append(tag)


def add_order(customer):
    customer.orders.append(Order(number="new", remarks=""))


def appended_by_helper(session, n):
    for customer in session.query(Customer).all():
        add_order(customer)


def appended_on_the_other_side(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.add(Order(number="new", remarks="", customer=customer))


def appended_to_loaded(session, n):
    for customer in session.scalars(select(Customer).options(selectinload(Customer.orders))).all():
        customer.orders.append(Order(number="new", remarks=""))


def appended_to_new(session, n):
    for number in range(n):
        order = Order(number=str(number), remarks="", customer_id=1)
        order.items.append(Item(label="x", price=1, product_id=1))
        session.add(order)


def appended_to_one(session, n):
    customer = session.get(Customer, 1)
    customer.orders.append(Order(number="new", remarks=""))


def subclass_column(session, n):
    for person in session.scalars(select(Person)).all():
        if isinstance(person, Engineer):
            print(person.language, end="")


def subclass_column_legacy(session, n):
    return [person.language for person in session.query(Person).all() if person.kind == "engineer"]


def subclass_column_by_helper(session, n):
    # missed: an isinstance() in a helper
    return [spoken(person) for person in session.scalars(select(Person))]


def spoken(person):
    return person.language if isinstance(person, Engineer) else ""


def subclass_column_by_option(session, n):
    query = select(Person).options(selectin_polymorphic(Person, [Engineer]))
    return [person.language for person in session.scalars(query) if isinstance(person, Engineer)]


def subclass_column_with_all(session, n):
    return [person.language for person in session.scalars(select(with_polymorphic(Person, "*")))]


def subclass_itself(session, n):
    return [engineer.language for engineer in session.scalars(select(Engineer))]


def subclass_column_of_one(session, n):
    return session.get(Person, 1).language


def streamed(session, n):
    for order in session.scalars(select(Order).execution_options(yield_per=2)):
        len(order.items)


def streamed_legacy(session, n):
    for order in session.query(Order).yield_per(2):
        order.customer.name


def streamed_partitions(session, n):
    for part in session.scalars(select(Order).execution_options(yield_per=2)).partitions():
        for order in part:
            len(order.items)


def streamed_and_loaded(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items)).execution_options(yield_per=100)):
        len(order.items)


def streamed_columns(session, n):
    for order in session.scalars(select(Order).options(load_only(Order.number)).execution_options(yield_per=2)):
        print(order.number, end="")


def count(category):
    return 1 + sum(count(child) for child in category.children)


def tree(session, n):
    count(session.get(Category, 1))


def tree_of_roots(session, n):
    for category in session.scalars(select(Category).where(Category.parent_id.is_(None))).all():
        count(category)


def tree_by_method(session, n):
    # missed: a method of the class that calls itself
    session.get(Category, 1).size()


def tree_by_names(session, n):
    found = []

    def walk(nodes):
        for node in nodes:
            found.append(node.name)
            walk(node.children)

    walk(session.scalars(select(Category).where(Category.parent_id.is_(None))).all())


def tree_upwards(session, n):
    session.execute(insert(Category), [{"id": 1000 + number, "name": "x", "parent_id": 999 + number if number else 1} for number in range(n)])
    category = session.get(Category, 999 + n)
    while category.parent_id is not None:
        category = category.parent


def tree_of_one_level(session, n):
    return [child.name for child in session.get(Category, 1).children]


def tree_loaded(session, n):
    names(session.scalars(select(Category).where(Category.id == 1).options(selectinload(Category.children, recursion_depth=-1))).one())


def names(category):
    return [category.name] + [name for child in category.children for name in names(child)]
