#include <set>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// "datetime.datetime.now" as people write it.
auto as_written(const std::string& dotted) -> std::string {
  const auto last = dotted.rfind('.');
  const auto before = last == std::string::npos || last == 0 ? std::string::npos : dotted.rfind('.', last - 1);
  return dotted.starts_with("uuid.") ? dotted.substr(5) : before == std::string::npos ? dotted : dotted.substr(before + 1);
}

}  // namespace

extern const Rule default_evaluated_at_import;
const Rule default_evaluated_at_import = {
    .code = "MAP107",
    .name = "default-evaluated-at-import",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A column default was computed once, when the module was imported: every row gets that same value",
            .what =
                "default=, insert_default=, onupdate= or server_default= of a column is given the result of a call that differs each "
                "time (`datetime.now()`, `uuid4()`, `time.time()`, `secrets.token_hex()`), directly or through a helper. A dict, list "
                "or set as default= is told at level info: all rows share the one object.",
            .database =
                "The call runs when Python reads the class. All rows of this process get the time of its start, or one and the same "
                "identifier, until it is started again. A function without the brackets is called for each row. A container is not "
                "copied: what changes the attribute of one new object in place changes the default of the next.",
            .bad = "from datetime import datetime\n"
                   "\n"
                   "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
                   "\n"
                   "\n"
                   "class Base(DeclarativeBase):\n"
                   "    pass\n"
                   "\n"
                   "\n"
                   "class Visit(Base):\n"
                   "    __tablename__ = \"visits\"\n"
                   "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                   "    seen_at: Mapped[datetime] = mapped_column(default=datetime.now())\n",
            .good = "from datetime import datetime\n"
                    "\n"
                    "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
                    "\n"
                    "\n"
                    "class Base(DeclarativeBase):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "class Visit(Base):\n"
                    "    __tablename__ = \"visits\"\n"
                    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                    "    seen_at: Mapped[datetime] = mapped_column(default=datetime.now)\n",
            .allow = "The value is meant to be the start of the process.",
            .references = "https://docs.sqlalchemy.org/en/20/core/defaults.html#python-executed-functions",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          // A mixin's column is a column of each class that has it.
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& model : view.project.models)
            for (const auto& column : model.columns)
              for (const auto& fixed : column.fixed_defaults) {
                if (!fixed.span.known() || !told.insert({fixed.span.file, fixed.span.begin}).second) continue;
                const auto name = model.name + "." + column.attribute;
                if (fixed.called.empty()) {
                  report.add(Draft(fixed.span)
                                 .level(Level::info)
                                 .says("all new rows share this one object as " + quoted(name) + ": what changes it in place changes it for the next row too")
                                 .about(name)
                                 .help("give a function that makes a new one: default=dict, default=list, default=lambda: …"));
                  continue;
                }
                const auto called = as_written(fixed.called);
                report.add(Draft(fixed.span)
                               .says(fixed.parameter == "onupdate"
                                         ? "every update sets " + quoted(name) + " to the same value: " + quoted(called + "()") + " was called once, when the module was imported"
                                         : "every row gets the same " + quoted(name) + ": " + quoted(called + "()") + " was called once, when the module was imported")
                               .about(name)
                               .label(column.span, "of this column")
                               .help(fixed.parameter == "server_default" ? std::string("let the database compute it: server_default=func.now(), func.gen_random_uuid()")
                                     : called == "ulid.ULID"            ? std::string("give the function, not its result")
                                                                        : "give the function, not its result: without the brackets, or in a lambda where it takes arguments"));
              }
        },
};

}  // namespace foreshot::rules
