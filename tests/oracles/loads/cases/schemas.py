"""Serializers by other names: aliases, validators, adapters, marshmallow, dataclasses."""

import dataclasses
from typing import Annotated

from marshmallow import Schema, fields
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, TypeAdapter, computed_field, field_validator, model_validator
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from .models import Customer, Order, Region, Shelf


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RegionOut(Out):
    name: str


class CustomerOut(Out):
    name: str


class Aliased(Out):
    buyer: CustomerOut = Field(validation_alias="customer")


class AliasedInAnnotation(Out):
    buyer: Annotated[CustomerOut, Field(alias="customer")]


class OfAPath(Out):
    buyer: str = Field(validation_alias=AliasPath("customer", "name"))


class OfChoices(Out):
    buyer: CustomerOut = Field(validation_alias=AliasChoices("client", "customer"))


class Validated(Out):
    buyer: str = Field(validation_alias="customer")

    @field_validator("buyer", mode="before")
    @classmethod
    def only_the_name(cls, customer):
        return customer.name


class Deeper(Out):
    region: str = Field(validation_alias="customer")

    @field_validator("region", mode="before")
    @classmethod
    def of_the_region(cls, customer):
        return customer.region.name


class Prepared(Out):
    buyer: str

    @model_validator(mode="before")
    @classmethod
    def prepare(cls, order):
        return {"buyer": order.customer.name}


class PreparedByColumns(Out):
    buyer: str

    @model_validator(mode="before")
    @classmethod
    def prepare(cls, order):
        return {"buyer": order.number}


class PassedOn(Out):
    customer: CustomerOut

    @model_validator(mode="before")
    @classmethod
    def check(cls, order):
        return order


class Computed(Out):
    number: str

    @computed_field
    @property
    def customer(self) -> str:
        return self.number


class Page(Out):
    data: list[Aliased]
    count: int


class OrderOut(Out):
    number: str
    customer: CustomerOut


class RegionSchema(Schema):
    name = fields.String()


class CustomerSchema(Schema):
    name = fields.String()
    region = fields.Nested(RegionSchema)


class OrderSchema(Schema):
    number = fields.String()
    customer = fields.Nested(CustomerSchema, only=("name",))


class DeepSchema(Schema):
    customer = fields.Nested(lambda: CustomerSchema())


class PluckSchema(Schema):
    customer = fields.Pluck(RegionSchema, "name")


class AttributeSchema(Schema):
    buyer = fields.String(attribute="customer.name")


class ListSchema(Schema):
    items = fields.List(fields.Nested(RegionSchema, only=()))


class AutoSchema(SQLAlchemyAutoSchema):
    class Meta:
        model = Region
        include_relationships = True


class PlainAutoSchema(SQLAlchemyAutoSchema):
    class Meta:
        model = Region


class ShortAutoSchema(SQLAlchemyAutoSchema):
    class Meta:
        model = Region
        include_relationships = True
        exclude = ("customers",)


def by_an_alias(session, n):
    return [Aliased.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_an_alias_in_an_annotation(session, n):
    return [AliasedInAnnotation.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_a_path(session, n):
    return [OfAPath.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_choices(session, n):
    return [OfChoices.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_an_alias_that_is_loaded(session, n):
    return [Aliased.model_validate(order) for order in session.scalars(select(Order).options(joinedload(Order.customer))).all()]


def by_a_validator_of_a_field(session, n):
    return [Validated.model_validate(order) for order in session.scalars(select(Order)).all()]


def deeper_by_a_validator(session, n):
    return [Deeper.model_validate(order) for order in session.scalars(select(Order).options(joinedload(Order.customer))).all()]


def by_a_validator_of_the_model(session, n):
    return [Prepared.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_a_validator_that_reads_columns(session, n):
    return [PreparedByColumns.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_a_validator_that_passes_on(session, n):
    return [PassedOn.model_validate(order) for order in session.scalars(select(Order)).all()]


def computed(session, n):
    return [Computed.model_validate(order) for order in session.scalars(select(Order)).all()]


def by_an_adapter(session, n):
    return TypeAdapter(list[OrderOut]).validate_python(session.scalars(select(Order)).all())


def by_an_adapter_that_is_loaded(session, n):
    return TypeAdapter(list[OrderOut]).validate_python(session.scalars(select(Order).options(joinedload(Order.customer))).all())


def in_a_page(session, n):
    return Page(data=session.scalars(select(Order)).all(), count=n)


def in_a_page_that_is_loaded(session, n):
    return Page(data=session.scalars(select(Order).options(joinedload(Order.customer))).all(), count=n)


def dumped(session, n):
    return OrderSchema(many=True).dump(session.scalars(select(Order)).all())


def dumped_with_many(session, n):
    return OrderSchema().dump(session.scalars(select(Order)).all(), many=True)


def dumped_and_loaded(session, n):
    return OrderSchema(many=True).dump(session.scalars(select(Order).options(joinedload(Order.customer))).all())


def dumped_deep(session, n):
    return DeepSchema(many=True).dump(session.scalars(select(Order).options(joinedload(Order.customer))).all())


def plucked(session, n):
    return PluckSchema(many=True).dump(session.scalars(select(Order)).all())


def by_an_attribute(session, n):
    return AttributeSchema(many=True).dump(session.scalars(select(Order)).all())


def in_a_list(session, n):
    return ListSchema(many=True).dump(session.scalars(select(Order)).all())


def all_relationships(session, n):
    return AutoSchema(many=True).dump(session.scalars(select(Region)).all())


def no_relationships(session, n):
    return PlainAutoSchema(many=True).dump(session.scalars(select(Region)).all())


def left_out_by_meta(session, n):
    return ShortAutoSchema(many=True).dump(session.scalars(select(Region)).all())


def left_out_by_the_call(session, n):
    return OrderSchema(many=True, exclude=("customer",)).dump(session.scalars(select(Order)).all())


def others_only(session, n):
    return OrderSchema(many=True, only=("number",)).dump(session.scalars(select(Order)).all())


def of_a_dataclass(session, n):
    return [dataclasses.asdict(shelf) for shelf in session.scalars(select(Shelf)).all()]


def of_a_dataclass_that_is_loaded(session, n):
    return [dataclasses.asdict(shelf) for shelf in session.scalars(select(Shelf).options(selectinload(Shelf.books))).all()]


def nested_and_loaded(session, n):
    query = select(Order).options(joinedload(Order.customer).joinedload(Customer.region))
    return DeepSchema(many=True).dump(session.scalars(query).all())
