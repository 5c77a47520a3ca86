"""Joined, single and concrete-free inheritance, mixins, declared_attr, abstract bases."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, declared_attr, relationship, Mapped, mapped_column, backref


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)


class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(Integer, ForeignKey("users.id"))

    @declared_attr
    def owner(cls):
        return relationship("User", foreign_keys=[cls.owner_id], lazy="joined")


class Commented:
    @declared_attr
    def comments(cls):
        return relationship("Comment", primaryjoin=f"foreign(Comment.object_id) == {cls.__name__}.id", viewonly=True)


class TeamMixin:
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))

    @declared_attr
    def team(cls) -> Mapped["Team"]:
        return relationship("Team", backref=backref(f"{cls.__tablename__}_of_team", lazy="raise"))


class Abstract(TeamMixin, Base):
    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)


class Comment(Base):
    __tablename__ = "comments"
    id = Column(Integer, primary_key=True)
    object_id = Column(Integer)


class Employee(Base):
    __tablename__ = "employees"
    id = Column(Integer, primary_key=True)
    type = Column(String)
    boss_id = Column(Integer, ForeignKey("managers.id"))
    boss = relationship("Manager", back_populates="staff", foreign_keys=[boss_id])
    tasks = relationship("Task", back_populates="employee", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "employee"}


class Manager(Employee):
    __tablename__ = "managers"
    id = Column(Integer, ForeignKey("employees.id"), primary_key=True)
    staff = relationship("Employee", back_populates="boss", foreign_keys=[Employee.boss_id])
    office_id = Column(Integer, ForeignKey("offices.id"))
    office = relationship("Office", back_populates="managers")
    __mapper_args__ = {"polymorphic_identity": "manager", "inherit_condition": id == Employee.id}


class Engineer(Employee):
    __mapper_args__ = {"polymorphic_identity": "engineer"}
    project_id = Column(Integer, ForeignKey("projects.id"))
    project = relationship("Project", back_populates="engineers")


class Office(Base):
    __tablename__ = "offices"
    id = Column(Integer, primary_key=True)
    managers = relationship("Manager", back_populates="office")


class Task(Base):
    __tablename__ = "tasks"
    id = Column(Integer, primary_key=True)
    employee_id = Column(ForeignKey("employees.id"))
    employee = relationship(Employee, back_populates="tasks")


class Project(Owned, Commented, Base):
    __tablename__ = "projects"
    id = Column(Integer, primary_key=True)
    engineers = relationship("Engineer", back_populates="project")


class Document(Owned, Base):
    __tablename__ = "documents"
    id = Column(Integer, primary_key=True)
    editor_id = Column(Integer, ForeignKey("users.id"))
    editor = relationship("User", foreign_keys="Document.editor_id")


class Room(Abstract):
    __tablename__ = "rooms"
    desks: Mapped[list["Desk"]] = relationship(back_populates="room")


class Desk(Abstract):
    __tablename__ = "desks"
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    room: Mapped[Room] = relationship(back_populates="desks")
