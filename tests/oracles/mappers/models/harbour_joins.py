"""primaryjoin as text, lambda and expression, with foreign() and remote(), over columns with and without foreign keys."""

from sqlalchemy import Column, ForeignKey, Integer, String, and_
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, foreign, mapped_column, relationship, remote


class Base(DeclarativeBase):
    pass


class Ship(Base):
    __tablename__ = "ships"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10))
    home_id: Mapped[int] = mapped_column(ForeignKey("ports.id"))
    last_id: Mapped[int] = mapped_column(ForeignKey("ports.id"))
    tug_id: Mapped[int] = mapped_column(ForeignKey("ships.id"))
    home = relationship("Port", primaryjoin="Ship.home_id == Port.id", back_populates="fleet")
    last = relationship("Port", primaryjoin=lambda: Ship.last_id == Port.id, lazy="joined")
    calls: Mapped[list["Call"]] = relationship(primaryjoin="Ship.code == foreign(Call.ship_code)", viewonly=True)
    open_calls = relationship("Call", primaryjoin="and_(foreign(Call.ship_code) == Ship.code, Call.left == None)", viewonly=True, overlaps="calls")
    tug = relationship("Ship", primaryjoin=lambda: remote(Ship.id) == foreign(Ship.tug_id), back_populates="towed")
    towed = relationship("Ship", primaryjoin=lambda: foreign(remote(Ship.tug_id)) == Ship.id, back_populates="tug")
    namesakes = relationship("Ship", primaryjoin="remote(foreign(Ship.code)) == Ship.code", viewonly=True, uselist=True)
    crew = relationship("Sailor", primaryjoin=lambda: and_(Ship.id == Sailor.ship_id, Sailor.rank != "guest"), back_populates="ship")


class Port(Base):
    __tablename__ = "ports"
    id: Mapped[int] = mapped_column(primary_key=True)
    fleet = relationship("Ship", primaryjoin=Ship.home_id == id, back_populates="home", cascade="all")
    calls = relationship("Call", back_populates="port")
    berths = relationship("Berth", primaryjoin="Port.id == Berth.port_no", foreign_keys="Berth.port_no", backref=backref("port", lazy="raise"))


class Berth(Base):
    __tablename__ = "berths"
    id: Mapped[int] = mapped_column(primary_key=True)
    port_no: Mapped[int]
    number: Mapped[int]
    calls = relationship("Call", primaryjoin="and_(Berth.port_no == foreign(Call.port_id), Berth.number == foreign(Call.berth_no))", viewonly=True)


class Call(Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    ship_code: Mapped[str] = mapped_column(String(10))
    port_id: Mapped[int] = mapped_column(ForeignKey(Port.id))
    berth_no: Mapped[int]
    left: Mapped[str | None]
    port = relationship(Port, back_populates="calls")
    ship = relationship(Ship, primaryjoin=foreign(ship_code) == Ship.code, viewonly=True)


class Sailor(Base):
    __tablename__ = "sailors"
    id = Column(Integer, primary_key=True)
    rank = Column(String(20))
    ship_id = Column(ForeignKey("ships.id"))
    mate_id = Column(ForeignKey("sailors.id"))
    ship = relationship(Ship, back_populates="crew")
    followers = relationship("Sailor", primaryjoin=id == remote(mate_id))
