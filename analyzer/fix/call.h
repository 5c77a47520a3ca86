// A Call is one operation of a migration as an edit sees it: a statement of its own in upgrade() or downgrade(), which
// runs once and whatever happens. Only such a statement can be moved or written anew.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::fix {

class Call {
 public:
  Call(const Project& project, const FileLayout& layout, const CallPlace& place) : project_(&project), layout_(&layout), place_(&place) {}

  auto file() const -> FileId { return place_->span.file; }
  auto place() const -> const CallPlace& { return *place_; }
  auto layout() const -> const FileLayout& { return *layout_; }
  auto directive() const -> std::string;                  // "create_index"
  auto text(Span span) const -> std::string;              // as written, "\n" for line ends, later lines without the statement's indentation
  auto text() const -> std::string { return text(place_->statement); }
  auto indent() const -> std::string;
  auto in_autocommit() const -> bool;
  auto in_batch() const -> bool;
  auto nested(Span value) const -> std::optional<Call>;    // the call that an argument is

  // By keyword, or by position (negative: keyword only).
  auto argument(std::string_view name, int position) const -> const ArgumentPlace*;

  // The call with other arguments: texts of those that change (empty: it goes), then further ones. Nothing when a comment
  // would get lost.
  using Changes = std::vector<std::pair<const ArgumentPlace*, std::string>>;
  auto with(const Changes& changes, const std::vector<std::string>& further = {}) const -> std::optional<std::string>;
  // The arguments as texts, with changes; what `with` puts between the brackets.
  auto arguments(const Changes& changes, const std::vector<std::string>& further = {}) const -> std::optional<std::vector<std::string>>;

  auto comment() const -> std::string;                     // behind the statement: "# why"; empty
  // Whole lines, with that comment.
  auto lines() const -> Span;
  // The lines to take when the statement goes: with the block that it is alone in.
  auto lines_with_block() const -> Span;

 private:
  const Project* project_;
  const FileLayout* layout_;
  const CallPlace* place_;
};

// Nothing when the step's operation is not such a statement, or not all of its arguments are written out.
auto call_of(const StepView& at) -> std::optional<Call>;

// The same call as of a batch or of op: `op.directive(…)`, with the table's name where batch operations leave it out.
// Positional arguments of the op form: `table_at` says which one is the table.
auto as_op_call(const Call& call, const ObjectName& table, std::size_t table_at, const Call::Changes& changes,
                const std::vector<std::string>& further) -> std::optional<std::string>;

// Lines of imports that another file needs for the names that the call uses, apart from op and sa, which become marks
// there. Nothing when a name is the file's own.
struct Portable {
  std::string text;                   // with marks
  std::set<std::string> imports;
};
auto portable(const Call& call, const std::string& text, const std::vector<std::string>& names) -> std::optional<Portable>;

// By which names the file knows alembic.op and sqlalchemy; empty: by none.
auto op_name(const FileLayout& layout) -> std::string;
auto sa_name(const FileLayout& layout) -> std::string;

// The lines of a span, whole.
auto whole_lines(const Project& project, Span span) -> Span;

}  // namespace foreshot::fix
