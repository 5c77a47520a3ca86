"""Association objects beside association tables, proxies over both, ordered and keyed collections."""

from typing import Annotated, Optional

from sqlalchemy import ForeignKey, Table, Column, Integer, String, UniqueConstraint
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import DeclarativeBase, Mapped, attribute_keyed_dict, backref, deferred, dynamic_loader, mapped_column, relationship

key = Annotated[int, mapped_column(primary_key=True)]
city_key = Annotated[int, mapped_column(ForeignKey("city.cities.id"))]


class Base(DeclarativeBase):
    pass


line_stops = Table("line_stops", Base.metadata, Column("line_id", Integer, ForeignKey("city.lines.id")), Column("stop_id", Integer, ForeignKey("city.stops.id")), schema="city")


class City(Base):
    __tablename__ = "cities"
    __table_args__ = {"schema": "city"}
    id: Mapped[key]
    lines: Mapped[list["Line"]] = relationship(back_populates="city", order_by="Line.number", collection_class=ordering_list("number"))
    stops = dynamic_loader("Stop", back_populates="city")
    twins: Mapped[list["Twinning"]] = relationship(back_populates="one", foreign_keys="Twinning.one_id", cascade="all, delete-orphan")
    twin_of: Mapped[list["Twinning"]] = relationship(back_populates="other", foreign_keys="Twinning.other_id")
    twin_cities = association_proxy("twins", "other")
    mayor: Mapped[Optional["Mayor"]] = relationship(back_populates="city", lazy="joined", uselist=False)


class Twinning(Base):
    __tablename__ = "twinnings"
    __table_args__ = (UniqueConstraint("one_id", "other_id"), {"schema": "city"})
    one_id: Mapped[city_key] = mapped_column(primary_key=True)
    other_id: Mapped[city_key] = mapped_column(primary_key=True)
    one: Mapped[City] = relationship(back_populates="twins", foreign_keys=[one_id])
    other: Mapped[City] = relationship(back_populates="twin_of", foreign_keys=[other_id])


class Mayor(Base):
    __tablename__ = "mayors"
    __table_args__ = {"schema": "city"}
    city_id: Mapped[int] = mapped_column(ForeignKey(City.id), primary_key=True)
    city: Mapped[City] = relationship(back_populates="mayor")


class Line(Base):
    __tablename__ = "lines"
    __table_args__ = {"schema": "city"}
    id: Mapped[key]
    number: Mapped[int]
    city_id: Mapped[city_key]
    city: Mapped["City"] = relationship(back_populates="lines")
    stops: Mapped[list["Stop"]] = relationship(secondary=lambda: line_stops, back_populates="lines", lazy="selectin")
    timetables: Mapped[dict[str, "Timetable"]] = relationship(back_populates="line", collection_class=attribute_keyed_dict("text"), cascade="all, delete-orphan", passive_deletes=True)


class Stop(Base):
    __tablename__ = "stops"
    __table_args__ = {"schema": "city"}
    id: Mapped[key]
    city_id: Mapped[city_key]
    city: Mapped[City] = relationship(back_populates="stops")
    lines: Mapped[list[Line]] = relationship(secondary="city.line_stops", back_populates="stops")


class Timetable(Base):
    __tablename__ = "timetables"
    __table_args__ = {"schema": "city"}
    id: Mapped[key]
    line_id: Mapped[int] = mapped_column(ForeignKey("city.lines.id", ondelete="CASCADE"))
    line: Mapped[Line] = relationship(back_populates="timetables")
    text = deferred(mapped_column(String(20)))
    valid_after_id: Mapped[Optional[int]] = mapped_column(ForeignKey("city.timetables.id"))
    valid_after: Mapped[Optional["Timetable"]] = relationship("Timetable", remote_side="Timetable.id", backref=backref("valid_before", uselist=False))
