"""Loops of every kind over the rows of a query that did not load what is read."""

from itertools import chain, groupby

from sqlalchemy import select

from .models import Category, Customer, Item, Order, Tag


def collection(session, n):
    for customer in session.scalars(select(Customer)):
        len(customer.orders)


def single_object(session, n):
    for order in session.scalars(select(Order)).all():
        order.customer.name


def one_to_one(session, n):
    for customer in session.scalars(select(Customer)).all():
        print(customer.address.street, end="")


def many_to_many(session, n):
    for order in session.scalars(select(Order)).all():
        [tag.name for tag in order.tags]


def legacy(session, n):
    for order in session.query(Order).all():
        order.customer.name


def legacy_iterated(session, n):
    for order in session.query(Order).filter(Order.number != "").order_by(Order.id):
        order.items


def rows_unpacked(session, n):
    for (order,) in session.execute(select(Order)):
        order.customer.name


def rows_by_index(session, n):
    for row in session.execute(select(Order)):
        row[0].customer.name


def rows_by_name(session, n):
    for row in session.execute(select(Order)).all():
        row.Order.customer.name


def list_comprehension(session, n):
    return [order.customer.name for order in session.scalars(select(Order)).all()]


def set_comprehension(session, n):
    return {order.customer.name for order in session.scalars(select(Order)).all()}


def dict_comprehension(session, n):
    return {customer.id: [order.number for order in customer.orders] for customer in session.scalars(select(Customer)).all()}


def generator(session, n):
    return sum(len(order.items) for order in session.scalars(select(Order)).all())


def generator_in_any(session, n):
    return all(order.customer.name != "x" for order in session.scalars(select(Order)).all())


def joined_words(session, n):
    return ", ".join(order.customer.name for order in session.scalars(select(Order)).all())


def sorted_by_key(session, n):
    return sorted(session.scalars(select(Order)).all(), key=lambda order: order.customer.name)


def mapped(session, n):
    return list(map(lambda order: order.customer.name, session.scalars(select(Order)).all()))


def filtered(session, n):
    return list(filter(lambda order: order.customer.name, session.scalars(select(Order)).all()))


def largest(session, n):
    return max(session.scalars(select(Order)).all(), key=lambda order: len(order.items))


def enumerated(session, n):
    for index, order in enumerate(session.scalars(select(Order)).all()):
        print(end=f"{order.customer.name}"[:0])


def zipped(session, n):
    for order, number in zip(session.scalars(select(Order)).all(), range(100)):
        order.customer.name


def in_reverse(session, n):
    for order in reversed(session.scalars(select(Order)).all()):
        order.customer.name


def chained(session, n):
    for order in chain(session.scalars(select(Order)).all(), []):
        order.customer.name


def dict_values(session, n):
    by_id = {order.id: order for order in session.scalars(select(Order)).all()}
    for order in by_id.values():
        order.customer.name


def dict_items(session, n):
    by_id = {order.id: order for order in session.scalars(select(Order)).all()}
    for key, order in by_id.items():
        order.customer.name


def appended(session, n):
    found = []
    for order in session.scalars(select(Order)).all():
        found.append(order)
    return [order.customer.name for order in found]


def grouped(session, n):
    for number, group in groupby(session.scalars(select(Order)).all(), key=lambda order: order.number):
        for order in group:
            order.customer.name


def nested(session, n):
    for order in session.scalars(select(Order)).all():
        for item in order.items:
            item.product.name


def two_steps(session, n):
    for order in session.scalars(select(Order)).all():
        order.customer.region.name


def reached_from_one_parent(session, n):
    root = session.get(Category, 1)
    return [len(category.children) for category in root.children]


def children_of_root(session, n):
    root = session.scalars(select(Category).where(Category.parent_id.is_(None))).one()
    for category in root.children:
        category.children


def in_a_condition(session, n):
    for order in session.scalars(select(Order)).all():
        if order.customer.name == "nobody":
            return order


def in_a_format(session, n):
    for order in session.scalars(select(Order)).all():
        line = f"{order.customer.name}: {order.number}"
        assert line


def only_the_key(session, n):
    return [order.customer.id for order in session.scalars(select(Order)).all()]


def test_for_presence(session, n):
    return [order.number for order in session.scalars(select(Order)).all() if order.customer is not None]


def list_of_rows(session, n):
    orders = list(session.scalars(select(Order)))
    for order in orders:
        order.customer.name


def while_popping(session, n):
    orders = list(session.scalars(select(Order)).all())
    while orders:
        orders.pop().customer.name  # missed: a while loop that takes rows off a list


def with_limit(session, n):
    for order in session.scalars(select(Order).limit(1000)).all():
        order.customer.name


def through_the_other_side(session, n):
    for item in session.scalars(select(Item)).all():
        item.order.number


def two_entities(session, n):
    for order, customer in session.execute(select(Order, Customer).join(Order.customer)):
        order.items


def filtered_by_state(session, n):
    for order in session.scalars(select(Order).where(Order.state == "new").order_by(Order.number)).all():
        order.customer.name


def in_both_branches(session, n):
    for order in session.scalars(select(Order)).all():
        if order.id % 2:
            order.customer.name
        else:
            order.items


def starred(session, n):
    for order in [*session.scalars(select(Order)).all()]:
        order.customer.name


def tags_of_orders_of_tags(session, n):
    for tag in session.scalars(select(Tag)).all():
        tag.orders
