// A Finding is what a rule has to say about one place: the narrowest true span, what was seen and its consequence, and
// what a person needs to believe it and to act. A Diagnostic is a finding as the run reports it: with its rule, its level
// and whether a suppression covers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/span.h"

namespace foreshot {

struct Rule;

enum class Level : std::uint8_t { off, info, warning, error };

struct Label {
  Span span;
  std::string message;   // "the column is added here"
};

struct LockShown {
  std::string table;
  std::string mode;      // "ACCESS EXCLUSIVE"
  std::string work;      // "none", "scan", "index build", "rewrite"
  bool blocks_reads = false;
  bool blocks_writes = false;
};

// Work on a whole table that the statement does, or on many of its rows.
struct WorkShown {
  std::string table;
  std::string work;      // "scan", "index build", "rewrite", "row changes"
  double rows = -1, bytes = -1;   // of the table; negative: not known
  double seconds = -1;            // estimated; negative: not known
  std::string assumption;         // "reads 2.1 GB of `orders` at 200 MB/s"
  bool small = false;    // known to be over at once
};

struct Edit {
  Span span;             // replaced; empty: inserted before
  std::string text;
};

struct NewFile {
  std::string path;      // relative to the project's root
  std::string text;
};

// Safe: does the same as before, or what was plainly meant. Unsafe: changes what the database is sent; somebody should look.
// Texts are UTF-8 with "\n"; they are given the line ends of the file that they go to (a new file: of the first edited
// or held one). A fix is dropped when it edits what is released or lies outside of the project.
struct Fix {
  bool safe = false;
  std::string message;   // what it does: "removes the suppression"
  std::vector<Edit> edits;
  std::vector<NewFile> creates = {};
  // What the fix takes to be as it is. Of two fixes whose edits or held places overlap, the second waits for the next
  // round, in which it is thought out anew.
  std::vector<Span> holds = {};
};

struct Finding {
  Span span;
  std::string message;              // lower case, names in backticks, no full stop; the consequence first
  std::vector<Label> labels;        // other places, in the order a person should read them
  bool flow = false;                // labels are steps 1-2-3 that lead here (SARIF codeFlow)
  std::vector<std::string> runs;    // the SQL that runs
  std::vector<LockShown> locks;
  std::string waits;                // "SELECT, INSERT, UPDATE, DELETE"
  std::string until;                // "the migration's transaction ends"
  Span until_span;
  std::vector<WorkShown> works;     // what takes long when the tables are large
  std::string hot;                  // a table in constant use that it locks or works on; empty: none is known
  std::string help;                 // what to do instead, one or two sentences; may hold lines of code after "\n"
  std::vector<std::string> notes;   // "costs  1 + N queries" …: "word  text"
  std::optional<Fix> fix;
  std::optional<Level> level;       // where the catalogue gives another than the rule's default
  std::string revision;             // id; filled in by the hooks' runner
  Span called_at;                   // for statements of a helper in another file: the call in the revision that led there
  std::string subject;              // what it is about, stable under edits: "users", "users.email", "ix_users_email"
};

struct Diagnostic {
  const Rule* rule = nullptr;
  Finding finding;
  Level level = Level::warning;
  std::string fingerprint;          // rule + revision id + subject + ordinal, hashed; survives moved lines
  bool suppressed = false;
  bool on_small_table = false;      // about how long work on small tables takes: counted, not listed
  std::string suppression_reason;
};

}  // namespace foreshot
