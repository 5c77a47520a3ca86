"""Other ways to load, or not to."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, defer, immediateload, joinedload, load_only, raiseload, selectinload, undefer

from .models import Card, Customer, Engineer, Item, Order, Person, Product, Profile, Region, Tag


def dynamic(session, n):
    for customer in session.scalars(select(Customer)).all():
        customer.notes.all()


def dynamic_counted(session, n):
    for customer in session.scalars(select(Customer)).all():
        customer.notes.count()


def dynamic_iterated(session, n):
    return [note.text for customer in session.scalars(select(Customer)).all() for note in customer.notes]


def dynamic_of_one(session, n):
    return [note.text for note in session.get(Customer, 1).notes]


def write_only_read(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.scalars(customer.visits.select()).all()


def raising(session, n):
    for customer in session.scalars(select(Customer)).all():
        len(customer.stamps)


def raising_of_one(session, n):
    customer = session.get(Customer, 1)
    return customer.stamps


def raising_by_option(session, n):
    for order in session.scalars(select(Order).options(raiseload(Order.customer))).all():
        order.customer.name


def raising_by_star(session, n):
    for order in session.scalars(select(Order).options(raiseload("*"))).all():
        order.items


def raising_but_loaded(session, n):
    for customer in session.scalars(select(Customer).options(selectinload(Customer.stamps))).all():
        len(customer.stamps)


def raising_all_but_one(session, n):
    query = select(Order).options(joinedload(Order.customer), raiseload("*"))
    return [order.customer.name for order in session.scalars(query)]


def deferred_by_mapping(session, n):
    return [order.remarks for order in session.scalars(select(Order)).all()]


def deferred_by_option(session, n):
    return [order.state for order in session.scalars(select(Order).options(defer(Order.state))).all()]


def not_among_the_loaded(session, n):
    return [order.state for order in session.scalars(select(Order).options(load_only(Order.number))).all()]


def undeferred(session, n):
    return [order.remarks for order in session.scalars(select(Order).options(undefer(Order.remarks))).all()]


def deferred_of_one(session, n):
    return session.get(Order, 1).remarks


def among_the_loaded(session, n):
    return [order.remarks for order in session.scalars(select(Order).options(load_only(Order.remarks))).all()]


def joined_but_not_loaded(session, n):
    query = select(Customer).join(Customer.orders).where(Order.state == "new")
    return [len(customer.orders) for customer in session.scalars(query).unique()]


def joined_single_but_not_loaded(session, n):
    query = select(Order).join(Order.customer).where(Customer.name != "")
    return [order.customer.name for order in session.scalars(query)]


def joined_and_loaded(session, n):
    query = select(Order).join(Order.customer).where(Customer.name != "").options(contains_eager(Order.customer))
    return [order.customer.name for order in session.scalars(query)]


def appended_to(session, n):
    for customer in session.scalars(select(Customer)).all():
        customer.orders.append(Order(number="new", remarks=""))
    session.commit()


def set_on_the_other_side(session, n):
    for customer in session.scalars(select(Customer)).all():
        session.add(Order(id=100 + customer.id, number="new", remarks="", customer=customer))
    session.flush()


def immediately(session, n):
    return [customer.name for customer in session.scalars(select(Customer).options(immediateload(Customer.orders)))]


def column_of_a_subclass(session, n):
    for person in session.scalars(select(Person)).all():
        if isinstance(person, Engineer):
            person.language


def column_of_the_class_itself(session, n):
    return [engineer.language for engineer in session.scalars(select(Engineer))]


def property_reads(session, n):
    return [order.total for order in session.scalars(select(Order)).all()]


def hybrid_reads(session, n):
    return [order.customer_name for order in session.scalars(select(Order)).all()]


def method_reads(session, n):
    return [order.to_dict() for order in session.scalars(select(Order)).all()]


def proxy_reads(session, n):
    return [list(order.product_names) for order in session.scalars(select(Order)).all()]  # missed: association proxies


def property_of_a_relationship(session, n):
    for customer in session.scalars(select(Customer)).all():
        customer.region_name


def method_of_a_row(session, n):
    for customer in session.scalars(select(Customer)).all():
        print(end=customer.summary()[:0])


def _line(order):
    return f"{order.number} {order.customer.name}"


def helper_reads(session, n):
    return [_line(order) for order in session.scalars(select(Order)).all()]


def _lines(orders):
    return [order.customer.name for order in orders]


def helper_loops(session, n):
    return _lines(session.scalars(select(Order)).all())


def helper_gets_loaded(session, n):
    return _lines(session.scalars(select(Order).options(joinedload(Order.customer))).all())


def _all_orders(session):
    return session.scalars(select(Order)).all()


def helper_fetches(session, n):
    return [order.customer.name for order in _all_orders(session)]


def _each_order(session):
    yield from session.scalars(select(Order))


def helper_yields(session, n):
    return [order.customer.name for order in _each_order(session)]


def wrong_entity(session, n):
    return session.scalars(select(Order).options(joinedload(Customer.profile))).all()


def option_on_dynamic(session, n):
    return session.scalars(select(Customer).options(selectinload(Customer.notes))).all()


def option_on_write_only(session, n):
    return session.scalars(select(Customer).options(joinedload(Customer.visits))).all()


def collection_without_unique(session, n):
    return session.scalars(select(Customer).options(joinedload(Customer.orders))).all()


def collection_with_unique(session, n):
    return session.scalars(select(Customer).options(joinedload(Customer.orders))).unique().all()


def streamed_with_joined_collection(session, n):
    for order in session.query(Order).options(joinedload(Order.items)).yield_per(10):
        order.items


def streamed_with_selected_collection(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items)).execution_options(yield_per=10)):
        order.items


def streamed(session, n):
    for order in session.scalars(select(Order).execution_options(yield_per=100)):
        order.items


def two_collections(session, n):
    for order in session.scalars(select(Order)).all():
        order.items
        order.tags


def one_of_two(session, n):
    for order in session.scalars(select(Order).options(selectinload(Order.items))).all():
        order.items
        order.tags


def deleted_each(session, n):
    for card in session.scalars(select(Card)).all():
        session.delete(card)
    session.commit()


def deleted_with_children(session, n):
    for order in session.scalars(select(Order)).all():
        session.delete(order)
    session.commit()


def picture(session, n):
    return [profile.picture for profile in session.scalars(select(Profile)).all()]


def options_for_another_path(session, n):
    query = select(Item).options(joinedload(Item.product))
    return [item.order.number for item in session.scalars(query)]


def second_step_is_lazy(session, n):
    query = select(Item).options(joinedload(Item.order))
    return [item.order.customer.name for item in session.scalars(query)]


def through_many_to_many(session, n):
    query = select(Tag).options(selectinload(Tag.orders))
    return [order.customer.name for tag in session.scalars(query) for order in tag.orders]


def of_another_query(session, n):
    products = {product.id: product for product in session.scalars(select(Product))}
    return [item.order.number for item in session.scalars(select(Item)) if item.product_id in products]


def unrelated_rows_are_held(session, n):
    regions = session.scalars(select(Region)).all()
    return [order.customer.name for order in session.scalars(select(Order)).all()], regions
