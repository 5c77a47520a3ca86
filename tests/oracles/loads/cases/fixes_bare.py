"""The same where nothing of sqlalchemy.orm is imported."""

from sqlalchemy import select  # the statement

from .models import Customer, Order


def collection(session, n):
    return [len(order.items) for order in session.scalars(select(Order).order_by(Order.id)).all()]


def single(session, n):
    return [order.customer.name for order in session.scalars(select(Order).order_by(Order.id)).all()]


def many_to_many(session, n):
    return [[tag.name for tag in order.tags] for order in session.scalars(select(Order).order_by(Order.id)).all()]


def stored_first(session, n):
    customers = session.scalars(select(Customer).order_by(Customer.id)).all()
    names = []
    for customer in customers:
        names.append(customer.region.name)
    counts = [len(customer.orders) for customer in customers]
    return names, counts
