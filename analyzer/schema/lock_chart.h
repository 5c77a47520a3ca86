// What the transactions of one body lock, as a table to draw: statements down, relations across. A relation that the body
// itself makes is not in it: nobody else can wait for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/schema/timeline.h"

namespace foreshot {

struct LockChart {
  struct Relation {
    std::string name;
    LockMode strongest = LockMode::none;
  };
  // A lock that one statement takes, with the table-sized work done under it.
  struct Taken {
    std::size_t relation = 0;
    LockMode mode = LockMode::none;
    Work work = Work::none;
    std::string cause;
  };
  struct Row {
    const Step* step = nullptr;
    std::vector<Taken> taken;          // one for each relation, in order of first mention
    std::vector<std::string> made;     // relations that the statement makes
  };
  // A relation locked by one transaction: from the row that took it to the transaction's last row.
  struct Hold {
    std::size_t relation = 0;
    std::size_t transaction = 0;
    std::size_t first = 0, last = 0;   // rows, both included
    bool taken_before = false;         // by an earlier revision of the same transaction
    struct Grade {
      std::size_t row;
      LockMode mode;                   // strongest from this row on
    };
    std::vector<Grade> grades;         // in order of rows
    auto mode_at(std::size_t row) const -> LockMode;
    auto strongest() const -> LockMode { return grades.back().mode; }
  };

  std::vector<Relation> relations;     // in order of first mention
  std::vector<Row> rows;
  std::vector<Hold> holds;             // in order of taking

  // Of the steps [begin, end) of a timeline, which are one body. Linear in its statements and their locks.
  static auto of(const Timeline& timeline, std::size_t begin, std::size_t end) -> LockChart;

  // Is the row the last one of its transaction within the body?
  auto ends_transaction(std::size_t row) const -> bool;
};

// "AX", "SRX", …: the mode as PostgreSQL people abbreviate it.
auto lock_letters(LockMode mode) -> const char*;
auto work_name(Work work) -> const char*;  // "index build"; "no work"

// White space runs of an SQL text become one space.
auto on_one_line(const std::string& sql) -> std::string;

}  // namespace foreshot
