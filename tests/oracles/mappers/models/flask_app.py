"""Flask-SQLAlchemy: db.Model, db.relationship, table names that are made up from the class."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

recipe_tags = db.Table(
    "recipe_tags",
    db.Column("recipe_id", db.Integer, db.ForeignKey("recipe.id"), primary_key=True),
    db.Column("tag_id", db.Integer, db.ForeignKey("tag.id"), primary_key=True),
)


class BaseModel(db.Model):
    __abstract__ = True
    id = db.Column(db.Integer, primary_key=True)


class Cook(BaseModel):
    recipes = db.relationship("Recipe", backref="cook", lazy=True)
    kitchen_id = db.Column(db.Integer, db.ForeignKey("home_kitchen.id"))
    kitchen = db.relationship("HomeKitchen", back_populates="cooks")
    bookmarks = db.relationship("Bookmark", back_populates="cook", cascade="all, delete-orphan", lazy="dynamic")


class HomeKitchen(BaseModel):
    cooks = db.relationship("Cook", back_populates="kitchen", lazy="select", passive_deletes=True)


class Recipe(BaseModel):
    cook_id = db.Column(db.Integer, db.ForeignKey("cook.id"), nullable=False)
    tags = db.relationship("Tag", secondary=recipe_tags, lazy="subquery", backref=db.backref("recipes", lazy=True))
    steps = db.relationship("RecipeStep", backref=db.backref("recipe", lazy="joined", uselist=False), cascade="all, delete-orphan", order_by="RecipeStep.id")
    photo = db.relationship("Photo", uselist=False, back_populates="recipe", lazy="selectin")


class RecipeStep(BaseModel):
    recipe_id = db.Column(db.Integer, db.ForeignKey("recipe.id"))


class Tag(BaseModel):
    name = db.Column(db.String)


class Photo(BaseModel):
    recipe_id = db.Column(db.Integer, db.ForeignKey(Recipe.id))
    recipe = db.relationship(Recipe, back_populates="photo")


class Bookmark(db.Model):
    __tablename__ = "bookmarks"
    cook_id = db.Column(db.ForeignKey("cook.id"), primary_key=True)
    recipe_id = db.Column(db.ForeignKey("recipe.id"), primary_key=True)
    cook = db.relationship("Cook", back_populates="bookmarks")
    recipe = db.relationship("Recipe", backref=db.backref("bookmarks", lazy="dynamic", cascade="all"))
