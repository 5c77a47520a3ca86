// Mapped classes as facts, where a project in fixtures/ would be longer than the point. What SQLAlchemy itself makes of
// mappings is compared in tests/oracles/mappers.
#include "tests/unit/loads/application.h"

namespace foreshot::testing {
namespace {

constexpr auto head = "from sqlalchemy import Column, ForeignKey, Integer\nfrom sqlalchemy.orm import declarative_base, declared_attr, relationship\n"
                      "Base = declarative_base()\n";

auto of(const std::string& body) -> Application { return Application({{"models.py", head + body}}); }

TEST(Models, NoStrategyIsNoLoad) {
  const auto read = of("class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    b = relationship('B', lazy=None)\n"
                       "class B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n    a_id = Column(ForeignKey('a.id'))\n");
  EXPECT_EQ(read.model("A").relationship("b")->lazy, Lazy::noload);
}

TEST(Models, AmongSeveralKeysNoneIsGuessed) {
  const auto read = of("class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n"
                       "class B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n    x = Column(ForeignKey('a.id'))\n"
                       "    y = Column(ForeignKey('a.id'))\n    a = relationship('A', foreign_keys=keys_of('x'))\n");
  const auto* relationship = read.model("B").relationship("a");
  EXPECT_FALSE(relationship->direction_known);
  EXPECT_TRUE(relationship->local_columns.empty());
}

TEST(Models, AMixinsKeyIsTheClasssOwn) {
  const auto read = of("class Owned:\n    @declared_attr\n    def owner_id(cls):\n        return Column(ForeignKey('users.id'))\n"
                       "    @declared_attr\n    def owner(cls):\n        return relationship('User', foreign_keys=[cls.owner_id])\n"
                       "class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n"
                       "class Paper(Owned, Base):\n    __tablename__ = 'papers'\n    id = Column(Integer, primary_key=True)\n"
                       "    editor_id = Column(ForeignKey('users.id'))\n");
  EXPECT_EQ(read.model("Paper").relationship("owner")->local_columns, Lines{"owner_id"});
}

TEST(Models, ASubclassIsNoWayBackToItself) {
  const auto read = of("class Person(Base):\n    __tablename__ = 'people'\n    id = Column(Integer, primary_key=True)\n"
                       "    boss_id = Column(ForeignKey('bosses.id'))\n    boss = relationship('Boss', foreign_keys=[boss_id])\n"
                       "class Boss(Person):\n    __tablename__ = 'bosses'\n    id = Column(ForeignKey('people.id'), primary_key=True)\n");
  EXPECT_EQ(read.model("Person").relationship("boss")->direction, Direction::many_to_one);
  EXPECT_TRUE(read.model("Person").relationship("boss")->direction_known);
}

TEST(Models, RelationshipsMayComeAfterTheClass) {
  const auto read = of("class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n"
                       "class B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n    a_id = Column(ForeignKey('a.id'))\n"
                       "A.bs = relationship('B', lazy='selectin')\n");
  ASSERT_NE(read.model("A").relationship("bs"), nullptr);
  EXPECT_EQ(read.model("A").relationship("bs")->direction, Direction::one_to_many);
}

TEST(Models, AThousandRelatedClassesAreLinkedInLinearTime) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    const auto own = std::to_string(i), next = std::to_string((i + 1) % 1000);
    text += "class M" + own + "(Base):\n    __tablename__ = 't" + own + "'\n    id = Column(Integer, primary_key=True)\n    n = Column(ForeignKey('t" +
            next + ".id'))\n    next = relationship('M" + next + "', backref='back" + own + "')\n";
  }
  const auto read = of(text);
  EXPECT_EQ(read.project.models.size(), 1000U);
  EXPECT_NE(read.model("M1").relationship("back0"), nullptr);
}

}  // namespace
}  // namespace foreshot::testing
