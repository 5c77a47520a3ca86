#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_nothing(const std::string& word) -> bool {
  std::string letters;
  for (const char byte : word)
    if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9'))
      letters += static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
  return letters.empty() || letters == "none" || letters == "base";
}

}  // namespace


extern const Rule docstring_disagrees;
const Rule docstring_disagrees = {
    .code = "REV107",
    .name = "docstring-disagrees",
    .level = Level::info,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The docstring's \"Revises:\" names another revision than down_revision: readers are told the wrong order",
            .what =
                "The line `Revises: …` of the file's docstring differs from `down_revision`, usually because somebody "
                "moved the revision and changed only one of the two.",
            .database =
                "Nothing: Alembic goes by down_revision and never reads the docstring. People who read it are told "
                "the wrong order, until the two agree. Look at `alembic history` whether down_revision is what was "
                "meant; if it is, copy it into the docstring.",
            .bad = "\"\"\"add users.plan\n\n"
                   "Revision ID: 0002\n"
                   "Revises: ae1027a6acf0\n"
                   "\"\"\"\n\n"
                   "revision = \"0002\"\n"
                   "down_revision = \"0001\"\n",
            .good = "\"\"\"add users.plan\n\n"
                    "Revision ID: 0002\n"
                    "Revises: 0001\n"
                    "\"\"\"\n\n"
                    "revision = \"0002\"\n"
                    "down_revision = \"0001\"\n",
            .allow = "Nobody reads the docstrings.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& revision = view.revision();
          if (!revision.docstring_revises_span.has_value() || !revision.down_known) return;
          auto said = revision.docstring_revises;
          // "Revises: (none)" and the like say what None says.
          said.erase(std::remove_if(said.begin(), said.end(), is_nothing), said.end());
          auto meant = revision.down_revisions;
          std::sort(said.begin(), said.end());
          std::sort(meant.begin(), meant.end());
          // An abbreviated id on either side names the same revision.
          const bool same = said.size() == meant.size() &&
                            std::equal(said.begin(), said.end(), meant.begin(), [](const std::string& a, const std::string& b) {
                              return a.rfind(b, 0) == 0 || b.rfind(a, 0) == 0;
                            });
          if (same) return;
          const auto list = [](const std::vector<std::string>& names) {
            std::string text;
            for (const auto& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
            return text.empty() ? std::string("nothing") : text;
          };
          report.add(Draft(*revision.docstring_revises_span)
                         .says("the docstring says that this revises " + list(said) + ", down_revision says " + list(meant))
                         .about("docstring")
                         .label(revision.down_span, "Alembic goes by this")
                         .help("correct the docstring"));
        },
};

}  // namespace foreshot::rules
