"""Dataclass mapping: MappedAsDataclass, registry.mapped_as_dataclass, attributes that are no columns."""

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from sqlalchemy import Column, ForeignKey, Integer, String, Table, func, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (DeclarativeBase, DynamicMapped, Mapped, MappedAsDataclass, WriteOnlyMapped, attribute_keyed_dict, column_property, composite,
                            deferred, mapped_column, registry, relationship, synonym)


class Base(MappedAsDataclass, DeclarativeBase):
    pass


album_genres = Table("album_genres", Base.metadata,
                     Column("album_id", ForeignKey("albums.id"), primary_key=True), Column("genre_id", ForeignKey("genres.id"), primary_key=True))


class Artist(Base):
    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]
    label_id: Mapped[Optional[int]] = mapped_column(ForeignKey("labels.id"), default=None)
    label: Mapped[Optional["Label"]] = relationship(back_populates="artists", default=None)
    albums: Mapped[List["Album"]] = relationship(back_populates="artist", default_factory=list, cascade="all, delete-orphan")
    singles: DynamicMapped["Track"] = relationship(back_populates="artist", init=False)
    plays: WriteOnlyMapped["Play"] = relationship(init=False, cascade="all, delete-orphan", passive_deletes=True, back_populates="artist")
    biography: Mapped[Optional[str]] = mapped_column(deferred=True, default=None)
    alias = synonym("name")
    titles: AssociationProxy[List[str]] = association_proxy("albums", "title", init=False)

    @hybrid_property
    def upper(self):
        return self.name.upper()


class Label(Base):
    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    artists: Mapped[List[Artist]] = relationship(back_populates="label", default_factory=list, lazy="selectin", order_by=Artist.name)


class Album(Base):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    title: Mapped[str]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), init=False)
    artist: Mapped[Artist] = relationship(back_populates="albums", lazy="joined", innerjoin=True)
    genres: Mapped[List["Genre"]] = relationship(secondary=album_genres, back_populates="albums", default_factory=list)
    tracks: Mapped[Dict[str, "Track"]] = relationship(back_populates="album", collection_class=attribute_keyed_dict("title"), default_factory=dict)


class Genre(Base):
    __tablename__ = "genres"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    albums: Mapped[List[Album]] = relationship(secondary="album_genres", back_populates="genres", default_factory=list, lazy="raise_on_sql")
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("genres.id"), default=None)
    parent: Mapped[Optional["Genre"]] = relationship(remote_side="Genre.id", back_populates="children", default=None)
    children: Mapped[List["Genre"]] = relationship(back_populates="parent", default_factory=list)


class Track(Base):
    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    title: Mapped[str]
    album_id: Mapped[Optional[int]] = mapped_column(ForeignKey("albums.id"), init=False)
    artist_id: Mapped[Optional[int]] = mapped_column(ForeignKey("artists.id"), init=False)
    album: Mapped[Optional[Album]] = relationship(back_populates="tracks", default=None)
    artist: Mapped[Optional[Artist]] = relationship(back_populates="singles", default=None, lazy="immediate")
    plays: Mapped[List["Play"]] = relationship(back_populates="track", default_factory=list, passive_deletes="all")


class Play(Base):
    __tablename__ = "plays"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"), init=False)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), init=False)
    track: Mapped[Track] = relationship(back_populates="plays")
    artist: Mapped[Artist] = relationship(back_populates="plays")


reg = registry()


@reg.mapped_as_dataclass
class Studio:
    __tablename__ = "studios"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    rooms: Mapped[List["Room"]] = relationship(back_populates="studio", default_factory=list, cascade="save-update, merge, delete")


@reg.mapped_as_dataclass()
class Room:
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("studios.id"), init=False)
    studio: Mapped[Studio] = relationship(back_populates="rooms")
    bookings: Mapped[List["Booking"]] = relationship(back_populates="room", default_factory=list, viewonly=True)


@reg.mapped
class Booking:
    __tablename__ = "bookings"
    id = Column(Integer, primary_key=True)
    room_id = Column(ForeignKey("rooms.id"))
    room = relationship("Room", back_populates="bookings", viewonly=True)


Studio.room_count = column_property(select(func.count(Room.id)).where(Room.studio_id == Studio.id).scalar_subquery())
