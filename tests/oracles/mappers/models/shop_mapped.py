"""2.0 annotations: Mapped[], Optional, unions, sets, quoted and unquoted targets, two keys to one table."""

from __future__ import annotations

from typing import List, Optional, Set

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Table, Column, and_
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, WriteOnlyMapped, mapped_column, relationship, foreign, remote, backref


class Base(DeclarativeBase):
    pass


product_tags = Table(
    "product_tags",
    Base.metadata,
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    orders: Mapped[List["Order"]] = relationship(back_populates="customer", cascade="all, delete-orphan", passive_deletes=True)
    addresses: Mapped[list[Address]] = relationship(back_populates="customer", lazy="selectin", foreign_keys="Address.customer_id")
    profile: Mapped[Optional["Profile"]] = relationship(back_populates="customer", uselist=False, cascade="all, delete")
    reviews: DynamicMapped["Review"] = relationship(back_populates="author")
    visits: WriteOnlyMapped["Visit"] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    default_address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id", use_alter=True))
    default_address: Mapped[Address | None] = relationship(foreign_keys=[default_address_id], post_update=True)


class Address(Base):
    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped["Customer"] = relationship(back_populates="addresses", foreign_keys=[customer_id])
    shipped: Mapped[Set["Order"]] = relationship(back_populates="shipping_address", foreign_keys="Order.shipping_address_id", lazy="raise")
    billed: Mapped[Set["Order"]] = relationship(back_populates="billing_address", foreign_keys="[Order.billing_address_id]", lazy="raise_on_sql")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    shipping_address_id: Mapped[Optional[int]] = mapped_column(ForeignKey("addresses.id"))
    billing_address_id: Mapped[Optional[int]] = mapped_column(ForeignKey("addresses.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders", lazy="joined", innerjoin=True)
    shipping_address: Mapped[Optional[Address]] = relationship(foreign_keys=[shipping_address_id], back_populates="shipped")
    billing_address: Mapped[Optional[Address]] = relationship(foreign_keys="Order.billing_address_id", back_populates="billed")
    lines: Mapped[list["Line"]] = relationship(back_populates="order", cascade="save-update, merge, delete", order_by="Line.position", lazy="immediate")
    first_line: Mapped[Optional["Line"]] = relationship(
        primaryjoin=lambda: and_(Order.id == foreign(Line.order_id), Line.position == 1), viewonly=True, uselist=False
    )
    invoice: Mapped["Invoice"] = relationship(back_populates="order", passive_deletes="all")


class Line(Base):
    __tablename__ = "lines"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="RESTRICT"))
    order: Mapped["Order"] = relationship(back_populates="lines")
    product: Mapped["Product"] = relationship(lazy="subquery")
    returns: Mapped[list["Return"]] = relationship(back_populates="line", cascade="all")


class Return(Base):
    __tablename__ = "returns"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    position: Mapped[int]
    __table_args__ = (ForeignKeyConstraint(["order_id", "position"], ["lines.order_id", "lines.position"], ondelete="CASCADE"),)
    line: Mapped["Line"] = relationship(back_populates="returns")


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship(secondary=product_tags, back_populates="products")
    reviews: Mapped[list["Review"]] = relationship(back_populates="product", cascade="all, delete-orphan", single_parent=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("products.id"))
    variants: Mapped[list["Product"]] = relationship(back_populates="parent", join_depth=2, lazy="joined")
    parent: Mapped[Optional["Product"]] = relationship(back_populates="variants", remote_side=[id])


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    products: Mapped[list["Product"]] = relationship(secondary="product_tags", back_populates="tags", passive_deletes=True)


class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), unique=True)
    customer: Mapped["Customer"] = relationship(back_populates="profile", single_parent=True)


class Review(Base):
    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    author: Mapped["Customer"] = relationship(back_populates="reviews")
    product: Mapped["Product"] = relationship(back_populates="reviews")


class Visit(Base):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    order: Mapped["Order"] = relationship(back_populates="invoice", cascade="all, delete-orphan", single_parent=True)
    paid_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("customers.id"))
    paid_by: Mapped[Optional["Customer"]] = relationship(backref="paid_invoices")
    approved_by_id: Mapped[Optional[int]] = mapped_column("approver", ForeignKey("staff.staff_id"))
    approved_by: Mapped[Optional["Staff"]] = relationship(backref=backref("approved", lazy="dynamic", passive_deletes=True, cascade="all, delete"))


class Staff(Base):
    __tablename__ = "staff"
    id: Mapped[int] = mapped_column("staff_id", primary_key=True)
    boss_id: Mapped[Optional[int]] = mapped_column(ForeignKey("staff.staff_id"))
    boss: Mapped[Optional["Staff"]] = relationship(remote_side="Staff.id", backref=backref("reports", lazy="selectin"))
