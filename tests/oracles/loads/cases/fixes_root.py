"""The same where the file writes `sa.select` and `sa.orm`."""

import sqlalchemy as sa

from .models import Customer, Order


def collection(session, n):
    return [len(order.items) for order in session.scalars(sa.select(Order).order_by(Order.id)).all()]


def beside(session, n):
    query = sa.select(Order).options(sa.orm.selectinload(Order.items)).order_by(Order.id)
    return [(order.customer.name, len(order.items)) for order in session.scalars(query).all()]


def one_to_one(session, n):
    return [customer.address.street for customer in session.scalars(sa.select(Customer).order_by(Customer.id)).all()]
