"""1.x spelling: Column, strings, lambdas, backref, booleans for lazy, secondary by name, association object."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import backref, dynamic_loader, relationship

Base = declarative_base()
metadata = Base.metadata

user_groups = Table(
    "user_groups",
    metadata,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("groups.id"), primary_key=True),
)

follows = Table(
    "follows",
    metadata,
    Column("follower_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("followed_id", Integer, ForeignKey("users.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
    posts = relationship("Post", backref="author", lazy="dynamic")
    threads = relationship(lambda: Thread, back_populates="starter", lazy=True)
    groups = relationship("Group", secondary=user_groups, backref=backref("members", lazy="dynamic"), lazy=False)
    settings = relationship("Settings", uselist=False, back_populates="user", cascade="all, delete-orphan")
    followed = relationship(
        "User",
        secondary=follows,
        primaryjoin=(follows.c.follower_id == id),
        secondaryjoin=(follows.c.followed_id == id),
        backref=backref("followers", lazy="dynamic"),
        lazy="dynamic",
    )
    sent = relationship("Message", foreign_keys="Message.sender_id", back_populates="sender", passive_deletes=True)
    received = relationship("Message", foreign_keys="Message.recipient_id", back_populates="recipient")
    badges = relationship("UserBadge", back_populates="user", cascade="all,delete-orphan")
    votes = dynamic_loader("Vote", backref="voter")


class Group(Base):
    __tablename__ = "groups"
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer, ForeignKey("users.id", ondelete="SET NULL"))
    owner = relationship(User, backref=backref("owned_groups", cascade="all", passive_deletes=True), foreign_keys=[owner_id])


class Settings(Base):
    __tablename__ = "settings"
    user_id = Column(Integer, ForeignKey(User.id), primary_key=True)
    user = relationship("User", back_populates="settings", lazy="joined")


class Thread(Base):
    __tablename__ = "threads"
    id = Column(Integer, primary_key=True)
    starter_id = Column(Integer, ForeignKey("users.id"), nullable=False)
    starter = relationship("User", back_populates="threads", lazy="select")
    posts = relationship("Post", back_populates="thread", order_by="Post.id", cascade="all, delete-orphan", lazy="noload")
    forum_id = Column(ForeignKey("forums.id", ondelete="CASCADE"))
    forum = relationship("Forum", back_populates="threads", passive_deletes=True)


class Forum(Base):
    __tablename__ = "forums"
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer, ForeignKey("forums.id"))
    children = relationship("Forum", backref=backref("parent", remote_side=[id]))
    threads = relationship("Thread", back_populates="forum", passive_deletes="all")
    moderators = relationship("User", secondary="moderators", viewonly=True)


moderators = Table("moderators", metadata, Column("forum_id", ForeignKey("forums.id")), Column("user_id", ForeignKey("users.id")))


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    author_id = Column("user_id", Integer, ForeignKey("users.id"))
    thread_id = Column(Integer, ForeignKey("threads.id"))
    thread = relationship("Thread", back_populates="posts", lazy=None)
    answers_id = Column(Integer, ForeignKey("posts.id"))
    answers = relationship("Post", remote_side=id)
    votes = relationship("Vote", cascade="all", lazy="subquery", back_populates="post")


class Vote(Base):
    __tablename__ = "votes"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))
    post_id = Column(Integer, ForeignKey("posts.id"))
    post = relationship("Post", back_populates="votes", cascade="")


class Message(Base):
    __tablename__ = "messages"
    id = Column(Integer, primary_key=True)
    sender_id = Column(Integer, ForeignKey("users.id"))
    recipient_id = Column(Integer, ForeignKey("users.id"))
    sender = relationship("User", foreign_keys=[sender_id], back_populates="sent")
    recipient = relationship("User", foreign_keys=recipient_id, back_populates="received")


class Badge(Base):
    __tablename__ = "badges"
    id = Column(Integer, primary_key=True)
    holders = relationship("UserBadge", back_populates="badge")


class UserBadge(Base):
    __tablename__ = "user_badges"
    __table_args__ = (UniqueConstraint("user_id", "badge_id"),)
    user_id = Column(ForeignKey("users.id"), primary_key=True)
    badge_id = Column(ForeignKey("badges.id"), primary_key=True)
    user = relationship(User, back_populates="badges")
    badge = relationship(Badge, back_populates="holders", lazy="joined")
