// Which tables and columns a text of the application names: for SQL that is looked through and not kept.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/mapped_text.h"
#include "analyzer/facts/name.h"
#include "analyzer/sql/read.h"

namespace foreshot::sql {

// Of one SELECT, INSERT, UPDATE, DELETE or MERGE. A column is listed where it is certain whose it is.
struct Mentions {
  std::string verb;                  // "SELECT"
  Span span;
  std::vector<ObjectName> tables;    // those whose name is known, once each
  std::vector<std::pair<ObjectName, std::string>> columns;
};

// Statements that do not parse, and all others, are left out.
auto mentions(const MappedText& text, Binds binds, Span fallback) -> std::vector<Mentions>;

}  // namespace foreshot::sql
