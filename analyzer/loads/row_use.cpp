#include "analyzer/loads/row_use.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

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

auto is_not(const Expression* node) -> bool {
  const auto* unary = as<python::Unary>(node, ExpressionKind::unary);
  return unary != nullptr && unary->op == "not";
}

auto calls(const Expression* node, std::string_view name) -> bool {
  const auto* call = as<python::Call>(node, ExpressionKind::call);
  const auto* callee = call != nullptr && call->arguments.size() == 1 ? as<python::Name>(call->callee, ExpressionKind::name) : nullptr;
  return callee != nullptr && callee->id == name;
}

auto is_len(const Expression* node) -> bool { return calls(node, "len"); }

// A test whatever stands around it.
auto tests_alone(const Expression& node, const Surroundings& around) -> bool {
  if (is_not(&node)) return true;
  if (const auto* parent = around.parent) {
    if (const auto* either = as<python::Conditional>(parent, ExpressionKind::conditional)) return either->test == &node;
    if (const auto* made = as<python::Comprehension>(parent, ExpressionKind::comprehension))
      return std::any_of(made->clauses.begin(), made->clauses.end(), [&](const python::ComprehensionClause& clause) { return clause.target == nullptr && clause.iterable == &node; });
    return is_not(parent) || (calls(parent, "bool") && static_cast<const python::Call*>(parent)->callee != &node);
  }
  const auto* statement = around.statement;
  if (const auto* each = as<python::If>(statement, StatementKind::if_)) return each->test == &node;
  if (const auto* each = as<python::While>(statement, StatementKind::while_)) return each->test == &node;
  if (const auto* each = as<python::Assert>(statement, StatementKind::assert_)) return each->test == &node;
  return false;
}

// The value of one is the value of the other, at least as far as its truth goes.
auto hands_on(const Expression& parent, const Expression& node) -> bool {
  if (const auto* either = as<python::Conditional>(&parent, ExpressionKind::conditional)) return either->test != &node;
  return parent.kind == ExpressionKind::boolean || parent.kind == ExpressionKind::named || parent.kind == ExpressionKind::await_;
}

// `User(…)`, `models.User(…)`
auto is_object_made(const Expression& node) -> bool {
  const auto* call = as<python::Call>(&node, ExpressionKind::call);
  if (call == nullptr) return false;
  std::string_view name;
  if (const auto* word = as<python::Name>(call->callee, ExpressionKind::name)) name = word->id;
  if (const auto* dotted = as<python::Attribute>(call->callee, ExpressionKind::attribute)) name = dotted->name;
  return !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
}

// `x` of `x = node`.
auto assigned_alone(const Expression& node, const Surroundings& around) -> std::string_view {
  const auto* assign = as<python::Assign>(around.statement, StatementKind::assign);
  if (assign == nullptr || assign->value != &node || assign->targets.size() != 1) return {};
  const auto* target = as<python::Name>(assign->targets[0], ExpressionKind::name);
  return target != nullptr ? target->id : std::string_view();
}

// `if x is None:` is around it.
auto is_asked_for(std::string_view name, const Surroundings& around) -> bool {
  return std::any_of(around.blocks.begin(), around.blocks.end(), [&](const python::Statement* block) {
    const auto* choice = as<python::If>(block, StatementKind::if_);
    bool found = false;
    if (choice != nullptr)
      walk_expression(choice->test, [&](const Expression& each, const Surroundings&) {
        const auto* word = as<python::Name>(&each, ExpressionKind::name);
        found = found || (word != nullptr && word->id == name);
      });
    return found;
  });
}

// `number > 0`
auto asks_there(const python::Compare& compare, const Expression& number) -> bool {
  if (compare.operands.size() != 2) return false;
  const bool mirrored = compare.operands[1] == &number;
  const auto* constant = as<python::Number>(compare.operands[mirrored ? 0 : 1], ExpressionKind::number);
  return constant != nullptr && (constant->text == "0" || constant->text == "1") && asks_for_any(compare.ops[0], constant->text == "1" ? 1 : 0, mirrored);
}

}  // namespace

auto asks_for_any(std::string_view op, std::int64_t number, bool mirrored) -> bool {
  const auto is = [&](std::initializer_list<std::string_view> words) { return std::find(words.begin(), words.end(), op) != words.end(); };
  if (number == 0) return is({"!=", "=="}) || (mirrored ? is({"<", ">="}) : is({">", "<="}));
  return number == 1 && (mirrored ? is({"<=", ">"}) : is({">=", "<"}));
}

// `n` of `n := await query or 0` is what stands in it as well.
auto RowUses::note_named(const python::Expression* value, std::string_view name) -> void {
  constexpr int deepest = 4;
  for (int i = 0; value != nullptr && i < deepest; ++i) {
    named_[{value->begin, value->end}] = name;
    if (const auto* waited = as<python::Await>(value, ExpressionKind::await_)) value = waited->value;
    else if (const auto* both = as<python::Boolean>(value, ExpressionKind::boolean)) value = both->operands.front();
    else return;
  }
}

RowUses::RowUses(const python::Function& function) {
  // Whoever is around an expression was here before it.
  std::unordered_set<const Expression*> tests;
  std::unordered_map<const Expression*, const Expression*> parents;
  const auto asks = [&](const Expression& number) {
    if (tests.count(&number) > 0) return true;
    const auto* compare = as<python::Compare>(parents[&number], ExpressionKind::compare);
    return compare != nullptr && asks_there(*compare, number);
  };
  walk_expressions(function.body, [&](const Expression& node, const Surroundings& around) {
    parents[&node] = around.parent;
    if (tests_alone(node, around) || (around.parent != nullptr && hands_on(*around.parent, node) && tests.count(around.parent) > 0)) {
      tests.insert(&node);
      // `a or b` is told by what it is made of.
      if (node.kind != ExpressionKind::boolean) tests_.insert({node.begin, node.end});
    }
    if (const auto* named = as<python::Named>(&node, ExpressionKind::named); named != nullptr && named->target != nullptr) {
      named_[{node.begin, node.end}] = named->target->id;
      note_named(named->value, named->target->id);
    }
    if (around.parent == nullptr && is_object_made(node))
      if (const auto name = assigned_alone(node, around); !name.empty() && !is_asked_for(name, around)) made_.insert(name);
    if (is_len(&node) && asks(node)) asked_.insert({node.begin, node.end});
    if (const auto* word = as<python::Name>(&node, ExpressionKind::name)) {
      if (is_written(node, around)) written_.insert(word->id);
      else
        reads_[word->id].push_back({around.parent, around.parent == nullptr && around.statement != nullptr && around.statement->kind == StatementKind::if_,
                                    tests.count(&node) > 0 || (is_len(around.parent) && asks(*around.parent))});
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

auto RowUses::is_only_asked(std::string_view expression) const -> bool {
  const auto found = is_identifier(expression) ? reads_.find(expression) : reads_.end();
  return found != reads_.end() && written_.count(expression) > 0 &&
         std::all_of(found->second.begin(), found->second.end(), [](const Read& read) { return read.asks; });
}

auto RowUses::is_test(Span expression) const -> bool { return tests_.count({expression.begin, expression.end}) > 0; }

auto RowUses::asks_for_any(Span call) const -> bool { return asked_.count({call.begin, call.end}) > 0; }

auto RowUses::is_kept(Span expression) const -> bool {
  const auto found = named_.find({expression.begin, expression.end});
  return found != named_.end() && reads_.count(found->second) > 0;
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
