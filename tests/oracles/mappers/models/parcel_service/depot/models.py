"""Two classes of one name in two modules, told apart by the modules' names."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import relationship

from parcel_service.base import Base

parcel_labels = Table("parcel_labels", Base.metadata, Column("parcel_id", ForeignKey("parcels.id"), primary_key=True),
                      Column("label_id", ForeignKey("labels.id"), primary_key=True))


class Address(Base):
    __tablename__ = "depot_addresses"
    id = Column(Integer, primary_key=True)
    parcels = relationship("Parcel", back_populates="address")


class Parcel(Base):
    __tablename__ = "parcels"
    id = Column(Integer, primary_key=True)
    address_id = Column(Integer, ForeignKey("depot_addresses.id"))
    bill_to_id = Column(Integer, ForeignKey("office_addresses.id"))
    clerk_id = Column(Integer, ForeignKey("clerks.id"))
    address = relationship("parcel_service.depot.models.Address", back_populates="parcels")
    bill_to = relationship("office.models.Address", back_populates="bills", lazy="joined")
    clerk = relationship("Clerk", back_populates="parcels")
    labels = relationship("Label", secondary=parcel_labels, back_populates="parcels")
    scans = relationship("parcel_service.depot.scans.Scan", cascade="all, delete-orphan", back_populates="parcel")


class Label(Base):
    __tablename__ = "labels"
    id = Column(Integer, primary_key=True)
    parcels = relationship("Parcel", secondary="parcel_labels", back_populates="labels", lazy="selectin")
