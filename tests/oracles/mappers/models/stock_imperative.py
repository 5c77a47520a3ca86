"""Imperative mapping: backrefs, association tables, self references, joins of several keys."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, MetaData, String, Table
from sqlalchemy.orm import backref, column_property, composite, deferred, registry, relationship, synonym

metadata = MetaData()
mapper_registry = registry(metadata=metadata)

depots = Table("depots", metadata, Column("id", Integer, primary_key=True), Column("parent_id", Integer, ForeignKey("depots.id")), Column("name", String(50)))
shelves = Table("shelves", metadata, Column("depot_id", Integer, ForeignKey("depots.id"), primary_key=True), Column("number", Integer, primary_key=True))
boxes = Table(
    "boxes", metadata, Column("id", Integer, primary_key=True), Column("depot", Integer), Column("shelf", Integer),
    Column("packed_by", Integer, ForeignKey("workers.id")), Column("checked_by", Integer, ForeignKey("workers.id")),
    ForeignKeyConstraint(["depot", "shelf"], ["shelves.depot_id", "shelves.number"]))
workers = Table("workers", metadata, Column("id", Integer, primary_key=True), Column("photo", String), Column("first", String), Column("last", String))
articles = Table("articles", metadata, Column("id", Integer, primary_key=True))
box_articles = Table("box_articles", metadata, Column("box_id", ForeignKey(boxes.c.id), primary_key=True), Column("article_id", ForeignKey(articles.c.id), primary_key=True))
seals = Table("seals", metadata, Column("box_id", Integer, ForeignKey("boxes.id"), primary_key=True))
replaced = Table("replaced", metadata, Column("old", ForeignKey("articles.id"), primary_key=True), Column("new", ForeignKey("articles.id"), primary_key=True))


class Depot:
    pass


class Shelf:
    pass


class Box:
    pass


class Worker:
    pass


class Article:
    pass


class Seal:
    pass


def start_mappers():
    mapper_registry.map_imperatively(Depot, depots, properties={
        "children": relationship(Depot, backref=backref("parent", remote_side=depots.c.id), cascade="all"),
        "shelves": relationship("Shelf", back_populates="depot", lazy="selectin", cascade="all, delete-orphan"),
        "title": synonym("name"),
    })
    mapper_registry.map_imperatively(Shelf, shelves, properties={
        "depot": relationship(Depot, back_populates="shelves"),
        "boxes": relationship(lambda: Box, back_populates="place", passive_deletes=True),
    })
    mapper_registry.map_imperatively(Box, boxes, properties={
        "place": relationship(Shelf, back_populates="boxes"),
        "packer": relationship(Worker, foreign_keys=boxes.c.packed_by, backref="packed"),
        "checker": relationship(Worker, primaryjoin=boxes.c.checked_by == workers.c.id, backref=backref("checked", lazy="dynamic")),
        "articles": relationship(Article, secondary=box_articles, backref=backref("boxes", lazy="raise")),
        "seal": relationship(Seal, uselist=False, back_populates="box", cascade="all, delete-orphan"),
    })
    mapper_registry.map_imperatively(Worker, workers, properties={
        "picture": deferred(workers.c.photo),
        "name": column_property(workers.c.first + " " + workers.c.last),
    })
    mapper_registry.map_imperatively(Article, articles, properties={
        "replaced_by": relationship(Article, secondary=replaced, primaryjoin=articles.c.id == replaced.c.old, secondaryjoin=articles.c.id == replaced.c.new,
                                    backref="replaces"),
    })
    mapper_registry.map_imperatively(Seal, seals, properties={"box": relationship(Box, back_populates="seal", lazy="joined")})


start_mappers()
