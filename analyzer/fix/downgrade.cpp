#include <algorithm>

#include "analyzer/fix/migration.h"
#include "analyzer/fix/operation_text.h"
#include "analyzer/fix/python_text.h"
#include "analyzer/fix/sql_text.h"
#include "analyzer/fix/stages.h"

namespace foreshot::fix {
namespace {

// A type as SQL; empty: not known in full.
auto type_sql(const TypeName& type) -> std::string {
  if (!type.known() || !type.modifiers_known || !type.schema.empty()) return {};
  return type.display();
}

// A type as SQLAlchemy writes it, where that is the same on every version; empty: as SQL then.
auto type_python(const TypeName& type) -> std::string {
  if (!type.known() || !type.modifiers_known || type.array_dimensions > 0 || !type.schema.empty()) return {};
  const auto& name = type.name.text;
  const auto sa = std::string(sa_mark) + ".";
  const auto& modifiers = type.modifiers;
  if (name == "varchar") return modifiers.size() == 1 ? sa + "String(length=" + std::to_string(modifiers[0]) + ")" : sa + "String()";
  if (name == "numeric" && modifiers.size() == 2) return sa + "Numeric(precision=" + std::to_string(modifiers[0]) + ", scale=" + std::to_string(modifiers[1]) + ")";
  if (!modifiers.empty()) return {};
  if (name == "numeric") return sa + "Numeric()";
  if (name == "int4") return sa + "Integer()";
  if (name == "int8") return sa + "BigInteger()";
  if (name == "int2") return sa + "SmallInteger()";
  if (name == "text") return sa + "Text()";
  if (name == "bool") return sa + "Boolean()";
  if (name == "date") return sa + "Date()";
  if (name == "timestamp") return sa + "DateTime()";
  if (name == "timestamptz") return sa + "DateTime(timezone=True)";
  if (name == "json") return sa + "JSON()";
  if (name == "bytea") return sa + "LargeBinary()";
  return {};
}

// A default as SQL; nothing when it is not sure to be what was written.
auto default_sql(const Expression& value) -> std::optional<std::string> {
  if (value.kind == Expression::Kind::constant) {
    switch (value.constant) {
      case Expression::Constant::string: return text_literal(value.text);
      case Expression::Constant::null: return "NULL";
      case Expression::Constant::boolean:
      case Expression::Constant::integer:
      case Expression::Constant::number: return value.text;
      default: return std::nullopt;
    }
  }
  if (value.kind == Expression::Kind::function && value.arguments.empty() && value.name.schema.empty()) {
    if (value.name.name.text.starts_with("current_") || value.name.name.text.starts_with("local")) return value.name.name.text;
    return value.name.name.text + "()";
  }
  return std::nullopt;
}

// What undoes one statement; empty texts: there is nothing to undo. Nothing: nobody can tell.
class Inverse {
 public:
  explicit Inverse(const StepView& at) : at_(at), before_(at.before()) {}

  auto text() const -> std::optional<std::vector<Part>> {
    const auto& action = at_.step.action();
    if (at_.step.nested || at_.step.conditional || !at_.op().repeats.empty()) return std::nullopt;
    if (std::holds_alternative<SetVariable>(action) || std::holds_alternative<TransactionControl>(action)) return std::vector<Part>{};
    if (const auto* create = std::get_if<CreateTable>(&action)) return create_table(*create);
    if (const auto* create = std::get_if<CreateIndex>(&action)) {
      const auto name = index_name(*create);
      if (name.empty() || create->if_not_exists || create->table.symbolic()) return std::nullopt;
      return one(drop_index_text(name, create->table));
    }
    if (const auto* drop = std::get_if<DropObject>(&action); drop != nullptr && drop->kind == ObjectKind::index && drop->names.size() == 1) {
      const auto place = before_.index(drop->names.front());
      if (place.table == nullptr || place.index == nullptr || !place.index->certain || !place.index->constraint.empty()) return std::nullopt;
      // Its table and columns may have been renamed since.
      for (const auto& key : place.index->index.keys)
        if (key.column.empty() || place.table->column(key.column.text) == nullptr) return std::nullopt;
      auto index = place.index->index;
      index.table = place.table->name;
      return some(create_index_text(index, false));
    }
    const auto* alter = std::get_if<AlterTable>(&action);
    if (alter == nullptr || !alter->table.known() || alter->table.symbolic() || alter->kind != ObjectKind::table || alter->only) return std::nullopt;
    std::vector<Part> parts;
    for (auto part = alter->subcommands.rbegin(); part != alter->subcommands.rend(); ++part) {
      auto undone = subcommand(*alter, *part);
      if (!undone) return std::nullopt;
      if (!undone->empty()) parts.push_back({std::move(*undone), false});
    }
    return parts;
  }

 private:
  static auto one(std::string text) -> std::vector<Part> { return {{std::move(text), false}}; }
  static auto some(std::optional<std::string> text) -> std::optional<std::vector<Part>> {
    if (!text) return std::nullopt;
    return one(std::move(*text));
  }

  auto create_table(const CreateTable& create) const -> std::optional<std::vector<Part>> {
    if (create.temporary) return std::vector<Part>{};
    if (!create.table.known() || create.table.symbolic() || create.if_not_exists || create.partition_of) return std::nullopt;
    std::vector<std::string> arguments = {literal(create.table.name.text)};
    for (auto& argument : schema_argument(create.table)) arguments.push_back(std::move(argument));
    return one(call_text(std::string(op_mark) + ".drop_table", arguments));
  }

  auto index_name(const CreateIndex& create) const -> std::string {
    if (!create.name.known) return {};
    return create.name.empty() ? generated_index_name(create.table, create) : create.name.text;
  }

  auto column_before(const AlterTable& alter, const Identifier& name) const -> const TableColumn* {
    const auto* table = before_.table(alter.table);
    const auto* column = table == nullptr || !table->certain ? nullptr : table->column(name.text);
    return column == nullptr || !column->certain ? nullptr : column;
  }

  auto sql(const AlterTable& alter, const std::string& what) const -> std::string { return execute_text(fix::alter(alter.table, what)); }

  auto subcommand(const AlterTable& alter, const Subcommand& part) const -> std::optional<std::string> {
    const auto column_words = [](const Identifier& column) { return "ALTER COLUMN " + quoted_name(std::string_view(column.text)); };
    if (const auto* add = std::get_if<AddColumn>(&part)) {
      if (add->if_not_exists || !add->column.name.known) return std::nullopt;
      return drop_column_text(alter.table, add->column.name.text);
    }
    if (const auto* drop = std::get_if<DropColumn>(&part)) {
      const auto* column = column_before(alter, drop->column);
      return column == nullptr ? std::nullopt : add_column(alter, *column);
    }
    if (const auto* add = std::get_if<AddConstraint>(&part)) {
      const auto name = constraint_name(at_, alter.table, add->constraint);
      const auto* type = constraint_type(add->constraint.kind);
      if (name.empty() || type == nullptr) return std::nullopt;
      return drop_constraint_text(at_, name, alter.table, type);
    }
    if (const auto* set = std::get_if<SetNotNull>(&part)) {
      const auto* column = column_before(alter, set->column);
      if (column == nullptr || column->not_null == Known::unknown) return std::nullopt;
      return column->not_null == Known::yes ? std::string() : sql(alter, column_words(set->column) + " DROP NOT NULL");
    }
    if (const auto* drop = std::get_if<DropNotNull>(&part)) {
      const auto* column = column_before(alter, drop->column);
      if (column == nullptr || column->not_null == Known::unknown) return std::nullopt;
      return column->not_null == Known::no ? std::string() : sql(alter, column_words(drop->column) + " SET NOT NULL");
    }
    if (const auto* set = std::get_if<SetDefault>(&part)) return restored_default(alter, set->column);
    if (const auto* drop = std::get_if<DropDefault>(&part)) return restored_default(alter, drop->column);
    if (std::holds_alternative<ValidateConstraint>(part)) return std::string();
    return std::nullopt;
  }

  auto restored_default(const AlterTable& alter, const Identifier& name) const -> std::optional<std::string> {
    const auto* column = column_before(alter, name);
    if (column == nullptr) return std::nullopt;
    const auto words = "ALTER COLUMN " + quoted_name(std::string_view(name.text));
    if (!column->column.default_value.exists()) return sql(alter, words + " DROP DEFAULT");
    const auto value = default_sql(column->column.default_value);
    return value ? std::optional(sql(alter, words + " SET DEFAULT " + *value)) : std::nullopt;
  }

  // The column as it was, its values aside. A column that must have a value needs a default for the rows that are there.
  auto add_column(const AlterTable& alter, const TableColumn& known) const -> std::optional<std::string> {
    const auto& column = known.column;
    if (!known.type_known || known.not_null == Known::unknown || column.generated != Column::Generated::no || column.identity != Column::Identity::no ||
        column.type.is_serial() || !column.collation.empty())
      return std::nullopt;
    const bool has_default = column.default_value.exists();
    if (known.not_null == Known::yes && !has_default) return std::nullopt;
    const auto* table = before_.table(alter.table);
    const auto uses = [&](const std::vector<Identifier>& names) { return std::find(names.begin(), names.end(), column.name) != names.end(); };
    // What goes with the column has to come back with it.
    for (const auto& constraint : table->constraints)
      if (constraint.constraint.kind == ConstraintKind::check || uses(constraint.constraint.columns)) return std::nullopt;
    for (const auto& index : table->indexes)
      for (const auto& key : index.index.keys)
        if (key.column.empty() || key.column == column.name) return std::nullopt;
    const auto value = has_default ? default_sql(column.default_value) : std::optional(std::string());
    if (!value) return std::nullopt;
    if (const auto type = type_python(column.type); !type.empty()) {
      std::vector<std::string> inner = {literal(column.name.text), type};
      if (has_default) inner.push_back("server_default=" + std::string(sa_mark) + ".text(" + literal(*value) + ")");
      inner.emplace_back(known.not_null == Known::yes ? "nullable=False" : "nullable=True");
      std::vector<std::string> arguments = {literal(alter.table.name.text), call_text(std::string(sa_mark) + ".Column", inner)};
      for (auto& argument : schema_argument(alter.table)) arguments.push_back(std::move(argument));
      return call_text(std::string(op_mark) + ".add_column", arguments);
    }
    const auto type = type_sql(column.type);
    if (type.empty()) return std::nullopt;
    return sql(alter, "ADD COLUMN " + quoted_name(std::string_view(column.name.text)) + " " + type + (has_default ? " DEFAULT " + *value : "") +
                          (known.not_null == Known::yes ? " NOT NULL" : ""));
  }

  const StepView& at_;
  Schema before_;
};

auto function_of(const FileLayout& layout, std::string_view name) -> const FunctionPlace* {
  for (const auto& function : layout.functions)
    if (function.name == name) return &function;
  return nullptr;
}

class Writer {
 public:
  explicit Writer(const RevisionView& view) : view_(view), project_(view.project) {
    const auto found = project_.layouts.find(view.revision().file);
    if (found == project_.layouts.end()) return;
    layout_ = &found->second;
    upgrade_ = function_of(*layout_, "upgrade");
    downgrade_ = function_of(*layout_, "downgrade");
  }

  // The whole upgrade backwards.
  auto all() -> std::optional<Fix> {
    const auto& body = view_.revision().upgrade;
    if (layout_ == nullptr || upgrade_ == nullptr || upgrade_->statements.empty() || !body.fully_read || !body.gaps.empty()) return std::nullopt;
    std::vector<Part> parts;
    const auto& range = view_.steps();
    for (auto i = range.upgrade_end; i-- > range.upgrade_begin;) {
      const auto step = view_.step(i);
      if (!step.op().conditions.empty()) return std::nullopt;
      // Data that a migration changed stays as it is.
      if (step.action<Dml>() != nullptr) continue;
      auto undone = Inverse(step).text();
      if (!undone) return std::nullopt;
      if (goes_with_table(step)) continue;
      parts.insert(parts.end(), undone->begin(), undone->end());
    }
    if (parts.empty()) return std::nullopt;
    const auto code = lines_of(parts);
    if (downgrade_ == nullptr) return appended(code);
    // Only what does nothing is replaced.
    if (downgrade_->statements.size() != (downgrade_->docstring ? 2U : 1U)) return std::nullopt;
    return replaced(downgrade_->statements.back(), code);
  }

  // What undoes the statements that something is left of: after the rest, and what hangs on a column before it.
  auto missing() -> std::optional<Fix> {
    if (layout_ == nullptr || downgrade_ == nullptr || downgrade_->statements.empty()) return std::nullopt;
    const auto& body = view_.revision().upgrade;
    if (!body.fully_read || !view_.revision().downgrade.gaps.empty()) return std::nullopt;
    std::vector<std::size_t> wanted;
    for (const auto& difference : view_.tree.timeline->differences(view_.index)) {
      if (difference.kind == Difference::Kind::enum_type || !difference.upgrade_span.known()) return std::nullopt;
      const auto step = step_at(difference.upgrade_span);
      if (!step) return std::nullopt;
      if (std::find(wanted.begin(), wanted.end(), *step) == wanted.end()) wanted.push_back(*step);
    }
    std::sort(wanted.rbegin(), wanted.rend());
    std::vector<Part> first, last;
    for (const auto i : wanted) {
      const auto step = view_.step(i);
      auto undone = Inverse(step).text();
      if (!undone || undone->empty() || step.op().statements.size() != 1) return std::nullopt;
      auto& to = before_the_rest(step) ? first : last;
      to.insert(to.end(), undone->begin(), undone->end());
    }
    if (first.empty() && last.empty()) return std::nullopt;
    Fix fix;
    fix.message = "undoes what is left";
    const auto begin = downgrade_->statements[downgrade_->docstring && downgrade_->statements.size() > 1 ? 1 : 0];
    const auto end = downgrade_->statements.back();
    if (!own_lines(begin) || !own_lines(end)) return std::nullopt;
    const auto above = whole_lines(project_, begin), below = whole_lines(project_, end);
    const auto margin = indent_of(begin);
    if (!first.empty()) fix.edits.push_back({{above.file, above.begin, above.begin}, code_of(lines_of(first), margin)});
    if (!last.empty()) {
      const auto text = project_.sources.text(below);
      fix.edits.push_back({{below.file, below.end, below.end}, (text.ends_with('\n') ? "" : "\n") + code_of(lines_of(last), margin)});
    }
    return finished(std::move(fix));
  }

 private:
  auto step_at(Span span) const -> std::optional<std::size_t> {
    const auto& range = view_.steps();
    std::optional<std::size_t> found;
    for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
      const auto step = view_.step(i);
      if (step.sql().span != span) continue;
      if (found || !step.op().conditions.empty()) return std::nullopt;
      found = i;
    }
    return found;
  }

  // Constraints and indexes go before their columns and tables, and come back after them.
  static auto before_the_rest(const StepView& step) -> bool {
    if (step.action<CreateIndex>() != nullptr) return true;
    if (step.action<DropObject>() != nullptr) return false;
    const auto* alter = step.action<AlterTable>();
    return alter != nullptr && std::all_of(alter->subcommands.begin(), alter->subcommands.end(), [](const auto& part) {
      return std::holds_alternative<AddConstraint>(part) || std::holds_alternative<DropColumn>(part) || std::holds_alternative<SetNotNull>(part);
    });
  }

  // Of a table that the upgrade itself creates, the DROP TABLE is enough.
  auto goes_with_table(const StepView& step) const -> bool {
    if (step.action<CreateTable>() != nullptr) return false;
    const auto* table = target_table(step.step.action());
    if (table == nullptr) return false;
    const auto& range = view_.steps();
    for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i)
      if (const auto* create = view_.step(i).action<CreateTable>(); create != nullptr && create->table == *table) return true;
    return false;
  }

  auto own_lines(Span span) const -> bool {
    const auto lines = whole_lines(project_, span);
    const auto head = project_.sources.text({span.file, lines.begin, span.begin});
    return head.find_first_not_of(" \t") == std::string_view::npos;
  }

  auto indent_of(Span span) const -> std::string {
    const auto lines = whole_lines(project_, span);
    return std::string(project_.sources.text({span.file, lines.begin, span.begin}));
  }

  auto code_of(const std::string& code, const std::string& margin) -> std::string {
    wants_sa_ = wants_sa_ || code.find(sa_mark) != std::string::npos;
    const auto op = op_name(*layout_), sa = sa_name(*layout_);
    return indented(named(code, op.empty() ? "op" : op, sa.empty() ? "sa" : sa), margin) + "\n";
  }

  auto replaced(Span statement, const std::string& code) -> std::optional<Fix> {
    if (!own_lines(statement)) return std::nullopt;
    Fix fix;
    fix.message = "writes the downgrade";
    fix.edits.push_back({whole_lines(project_, statement), code_of(code, indent_of(statement))});
    return finished(std::move(fix));
  }

  auto appended(const std::string& code) -> std::optional<Fix> {
    if (!own_lines(upgrade_->statements.front())) return std::nullopt;
    const auto head = project_.sources.text(upgrade_->span);
    const auto line = head.substr(0, head.find('\n'));
    if (!line.starts_with("def upgrade(")) return std::nullopt;
    const auto margin = indent_of(upgrade_->statements.front());
    const auto arrow = line.find(") -> None") != std::string_view::npos ? " -> None" : "";
    const auto lines = whole_lines(project_, upgrade_->statements.back());
    Fix fix;
    fix.message = "writes the downgrade";
    const auto lead = project_.sources.text(lines).ends_with('\n') ? "\n\n" : "\n\n\n";
    fix.edits.push_back({{lines.file, lines.end, lines.end}, lead + std::string("def downgrade()") + arrow + ":\n" + code_of(code, margin)});
    return finished(std::move(fix));
  }

  auto finished(Fix fix) const -> Fix {
    std::string lines;
    if (op_name(*layout_).empty()) lines += "from alembic import op\n";
    if (wants_sa_ && sa_name(*layout_).empty()) lines += "import sqlalchemy as sa\n";
    const auto file = view_.revision().file;
    if (!lines.empty()) fix.edits.push_back({{file, layout_->next_import, layout_->next_import}, lines});
    fix.holds.push_back({file, 0, static_cast<std::uint32_t>(project_.sources.file(file).text.size())});
    return fix;
  }

  const RevisionView& view_;
  const Project& project_;
  const FileLayout* layout_ = nullptr;
  const FunctionPlace* upgrade_ = nullptr;
  const FunctionPlace* downgrade_ = nullptr;
  bool wants_sa_ = false;
};

}  // namespace

auto downgrade_written(const RevisionView& view) -> std::optional<Fix> { return Writer(view).all(); }
auto downgrade_completed(const RevisionView& view) -> std::optional<Fix> { return Writer(view).missing(); }

}  // namespace foreshot::fix
