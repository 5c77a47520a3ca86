#include <gtest/gtest.h>

#include "tests/unit/alembic/one_revision.h"

namespace foreshot {
namespace {

using testing::OneRevision;
using testing::SmallProject;

auto read(const std::string& text) -> std::optional<Revision> {
  SmallProject project({{"migrations/versions/x.py", text}});
  return alembic::read_revision(*project.files[0], project.modules, project.sources, {});
}

TEST(RevisionReader, reads_the_place_in_the_graph) {
  const auto one = read("revision: str = 'a'\ndown_revision = ('b', 'c')\nbranch_labels = ['l']\ndepends_on = None\n");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->id, "a");
  EXPECT_EQ(one->down_revisions, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(one->labels, std::vector<std::string>{"l"});
  EXPECT_TRUE(one->depends_on.empty());
}

TEST(RevisionReader, empty_names_mean_none) {
  EXPECT_TRUE(read("revision = 'a'\ndown_revision = ''\n")->down_revisions.empty());
  EXPECT_TRUE(read("revision = 'a'\ndown_revision = ()\n")->down_revisions.empty());
}

TEST(RevisionReader, says_when_the_down_revision_is_not_known) {
  EXPECT_FALSE(read("import os\nrevision = 'a'\ndown_revision = os.environ['X']\n")->down_known);
}

TEST(RevisionReader, a_module_without_revision_is_none) {
  EXPECT_FALSE(read("x = 1\n"));
  EXPECT_FALSE(read("revision = compute()\ndown_revision = None\n"));
}

TEST(RevisionReader, tells_shapes_of_bodies_apart) {
  const auto shape = [](const std::string& body) { return OneRevision(body).revision.upgrade.shape; };
  EXPECT_EQ(shape("pass"), Body::Shape::empty);
  EXPECT_EQ(shape("'''nothing to do'''"), Body::Shape::empty);
  EXPECT_EQ(shape("return"), Body::Shape::empty);
  EXPECT_EQ(shape("..."), Body::Shape::empty);
  EXPECT_EQ(shape("raise NotImplementedError('no way back')"), Body::Shape::refuses);
  EXPECT_EQ(shape("op.drop_table('t')"), Body::Shape::working);
  EXPECT_EQ(OneRevision("raise NotImplementedError('no way back')").revision.upgrade.refusal, "no way back");
  EXPECT_EQ(read("revision = 'a'\ndown_revision = None\n")->downgrade.shape, Body::Shape::missing);
}

TEST(RevisionReader, reads_the_docstring) {
  const OneRevision one("pass");
  EXPECT_EQ(one.revision.message, "message");
  EXPECT_EQ(one.revision.docstring_revises, std::vector<std::string>{"b2"});
  EXPECT_EQ(one.revision.docstring_revision_id, "a1");
  ASSERT_TRUE(one.revision.docstring_revises_span);
  EXPECT_EQ(one.text(*one.revision.docstring_revises_span), "Revises: b2");
}

TEST(RevisionReader, a_broken_file_keeps_its_place) {
  const auto one = read("revision = 'a'\ndown_revision = 'b'\n\ndef upgrade(:\n    pass\n");
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->syntax_error);
  EXPECT_EQ(one->down_revisions, std::vector<std::string>{"b"});
}

TEST(RevisionReader, runs_the_functions_of_every_engine) {
  const auto one = read("from alembic import op\nrevision = 'a'\ndown_revision = None\n"
                        "def upgrade(engine_name):\n    globals()['upgrade_%s' % engine_name]()\n"
                        "def upgrade_one():\n    op.drop_table('t')\n");
  ASSERT_EQ(one->upgrade.operations.size(), 1u);
}

TEST(RevisionReader, imports_of_models_are_the_applications_and_helpers_are_not) {
  const std::string revision = "from shop.models import User\nfrom shop.types import Money\nfrom migrations.helpers import x\n"
                               "revision = 'a'\ndown_revision = None\ndef upgrade():\n    pass\n";
  SmallProject project({{"migrations/versions/x.py", revision},
                        {"shop/__init__.py", ""},
                        {"shop/models.py", "class User(Base):\n    __tablename__ = 'users'\n"},
                        {"shop/types.py", "class Money:\n    pass\n"},
                        {"migrations/__init__.py", ""},
                        {"migrations/helpers.py", "class x(Base):\n    __tablename__ = 'x'\n"}});
  alembic::RevisionSurroundings around;
  around.folder = "migrations";
  const auto one = alembic::read_revision(*project.files[0], project.modules, project.sources, around);
  ASSERT_TRUE(one);
  ASSERT_EQ(one->application_imports.size(), 1u);
  EXPECT_EQ(project.text(one->application_imports[0]), "from shop.models import User");
}

}  // namespace
}  // namespace foreshot
