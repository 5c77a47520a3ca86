#include "analyzer/loads/uses.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/loads/application.h"
#include "analyzer/loads/tree_walk.h"
#include "analyzer/sql/mentions.h"

namespace foreshot::loads {
namespace {

using interpret::Binding;
using interpret::SourceModule;
using python::as;
using python::Expression;
using python::ExpressionKind;

auto is_letter(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

template <typename Test>
auto any_word(std::string_view text, Test test) -> bool {
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = begin;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end > begin && test(text.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

// The text of a plain literal; empty for anything else.
auto plain_text(const Expression* node) -> std::string {
  const auto* literal = as<python::String>(node, ExpressionKind::string);
  std::string text;
  if (literal == nullptr || literal->interpolated || literal->bytes) return text;
  for (const auto& part : literal->parts) text += part.text;
  return text;
}

auto last_name(const Expression* node) -> std::string_view {
  if (const auto* name = as<python::Name>(node, ExpressionKind::name)) return name->id;
  if (const auto* attribute = as<python::Attribute>(node, ExpressionKind::attribute)) return attribute->name;
  return {};
}

auto keyword(const python::Call& call, std::string_view name) -> const Expression* {
  for (const auto& argument : call.arguments)
    if (argument.name == name) return argument.value;
  return nullptr;
}

auto is_verb(std::string_view word) -> bool {
  static constexpr std::array<std::string_view, 6> verbs{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH"};
  return std::any_of(verbs.begin(), verbs.end(), [&](std::string_view verb) {
    return std::equal(word.begin(), word.end(), verb.begin(), verb.end(), [](char a, char b) { return (a & ~0x20) == b; });
  });
}

class Finder {
 public:
  Finder(const SourceModule& module, std::string_view text, const Sought& sought, const Classes& classes)
      : module_(module), text_(text), sought_(sought), classes_(classes) {}

  auto found() -> std::vector<Use> {
    for (const auto& [name, binding] : module_.globals) {
      const auto* assign = as<python::Assign>(binding.statement, python::StatementKind::assign);
      const auto* call = assign == nullptr ? nullptr : as<python::Call>(assign->value, ExpressionKind::call);
      if (call != nullptr && is_table(*call) && sought_.contains(plain_text(call->arguments[0].value))) tables_.emplace(name, call);
    }
    walk_expressions(module_.tree->body, [&](const Expression& node, const Surroundings& around) {
      if (node.kind == ExpressionKind::call) call(static_cast<const python::Call&>(node));
      if (node.kind == ExpressionKind::attribute) attribute(static_cast<const python::Attribute&>(node));
      const bool docstring = around.parent == nullptr && around.statement != nullptr && around.statement->kind == python::StatementKind::expression;
      if (node.kind == ExpressionKind::string && !docstring && !asks_first(around)) string(static_cast<const python::String&>(node));
    });
    return std::move(uses_);
  }

 private:
  auto span(std::uint32_t begin, std::uint32_t end) const -> Span { return {module_.file, begin, end}; }
  auto span(const Expression& node) const -> Span { return span(node.begin, node.end); }

  auto is_sought(const std::string& table, std::string_view column) const -> bool {
    const auto known = sought_.find(table);
    return known != sought_.end() && known->second.contains(column);
  }

  auto add(Use::Kind kind, ObjectName table, std::string_view column, Span place, std::string shown) -> void {
    if (is_sought(table.name.text, column)) uses_.push_back({kind, std::move(table), std::string(column), place, std::move(shown)});
  }

  // Inside `if inspector.has_table("users"):` the code knows that the table may be gone.
  auto asks_first(const Surroundings& around) const -> bool {
    static constexpr std::array<std::string_view, 6> questions{"has_table", "has_column", "get_table_names", "get_columns", "table_exists", "column_exists"};
    return std::any_of(around.blocks.begin(), around.blocks.end(), [&](const python::Statement* block) {
      const auto* test = as<python::If>(block, python::StatementKind::if_);
      if (test == nullptr) return false;
      const auto words = text_.substr(test->test->begin, test->test->end - test->test->begin);
      return std::any_of(questions.begin(), questions.end(), [&](std::string_view question) { return words.find(question) != std::string_view::npos; });
    });
  }

  // Table("users", metadata, …) of SQLAlchemy: other libraries have tables too.
  auto is_table(const python::Call& call) const -> bool {
    if (last_name(call.callee) != "Table" || call.arguments.size() < 2 || !call.arguments[0].name.empty()) return false;
    if (call.arguments[1].name.empty() && call.arguments[1].value->kind == ExpressionKind::string) return false;
    if (call.callee->kind == ExpressionKind::attribute) return text_.find("sqlalchemy") != std::string_view::npos || text_.find("SQLAlchemy") != std::string_view::npos;
    const auto bound = module_.globals.find("Table");
    if (bound == module_.globals.end() || bound->second.kind != Binding::Kind::import_from) return false;
    const auto* import = as<python::ImportFrom>(bound->second.statement, python::StatementKind::import_from);
    return import != nullptr && import->module.starts_with("sqlalchemy");
  }

  static auto table_of(const python::Call& table) -> ObjectName {
    ObjectName name;
    name.name = Identifier(plain_text(table.arguments[0].value));
    if (const auto* schema = keyword(table, "schema"); schema != nullptr) {
      const auto text = plain_text(schema);
      name.schema = text.empty() && schema->kind != ExpressionKind::none ? Identifier::unknown("{schema}") : Identifier(text);
    }
    return name;
  }

  auto call(const python::Call& call) -> void {
    if (is_table(call)) {
      const auto table = table_of(call);
      add(Use::Kind::model, table, "", span(*call.arguments[0].value), table.name.text);
      for (const auto& argument : call.arguments) {
        const auto* column = as<python::Call>(argument.value, ExpressionKind::call);
        if (column == nullptr || last_name(column->callee) != "Column" || column->arguments.empty()) continue;
        const auto name = plain_text(column->arguments[0].value);
        add(Use::Kind::model, table, name, span(*column), table.name.text + "." + name);
      }
      return;
    }
    // filter_by(name=…) of User, User(name=…)
    const auto callee = last_name(call.callee);
    const auto* model = callee == "filter_by" ? queried(call.callee) : class_of(call.callee);
    if (model == nullptr) return;
    for (const auto& argument : call.arguments)
      if (!argument.name.empty())
        if (const auto* column = model->column(std::string(argument.name)))
          add(Use::Kind::query, model->table, column->column.name.text, span(argument.begin, argument.end), std::string(callee) + "(" + std::string(argument.name) + "=…)");
  }

  auto class_of(const Expression* node) const -> const Model* {
    const auto known = classes_.by_name.find(last_name(node));
    if (known == classes_.by_name.end() || known->second == nullptr) return nullptr;
    const auto& model = *known->second;
    // The class itself, or a name that an import brings.
    if (node->kind == ExpressionKind::name && model.file != module_.file && !module_.globals.contains(known->first)) return nullptr;
    return &model;
  }

  // The class that a chain of query methods starts from, when it is one: session.query(User).filter(…), select(User), User.query.
  auto queried(const Expression* node) const -> const Model* {
    constexpr int longest = 50;
    for (int i = 0; node != nullptr && i < longest; ++i) {
      if (const auto* model = class_of(node)) return model;
      if (const auto* attribute = as<python::Attribute>(node, ExpressionKind::attribute)) {
        if (attribute->name == "join" || attribute->name == "outerjoin" || attribute->name == "select_from") return nullptr;
        node = attribute->value;
      } else if (const auto* call = as<python::Call>(node, ExpressionKind::call)) {
        const auto name = last_name(call->callee);
        if (name == "select" || name == "query" || name == "delete" || name == "update")
          if (call->arguments.size() == 1) return class_of(call->arguments[0].value);
        node = call->callee;
      } else {
        return nullptr;
      }
    }
    return nullptr;
  }

  auto attribute(const python::Attribute& node) -> void {
    if (const auto* model = class_of(node.value)) {
      if (const auto* column = model->column(std::string(node.name)))
        add(Use::Kind::query, model->table, column->column.name.text, span(node), model->name + "." + std::string(node.name));
      return;
    }
    // users.c.name
    const auto* collection = as<python::Attribute>(node.value, ExpressionKind::attribute);
    if (collection == nullptr || (collection->name != "c" && collection->name != "columns")) return;
    const auto known = tables_.find(last_name(collection->value));
    if (known != tables_.end())
      add(Use::Kind::query, table_of(*known->second), node.name, span(node), std::string(known->first) + ".c." + std::string(node.name));
  }

  auto string(const python::String& node) -> void {
    if (node.bytes || node.template_) return;
    MappedText text;
    for (const auto& part : node.parts) {
      if (part.value == nullptr)
        text.append(part.text, span(part.begin, part.end), part.verbatim);
      else
        text.append_hole("…", span(part.begin, part.end));
    }
    const std::string_view bytes = text.text();
    constexpr std::size_t longest = 65536;
    const auto first = bytes.find_first_not_of(" \t\r\n(");
    if (first == std::string_view::npos || bytes.size() > longest) return;
    auto end = first;
    while (end < bytes.size() && is_letter(bytes[end])) ++end;
    if (!is_verb(bytes.substr(first, end - first))) return;
    if (!any_word(bytes, [&](std::string_view word) { return sought_.contains(word); })) return;
    const bool of_driver = bytes.find("%s") != std::string_view::npos || bytes.find("%(") != std::string_view::npos;
    for (const auto& statement : sql::mentions(text, of_driver ? sql::Binds::driver : sql::Binds::sqlalchemy, span(node))) {
      for (const auto& table : statement.tables) add(Use::Kind::sql, table, "", statement.span, statement.verb);
      for (const auto& [table, column] : statement.columns) add(Use::Kind::sql, table, column, statement.span, statement.verb);
    }
  }

  const SourceModule& module_;
  std::string_view text_;
  const Sought& sought_;
  const Classes& classes_;
  std::map<std::string_view, const python::Call*> tables_;
  std::vector<Use> uses_;
};

}  // namespace

auto Classes::add(const Model& model) -> void {
  const auto [place, fresh] = by_name.emplace(model.name, &model);
  if (!fresh) place->second = nullptr;
}

auto mapped_uses(const std::vector<Model>& models, const SourceMap& sources, const Sought& sought) -> std::vector<Use> {
  std::vector<Use> uses;
  for (const auto& model : models) {
    if (!model.is_mapped || !model.table_known || !model.table.known()) continue;
    const auto known = sought.find(model.table.name.text);
    if (known == sought.end() || path_role(sources.file(model.file).path) == PathRole::migration) continue;
    if (known->second.contains("")) uses.push_back({Use::Kind::model, model.table, "", model.span, model.name});
    for (const auto& column : model.columns)
      if (known->second.contains(column.column.name.text))
        uses.push_back({Use::Kind::model, model.table, column.column.name.text, column.span.known() ? column.span : model.span, model.name + "." + column.attribute});
  }
  return uses;
}

auto may_name(std::string_view text, const Sought& sought, const Classes& classes) -> bool {
  return any_word(text, [&](std::string_view word) { return sought.contains(word) || classes.by_name.contains(word); });
}

auto find_uses(const SourceModule& module, std::string_view text, const Sought& sought, const Classes& classes) -> std::vector<Use> {
  if (module.tree == nullptr) return {};
  return Finder(module, text, sought, classes).found();
}

}  // namespace foreshot::loads
