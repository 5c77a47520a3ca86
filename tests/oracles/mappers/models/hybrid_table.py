"""__table__ in the class, dataclasses, Annotated keys, attributes added later, a registry's own base."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Optional

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, MappedAsDataclass, DeclarativeBase, mapped_column, registry, relationship

reg = registry()
Base = reg.generate_base()

key = Annotated[int, mapped_column(primary_key=True)]
station_key = Annotated[int, mapped_column(ForeignKey("stations.id"))]


class Line(Base):
    __table__ = Table("lines", Base.metadata, Column("id", Integer, primary_key=True), Column("name", String))
    stops = relationship("Stop", back_populates="line")


class Stop(Base):
    __table__ = Table(
        "stops",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("line_id", Integer, ForeignKey("lines.id")),
        Column("station_id", Integer, ForeignKey("stations.id")),
    )
    line = relationship(Line, back_populates="stops")
    station = relationship("Station", back_populates="stops")


class Station(Base):
    __tablename__ = "stations"
    id: Mapped[key]
    stops: Mapped[list[Stop]] = relationship(back_populates="station")
    exits: Mapped[list["Exit"]] = relationship(back_populates="station", cascade="all, delete-orphan")


class Exit(Base):
    __tablename__ = "exits"
    id: Mapped[key]
    station_id: Mapped[station_key]
    station: Mapped["Station"] = relationship(back_populates="exits")


@reg.mapped_as_dataclass
class Train:
    __tablename__ = "trains"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"), init=False)
    line: Mapped[Line] = relationship(default=None, lazy="joined")
    cars: Mapped[list["Car"]] = relationship(default_factory=list, back_populates="train", cascade="all, delete")


@reg.mapped
class Car:
    __tablename__ = "cars"
    id = Column(Integer, primary_key=True)
    train_id = Column(Integer, ForeignKey("trains.id"))
    train = relationship("Train", back_populates="cars")


Line.trains = relationship("Train", viewonly=True)


@reg.mapped
@dataclass
class Depot:
    __tablename__ = "depots"
    __sa_dataclass_metadata_key__ = "sa"
    id: int = field(init=False, metadata={"sa": Column(Integer, primary_key=True)})
    line_id: int = field(init=False, metadata={"sa": Column(ForeignKey("lines.id"))})
    line: Optional[Line] = field(default=None, metadata={"sa": relationship("Line")})
