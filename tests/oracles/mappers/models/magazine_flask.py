"""Flask-SQLAlchemy: mixins, made-up table names, backrefs, dynamic collections, helper tables."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import declared_attr

db = SQLAlchemy()


class Stamped:
    created = db.Column(db.DateTime)

    @declared_attr
    def creator_id(cls):
        return db.Column(db.Integer, db.ForeignKey("account.id"))

    @declared_attr
    def creator(cls):
        return db.relationship("Account", foreign_keys=[cls.creator_id], lazy="joined")


class Model(db.Model):
    __abstract__ = True
    id = db.Column(db.Integer, primary_key=True)


followers = db.Table(
    "followers", db.Column("follower_id", db.Integer, db.ForeignKey("account.id"), primary_key=True),
    db.Column("followed_id", db.Integer, db.ForeignKey("account.id"), primary_key=True))
issue_tags = db.Table("issue_tags", db.Column("issue_id", db.ForeignKey("issue.id")), db.Column("tag_id", db.ForeignKey("issue_tag.id")))


class Account(Model):
    followed = db.relationship(
        "Account", secondary=followers, primaryjoin="followers.c.follower_id == Account.id",
        secondaryjoin="followers.c.followed_id == Account.id", backref=db.backref("followers", lazy="dynamic"), lazy="dynamic")
    letters = db.relationship("Letter", backref="sender", lazy=True, foreign_keys="Letter.sender_id")
    inbox = db.relationship("Letter", backref=db.backref("receiver", lazy="joined"), lazy="dynamic", foreign_keys="Letter.receiver_id")
    profile = db.relationship("AccountProfile", back_populates="account", uselist=False, cascade="all, delete-orphan")


class AccountProfile(Model):
    account_id = db.Column(db.Integer, db.ForeignKey("account.id", ondelete="CASCADE"), nullable=False)
    account = db.relationship(Account, back_populates="profile")


class Letter(Model):
    sender_id = db.Column(db.Integer, db.ForeignKey("account.id"))
    receiver_id = db.Column(db.Integer, db.ForeignKey("account.id"))
    answers_id = db.Column(db.Integer, db.ForeignKey("letter.id"))
    answers = db.relationship("Letter", backref=db.backref("answered", remote_side="Letter.id"))


class Issue(Stamped, Model):
    tags = db.relationship("IssueTag", secondary=issue_tags, backref=db.backref("issues", lazy=True), lazy="subquery")
    articles = db.relationship("Contribution", backref="issue", lazy=True, cascade="all,delete", order_by="Contribution.place",
                               foreign_keys="Contribution.issue_id")
    cover_id = db.Column(db.Integer, db.ForeignKey("contribution.id"))
    cover = db.relationship("Contribution", foreign_keys=[cover_id], post_update=True)
    names = association_proxy("tags", "name")


class IssueTag(Model):
    name = db.Column(db.String(50))


class Contribution(Stamped, Model):
    place = db.Column(db.Integer)
    issue_id = db.Column(db.Integer, db.ForeignKey("issue.id"))
    pictures = db.relationship("Picture", back_populates="contribution", passive_deletes=True, lazy="select")


class Picture(Model):
    contribution_id = db.Column(db.Integer, db.ForeignKey("contribution.id", ondelete="SET NULL"))
    contribution = db.relationship("Contribution", back_populates="pictures", lazy="noload")
