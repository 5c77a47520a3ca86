// Fixes of single places, and the revision that merges heads.
#include <algorithm>
#include <set>

#include "analyzer/base/md5.h"
#include "analyzer/fix/migration.h"
#include "analyzer/fix/operation_text.h"
#include "analyzer/fix/python_text.h"
#include "analyzer/fix/revision_file.h"
#include "analyzer/fix/sql_text.h"
#include "analyzer/fix/stages.h"

namespace foreshot::fix {
namespace {

auto layout_of(const Project& project, FileId file) -> const FileLayout* {
  const auto found = project.layouts.find(file);
  return found == project.layouts.end() ? nullptr : &found->second;
}

// One plain literal without escapes: "now()" or 'now()'.
auto is_plain_literal(std::string_view text) -> bool {
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front()) return false;
  const auto inner = text.substr(1, text.size() - 2);
  return inner.find_first_of("\"'\\\n") == std::string_view::npos;
}

auto commits(const StepView& step) -> bool {
  const auto* control = step.action<TransactionControl>();
  return control != nullptr && control->what == TransactionControl::What::commit;
}

}  // namespace

auto default_as_text(const StepView& at, Span value) -> std::optional<Fix> {
  if (!value.known() || !is_plain_literal(at.project.sources.text(value))) return std::nullopt;
  const auto* layout = layout_of(at.project, value.file);
  if (layout == nullptr) return std::nullopt;
  const auto sa = sa_name(*layout);
  std::string name = sa.empty() ? std::string() : sa + ".text";
  for (const auto& import : layout->imports)
    if (name.empty() && import.module.starts_with("sqlalchemy") && import.name == "text") name = import.as.empty() ? "text" : import.as;
  Fix fix;
  fix.safe = true;
  fix.message = "gives the function as SQL";
  if (name.empty()) {
    name = "sa.text";
    fix.edits.push_back({{value.file, layout->next_import, layout->next_import}, "import sqlalchemy as sa\n"});
  }
  fix.edits.push_back({value, name + "(" + std::string(at.project.sources.text(value)) + ")"});
  return fix;
}

auto shorter_name(const Project& project, const Revision& revision, const std::string& name) -> std::optional<Fix> {
  // As SQLAlchemy shortens names: the head and a part of the hash.
  auto head = name.substr(0, 55);
  while (!head.empty() && (static_cast<unsigned char>(name[head.size()]) & 0xC0) == 0x80) head.pop_back();
  const auto shorter = head + "_" + md5_hex(name).substr(0, 4);
  const std::string_view text = project.sources.file(revision.file).text;
  Fix fix;
  fix.message = "gives it a shorter name: `" + shorter + "`";
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
    const auto end = at + name.size();
    // Only whole literals are known to be the name.
    const bool whole = at > 0 && end < text.size() && (text[at - 1] == '"' || text[at - 1] == '\'') && text[end] == text[at - 1] &&
                       (at < 2 || std::isalnum(static_cast<unsigned char>(text[at - 2])) == 0);
    if (!whole) return std::nullopt;
    fix.edits.push_back({{revision.file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}, shorter});
  }
  if (fix.edits.empty()) return std::nullopt;
  fix.holds.push_back({revision.file, 0, static_cast<std::uint32_t>(text.size())});
  return fix;
}

auto primary_key_added(const StepView& at, const AddColumn& add) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = at.action<AlterTable>();
  if (!call || alter == nullptr || call->in_batch() || !alter->table.known() || alter->table.symbolic() || at.op().statements.size() != 1) return std::nullopt;
  // On rows that are there the numbers would have to be filled in first.
  if (at.live(alter->table)) return std::nullopt;
  const auto before = at.before();
  const auto* table = before.table(alter->table);
  if (table == nullptr || !table->constraints_complete || table->primary_key() != nullptr) return std::nullopt;
  const auto* column = call->argument("column", 1);
  const auto inner = column == nullptr ? std::nullopt : call->nested(column->value);
  const auto* flag = inner ? inner->argument("primary_key", -1) : nullptr;
  if (flag == nullptr) return std::nullopt;
  const auto sa = sa_name(call->layout());
  const auto name = alter->table.name.text + "_pkey";
  if (sa.empty() || name.size() > 63) return std::nullopt;
  Call::Changes changes = {{flag, inner->argument("nullable", -1) == nullptr ? "nullable=False" : ""}};
  std::vector<std::string> further;
  if (add.column.type.is_serial()) {
    // Only a column of a key that CREATE TABLE makes is numbered by itself.
    const auto* type = inner->argument("type_", 1);
    if (type == nullptr || inner->argument("autoincrement", -1) != nullptr) return std::nullopt;
    changes.push_back({type, inner->text(type->span) + ", " + sa + ".Identity()"});
  }
  const auto bare = inner->with(changes, further);
  const auto text = bare ? call->with({{column, *bare}}) : std::nullopt;
  if (!text) return std::nullopt;
  std::vector<std::string> arguments = {literal(name), literal(alter->table.name.text), literals({add.column.name.text})};
  for (auto& argument : schema_argument(alter->table)) arguments.push_back(std::move(argument));
  Plan plan;
  plan.says = "adds the column, and the key by itself";
  plan.stages = {{"", {{*text, false}, {call_text(std::string(op_mark) + ".create_primary_key", arguments), false}}, {}}};
  return staged(at, *call, plan);
}

// Only where the COMMIT comes first: what an autocommit_block commits would be told of.
auto autocommit_block_for_commit(const StepView& at) -> std::optional<Fix> {
  const auto call = call_of(at);
  if (!call || !commits(at) || call->place().block.known() || at.op().statements.size() != 1) return std::nullopt;
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  if (!at.body().gaps.empty() || !at.body().fully_read) return std::nullopt;
  std::optional<Call> begins;
  std::vector<Call> inside;
  const Operation* last = nullptr;
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const StepView other{at.project, at.tree, steps[i]};
    if (steps[i].op == at.step.op || steps[i].op == last) continue;
    if (steps[i].operation < at.step.operation) return std::nullopt;
    const auto place = call_of(other);
    if (!place || place->place().block.known() || begins) return std::nullopt;
    last = steps[i].op;
    if (const auto* control = other.action<TransactionControl>()) {
      if (control->what != TransactionControl::What::begin) return std::nullopt;
      begins = place;
    } else {
      inside.push_back(*place);
    }
  }
  const auto op = op_name(call->layout());
  if (inside.empty() || op.empty()) return std::nullopt;
  Fix fix;
  fix.message = "runs what follows in an autocommit_block";
  fix.edits.push_back({call->lines(), call->indent() + "with " + op + ".get_context().autocommit_block():\n"});
  for (const auto& each : inside) {
    const auto lines = each.lines();
    auto text = std::string(at.project.sources.text({lines.file, each.place().statement.begin, lines.end}));
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    const bool ends = text.ends_with('\n');
    if (ends) text.pop_back();
    fix.edits.push_back({lines, indented(unindented(text, each.indent()), each.indent() + "    ") + (ends ? "\n" : "")});
  }
  if (begins) fix.edits.push_back({begins->lines(), ""});
  // Statements between them that are no operations would stand outside of the block.
  for (const auto& function : call->layout().functions) {
    if (function.name != "upgrade") continue;
    const auto first = std::find(function.statements.begin(), function.statements.end(), call->place().statement);
    if (static_cast<std::size_t>(function.statements.end() - first) != inside.size() + (begins ? 2 : 1)) return std::nullopt;
  }
  fix.holds.push_back({call->file(), 0, static_cast<std::uint32_t>(at.project.sources.file(call->file()).text.size())});
  return fix;
}

auto merged_heads(const TreeView& view) -> std::optional<Fix> {
  const auto& heads = view.tree.graph->unlabelled_heads();
  if (heads.size() < 2) return std::nullopt;
  std::vector<std::string> ids;
  Fix fix;
  for (const auto head : heads) {
    const auto& revision = view.revisions()[head];
    if (revision.id.empty() || !revision.id_span.known()) return std::nullopt;
    ids.push_back(revision.id);
    fix.holds.push_back(revision.id_span);
  }
  std::sort(ids.begin(), ids.end());
  std::set<std::string> taken;
  auto made = revision_file(view.tree, view.project, heads.back(), ids, {"merge heads", "", "", {}}, taken);
  if (!made) return std::nullopt;
  fix.message = "merges the heads";
  fix.creates.push_back(std::move(made->file));
  return fix;
}

}  // namespace foreshot::fix
