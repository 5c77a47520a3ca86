"""Statements in loops."""

from sqlalchemy import delete, exists, func, insert, select, text, update

from .models import Badge, Customer, Item, Order, Product, Region, Tag, Visit


def by_key(session, n):
    for number in range(1, n + 1):  # missed: nobody says how far a range goes
        session.get(Order, number).number


def by_given_keys(session, n):
    keys = session.scalars(select(Order.customer_id)).all()
    for key in keys:
        session.get(Customer, key)


def by_column(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.scalars(select(Order).where(Order.customer_id == customer.id)).all()


def legacy_first(session, n):
    for customer in session.query(Customer).all():
        session.query(Order).filter(Order.customer_id == customer.id).first()


def legacy_filter_by(session, n):
    for customer in session.query(Customer):
        session.query(Order).filter_by(customer_id=customer.id).all()


def counted(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.scalar(select(func.count()).select_from(Order).where(Order.customer_id == customer.id))


def existing(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.scalar(select(exists().where(Order.customer_id == customer.id)))


def _orders_of(session, customer):
    return session.scalars(select(Order).where(Order.customer_id == customer.id)).all()


def in_a_helper(session, n):
    for customer in session.scalars(select(Customer)).all():
        _orders_of(session, customer)


class _Repository:
    model = Order

    def __init__(self, session):
        self.session = session

    def of(self, key):
        return self.session.scalars(select(self.model).where(self.model.customer_id == key)).all()


def in_a_method(session, n):
    orders = _Repository(session)
    for customer in session.scalars(select(Customer)).all():
        orders.of(customer.id)


def in_a_comprehension(session, n):
    return [session.scalar(select(Region.name).where(Region.id == customer.region_id)) for customer in session.scalars(select(Customer)).all()]


def row_by_row_update(session, n):
    for order in session.scalars(select(Order)).all():
        session.execute(update(Order).where(Order.id == order.id).values(state="done"))


def row_by_row_insert(session, n):
    for order in session.scalars(select(Order)).all():
        session.execute(insert(Tag).values(name=order.number))


def row_by_row_delete(session, n):
    for key in session.scalars(select(Visit.id)).all():
        session.execute(delete(Visit).where(Visit.id == key))


def legacy_update(session, n):
    for order in session.query(Order).all():
        session.query(Order).filter(Order.id == order.id).update({"state": "done"})


def flushed_each_time(session, n):
    for order in session.scalars(select(Order)).all():
        session.add(Tag(name=order.number))
        session.flush()  # missed: a flush in each round


def committed_each_time(session, n):
    for order in session.scalars(select(Order)).all():
        order.state = order.number + "!"
        session.commit()


def only_written(session, n):
    for order in session.scalars(select(Order)).all():
        order.state = "done"
        session.commit()  # missed: nothing is fetched again; each row has a transaction of its own


def refreshed_each_time(session, n):
    for order in session.scalars(select(Order)).all():
        session.refresh(order)


def merged_each_time(session, n):
    for number in session.scalars(select(Product.id)).all():
        session.merge(Product(id=number, name="new"))


def same_query_each_time(session, n):
    for order in session.scalars(select(Order)).all():
        session.scalars(select(Region).where(Region.name == "shared")).one()


def same_query_as_legacy(session, n):
    for order in session.query(Order).all():
        session.query(Region).filter_by(name="shared").first()


def in_nested_loops(session, n):
    for customer in session.scalars(select(Customer)).all():
        for name in ("a", "b"):
            session.scalars(select(Badge).where(Badge.customer_id == customer.id, Badge.name == name)).first()


def plain_text(session, n):
    for key in session.scalars(select(Order.id)).all():
        session.execute(text("SELECT number FROM orders WHERE id = :id"), {"id": key})


def found_or_made(session, n):
    for order in session.scalars(select(Order)).all():
        tag = session.scalars(select(Tag).where(Tag.name == order.number)).first()
        if tag is None:
            session.add(Tag(name=order.number))


def items_of(session, n):
    for order in session.scalars(select(Order)).all():
        for item in session.scalars(select(Item).where(Item.order_id == order.id)):
            item.label
