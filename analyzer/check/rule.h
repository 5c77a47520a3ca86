// A Rule is a constant: what it is called, what it says in its documentation, and the hooks it hears. No state; the hooks
// of a rule run on any thread, in any order, over a frozen Project. This is the only header of ours that a rule file
// includes. To add a rule, add rules/<family>/<name>.cpp and fixtures/<family>/<name>/; nothing else is edited.
//
//     const Rule table_dropped = {
//         .code = "MIG306",
//         .name = "table-dropped",
//         .level = Level::warning,
//         .doc = {…},
//         .on_step = [](const StepView& at, Report& report) {
//           const auto* drop = at.action<DropObject>();
//           if (drop == nullptr || drop->kind != ObjectKind::table) return;
//           // Nobody can have used what this migration made itself.
//           if (!at.live(drop->names.front())) return;
//           report.add(at.finding().says("…").about(drop->names.front().display()));
//         },
//     };
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/check/finding.h"
#include "analyzer/check/mapping.h"
#include "analyzer/check/project.h"

namespace foreshot {

// How sure a rule is when it speaks: SARIF's precision.
enum class Precision : std::uint8_t { very_high, high, medium, low };

// A rule's page, the only place where its words live. Markdown; feeds `foreshot rule`, SARIF help and rules/README.md.
struct Doc {
  const char* summary;    // one sentence: what is reported; at most 200 characters
  const char* what;       // What it does: what was seen
  const char* database;   // What the database (or SQLAlchemy) does: statement, lock, what waits, since which version
  const char* bad;        // Example: the body of upgrade() for migrations, a module for application rules; fires this rule only
  const char* good;       // Use instead: fires nothing
  const char* allow;      // When to allow it
  const char* references = "";  // documentation pages
  // Further blocks of the examples, "=== …" begins each: downgrade, next revision (the body of one more upgrade()), a path.
  const char* bad_files = "";
  const char* good_files = "";
};

class Report;
struct Rule;

// A finding under construction.
class Draft {
 public:
  explicit Draft(Span span) { finding_.span = span; }
  auto says(std::string message) && -> Draft&& { finding_.message = std::move(message); return std::move(*this); }
  auto about(std::string subject) && -> Draft&& { finding_.subject = std::move(subject); return std::move(*this); }
  auto at(Span span) && -> Draft&& { if (span.known()) finding_.span = span; return std::move(*this); }
  auto help(std::string text) && -> Draft&& { finding_.help = std::move(text); return std::move(*this); }
  auto label(Span span, std::string message) && -> Draft&& {
    if (span.known()) finding_.labels.push_back({span, std::move(message)});
    return std::move(*this);
  }
  auto note(std::string text) && -> Draft&& { finding_.notes.push_back(std::move(text)); return std::move(*this); }
  auto runs(std::string sql) && -> Draft&& { finding_.runs.push_back(std::move(sql)); return std::move(*this); }
  auto level(Level level) && -> Draft&& { finding_.level = level; return std::move(*this); }
  auto fix(std::optional<Fix> fix) && -> Draft&& { if (fix) finding_.fix = std::move(fix); return std::move(*this); }
  auto flow() && -> Draft&& { finding_.flow = true; return std::move(*this); }
  // Leaves out locks, waits and until: for findings that are not about waiting.
  auto without_locks() && -> Draft&& {
    finding_.locks.clear(); finding_.waits.clear(); finding_.until.clear(); finding_.until_span = {};
    return std::move(*this);
  }
  auto take() && -> Finding { return std::move(finding_); }

 private:
  friend struct StepView;
  Finding finding_;
};

// Why an ALTER COLUMN TYPE writes every row anew; `none`: it does not, or nobody can tell.
enum class TypeRewrite : std::uint8_t {
  none,
  needed,       // the values are stored differently
  by_using,     // without USING, which only casts, the rows would stay as they are
  enum_swap,    // the column goes from one enum to the next
};

// A column that an upgrade takes away from running code: dropped, or known by another name afterwards.
struct LostColumn {
  const ObjectName* table;
  const Identifier* column;
  const Identifier* renamed_to;   // null: it is dropped
  const TableColumn* before;      // null: the history does not know it
  std::size_t subcommand;
  // What has the name at the end of the revision: no column, one that holds NULL or a default, or one that was given values:
  // by a statement of the revision, by an earlier revision, or because it is generated.
  enum class Successor : std::uint8_t { none, empty, filled } successor = Successor::none;
};

// A table that nobody can read or write until the transaction ends.
struct ClosedTable {
  HeldLock lock;
  Span taken;                     // the statement that closed it
};

// One step of a timeline, with what rules ask about it.
struct StepView {
  const Project& project;
  const RevisionTree& tree;
  const Step& step;

  template <typename T>
  auto action() const -> const T* { return std::get_if<T>(&step.action()); }
  auto op() const -> const Operation& { return *step.op; }
  auto sql() const -> const Statement& { return *step.sql; }
  auto before() const -> Schema { return tree.timeline->before(step); }
  auto after() const -> Schema { return tree.timeline->after(step); }
  auto revision() const -> const Revision& { return tree.source.revisions[step.revision]; }
  auto body() const -> const Body& { return step.downgrade ? revision().downgrade : revision().upgrade; }
  auto environment() const -> const Environment& { return tree.source.environment; }
  auto version() const -> int { return project.versions.server; }
  auto live(const ObjectName& table) const -> bool { return table.known() && tree.timeline->live(step, table); }
  // Whether the same upgrade makes a table of that name after this statement.
  auto made_again(const ObjectName& name) const -> bool;
  // The most work that the statement does on the table, or on its partitions and heirs that are there already.
  auto work_on(const ObjectName& table) const -> Work;
  auto may_hold_rows(const ObjectName& table) const -> bool { return table.known() && tree.timeline->may_hold_rows(step, table); }
  // How big and how busy the table is, as far as configuration and statistics say; under its earlier names too.
  auto size_of(const ObjectName& table) const -> TableSize;
  auto held() const -> std::vector<HeldLock> { return tree.timeline->held_before(step); }
  auto transaction() const -> const Transaction& { return tree.timeline->transactions()[step.transaction]; }

  auto type_rewrite(std::size_t subcommand) const -> TypeRewrite;
  // A table in use that is locked so strongly that writes wait, and behind the request others; null: none.
  auto strong_lock() const -> const Effect*;
  // May this upgrade change rows so that the column gets values: an UPDATE of it, or something that could not be read?
  auto fills(const ObjectName& table, const Identifier& column) const -> bool;
  // Columns and tables in use that the statement takes away for good: not what this revision made itself, not what a view
  // or a table of the same name stands in for.
  auto lost_columns() const -> std::vector<LostColumn>;
  auto lost_tables() const -> std::vector<const ObjectName*>;
  // Where the application still uses what is lost, the most convincing first; none when it may be there again at the heads,
  // or when another tree may mean the same table. `column` empty: the table.
  auto uses_of(const ObjectName& table, const Identifier& column = {}) const -> std::vector<const Use*>;
  // A table in use from which the statement fills a new table or a materialized view; null: it does nothing of the kind.
  auto fills_new_from() const -> const ObjectName*;
  // A table in use that an earlier statement of the transaction keeps closed to readers and writers; not the statement's own.
  auto closed_table() const -> std::optional<ClosedTable>;

  // The place of the i-th ALTER TABLE subcommand, else the statement's.
  auto subcommand_span(std::size_t index) const -> Span;
  // A finding at the statement, with the SQL that runs, its locks, who waits, until when and how long it may take filled in
  // from the cost and the sizes of the tables.
  auto finding() const -> Draft;
};

// Says "claim: `User.name` still maps it", shows the first few uses and counts the others. There is at least one use.
auto says_with_uses(Draft&& draft, const std::string& claim, const std::vector<const Use*>& uses) -> Draft&&;

// A timeout as PostgreSQL reads it, "5s", "5000" or "2min", in milliseconds; negative: not understood.
auto milliseconds(std::string_view timeout) -> double;

// Calls body(subcommand, index) for each subcommand of type T of an ALTER TABLE step.
template <typename T, typename Body>
auto each_subcommand(const StepView& at, Body body) -> void {
  const auto* alter = at.action<AlterTable>();
  if (alter == nullptr) return;
  for (std::size_t i = 0; i < alter->subcommands.size(); ++i)
    if (const auto* found = std::get_if<T>(&alter->subcommands[i])) body(*alter, *found, i);
}

struct RevisionView {
  const Project& project;
  const RevisionTree& tree;
  RevisionIndex index;

  auto revision() const -> const Revision& { return tree.source.revisions[index]; }
  auto steps() const -> const RevisionSteps& { return tree.timeline->revision(index); }
  auto step(std::size_t i) const -> StepView { return {project, tree, tree.timeline->steps()[i]}; }
  auto file_begin() const -> Span { return {revision().file, 0, 0}; }
};

struct TreeView {
  const Project& project;
  const RevisionTree& tree;
  auto revisions() const -> const std::vector<Revision>& { return tree.source.revisions; }
};

// A table of the schema at the heads, joined with the models that map it.
struct TableView {
  const Project& project;
  const RevisionTree* tree;       // null: only models know the table
  const Table* table;             // null: only models know the table
  std::vector<ModelId> models;
};

struct ModelView { const Project& project; const Model& model; };
struct QueryView { const Project& project; const Query& query; };
struct LoadView {
  const Project& project;
  const Load& load;

  // What is loaded, with its class: Order.items.
  auto name() const -> std::string;
  // A finding at the place in the loop: the steps that lead there (where the rows come from, the loop, what runs), the SQL,
  // the cost, the fix; level info where nobody waits.
  auto finding() const -> Draft;
};
struct SessionView { const Project& project; const SessionUse& use; };
struct QueryUseView { const Project& project; const QueryUse& use; };
struct DeleteView { const Project& project; const Delete& deletion; };
struct ProjectView { const Project& project; };

class Report {
 public:
  explicit Report(std::vector<Finding>* to, std::string revision = {}) : to_(to), revision_(std::move(revision)) {}
  auto add(Draft&& draft) -> void {
    auto finding = std::move(draft).take();
    if (finding.revision.empty()) finding.revision = revision_;
    // Whoever reads the revision finds the line in it; the helper's own line is the second place.
    if (finding.called_at.known() && finding.span.file != finding.called_at.file && finding.span.file != no_file) {
      finding.labels.insert(finding.labels.begin(), {finding.span, "it happens here"});
      finding.span = finding.called_at;
    }
    to_->push_back(std::move(finding));
  }

 private:
  std::vector<Finding>* to_;
  std::string revision_;
};

struct Rule {
  const char* code;
  const char* name;
  Level level;
  Precision precision = Precision::high;
  bool needs_postgresql = true;   // false: true for any server; speaks in trees that do not run PostgreSQL too
  bool by_size = false;           // true: the harm is how long it takes, and nothing is said of tables known to be small
  Doc doc;

  void (*on_step)(const StepView&, Report&) = nullptr;            // of upgrades
  void (*on_downgrade_step)(const StepView&, Report&) = nullptr;
  void (*on_revision)(const RevisionView&, Report&) = nullptr;
  void (*on_tree)(const TreeView&, Report&) = nullptr;            // graph, environment, habits
  void (*on_table)(const TableView&, Report&) = nullptr;
  void (*on_model)(const ModelView&, Report&) = nullptr;
  void (*on_query)(const QueryView&, Report&) = nullptr;
  void (*on_load)(const LoadView&, Report&) = nullptr;
  void (*on_delete)(const DeleteView&, Report&) = nullptr;
  void (*on_session)(const SessionView&, Report&) = nullptr;
  void (*on_query_use)(const QueryUseView&, Report&) = nullptr;
  void (*on_project)(const ProjectView&, Report&) = nullptr;
};

// `name` in backticks; the empty name is "it".
inline auto quoted(std::string_view name) -> std::string { return name.empty() ? "it" : "`" + std::string(name) + "`"; }
inline auto quoted(const ObjectName& name) -> std::string { return quoted(std::string_view(name.display())); }
inline auto quoted(const Identifier& name) -> std::string { return quoted(std::string_view(name.text)); }
inline auto quoted(const std::string& name) -> std::string { return quoted(std::string_view(name)); }
inline auto quoted(const char* name) -> std::string { return quoted(std::string_view(name)); }

}  // namespace foreshot
