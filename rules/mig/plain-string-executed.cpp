#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto executes_strings(const Body& body) -> bool {
  return std::any_of(body.operations.begin(), body.operations.end(),
                     [](const Operation& operation) { return operation.has(Oddity::plain_string_executed) != nullptr; });
}

// Was the tree written for SQLAlchemy 1: more than one revision executes plain strings, or calls what version 2 refuses?
auto looks_older(const RevisionTree& tree) -> bool {
  const auto& all = tree.source.revisions;
  if (std::any_of(all.begin(), all.end(), [](const Revision& revision) { return revision.older_style; })) return true;
  return std::count_if(tree.source.revisions.begin(), tree.source.revisions.end(), [](const Revision& revision) {
           return executes_strings(revision.upgrade) || executes_strings(revision.downgrade);
         }) > 1;
}

}  // namespace

extern const Rule plain_string_executed;
const Rule plain_string_executed = {
    .code = "MIG719",
    .name = "plain-string-executed",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A plain string is given to connection.execute() or session.execute(): SQLAlchemy 2 raises and the migration fails",
            .what = "`op.get_bind().execute(\"…\")`, `session.execute(\"…\")` and the like with a `str`, in a project that runs "
                    "SQLAlchemy 2 (where no version is known, not if several revisions do so or the tree calls what version 2 refuses). `op.execute(\"…\")` and `exec_driver_sql(\"…\")` take strings.",
            .database = "Nothing reaches the database: SQLAlchemy 2 raises `ObjectNotExecutableError: Not an executable object`. "
                        "SQLAlchemy 1.4 executed strings with a deprecation warning.",
            .bad = "op.get_bind().execute(\"ANALYZE users\")\n",
            .good = "op.get_bind().execute(sa.text(\"ANALYZE users\"))\n",
            .allow = "The project still runs SQLAlchemy 1.4: say so with `sqlalchemy-version = \"1.4\"` in the configuration.",
            .references = "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& versions = view.project.versions;
          if (versions.sqlalchemy_major < 2) return;
          // Where the version is assumed and the tree has run like this, it has run on SQLAlchemy 1.
          if (!versions.sqlalchemy_known && looks_older(view.tree)) return;
          for (const auto* body : {&view.revision().upgrade, &view.revision().downgrade}) {
            for (const auto& operation : body->operations) {
              const auto* note = operation.has(Oddity::plain_string_executed);
              if (note == nullptr) continue;
              auto place = note->span;
              // A helper's own line says less than the call in the revision.
              for (const auto& call : operation.called_from)
                if (call.file == view.revision().file && place.file != call.file) place = call;
              report.add(Draft(operation.span)
                             .at(place)
                             .says("the migration fails here: SQLAlchemy 2 executes no plain strings")
                             .about("plain string")
                             .help("wrap it: sa.text(\"…\"), or use op.execute(\"…\")"));
            }
          }
        },
};

}  // namespace foreshot::rules
