#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule revision_id_too_long;
const Rule revision_id_too_long = {
    .code = "REV109",
    .name = "revision-id-too-long",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A revision id is longer than 32 characters: PostgreSQL refuses to store it and the migration fails",
            .what = "A `revision` of more than 32 characters. Alembic keeps the current id in `alembic_version.version_num`, a "
                    "varchar(32).",
            .database = "The migration's statements run, then the update of alembic_version fails with \"value too long for type "
                        "character varying(32)\" and everything is rolled back.",
            .bad = "",
            .good = "",
            .allow = "The alembic_version table was made with a wider column.",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& revision = view.revision();
          std::size_t characters = 0;
          for (const char c : revision.id) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
          if (characters <= 32) return;
          report.add(Draft(revision.id_span)
                         .says("the migration fails: its id has " + std::to_string(characters) +
                               " characters, and alembic_version holds 32")
                         .about(revision.id)
                         .help("shorten the id, and the down_revision that names it"));
        },
};

}  // namespace foreshot::rules
