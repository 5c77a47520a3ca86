"""Joined, single and concrete inheritance with relationships on every level."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.ext.declarative import ConcreteBase
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Publisher(Base):
    __tablename__ = "publishers"
    id = Column(Integer, primary_key=True)
    works = relationship("Work", back_populates="publisher", cascade="all")
    novels = relationship("Novel", viewonly=True)
    catalogues = relationship("Catalogue", back_populates="publisher", lazy="subquery")


class Work(Base):
    __tablename__ = "works"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    publisher_id = Column(Integer, ForeignKey("publishers.id"))
    sequel_of_id = Column(Integer, ForeignKey("works.id"))
    publisher = relationship("Publisher", back_populates="works")
    sequels = relationship("Work", back_populates="sequel_of")
    sequel_of = relationship("Work", back_populates="sequels", remote_side="Work.id")
    reviews = relationship("Review", back_populates="work", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "work"}


class Novel(Work):
    __tablename__ = "novels"
    id = Column(Integer, ForeignKey("works.id"), primary_key=True)
    hero_id = Column(Integer, ForeignKey("characters.id"))
    hero = relationship("Character", back_populates="novels", foreign_keys=[hero_id])
    chapters = relationship("Chapter", back_populates="novel", order_by="Chapter.number")
    __mapper_args__ = {"polymorphic_identity": "novel", "polymorphic_load": "selectin"}


class Thriller(Novel):
    __mapper_args__ = {"polymorphic_identity": "thriller"}
    twists = relationship("Chapter", viewonly=True, primaryjoin="and_(Novel.id == Chapter.novel_id, Chapter.number > 10)")


class Poem(Work):
    muse_id = Column(Integer, ForeignKey("characters.id"))
    muse = relationship("Character", backref=backref("poems", lazy="noload", passive_deletes=True))
    __mapper_args__ = {"polymorphic_identity": "poem"}


class Character(Base):
    __tablename__ = "characters"
    id = Column(Integer, primary_key=True)
    first_id = Column(Integer, ForeignKey("novels.id"))
    novels = relationship(Novel, back_populates="hero", foreign_keys=Novel.hero_id)
    first = relationship("Novel", foreign_keys=[first_id], post_update=True)


class Chapter(Base):
    __tablename__ = "chapters"
    id = Column(Integer, primary_key=True)
    number = Column(Integer)
    novel_id = Column(Integer, ForeignKey("novels.id"))
    novel = relationship(Novel, back_populates="chapters")


class Review(Base):
    __tablename__ = "reviews"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    work_id = Column(Integer, ForeignKey("works.id"))
    work = relationship(Work, back_populates="reviews")
    __mapper_args__ = {"polymorphic_on": "kind"}


class PressReview(Review):
    paper_id = Column(Integer, ForeignKey("papers.id"))
    paper = relationship("Paper", back_populates="reviews", lazy=False)
    __mapper_args__ = {"polymorphic_identity": "press"}


class ReaderReview(Review):
    likes = relationship("Like", cascade="all,delete-orphan", passive_deletes=True, back_populates="review")
    __mapper_args__ = {"polymorphic_identity": "reader"}


class Like(Base):
    __tablename__ = "likes"
    id = Column(Integer, primary_key=True)
    review_id = Column(Integer, ForeignKey("reviews.id", ondelete="CASCADE"))
    review = relationship("ReaderReview", back_populates="likes")



class Paper(Base):
    __tablename__ = "papers"
    id = Column(Integer, primary_key=True)
    reviews = relationship("PressReview", back_populates="paper")


class Catalogue(ConcreteBase, Base):
    __tablename__ = "catalogues"
    id = Column(Integer, primary_key=True)
    publisher_id = Column(Integer, ForeignKey("publishers.id"))
    publisher = relationship("Publisher", back_populates="catalogues")
    __mapper_args__ = {"polymorphic_identity": "catalogue", "concrete": True}
