"""The same where the file writes `orm.joinedload`."""

from sqlalchemy import orm, select

from . import models


def collection(session, n):
    return [len(order.items) for order in session.scalars(select(models.Order).order_by(models.Order.id)).all()]


def chain(session, n):
    found = []
    for order in session.scalars(select(models.Order).order_by(models.Order.id)).all():
        for item in order.items:
            found.append(item.product.name)
    return found


def beside(session, n):
    query = select(models.Order).options(orm.joinedload(models.Order.customer)).order_by(models.Order.id)
    return [(order.customer.name, len(order.tags)) for order in session.scalars(query).all()]


def beyond(session, n):
    query = select(models.Order).options(orm.joinedload(models.Order.customer)).order_by(models.Order.id)
    return [order.customer.region.name for order in session.scalars(query).all()]


def legacy(session, n):
    return [customer.region.name for customer in session.query(models.Customer).order_by(models.Customer.id).all()]
