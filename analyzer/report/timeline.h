// A revision's lock timeline, drawn: which statement of which transaction locks what, and until when.
#pragma once

#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/report/text.h"

namespace foreshot::report {

// A revision of one of the project's trees.
struct ChosenRevision {
  const RevisionTree* tree = nullptr;
  RevisionIndex revision = 0;
};

// Statements down, relations across, mode letters where a lock is taken and a bar as long as it is held; then in words who
// waits from when until when, and what the downgrade does not restore.
auto timeline_text(const Project& project, const ChosenRevision& chosen, const Style& style) -> std::string;

// {"version": 1, "revisions": [{… "upgrade": {"statements": […], "holds": […]}, "downgrade": …}]}
auto timeline_json(const Project& project, const std::vector<ChosenRevision>& chosen) -> std::string;

// One picture of all chosen revisions, for light and dark pages.
auto timeline_svg(const Project& project, const std::vector<ChosenRevision>& chosen) -> std::string;

// "reads and writes", "writes", "other schema changes"; what waits for a lock of this mode. Empty where nothing usual does.
auto waiting(LockMode mode) -> const char*;

// What ends a transaction, to stand after "until".
auto end_in_words(const Transaction& transaction) -> std::string;

// What a statement does beside locking: "rewrites orders; not certain to run".
auto remarks(const Timeline& timeline, const Step& step) -> std::string;

// In words, a line for each relation whose users wait: "orders: writes wait from 2 until …".
auto waits_in_words(const Timeline& timeline, std::size_t begin, std::size_t end) -> std::vector<std::string>;

// What the downgrade does not put back, a line each: "the index ix_a of orders is lost".
auto differences_in_words(const Timeline& timeline, RevisionIndex revision) -> std::vector<std::string>;

}  // namespace foreshot::report
