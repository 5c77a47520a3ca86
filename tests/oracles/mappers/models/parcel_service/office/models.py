from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from parcel_service.base import Base


class Address(Base):
    __tablename__ = "office_addresses"
    id = Column(Integer, primary_key=True)
    bills = relationship("parcel_service.depot.models.Parcel", back_populates="bill_to")
    clerks = relationship("Clerk", back_populates="address")


class Clerk(Base):
    __tablename__ = "clerks"
    id = Column(Integer, primary_key=True)
    address_id = Column(Integer, ForeignKey("office_addresses.id"))
    boss_id = Column(Integer, ForeignKey("clerks.id"))
    address = relationship(Address, back_populates="clerks")
    boss = relationship("Clerk", remote_side=[id], back_populates="team")
    team = relationship("Clerk", back_populates="boss")
    parcels = relationship("Parcel", back_populates="clerk", lazy="dynamic")
