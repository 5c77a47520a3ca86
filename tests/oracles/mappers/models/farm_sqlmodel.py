"""SQLModel: link models, cascade_delete, sa_relationship_kwargs, self reference, several keys, inherited schemas."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class AnimalVet(SQLModel, table=True):
    animal_id: int = Field(foreign_key="animal.id", primary_key=True)
    vet_id: int = Field(foreign_key="vet.id", primary_key=True)


class FarmBase(SQLModel):
    name: str = Field(index=True)


class Farm(FarmBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    animals: List["Animal"] = Relationship(back_populates="farm", cascade_delete=True)
    fields: list["Meadow"] = Relationship(back_populates="farm", sa_relationship_kwargs={"lazy": "selectin", "cascade": "all, delete"})
    owner: Optional["Owner"] = Relationship(back_populates="farm", sa_relationship_kwargs={"uselist": False})


class FarmPublic(FarmBase):
    id: int
    animals: List["AnimalPublic"] = []


class Owner(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    farm_id: int = Field(foreign_key="farm.id", unique=True)
    farm: Farm = Relationship(back_populates="owner")


class Animal(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    farm_id: int = Field(foreign_key="farm.id", ondelete="CASCADE")
    mother_id: Optional[int] = Field(default=None, foreign_key="animal.id")
    summer_id: Optional[int] = Field(default=None, foreign_key="meadow.id")
    winter_id: Optional[int] = Field(default=None, foreign_key="meadow.id")
    farm: Farm = Relationship(back_populates="animals")
    vets: List["Vet"] = Relationship(back_populates="animals", link_model=AnimalVet)
    mother: Optional["Animal"] = Relationship(back_populates="young", sa_relationship_kwargs={"remote_side": "Animal.id"})
    young: List["Animal"] = Relationship(back_populates="mother")
    summer: Optional["Meadow"] = Relationship(sa_relationship_kwargs={"foreign_keys": "[Animal.summer_id]", "lazy": "joined"})
    winter: Optional["Meadow"] = Relationship(back_populates="winter_animals", sa_relationship_kwargs={"primaryjoin": "Animal.winter_id == Meadow.id"})
    records: list["Record"] = Relationship(back_populates="animal", passive_deletes="all")


class AnimalPublic(SQLModel):
    id: int


class Meadow(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    farm_id: int = Field(foreign_key="farm.id")
    farm: Farm = Relationship(back_populates="fields")
    winter_animals: List[Animal] = Relationship(back_populates="winter", sa_relationship_kwargs=dict(foreign_keys="Animal.winter_id", lazy="raise"))


class Vet(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    animals: List[Animal] = Relationship(back_populates="vets", link_model=AnimalVet)


class Record(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    animal_id: int = Field(foreign_key="animal.id")
    animal: Animal = Relationship(back_populates="records")
