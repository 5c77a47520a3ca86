"""A shop in which each relationship has another way to load."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Computed, ForeignKey, Table, Text, func, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, MappedAsDataclass, WriteOnlyMapped, deferred, mapped_column, object_session, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


order_tags = Table(
    "order_tags", Base.metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Region(Base):
    __tablename__ = "regions"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customers: Mapped[list[Customer]] = relationship(back_populates="region")

    def __str__(self):
        return f"{self.name} ({len(self.customers)})"


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    region: Mapped[Region] = relationship(back_populates="customers")
    orders: Mapped[list[Order]] = relationship(back_populates="customer")
    address: Mapped[Address | None] = relationship(back_populates="customer", uselist=False)
    notes: DynamicMapped[Note] = relationship()
    visits: WriteOnlyMapped[Visit] = relationship()
    badges: Mapped[list[Badge]] = relationship(lazy="selectin")
    cards: Mapped[list[Card]] = relationship(lazy="subquery")
    stamps: Mapped[list[Stamp]] = relationship(lazy="raise")
    profile: Mapped[Profile | None] = relationship(lazy="joined", uselist=False)

    @property
    def region_name(self):
        return self.region.name

    def visited(self):
        return object_session(self).scalars(select(Visit).where(Visit.customer_id == self.id)).all()

    def summary(self):
        return f"{self.name}: {len(self.orders)}"


class Address(Base):
    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="address")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    remarks: Mapped[str] = mapped_column(Text, deferred=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders")
    items: Mapped[list[Item]] = relationship(back_populates="order", cascade="all, delete-orphan")
    tags: Mapped[list[Tag]] = relationship(secondary=order_tags, back_populates="orders")
    product_names = association_proxy("items", "label")

    @property
    def total(self):
        return sum(item.price for item in self.items)

    @hybrid_property
    def customer_name(self):
        return self.customer.name

    @property
    def heading(self):
        return f"{self.number} ({self.state})"

    def to_dict(self):
        return {"number": self.number, "customer": self.customer.name}


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    price: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    order: Mapped[Order] = relationship(back_populates="items")
    product: Mapped[Product] = relationship()


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[list[Order]] = relationship(secondary=order_tags, back_populates="tags")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Visit(Base):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Badge(Base):
    __tablename__ = "badges"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Card(Base):
    __tablename__ = "cards"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Stamp(Base):
    __tablename__ = "stamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    picture: Mapped[str] = deferred(mapped_column(Text))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Category(Base):
    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    children: Mapped[list[Category]] = relationship(back_populates="parent")
    parent: Mapped[Category | None] = relationship(back_populates="children", remote_side=[id])

    def size(self):
        return 1 + sum(child.size() for child in self.children)


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}


class Engineer(Person):
    __tablename__ = "engineers"
    id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    language: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "engineer"}


class Shelf(MappedAsDataclass, Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship(default_factory=list)


class Book(MappedAsDataclass, Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"), init=False)
class Memo(Base):
    __tablename__ = "memos"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    copies: Mapped[int] = mapped_column(default=1)
    double: Mapped[int] = mapped_column(Computed("copies * 2", persisted=True))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    edited_at: Mapped[datetime | None] = mapped_column(onupdate=datetime.now)


class Ledger(Base):
    __tablename__ = "ledgers"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    __mapper_args__ = {"eager_defaults": True}


def fill(session, n):
    root = Category(name="all")
    shared = Region(name="shared")
    session.add_all([root, shared, Memo(text="memo"), Ledger(text="ledger")])
    for number in range(n):
        customer = Customer(name=f"customer {number}", region=Region(name=f"region {number}"), address=Address(street="street"),
                            badges=[Badge(name="new")], cards=[Card(number="1")], stamps=[Stamp(name="s")], profile=Profile(picture="p"))
        session.add(customer)
        session.flush()
        session.add_all([Note(text="note", customer_id=customer.id), Visit(page="/", customer_id=customer.id)])
        tag = Tag(name=f"tag {number}")
        order = Order(number=str(number), remarks="none", customer=customer, tags=[tag])
        for each in range(2):
            order.items.append(Item(label="label", price=each, product=Product(name=f"product {number} {each}")))
        session.add_all([order, Category(name=f"category {number}", parent=root), Engineer(name=f"engineer {number}", language="C++"),
                         Shelf(name="shelf", books=[Book(title="book")])])
