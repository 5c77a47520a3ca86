"""Mixins and abstract bases that bring keys and relationships, by declared_attr in all spellings."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.ext.declarative import declared_attr as old_declared_attr
from sqlalchemy.orm import as_declarative, backref, declarative_mixin, declared_attr, mapped_column, Mapped, relationship


@as_declarative()
class Base:
    id = Column(Integer, primary_key=True)

    @declared_attr.directive
    def __tablename__(cls):
        return cls.__name__.lower()


@declarative_mixin
class InRoom:
    @declared_attr
    def room_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("room.id", ondelete="CASCADE"))

    @declared_attr
    def room(cls) -> Mapped["Room"]:
        return relationship("Room", back_populates=cls.__name__.lower() + "_list")


class Lent:
    lender_id = Column(Integer)

    @old_declared_attr
    def borrower_id(cls):
        return Column(ForeignKey("person.id"))

    @old_declared_attr
    def borrower(cls):
        return relationship("Person", primaryjoin=lambda: Person.id == cls.borrower_id, backref=backref("borrowed_" + cls.__tablename__, lazy="noload"))


class Work(InRoom, Base):
    __abstract__ = True

    @declared_attr
    def maker_id(cls):
        return Column(Integer, ForeignKey("person.id"))

    @declared_attr
    def maker(cls):
        return relationship("Person", foreign_keys=[cls.maker_id], lazy="selectin")


class Room(Base):
    painting_list = relationship("Painting", back_populates="room", cascade="all, delete-orphan")
    statue_list = relationship("Statue", back_populates="room", passive_deletes=True)
    lamp_list = relationship("Lamp", back_populates="room")


class Person(Base):
    name = Column(String(50))


class Painting(Work, Lent):
    restorer_id = Column(Integer, ForeignKey("person.id"))
    restorer = relationship(Person, foreign_keys=[restorer_id])


class Statue(Work):
    base_id: Mapped[int] = mapped_column(ForeignKey("statue.id"))
    base: Mapped["Statue"] = relationship("Statue", remote_side="Statue.id", backref="on_top")


class Lamp(InRoom, Lent, Base):
    bulbs = relationship("Bulb", backref=backref("lamp", innerjoin=True, lazy="joined"), cascade="all, delete-orphan")


class Bulb(Base):
    lamp_id = Column(Integer, ForeignKey("lamp.id"), nullable=False)
