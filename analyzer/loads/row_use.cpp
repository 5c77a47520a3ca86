#include "analyzer/loads/row_use.h"

#include <algorithm>
#include <cctype>


namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::StatementKind;

auto is_identifier(std::string_view text) -> bool {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }) &&
         std::isdigit(static_cast<unsigned char>(text[0])) == 0;
}

// Targets of assignments are written, not read.
auto is_written(const Expression& node, const Surroundings& around) -> bool {
  if (around.parent != nullptr || around.statement == nullptr) return false;
  if (const auto* assign = as<python::Assign>(around.statement, StatementKind::assign))
    return std::find(assign->targets.begin(), assign->targets.end(), &node) != assign->targets.end();
  if (const auto* annotated = as<python::Annotated>(around.statement, StatementKind::annotated)) return annotated->target == &node;
  return false;
}

// Numbers, texts, names that are not `target`, attributes of those.
auto is_plain_value(const Expression* node, std::string_view target, int depth = 0) -> bool {
  if (node == nullptr || depth > 6) return false;
  switch (node->kind) {
    case ExpressionKind::number:
    case ExpressionKind::true_:
    case ExpressionKind::false_:
    case ExpressionKind::none: return true;
    case ExpressionKind::string: return !static_cast<const python::String*>(node)->interpolated;
    case ExpressionKind::name: return static_cast<const python::Name*>(node)->id != target;
    case ExpressionKind::attribute: return is_plain_value(static_cast<const python::Attribute*>(node)->value, target, depth + 1);
    case ExpressionKind::unary: return is_plain_value(static_cast<const python::Unary*>(node)->operand, target, depth + 1);
    case ExpressionKind::list:
    case ExpressionKind::tuple:
    case ExpressionKind::set: {
      const auto& elements = static_cast<const python::Sequence*>(node)->elements;
      return std::all_of(elements.begin(), elements.end(), [&](const Expression* each) { return is_plain_value(each, target, depth + 1); });
    }
    default: return false;
  }
}

// A column of the object whose values Python and SQL compare alike.
auto column_of(const Expression* node, std::string_view target, const Model& model) -> const ModelColumn* {
  const auto* attribute = as<python::Attribute>(node, ExpressionKind::attribute);
  const auto* object = attribute != nullptr ? as<python::Name>(attribute->value, ExpressionKind::name) : nullptr;
  if (object == nullptr || object->id != target) return nullptr;
  const auto* column = model.column(std::string(attribute->name));
  if (column == nullptr) return nullptr;
  // A foreign key has the type of what it refers to, and that is a plain one.
  for (const auto& constraint : model.constraints)
    if (constraint.kind == ConstraintKind::foreign_key && constraint.columns.size() == 1 && constraint.columns.front().text == column->column.name.text) return column;
  if (!column->type_known) return nullptr;
  const auto type = column->column.type.display();
  return type.find("json") == std::string::npos && type.find("JSON") == std::string::npos && type.find('[') == std::string::npos ? column : nullptr;
}

auto is_translatable(const Expression* node, std::string_view target, const Model& model, int depth = 0) -> bool {
  if (node == nullptr || depth > 6) return false;
  if (const auto* compare = as<python::Compare>(node, ExpressionKind::compare)) {
    bool any = false;
    for (const auto* operand : compare->operands) {
      const bool column = column_of(operand, target, model) != nullptr;
      any = any || column;
      if (!column && !is_plain_value(operand, target)) return false;
    }
    return any;
  }
  if (const auto* both = as<python::Boolean>(node, ExpressionKind::boolean))
    return std::all_of(both->operands.begin(), both->operands.end(), [&](const Expression* each) { return is_translatable(each, target, model, depth + 1); });
  if (const auto* unary = as<python::Unary>(node, ExpressionKind::unary); unary != nullptr && unary->op == "not") return is_translatable(unary->operand, target, model, depth + 1);
  const auto* column = column_of(node, target, model);
  return column != nullptr && (column->column.type.display() == "boolean" || column->column.type.display() == "bool");
}

// `x` of `for x in …`, when that is all there is.
auto single_target(const python::Comprehension& node) -> std::string_view {
  if (node.clauses.empty() || node.clauses[0].target == nullptr) return {};
  for (std::size_t i = 1; i < node.clauses.size(); ++i)
    if (node.clauses[i].target != nullptr) return {};
  const auto* name = as<python::Name>(node.clauses[0].target, ExpressionKind::name);
  return name != nullptr ? name->id : std::string_view();
}

}  // namespace

RowUses::RowUses(const python::Function& function) {
  walk_expressions(function.body, [&](const Expression& node, const Surroundings& around) {
    if (const auto* word = as<python::Name>(&node, ExpressionKind::name)) {
      if (is_written(node, around)) written_.insert(word->id);
      else reads_[word->id].push_back({around.parent, around.parent == nullptr && around.statement != nullptr && around.statement->kind == StatementKind::if_});
    } else if (const auto* made = as<python::Comprehension>(&node, ExpressionKind::comprehension); made != nullptr && !made->clauses.empty()) {
      comprehensions_[made->begin].push_back(made);
      if (made->clauses[0].iterable != nullptr) over_.emplace(made->clauses[0].iterable->begin, made);
    }
  });
  any_statement(function.body, [&](const python::Statement& each) {
    if (const auto* loop = as<python::For>(&each, StatementKind::for_)) loops_.emplace(loop->iterable->begin, loop);
    return false;
  });
}

auto RowUses::is_read_once(std::string_view expression) const -> bool {
  // What a call gives belongs to nobody else; an attribute is at hand for others.
  if (!is_identifier(expression)) return !expression.empty() && (expression.back() == ')' || expression.back() == ']');
  const auto found = reads_.find(expression);
  return written_.count(expression) > 0 && (found == reads_.end() || found->second.size() <= 1);
}

auto RowUses::is_only_counted(std::string_view expression) const -> bool {
  const auto found = is_identifier(expression) ? reads_.find(expression) : reads_.end();
  if (found == reads_.end() || written_.count(expression) == 0) return false;
  return std::all_of(found->second.begin(), found->second.end(), [](const Read& read) {
    if (const auto* call = as<python::Call>(read.parent, ExpressionKind::call)) {
      const auto* callee = as<python::Name>(call->callee, ExpressionKind::name);
      return callee != nullptr && (callee->id == "len" || callee->id == "bool");
    }
    if (const auto* unary = as<python::Unary>(read.parent, ExpressionKind::unary)) return unary->op == "not";
    return read.tests;
  });
}

auto RowUses::comprehension_at(Span whole) const -> const python::Comprehension* {
  const auto found = comprehensions_.find(whole.begin);
  if (found == comprehensions_.end()) return nullptr;
  for (const auto* each : found->second)
    if (each->end == whole.end) return each;
  return nullptr;
}

auto RowUses::comprehension_over(Span iterable) const -> const python::Comprehension* {
  const auto found = over_.find(iterable.begin);
  return found != over_.end() && found->second->clauses[0].iterable->end == iterable.end ? found->second : nullptr;
}

auto translatable_test(const python::Comprehension& node, const Model& model) -> Span {
  const auto target = single_target(node);
  if (target.empty() || node.clauses.size() < 2) return {};
  for (std::size_t i = 1; i < node.clauses.size(); ++i)
    if (!is_translatable(node.clauses[i].iterable, target, model)) return {};
  return {model.file, node.clauses[1].iterable->begin, node.clauses.back().iterable->end};
}

auto only_column(const python::Comprehension& node, const Model& model) -> std::string {
  const auto target = single_target(node);
  if (target.empty() || node.clauses.size() != 1) return {};
  std::string column;
  bool plain = true;
  const auto read = [&](const Expression* part) {
    if (part == nullptr) return;
    walk_expression(part, [&](const Expression& each, const Surroundings& around) {
      const auto* word = as<python::Name>(&each, ExpressionKind::name);
      if (word == nullptr || word->id != target) return;
      const auto* attribute = as<python::Attribute>(around.parent, ExpressionKind::attribute);
      const auto name = attribute != nullptr ? std::string(attribute->name) : std::string();
      if (model.column(name) == nullptr || (!column.empty() && column != name)) plain = false;
      column = name;
    });
  };
  read(node.element);
  read(node.value);
  return plain ? column : std::string();
}

auto RowUses::attributes_read(Span iterable, const Model& model) const -> std::optional<std::set<std::string>> {
  std::set<std::string> names;
  bool plain = true;
  std::string_view target;
  const ExpressionVisitor visit = [&](const Expression& each, const Surroundings& around) {
    const auto* word = as<python::Name>(&each, ExpressionKind::name);
    if (word == nullptr || word->id != target) return;
    const auto* attribute = as<python::Attribute>(around.parent, ExpressionKind::attribute);
    const auto name = attribute != nullptr ? std::string(attribute->name) : std::string();
    plain = plain && (model.column(name) != nullptr || model.relationship(name) != nullptr);
    names.insert(name);
  };
  if (const auto* node = comprehension_over(iterable)) {
    target = single_target(*node);
    if (target.empty()) return std::nullopt;
    for (const auto* part : {node->element, node->value})
      if (part != nullptr) walk_expression(part, visit);
    for (std::size_t i = 1; i < node->clauses.size(); ++i) walk_expression(node->clauses[i].iterable, visit);
  } else {
    const auto found = loops_.find(iterable.begin);
    const auto* name = found != loops_.end() && found->second->iterable->end == iterable.end ? as<python::Name>(found->second->target, ExpressionKind::name) : nullptr;
    if (name == nullptr) return std::nullopt;
    target = name->id;
    walk_expressions(found->second->body, visit);
  }
  return plain ? std::optional(names) : std::nullopt;
}

auto assigned_name(std::string_view text, std::size_t begin) -> std::string_view {
  text = text.substr(0, begin);
  const auto trim = [&] {
    while (!text.empty() && std::string_view(" \t\r\n(\\").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  };
  trim();
  if (text.ends_with("await")) text.remove_suffix(5);
  trim();
  if (text.ends_with(":=")) text.remove_suffix(2);
  else if (text.ends_with("=") && !text.ends_with("==") && !text.ends_with("!=") && !text.ends_with("<=") && !text.ends_with(">=")) text.remove_suffix(1);
  else return {};
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  // `x: Order | None = …`
  const auto line = text.substr(text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1);
  if (const auto colon = line.find(':'); colon != std::string_view::npos && is_identifier(line.substr(std::min(line.find_first_not_of(" \t"), colon), colon - std::min(line.find_first_not_of(" \t"), colon))))
    text = text.substr(0, text.size() - (line.size() - colon));
  auto from = text.size();
  while (from > 0 && (std::isalnum(static_cast<unsigned char>(text[from - 1])) != 0 || text[from - 1] == '_')) --from;
  const auto name = text.substr(from);
  return is_identifier(name) && (from == 0 || text[from - 1] != '.') ? name : std::string_view();
}

}  // namespace foreshot::loads
