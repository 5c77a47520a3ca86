"""SQLModel: Relationship(), link models, arguments passed through."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class HeroMission(SQLModel, table=True):
    hero_id: Optional[int] = Field(default=None, foreign_key="hero.id", primary_key=True)
    mission_id: Optional[int] = Field(default=None, foreign_key="mission.id", primary_key=True)


class TeamBase(SQLModel):
    name: str = Field(index=True)


class Team(TeamBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: List["Hero"] = Relationship(back_populates="team")
    places: list["Place"] = Relationship(back_populates="team", cascade_delete=True)
    vehicles: list["Vehicle"] = Relationship(back_populates="team", passive_deletes="all")


class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")
    missions: List["Mission"] = Relationship(back_populates="heroes", link_model=HeroMission)
    mentor_id: Optional[int] = Field(default=None, foreign_key="hero.id")
    mentor: Optional["Hero"] = Relationship(sa_relationship_kwargs={"remote_side": "Hero.id", "lazy": "joined"})
    secrets: list["Secret"] = Relationship(
        back_populates="hero", sa_relationship_kwargs={"cascade": "all, delete-orphan", "lazy": "selectin", "passive_deletes": True}
    )
    badge: Optional["Badge"] = Relationship(back_populates="hero", sa_relationship_kwargs={"uselist": False})


class Mission(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: List[Hero] = Relationship(back_populates="missions", link_model=HeroMission)


class Place(SQLModel, table=True):
    __tablename__ = "places"
    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", ondelete="CASCADE")
    team: Team = Relationship(back_populates="places")


class Vehicle(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", ondelete="SET NULL")
    team: Team | None = Relationship(back_populates="vehicles")


class Secret(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    hero_id: int = Field(foreign_key="hero.id")
    hero: Hero = Relationship(back_populates="secrets")


class Badge(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    hero_id: int = Field(foreign_key="hero.id", unique=True)
    hero: Optional["Hero"] = Relationship(back_populates="badge")
