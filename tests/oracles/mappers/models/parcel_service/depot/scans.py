from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from parcel_service.base import Base
from parcel_service.depot import models as depot


class Scan(Base):
    __tablename__ = "scans"
    id = Column(Integer, primary_key=True)
    parcel_id = Column(ForeignKey(depot.Parcel.id), nullable=False)
    clerk_id = Column(ForeignKey("clerks.id"))
    parcel = relationship(depot.Parcel, back_populates="scans")
    clerk = relationship("Clerk", backref="scans")
