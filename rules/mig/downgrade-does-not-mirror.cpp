#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

auto what_is(const Difference& difference) -> std::string {
  const auto table = difference.table.empty() ? std::string() : " of " + quoted(difference.table);
  switch (difference.kind) {
    case Difference::Kind::table: return "table " + quoted(difference.table);
    case Difference::Kind::column: return "column " + quoted(difference.name) + table;
    case Difference::Kind::index: return "index " + quoted(difference.name) + table;
    case Difference::Kind::constraint: return "constraint " + quoted(difference.name) + table;
    case Difference::Kind::default_value: return "the default of " + quoted(difference.name) + table;
    case Difference::Kind::nullability: return "NOT NULL of " + quoted(difference.name) + table;
    case Difference::Kind::type: return "the type of " + quoted(difference.name) + table;
    case Difference::Kind::enum_type: return "type " + quoted(difference.name);
  }
  return {};
}

auto verb(Difference::What what) -> const char* {
  switch (what) {
    case Difference::What::left: return " is left behind";
    case Difference::What::lost: return " is lost";
    case Difference::What::changed: return " is not what it was";
  }
  return "";
}

// Other servers give types, indexes and constraints rules of their own.
auto told_of(const RevisionTree& tree, const Difference& difference) -> bool {
  switch (difference.kind) {
    case Difference::Kind::table:
    case Difference::Kind::column:
    case Difference::Kind::nullability: return true;
    case Difference::Kind::default_value:
    case Difference::Kind::index:
    case Difference::Kind::constraint:
    case Difference::Kind::type: return tree.runs_postgresql;
    // Enum types that are left have a rule of their own.
    case Difference::Kind::enum_type: return tree.runs_postgresql && difference.what != Difference::What::left;
  }
  return false;
}

}  // namespace

extern const Rule downgrade_does_not_mirror;
const Rule downgrade_does_not_mirror = {
    .code = "MIG503",
    .name = "downgrade-does-not-mirror",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "After upgrade and downgrade the schema is not what it was before: something is left, lost or changed",
            .what = "The downgrade is replayed on the schema that the upgrade leaves, and the result compared with the schema "
                    "before: tables, columns, types, NOT NULL, defaults, indexes and constraints. Each difference is named.",
            .database =
                "What is left behind makes the next upgrade fail (\"already exists\"); what is lost (an index that the "
                "upgrade dropped and the downgrade does not build again, say) is missed by the old release.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n"
                   "op.add_column(\"users\", sa.Column(\"team\", sa.Text()))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n"
                    "op.add_column(\"users\", sa.Column(\"team\", sa.Text()))\n",
            .allow = "The difference is wanted.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
            .bad_files = "=== downgrade\nop.drop_column(\"users\", \"plan\")\n",
            .good_files = "=== downgrade\nop.drop_column(\"users\", \"team\")\nop.drop_column(\"users\", \"plan\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& downgrade = view.revision().downgrade;
          // A missing or refusing downgrade is another rule's; a half-read one proves nothing.
          if (downgrade.shape != Body::Shape::working || !downgrade.fully_read) return;
          // One that cannot run is told as such.
          for (const auto& operation : downgrade.operations)
            if (operation.has(Oddity::drop_name_none) != nullptr) return;
          const auto& differences = view.tree.timeline->differences(view.index);
          std::string text;
          std::size_t told = 0;
          for (const auto& difference : differences) {
            if (!told_of(view.tree, difference)) continue;
            if (told < 3)
              text += (told == 0 ? "" : "; ") + (difference.detail.empty() ? what_is(difference) + verb(difference.what)
                                                                            : difference.detail);
            ++told;
          }
          if (told == 0) return;
          if (told > 3) text += "; and " + std::to_string(told - 3) + " more";
          auto draft = Draft(downgrade.span).says("the downgrade does not bring back the schema: " + text).about("downgrade");
          for (const auto& difference : differences)
            if (difference.upgrade_span.known() && told_of(view.tree, difference))
              std::move(draft).label(difference.upgrade_span, what_is(difference) + verb(difference.what));
          report.add(std::move(draft).help("undo each of these in downgrade(), in reverse order").fix(fix::downgrade_completed(view)));
        },
};

}  // namespace foreshot::rules
