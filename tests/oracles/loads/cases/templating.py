"""Rows that a Jinja template shows: what is read there is loaded there."""

import pathlib

import jinja2
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, load_only, selectinload

from .models import Category, Customer, Order, Region

environment = jinja2.Environment(loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent / "templates"), extensions=["jinja2.ext.do", "jinja2.ext.i18n"])


def render_template(name, **context):
    return environment.get_template(name).render(**context)


def in_a_loop(session, n):
    render_template("loop.html", orders=session.scalars(select(Order)).all())


def in_a_loop_that_is_loaded(session, n):
    render_template("loop_loaded.html", orders=session.scalars(select(Order).options(joinedload(Order.customer))).all())


def by_the_environment(session, n):
    environment.get_template("environment.html").render({"orders": session.query(Order).all()})


def in_an_included_template(session, n):
    render_template("including.html", orders=session.scalars(select(Order)).all())


def in_a_block(session, n):
    render_template("child.html", customers=session.scalars(select(Customer)).all())


def in_a_loop_of_the_base(session, n):
    render_template("scoped.html", rows=session.scalars(select(Order)).all())


def in_a_macro(session, n):
    render_template("macros.html", orders=session.scalars(select(Order)).all())


def in_an_imported_macro(session, n):
    render_template("importing.html", customers=session.scalars(select(Customer)).all())


def in_a_call_block(session, n):
    render_template("call.html", orders=session.scalars(select(Order)).all())


def by_set_and_with(session, n):
    render_template("set.html", orders=session.scalars(select(Order)).all())


def by_map(session, n):
    render_template("map.html", orders=session.scalars(select(Order)).all())


def by_selectattr(session, n):
    render_template("selectattr.html", orders=session.scalars(select(Order)).all())


def by_groupby(session, n):
    render_template("groupby.html", orders=session.scalars(select(Order)).all())


def by_sort(session, n):
    render_template("sort.html", orders=session.scalars(select(Order)).all())


def by_sum(session, n):
    render_template("sum.html", customers=session.scalars(select(Customer)).all())


def in_nested_loops(session, n):
    render_template("nested.html", orders=session.scalars(select(Order).options(selectinload(Order.items))).all())


def by_a_property(session, n):
    render_template("property.html", orders=session.scalars(select(Order)).all())


def by_a_method(session, n):
    render_template("method.html", customers=session.scalars(select(Customer)).all())


def by_printing(session, n):
    render_template("printing.html", regions=session.scalars(select(Region)).all())


def of_a_dict(session, n):
    pairs = {order.number: order for order in session.scalars(select(Order)).all()}
    render_template("dict.html", pairs=pairs)


def of_rows(session, n):
    render_template("rows.html", rows=session.execute(select(Order, Customer.name).join(Order.customer)).all())


def in_a_condition(session, n):
    render_template("condition.html", orders=session.scalars(select(Order)).all(), short=False)


def in_a_branch_that_is_not_taken(session, n):
    render_template("not_taken.html", orders=session.scalars(select(Order)).all(), short=True)


def in_a_translation(session, n):
    environment.install_null_translations()
    render_template("trans.html", orders=session.scalars(select(Order)).all())


def in_a_text(session, n):
    environment.from_string("{% for order in orders %}{{ order.customer.name }}{% endfor %}").render(orders=session.scalars(select(Order)).all())


def in_a_loop_of_python(session, n):
    for order in session.scalars(select(Order)).all():
        render_template("one.html", order=order)


def recursive(session, n):
    render_template("recursive.html", categories=session.scalars(select(Category)).all())


def by_subscript(session, n):
    render_template("subscript.html", orders=session.scalars(select(Order)).all())


def in_a_namespace(session, n):
    render_template("namespace.html", orders=session.scalars(select(Order)).all())


def a_deferred_column(session, n):
    render_template("deferred.html", customers=session.scalars(select(Customer).options(load_only(Customer.id))).all())


def by_a_dynamic_collection(session, n):
    render_template("dynamic.html", customers=session.scalars(select(Customer)).all())


def by_a_query_in_a_method(session, n):
    render_template("query.html", customers=session.scalars(select(Customer)).all())


def of_one_object(session, n):
    render_template("one_order.html", order=session.get(Order, 1))


def only_columns(session, n):
    render_template("columns.html", orders=session.scalars(select(Order)).all())


def back_to_the_parent(session, n):
    render_template("back.html", customers=session.scalars(select(Customer).options(selectinload(Customer.orders))).all())


def in_comments_and_raw_text(session, n):
    render_template("raw.html", orders=session.scalars(select(Order)).all())


def outside_of_blocks(session, n):
    render_template("outside.html", orders=session.scalars(select(Order)).all())


def an_overridden_block(session, n):
    render_template("overriding.html", customers=session.scalars(select(Customer)).all())


def without_context(session, n):
    render_template("without_context.html", orders=session.scalars(select(Order)).all())


async def in_async(session: AsyncSession, n):
    render_template("async.html", order=await session.get(Order, 1))


async def in_async_and_loaded(session: AsyncSession, n):
    render_template("async_loaded.html", order=await session.get(Order, 1, options=[joinedload(Order.customer)]))
