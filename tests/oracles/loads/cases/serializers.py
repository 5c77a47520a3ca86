"""Objects that are made of rows, field by field."""

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from .models import Customer, Order


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RegionOut(Out):
    name: str


class CustomerOut(Out):
    name: str


class CustomerWithRegion(CustomerOut):
    region: RegionOut


class ItemOut(Out):
    price: int


class OrderOut(Out):
    number: str
    customer: CustomerOut


class OrderWithItems(OrderOut):
    items: list[ItemOut]


class OrderDeep(Out):
    customer: CustomerWithRegion | None


class OrderShort(Out):
    number: str
    customer_id: int


class OrderLine(Out):
    heading: str
    customer_name: str


class Renamed(Out):
    customer: str = Field(validation_alias="number")


class Prepared(Out):
    customer: str

    @model_validator(mode="before")
    @classmethod
    def prepare(cls, order):
        return {"customer": order.number}


def single_object(session, n):
    return [OrderOut.model_validate(order) for order in session.scalars(select(Order)).all()]


def collection(session, n):
    orders = session.scalars(select(Order).options(joinedload(Order.customer))).all()
    return [OrderWithItems.model_validate(order) for order in orders]


def old_spelling(session, n):
    found = []
    for order in session.query(Order).all():
        found.append(OrderOut.from_orm(order))
    return found


def nested(session, n):
    orders = session.scalars(select(Order).options(joinedload(Order.customer))).all()
    return [OrderDeep.model_validate(order) for order in orders]


def of_a_property(session, n):
    return [OrderLine.model_validate(order) for order in session.scalars(select(Order)).all()]


def loaded(session, n):
    query = select(Order).options(joinedload(Order.customer), selectinload(Order.items))
    return [OrderWithItems.model_validate(order) for order in session.scalars(query)]


def nested_and_loaded(session, n):
    query = select(Order).options(joinedload(Order.customer).joinedload(Customer.region))
    return [OrderDeep.model_validate(order) for order in session.scalars(query)]


def only_columns(session, n):
    return [OrderShort.model_validate(order) for order in session.scalars(select(Order))]


def renamed(session, n):
    return [Renamed.model_validate(order) for order in session.scalars(select(Order))]


def prepared(session, n):
    return [Prepared.model_validate(order) for order in session.scalars(select(Order))]


def of_one(session, n):
    return OrderOut.model_validate(session.get(Order, 1))


def dumped(session, n):
    orders = session.scalars(select(Order).options(joinedload(Order.customer))).all()
    return [OrderOut.model_validate(order).model_dump() for order in orders]


async def of_one_in_async(session: AsyncSession, n):
    return OrderOut.model_validate(await session.get(Order, 1))


async def loaded_in_async(session: AsyncSession, n):
    order = await session.get(Order, 1, options=[joinedload(Order.customer)])
    return OrderOut.model_validate(order)
