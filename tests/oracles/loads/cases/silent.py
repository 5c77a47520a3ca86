"""What must stay silent: nothing here sends more statements for more rows."""

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import (
    Load, contains_eager, defaultload, immediateload, joinedload, load_only, selectinload, subqueryload)

from .models import Address, Badge, Category, Customer, Item, Note, Order, Product, Region, Tag, Visit


def selected_in(session, n):
    for customer in session.scalars(select(Customer).options(selectinload(Customer.orders))):
        len(customer.orders)


def joined(session, n):
    for order in session.scalars(select(Order).options(joinedload(Order.customer))):
        order.customer.name


def by_subquery(session, n):
    for customer in session.scalars(select(Customer).options(subqueryload(Customer.orders))):
        len(customer.orders)


def held_by_the_session(session, n):
    customers = session.scalars(select(Customer)).all()
    names = [order.customer.name for order in session.scalars(select(Order)).all()]
    return names, customers


def contained(session, n):
    query = select(Order).join(Order.customer).options(contains_eager(Order.customer))
    return [order.customer.name for order in session.scalars(query)]


def mapped_selectin(session, n):
    return [len(customer.badges) for customer in session.scalars(select(Customer))]


def mapped_subquery(session, n):
    return [len(customer.cards) for customer in session.scalars(select(Customer))]


def mapped_joined(session, n):
    return [customer.profile.id for customer in session.scalars(select(Customer))]


def leaves_after_the_first(session, n):
    for order in session.scalars(select(Order)).all():
        order.customer.name
        break


def returns_the_first(session, n):
    for order in session.scalars(select(Order)).all():
        return order.customer.name


def raises_in_the_loop(session, n):
    for order in session.scalars(select(Order)).all():
        if order.number == "nothing":
            raise ValueError(order.customer.name)


def bounded_by_a_literal(session, n):
    for order in session.scalars(select(Order).limit(3)).all():
        order.customer.name


def bounded_by_a_slice(session, n):
    for order in session.scalars(select(Order)).all()[:2]:
        order.customer.name


def one_row(session, n):
    order = session.scalars(select(Order).limit(1)).one()
    return order.customer.name, [item.label for item in order.items]


def first_row(session, n):
    return session.query(Order).first().customer.name


def pinned_by_a_filter(session, n):
    return [order.customer.name for order in session.scalars(select(Order).where(Order.customer_id == 1))]


def pinned_by_a_keyword(session, n):
    return [order.customer.name for order in session.query(Order).filter_by(customer_id=1)]


def pinned_by_the_object(session, n):
    customer = session.get(Customer, 1)
    return [order.customer.name for order in session.scalars(select(Order).where(Order.customer == customer))]


def back_again(session, n):
    for customer in session.scalars(select(Customer).options(selectinload(Customer.orders))):
        for order in customer.orders:
            order.customer.name


def one_parents_children(session, n):
    customer = session.get(Customer, 1)
    for order in customer.orders:
        order.customer.name


def only_columns(session, n):
    return [(order.number, order.customer_id) for order in session.scalars(select(Order))]


def columns_of_a_join(session, n):
    return [(number, name) for number, name in session.execute(select(Order.number, Customer.name).join(Order.customer))]


def both_entities(session, n):
    return [(order.number, customer.name) for order, customer in session.execute(select(Order, Customer).join(Order.customer))]


def added(session, n):
    for number in range(n):
        session.add(Region(id=100 + number, name=str(number)))
    session.commit()


def added_with_children(session, n):
    for number in range(n):
        session.add(Region(id=100 + number, name=str(number), customers=[Customer(id=100 + number, name="new")]))
    session.flush()


def changed(session, n):
    for order in session.scalars(select(Order)).all():
        order.state = "done"
    session.commit()


def assigned_before_it_is_read(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items))).all():
        for item in order.items:
            item.product = Product(name="new")


def in_chunks(session, n):
    keys = list(range(1, 1000))
    for at in range(0, len(keys), 500):
        session.scalars(select(Order).where(Order.id.in_(keys[at:at + 500]))).all()


def get_of_a_dict(session, n):
    prices = {1: 2}
    return [prices.get(number) for number in range(n)]


def dict_built_before(session, n):
    by_id = {customer.id: customer for customer in session.scalars(select(Customer))}
    return [by_id.get(order.customer_id).name for order in session.scalars(select(Order))]


def nested_options(session, n):
    query = select(Customer).options(selectinload(Customer.orders).selectinload(Order.items).joinedload(Item.product))
    return [item.product.name for customer in session.scalars(query) for order in customer.orders for item in order.items]


def options_of_options(session, n):
    query = select(Customer).options(selectinload(Customer.orders).options(selectinload(Order.items), selectinload(Order.tags)))
    return [(len(order.items), len(order.tags)) for customer in session.scalars(query) for order in customer.orders]


def default_load(session, n):
    query = select(Customer).options(selectinload(Customer.orders), defaultload(Customer.orders).selectinload(Order.items))
    return [len(order.items) for customer in session.scalars(query) for order in customer.orders]


def loaded_by_name(session, n):
    query = select(Order).options(Load(Order).joinedload(Order.customer))
    return [order.customer.name for order in session.scalars(query)]


def options_in_a_list(session, n):
    options = [joinedload(Order.customer)]
    options.append(selectinload(Order.items))
    return [(order.customer.name, len(order.items)) for order in session.scalars(select(Order).options(*options))]


def _with_customer(query):
    return query.options(joinedload(Order.customer))


def options_of_a_helper(session, n):
    return [order.customer.name for order in session.scalars(_with_customer(select(Order)))]


def one_of_two_queries(session, n):
    query = select(Order).options(joinedload(Order.customer))
    if n > 5:
        query = query.where(Order.number != "")
    return [order.customer.name for order in session.scalars(query)]


def one_update(session, n):
    session.execute(update(Order).where(Order.id.in_(range(n))).values(state="done"))


def many_rows_at_once(session, n):
    session.execute(insert(Region), [{"name": str(number)} for number in range(n)])


def aggregate(session, n):
    counts = session.execute(select(Order.customer_id, func.count()).group_by(Order.customer_id)).all()
    return {key: count for key, count in counts}


def constants(session, n):
    return [session.scalars(select(Region).where(Region.name == name)).first() for name in ("shared", "region 1")]


def polled(session, n):
    tries = 0
    while session.scalar(select(func.count()).select_from(Order)) == 0 and tries < 3:
        tries += 1


def pages(session, n):
    page = 0
    while True:
        rows = session.scalars(select(Order).order_by(Order.id).limit(100).offset(100 * page)).all()
        if not rows:
            break
        page += 1


def until_found(session, n):
    for name in ["region 1"] * n:
        if session.scalars(select(Region).where(Region.name == name)).first() is not None:
            break


def write_only_is_added_to(session, n):
    customer = session.get(Customer, 1)
    for number in range(n):
        customer.visits.add(Visit(id=100 + number, page=str(number)))
    session.commit()


def child_names_its_parent(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.add(Address(id=100 + customer.id, street="new", customer_id=customer.id))
    session.commit()


def property_of_columns(session, n):
    return [order.heading for order in session.scalars(select(Order))]


def property_with_options(session, n):
    query = select(Order).options(selectinload(Order.items))
    return [order.total for order in session.scalars(query)]


def load_only_what_is_read(session, n):
    return [order.number for order in session.scalars(select(Order).options(load_only(Order.number)))]


def immediately_of_one(session, n):
    order = session.scalars(select(Order).options(immediateload(Order.items)).limit(1)).one()
    return [item.price for item in order.items]


def in_the_middle(session, n):
    rows = session.scalars(select(Tag).options(selectinload(Tag.orders).joinedload(Order.customer))).all()
    return [order.customer.name for tag in rows for order in tag.orders]


def same_table_twice(session, n):
    rows = session.scalars(select(Category)).all()
    return [category.parent.name for category in rows if category.parent is not None]


def refreshed_once(session, n):
    order = session.get(Order, 1)
    session.refresh(order, ["items"])
    return [item.label for item in order.items]


def exists_once(session, n):
    return session.scalar(select(func.count()).select_from(Badge)), session.scalar(select(func.count()).select_from(Note))
