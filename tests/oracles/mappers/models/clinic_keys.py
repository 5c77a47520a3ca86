"""Composite keys, several foreign keys between two tables, self references, one to one."""

from __future__ import annotations

from typing import List, Optional, Set

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Clinic(Base):
    __tablename__ = "clinics"
    country: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    wards: Mapped[List[Ward]] = relationship(back_populates="clinic", cascade="all, delete-orphan", passive_deletes=True)
    doctors: Mapped[Set["Doctor"]] = relationship(back_populates="home", foreign_keys="[Doctor.home_country, Doctor.home_number]")
    guests: Mapped[List["Doctor"]] = relationship(back_populates="host", foreign_keys="[Doctor.host_country, Doctor.host_number]", lazy="raise")


class Ward(Base):
    __tablename__ = "wards"
    __table_args__ = (ForeignKeyConstraint(["clinic_country", "clinic_number"], ["clinics.country", "clinics.number"], ondelete="CASCADE"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_country: Mapped[str]
    clinic_number: Mapped[int]
    head_id: Mapped[Optional[int]] = mapped_column(ForeignKey("doctors.id"))
    deputy_id: Mapped[Optional[int]] = mapped_column(ForeignKey("doctors.id"))
    above_id: Mapped[Optional[int]] = mapped_column(ForeignKey("wards.id"))
    clinic: Mapped[Clinic] = relationship(back_populates="wards", innerjoin=True)
    head: Mapped[Optional[Doctor]] = relationship(foreign_keys=[head_id], back_populates="heads")
    deputy: Mapped[Optional[Doctor]] = relationship(foreign_keys=[deputy_id], lazy="joined", post_update=True)
    above: Mapped[Optional["Ward"]] = relationship(remote_side=[id], back_populates="below")
    below: Mapped[List["Ward"]] = relationship(back_populates="above", join_depth=2, lazy="selectin")
    beds: Mapped[List["Bed"]] = relationship(back_populates="ward", order_by="Bed.number")


class Doctor(Base):
    __tablename__ = "doctors"
    __table_args__ = (
        ForeignKeyConstraint(["home_country", "home_number"], ["clinics.country", "clinics.number"]),
        ForeignKeyConstraint(["host_country", "host_number"], ["clinics.country", "clinics.number"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    home_country: Mapped[str] = mapped_column()
    home_number: Mapped[int] = mapped_column()
    host_country: Mapped[Optional[str]] = mapped_column()
    host_number: Mapped[Optional[int]] = mapped_column()
    mentor_id: Mapped[Optional[int]] = mapped_column(ForeignKey("doctors.id"))
    home: Mapped[Clinic] = relationship(back_populates="doctors", foreign_keys=[home_country, home_number])
    host: Mapped[Optional[Clinic]] = relationship(back_populates="guests", foreign_keys=[host_country, host_number])
    heads: Mapped[List[Ward]] = relationship(back_populates="head", foreign_keys="Ward.head_id")
    badge: Mapped[Optional["Badge"]] = relationship(back_populates="doctor", cascade="all, delete-orphan")
    apprentices = relationship("Doctor", backref=backref("mentor", remote_side=[id], lazy="joined"))


class Badge(Base):
    __tablename__ = "badges"
    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey(Doctor.id), unique=True)
    doctor: Mapped["Doctor"] = relationship(back_populates="badge", single_parent=True)


class Bed(Base):
    __tablename__ = "beds"
    __table_args__ = (UniqueConstraint("ward_id", "number"),)
    ward_id: Mapped[int] = mapped_column(ForeignKey("wards.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ward: Mapped[Ward] = relationship(back_populates="beds")
    stays: Mapped[List["Stay"]] = relationship(back_populates="bed", passive_deletes="all", viewonly=False)


class Stay(Base):
    __tablename__ = "stays"
    __table_args__ = (ForeignKeyConstraint(["bed_ward", "bed_number"], ["beds.ward_id", "beds.number"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bed_ward: Mapped[int] = mapped_column("bed_ward")
    bed_number: Mapped[int]
    admitted: Mapped[int] = mapped_column("admitted_by", ForeignKey("doctors.id"))
    discharged: Mapped[Optional[int]] = mapped_column("discharged_by", ForeignKey("doctors.id"))
    bed: Mapped[Bed] = relationship(back_populates="stays")
    admitter: Mapped[Doctor] = relationship(foreign_keys=[admitted], backref="admissions")
    discharger: Mapped[Optional[Doctor]] = relationship(foreign_keys="Stay.discharged", backref=backref("discharges", lazy="dynamic", cascade="save-update"))
