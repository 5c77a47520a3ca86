"""Tables and classes apart, brought together by the registry."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import backref, registry, relationship

mapper_registry = registry(metadata=MetaData())

artists = Table("artists", mapper_registry.metadata, Column("id", Integer, primary_key=True), Column("name", String(80)))
albums = Table(
    "albums",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("artist_id", Integer, ForeignKey("artists.id"), nullable=False),
)
tracks = Table(
    "tracks",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("album_id", Integer, ForeignKey("albums.id", ondelete="CASCADE")),
)
playlists = Table("playlists", mapper_registry.metadata, Column("id", Integer, primary_key=True))
playlist_tracks = Table(
    "playlist_tracks",
    mapper_registry.metadata,
    Column("playlist_id", Integer, ForeignKey("playlists.id"), primary_key=True),
    Column("track_id", Integer, ForeignKey("tracks.id"), primary_key=True),
)


class Artist:
    pass


class Album:
    pass


class Track:
    pass


class Playlist:
    pass


mapper_registry.map_imperatively(
    Artist, artists, properties={"albums": relationship(Album, back_populates="artist", cascade="all, delete-orphan")}
)
mapper_registry.map_imperatively(
    Album,
    albums,
    properties={
        "artist": relationship(Artist, back_populates="albums", lazy="joined"),
        "tracks": relationship("Track", backref=backref("album", lazy="selectin"), passive_deletes=True, cascade="all"),
    },
)
mapper_registry.map_imperatively(Track, tracks)
mapper_registry.map_imperatively(
    Playlist, playlists, properties={"tracks": relationship(Track, secondary=playlist_tracks, backref="playlists", lazy="selectin")}
)
