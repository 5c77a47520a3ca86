// TableSizes is what whoever runs the database says about its tables: which are hot (in constant use), which are small
// (work on all of their rows is over at once), and, where the statistics of a server were given, how many rows and bytes
// they have. What nobody says is unknown, and then a table is taken for large.
//
//     tables.hot = ["orders", "billing.*"]       a name without a dot means the table in any schema
//     tables.small = ["*_types"]
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/base/glob.h"
#include "analyzer/facts/name.h"

namespace foreshot {

struct MeasuredTable {
  double rows = -1;                        // negative: not known
  double bytes = -1;                       // of the table without its indexes
  std::map<std::string, double> indexes;   // bytes by name
};

// What is known of one table. Hot goes before small: a short wait is one too where everybody waits.
struct TableSize {
  bool hot = false;
  bool small = false;
  const MeasuredTable* measured = nullptr;
};

// What a server does in a second. PostgreSQL 16 on one core, 1.5 million rows of 215 bytes in memory, was measured to scan
// 1.9 GB, to check 2.8 million foreign keys, to build an index over 1.5 million rows, to write 158 MB anew and to change
// 215,000 rows; these are rounded down, and the scan to what a disk gives. Traffic makes all of it slower.
struct WorkRates {
  double scanned_bytes = 200e6;
  double scanned_rows = 2e6;
  double rewritten_bytes = 100e6;
  double indexed_rows = 1e6;
  double changed_rows = 100e3;
};

class TableSizes {
 public:
  auto add_hot(const std::string& pattern) -> void { hot_.emplace_back(pattern); }
  auto add_small(const std::string& pattern) -> void { small_.emplace_back(pattern); }
  auto clear_hot() -> void { hot_.clear(); }
  auto clear_small() -> void { small_.clear(); }
  auto measure(const std::string& schema, const std::string& name, MeasuredTable table) -> void;

  // A name without schema is one of `public`, or of the only schema that has one of that name.
  auto of(const ObjectName& table) const -> TableSize;
  auto empty() const -> bool { return hot_.empty() && small_.empty() && measured_.empty(); }

  std::string taken;                       // the day of the statistics, "2027-01-31"; empty: none were given
  WorkRates rates;
  double small_rows = 10000;               // up to here, and up to small_bytes, a measured table is small
  double small_bytes = 16e6;

 private:
  class Pattern {
   public:
    explicit Pattern(const std::string& text) : glob_(text), qualified_(text.find('.') != std::string::npos) {}
    auto matches(const std::string& schema, const std::string& name) const -> bool {
      return glob_.matches(qualified_ ? schema + "." + name : name);
    }

   private:
    Glob glob_;
    bool qualified_;
  };
  std::vector<Pattern> hot_, small_;
  std::map<std::string, std::map<std::string, MeasuredTable>> measured_;   // by name, then schema
};

// "4 min", "2 h 10 min", "under 1 s"
auto duration_text(double seconds) -> std::string;
// "120 million", "3,400"
auto amount_text(double amount) -> std::string;
// "2.1 GB"
auto bytes_text(double bytes) -> std::string;

}  // namespace foreshot
