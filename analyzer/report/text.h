// The formats for people: concise is one line a finding,
//
//     migrations/versions/0042.py:15:5: error[MIG101] building this index blocks writes to "users"
//
// and full is that line, the source, the SQL that runs, the lock and who waits until when, other places, what to do.
#pragma once

#include <string>

#include "analyzer/report/outcome.h"

namespace foreshot::report {

struct Style {
  bool color = false;
  bool ascii = false;
  std::size_t width = 100;
};

auto concise_line(const Outcome& outcome, const Outcome::Item& item, const Style& style) -> std::string;  // without "\n"
auto full_finding(const Outcome& outcome, const Outcome::Item& item, const Style& style) -> std::string;

// All findings. After `full_limit` full ones the rest is concise; 0: no limit.
auto concise(const Outcome& outcome, const Style& style) -> std::string;
auto full(const Outcome& outcome, const Style& style, std::size_t full_limit) -> std::string;

auto statistics(const Outcome& outcome, const Style& style) -> std::string;
auto summary(const Outcome& outcome, const Style& style) -> std::string;
auto coverage_report(const Outcome& outcome, const Style& style) -> std::string;

// `text` in the colour of a level, or plain.
auto painted(std::string_view text, const char* code, const Style& style) -> std::string;
auto level_color(Level level) -> const char*;

}  // namespace foreshot::report
