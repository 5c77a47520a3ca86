"""Queries that a fix can be written into: each is run again with it."""

from sqlalchemy import select
from sqlalchemy.orm import (
    defer,
    load_only,
    selectinload,
)

from .models import Category, Customer, Item, Order, Product


def required_object(session, n):
    return [order.customer.name for order in session.scalars(select(Order).order_by(Order.id)).all()]


def collection(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        found.append([item.label for item in order.items])
    return found


def optional_object(session, n):
    return [category.parent.name if category.parent else None for category in session.scalars(select(Category).order_by(Category.id))]


def two_of_one_query(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        found.append((order.customer.name, len(order.items)))
    return found


def chain_through_a_collection(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        for item in order.items:
            found.append(item.product.name)
    return found


def chain_of_single_objects(session, n):
    return [order.customer.region.name for order in session.scalars(select(Order).order_by(Order.id)).all()]


def two_below_one(session, n):
    found = []
    for customer in session.scalars(select(Customer).order_by(Customer.id)).all():
        for order in customer.orders:
            found.append(len(order.items))
            found.append([tag.name for tag in order.tags])
    return found


def with_limit(session, n):
    return [order.customer.name for order in session.scalars(select(Order).order_by(Order.id).limit(100)).all()]


def with_for_update(session, n):
    return [order.customer.name for order in session.scalars(select(Order).order_by(Order.id).with_for_update()).all()]


def with_distinct(session, n):
    return [order.customer.name for order in session.scalars(select(Order).distinct().order_by(Order.id)).all()]


def beside_an_option(session, n):
    query = select(Order).options(selectinload(Order.items)).order_by(Order.id)
    return [(order.customer.name, len(order.items)) for order in session.scalars(query).all()]


def below_an_option(session, n):
    query = select(Order).options(selectinload(Order.items)).order_by(Order.id)
    return [item.product.name for order in session.scalars(query).all() for item in order.items]


def below_an_option_that_goes_on(session, n):
    query = select(Customer).options(selectinload(Customer.orders).selectinload(Order.items)).order_by(Customer.id)
    found = []
    for customer in session.scalars(query).all():
        for order in customer.orders:
            found.append([tag.name for tag in order.tags])
    return found


def below_a_mapped_strategy(session, n):
    found = []
    for customer in session.scalars(select(Customer).order_by(Customer.id)).all():
        found.append(customer.profile.picture)
    return found


def on_lines(session, n):
    query = (
        select(Order)
        .where(Order.number != "")
        .order_by(Order.id)
    )
    return [order.customer.name for order in session.scalars(query)]


def legacy_on_lines(session, n):
    orders = (
        session.query(Order)
        .filter(Order.number != "")
        .order_by(Order.id)
        .all()
    )
    return [len(order.items) for order in orders]


def legacy_in_one_line(session, n):
    return [order.customer.name for order in session.query(Order).order_by(Order.id)]


def statement_that_grows(session, n):
    query = select(Order)
    if n > 2:
        query = query.where(Order.number != "")
    query = query.order_by(Order.id)
    found = []
    for order in session.scalars(query).all():
        found.append(order.customer.name)
    return found


def rows_of_tuples(session, n):
    return [row.Order.customer.name for row in session.execute(select(Order, Customer.name).join(Order.customer).order_by(Order.id)).all()]


def only_the_key(session, n):
    return [order.customer.id for order in session.scalars(select(Order).order_by(Order.id)).all()]


def the_key_and_more(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        found.append(order.customer.id)
        found.append(order.customer.name)
    return found


def the_key_twice(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        found.append(order.customer.id)
        found.append(order.customer.id + 1)
    return found


def deferred_column(session, n):
    return [order.remarks for order in session.scalars(select(Order).order_by(Order.id)).all()]


def column_left_out(session, n):
    found = []
    for order in session.scalars(select(Order).options(load_only(Order.number, raiseload=False)).order_by(Order.id)).all():
        found.append(order.state)
    return found


def column_left_out_on_lines(session, n):
    query = select(Order).options(
        load_only(
            Order.number,
        ),
    ).order_by(Order.id)
    return [order.state for order in session.scalars(query).all()]


def column_deferred_here(session, n):
    return [order.state for order in session.scalars(select(Order).options(defer(Order.state)).order_by(Order.id)).all()]


def one_object_and_its_children(session, n):
    root = session.get(Category, 1)
    return [len(category.children) for category in root.children]


def joined_and_read(session, n):
    found = []
    for order in session.scalars(select(Order).join(Order.customer).where(Customer.name != "").order_by(Order.id)).all():
        found.append(order.customer.name)
    return found


def property_of_the_row(session, n):
    return [order.total for order in session.scalars(select(Order).order_by(Order.id)).all()]


def method_of_the_row(session, n):
    return [order.to_dict() for order in session.scalars(select(Order).order_by(Order.id)).all()]


def helper_of_the_row(session, n):
    return [_region(customer) for customer in session.scalars(select(Customer).order_by(Customer.id)).all()]


def _region(customer):
    return customer.region.name


def in_an_f_string(session, n):
    return [f"{item.product.name}: {item.price}" for item in session.scalars(select(Item).order_by(Item.id)).all()]


def yields_parts(session, n):
    return [len(order.items) for order in session.scalars(select(Order).order_by(Order.id).execution_options(yield_per=100))]


def sorted_by_what_is_loaded(session, n):
    return sorted(session.scalars(select(Order)).all(), key=lambda order: (order.customer.name, order.id))


def largest(session, n):
    return max(session.scalars(select(Product)).all(), key=lambda product: product.name)


def under_a_test(session, n):
    found = []
    for order in session.scalars(select(Order).order_by(Order.id)).all():
        if order.state == "new":
            found.append(order.customer.name)
    return found
