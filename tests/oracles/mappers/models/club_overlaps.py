"""Relationships that write the same columns, and do or do not know of each other."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Club(Base):
    __tablename__ = "clubs"
    id: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[list["Member"]] = relationship()
    courts: Mapped[list["Court"]] = relationship(back_populates="club")
    best_courts: Mapped[list["Court"]] = relationship(viewonly=True)
    prizes: Mapped[list["Prize"]] = relationship(overlaps="club")
    rooms = relationship("Room", backref=backref("club", lazy="joined"))
    newest_rooms = relationship("Room", order_by="Room.id")


class Member(Base):
    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    club: Mapped[Club] = relationship()
    sponsor: Mapped["Member | None"] = relationship(remote_side=[id])
    sponsored: Mapped[list["Member"]] = relationship()
    plays: Mapped[list["Play"]] = relationship(back_populates="member")
    matches: Mapped[list["Match"]] = relationship(secondary="plays")
    lessons: Mapped[list["Lesson"]] = relationship(secondary=lambda: member_lessons)


member_lessons = Table("member_lessons", Base.metadata, Column("member_id", ForeignKey("members.id")), Column("lesson_id", ForeignKey("lessons.id")))


class Lesson(Base):
    __tablename__ = "lessons"
    id: Mapped[int] = mapped_column(primary_key=True)
    pupils: Mapped[list[Member]] = relationship(secondary=member_lessons)


class Court(Base):
    __tablename__ = "courts"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))
    club: Mapped[Club] = relationship()


class Prize(Base):
    __tablename__ = "prizes"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))
    club: Mapped[Club] = relationship()


class Room(Base):
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))


class Play(Base):
    __tablename__ = "plays"
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("matches.id"), primary_key=True)
    member: Mapped[Member] = relationship(back_populates="plays")


class Match(Base):
    __tablename__ = "matches"
    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[list[Member]] = relationship(secondary="plays", viewonly=True)


class Event(Base):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    host_id: Mapped[int] = mapped_column(ForeignKey("hosts.id"))
    __mapper_args__ = {"polymorphic_on": "kind"}


class Party(Event):
    __mapper_args__ = {"polymorphic_identity": "party"}


class Meeting(Event):
    __mapper_args__ = {"polymorphic_identity": "meeting"}


class Host(Base):
    __tablename__ = "hosts"
    id: Mapped[int] = mapped_column(primary_key=True)
    parties: Mapped[list[Party]] = relationship()
    meetings: Mapped[list[Meeting]] = relationship()


class Locker(Base):
    __tablename__ = "lockers"
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped["Key | None"] = relationship(back_populates="locker", uselist=False)


class Key(Base):
    """The club is a part of the other key as well."""

    __tablename__ = "keys"
    __table_args__ = (ForeignKeyConstraint(["club_id", "locker_number"], ["lockers.club_id", "lockers.number"]),)
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("clubs.id"))
    locker_number: Mapped[int]
    locker: Mapped[Locker] = relationship(back_populates="key")
    club: Mapped[Club] = relationship()
