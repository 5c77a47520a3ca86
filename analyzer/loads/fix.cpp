// The fix at the query: which loader options it should get, how they are written there, or which column to read instead.
//
//     session.scalars(select(Order).where(…))     select(Order).options(selectinload(Order.items).joinedload(Item.product)).where(…)
//
// One fix for all that is read lazily of the rows of one query: whoever takes one of its findings' fixes has taken all.
#include <algorithm>
#include <set>

#include "analyzer/loads/fix.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::loads {
namespace {

using interpret::SourceModule;
using interpret::Value;

auto eager(std::string_view strategy) -> bool {
  return strategy == "selectinload" || strategy == "joinedload" || strategy == "subqueryload" || strategy == "immediateload" || strategy == "contains_eager";
}

auto is_many(const Relationship& relationship) -> bool { return relationship.uselist.value_or(relationship.direction != Direction::many_to_one); }

// Every row has one: the keys are NOT NULL, and the database holds them to be there.
auto is_required(const Model& model, const Relationship& relationship) -> bool {
  if (relationship.direction != Direction::many_to_one || relationship.custom_join || relationship.local_columns.empty()) return false;
  return std::all_of(relationship.local_columns.begin(), relationship.local_columns.end(), [&](const std::string& name) {
    return std::any_of(model.columns.begin(), model.columns.end(), [&](const ModelColumn& column) {
      return column.column.name.text == name && column.nullable_known && column.column.not_null;
    });
  });
}

auto skip_blank(std::string_view text, std::size_t at) -> std::size_t {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) ++at;
  return at;
}

// `Order`, `models.Order`.
auto is_dotted_name(std::string_view text) -> bool {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

// The first argument of a call's text, `Order` of `db.select(Order, …)`; of `Order.query` what stands before the dot.
auto head_of(std::string_view built) -> std::string_view {
  if (built.ends_with(".query")) return built.substr(0, built.size() - 6);
  const auto open = built.find('(');
  if (open == std::string_view::npos) return {};
  const auto begin = skip_blank(built, open + 1);
  const auto end = std::min(built.find_first_of(",) \n\t", begin), built.size());
  return built.substr(begin, end - begin);
}

// One thing that is to be loaded, below what it is loaded with.
struct Node {
  FixStep step;
  const Relationship* relationship = nullptr;  // null: a column
  bool wanted = false;                         // else it is loaded already, and only leads on
  std::vector<Node> below;
};

}  // namespace

auto loader_of(const Statement* statement, const std::vector<FixStep>& steps, std::size_t at, const ModelRegistry& registry) -> std::string {
  const auto& model = registry.model(steps[at].owner);
  const auto* relationship = model.relationship(steps[at].attribute);
  if (relationship == nullptr) return "undefer";
  if (is_many(*relationship)) return "selectinload";
  // What is below a collection is loaded with the collection's own statement.
  for (std::size_t i = 0; i < at; ++i)
    if (const auto* before = registry.model(steps[i].owner).relationship(steps[i].attribute); before == nullptr || is_many(*before)) return "joinedload";
  if (statement == nullptr) return "joinedload";
  // A join locks what it joins, changes what LIMIT, DISTINCT and GROUP BY count, and is sent again for each row of a collection.
  const bool joins_collection = std::any_of(statement->options.begin(), statement->options.end(), [&](const LoaderOption& option) {
    if (option.strategy != "joinedload" && option.strategy != "contains_eager") return false;
    auto owner = option.owner;
    for (const auto& name : option.path) {
      const auto* each = owner != no_model ? registry.model(owner).relationship(name) : nullptr;
      if (each == nullptr || is_many(*each)) return true;
      owner = each->target_model;
    }
    return false;
  });
  if (statement->limited || statement->few || statement->for_update || statement->grouped || statement->folded || joins_collection) return "selectinload";
  return "joinedload";
}

namespace {

// What the mapping of a class loads along with its rows, with statements of its own.
auto mapped_statements(const ModelRegistry& registry, ModelId id, std::set<ModelId>& seen) -> std::size_t {
  if (id == no_model || seen.size() > 16 || !seen.insert(id).second) return 0;
  std::size_t count = 0;
  for (const auto& relationship : registry.model(id).relationships) {
    const bool own = relationship.lazy == Lazy::selectin || relationship.lazy == Lazy::subquery;
    if (own || relationship.lazy == Lazy::joined) count += (own ? 1 : 0) + mapped_statements(registry, relationship.target_model, seen);
  }
  return count;
}

}  // namespace

class Fixer {
 public:
  Fixer(const SourceModule& module, std::string_view text, interpret::Interpreter& interpreter, const ModelRegistry& registry, OrmNames& names)
      : module_(module), text_(text), interpreter_(interpreter), registry_(registry), names_(names) {}

  // What several loads of one query need; nothing when it cannot be written there.
  auto options(const std::vector<const FixRequest*>& requests) -> std::vector<SourceEdit> {
    const auto& first = *requests.front();
    statement_ = first.statement.get();
    function_ = first.function;
    const auto built = statement_->built;
    const auto words = text_.substr(built.begin, built.size());
    head_ = head_of(words);
    const bool gets = words.find(".get(") != std::string_view::npos || words.find(".get_one(") != std::string_view::npos;
    if (!is_dotted_name(head_) || (words.find('#') != std::string_view::npos)) return {};
    if (gets ? words.find("options") != std::string_view::npos || !words.ends_with(")") : !is_plain_start(words)) return {};
    std::vector<Node> roots;
    for (const auto* request : requests)
      if (is_decided(*request) || !add(roots, *request)) return {};
    std::vector<SourceEdit> edits;
    std::string listed;
    for (const auto& root : roots) {
      std::vector<FixStep> steps;
      const auto before = edits.size();
      auto text = render(root, steps, edits, false, true);
      if (failed_) return {};
      if (text.empty() && edits.size() == before) return {};
      if (!text.empty()) listed += (listed.empty() ? "" : ", ") + text;
    }
    if (!listed.empty()) edits.push_back(gets ? SourceEdit{{module_.file, built.end - 1, built.end - 1}, ", options=[" + listed + "]"} : inserted(built, listed));
    for (auto& edit : names_.imports()) edits.push_back(std::move(edit));
    return edits;
  }

 private:
  static auto is_plain_start(std::string_view words) -> bool {
    if (words.ends_with(".query")) return true;
    const auto callee = words.substr(0, words.find('('));
    return is_dotted_name(callee) && (callee == "select" || callee.ends_with(".select") || callee.ends_with(".query") || callee == "Query") && words.ends_with(")");
  }

  // An option of the query says already how this is to be loaded, and a second one would contradict it.
  auto is_decided(const FixRequest& request) const -> bool {
    return std::any_of(statement_->options.begin(), statement_->options.end(), [&](const LoaderOption& option) {
      return option.strategy != "load_only" && option.path.size() == request.steps.size() &&
             std::equal(request.steps.begin(), request.steps.end(), option.path.begin(), [](const FixStep& step, const std::string& name) { return step.attribute == name; });
    });
  }

  // On a line of its own where the chain goes on so.
  auto inserted(Span built, const std::string& listed) const -> SourceEdit {
    const auto next = skip_blank(text_, built.end);
    const auto gap = text_.substr(built.end, next - built.end);
    const bool own_line = next < text_.size() && text_[next] == '.' && gap.find('\n') != std::string_view::npos;
    return {{module_.file, built.end, built.end}, (own_line ? std::string(gap) : std::string()) + ".options(" + listed + ")"};
  }

  auto add(std::vector<Node>& roots, const FixRequest& request) -> bool {
    auto* level = &roots;
    for (std::size_t i = 0; i < request.steps.size(); ++i) {
      const auto& step = request.steps[i];
      auto found = std::find_if(level->begin(), level->end(), [&](const Node& each) { return each.step.owner == step.owner && each.step.attribute == step.attribute; });
      if (found == level->end()) {
        Node made;
        made.step = step;
        made.relationship = registry_.model(step.owner).relationship(step.attribute);
        if (made.relationship == nullptr && i + 1 < request.steps.size()) return false;
        level->push_back(std::move(made));
        found = level->end() - 1;
      }
      if (i + 1 == request.steps.size()) found->wanted = true;
      level = &found->below;
    }
    return true;
  }

  // The class as this file writes it; empty when it has no name here.
  auto spelled(ModelId id) -> std::string {
    const auto& model = registry_.model(id);
    if (id == statement_->entities.front()) return std::string(head_);
    if (registry_.of(interpreter_.global(module_, model.name)) == id) return model.name;
    // `models.Order` names the module that has the other classes too.
    const auto dot = head_.find('.');
    if (dot != std::string_view::npos && head_.find('.', dot + 1) == std::string_view::npos) {
      const auto value = interpreter_.global(module_, head_.substr(0, dot));
      if (const auto* other = value.get<const SourceModule*>(); other != nullptr && registry_.of(interpreter_.global(**other, model.name)) == id)
        return std::string(head_.substr(0, dot + 1)) + model.name;
    }
    return {};
  }

  // An option of the statement for exactly these steps that eager loads them.
  auto option_for(const std::vector<FixStep>& steps) const -> const LoaderOption* {
    for (const auto& option : statement_->options)
      if (eager(option.strategy) && option.path.size() == steps.size() && std::equal(steps.begin(), steps.end(), option.path.begin(), [](const FixStep& step, const std::string& name) { return step.attribute == name; }))
        return &option;
    return nullptr;
  }

  auto load_only_for(const std::vector<FixStep>& steps) const -> const LoaderOption* {
    for (const auto& option : statement_->options)
      if (option.strategy == "load_only" && option.path.size() == steps.size() &&
          std::equal(steps.begin(), steps.end() - 1, option.path.begin(), [](const FixStep& step, const std::string& name) { return step.attribute == name; }))
        return &option;
    return nullptr;
  }

  // `selectinload(Order.items)` and what follows; `steps` lead to the node. `chained`: as a method of the option before.
  // `there`: all before it is loaded by options of the statement. What can be added to one of them becomes an edit of it, and
  // the text is empty.
  auto render(const Node& node, std::vector<FixStep>& steps, std::vector<SourceEdit>& edits, bool chained, bool there) -> std::string {
    steps.push_back(node.step);
    auto text = render_step(node, steps, edits, chained, there);
    steps.pop_back();
    return text;
  }

  auto render_step(const Node& node, std::vector<FixStep>& steps, std::vector<SourceEdit>& edits, bool chained, bool there) -> std::string {
    const auto owner = spelled(node.step.owner);
    if (owner.empty()) failed_ = true;
    const auto attribute = owner + "." + node.step.attribute;
    const auto called = [&](const std::string& name) { return (chained ? name : names_.of(name, *function_)) + "(" + attribute; };
    if (node.relationship == nullptr) {
      const auto* only = load_only_for(steps);
      if (only == nullptr || !is_mine(only->span) || text_[only->span.end - 1] != ')') return called("undefer") + ")";
      // As the first, before what may be keywords.
      const auto call = text_.substr(0, only->span.end).rfind("load_only(");
      if (call == std::string_view::npos || call < only->span.begin) return called("undefer") + ")";
      const auto first = static_cast<std::uint32_t>(skip_blank(text_, call + 10));
      edits.push_back({{module_.file, first, first}, attribute + ", "});
      return {};
    }
    if (node.wanted) {
      const auto loader = loader_of(statement_, steps, steps.size() - 1, registry_);
      const bool inner = loader == "joinedload" && is_required(registry_.model(node.step.owner), *node.relationship);
      return called(loader) + (inner ? ", innerjoin=True)" : ")") + below(node, steps, edits, false);
    }
    const auto* option = there ? option_for(steps) : nullptr;
    if (option == nullptr || !is_mine(option->span) || !ends_chain(option->span))
      // Loaded as it is, this only leads on.
      return called("defaultload") + ")" + below(node, steps, edits, false);
    if (auto text = below(node, steps, edits, true); !text.empty()) edits.push_back({{module_.file, option->span.end, option->span.end}, std::move(text)});
    return {};
  }

  // What hangs on an option: chained when it is one, else in options(…).
  auto below(const Node& node, std::vector<FixStep>& steps, std::vector<SourceEdit>& edits, bool there) -> std::string {
    const bool one = node.below.size() == 1;
    std::string listed;
    for (const auto& each : node.below)
      if (const auto text = render(each, steps, edits, one, there); !text.empty()) listed += (listed.empty() ? "" : ", ") + text;
    if (listed.empty()) return {};
    return one ? "." + listed : ".options(" + listed + ")";
  }

  auto is_mine(Span span) const -> bool { return span.file == module_.file && span.begin >= function_->begin && span.end <= function_->end; }

  // Nothing hangs on it yet.
  auto ends_chain(Span span) const -> bool {
    const auto next = skip_blank(text_, span.end);
    return next < text_.size() && text_[next] != '.';
  }

  const SourceModule& module_;
  std::string_view text_;
  interpret::Interpreter& interpreter_;
  const ModelRegistry& registry_;
  OrmNames& names_;
  const Statement* statement_ = nullptr;
  const python::Function* function_ = nullptr;
  std::string_view head_;
  bool failed_ = false;
};

namespace {

auto within(const python::Function& function, FileId file, Span span) -> bool {
  return span.file == file && span.begin >= function.begin && span.end <= function.end;
}

// What is only appended to, or changed under an async session, is another matter than the query's.
auto is_read(const Load& load) -> bool { return load.kind == Load::Kind::relationship || load.kind == Load::Kind::column; }

}  // namespace

auto write_fixes(const SourceModule& module, std::string_view text, interpret::Interpreter& interpreter, const ModelRegistry& registry,
                 const std::vector<FixRequest>& requests, std::vector<Load>& loads) -> void {
  if (requests.empty()) return;
  std::string database;
  for (const auto& [name, binding] : module.globals)
    if (name == "db" || (binding.kind == interpret::Binding::Kind::assign && name.size() < 12))
      if (interpreter.global(module, name).object<sqlalchemy::FlaskDatabase>() != nullptr && (database.empty() || name == "db")) database = name;
  OrmNames names(module, text, database);
  std::vector<bool> done(requests.size(), false);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& request = requests[i];
    // Code of the module itself has no function to stand in.
    if (done[i] || request.function == nullptr) continue;
    auto& load = loads[request.load];
    if (!is_read(load) || !within(*request.function, module.file, load.access)) continue;
    if (load.only_key_read && request.key.span.known()) {
      load.fix = {{request.key}, "reads the foreign key, which the row has", request.key_required};
      for (const auto& further : request.further_keys) load.fix.edits.push_back(further);
      continue;
    }
    if (request.statement == nullptr || !within(*request.function, module.file, request.statement->built)) continue;
    std::vector<const FixRequest*> group;
    bool safe = true, in_parts = request.statement->yields_per;
    std::set<std::pair<ModelId, std::string>> counted;
    std::size_t statements = 0;
    for (std::size_t j = i; j < requests.size(); ++j) {
      const auto& other = requests[j];
      const auto& its = loads[other.load];
      if (other.statement == nullptr || other.statement->built != request.statement->built || other.function != request.function || its.leaves_loop || !is_read(its)) continue;
      if ((its.only_key_read && other.key.span.known()) || !within(*request.function, module.file, its.access)) continue;
      done[j] = true;
      group.push_back(&other);
      // Under a test the rows may never need it.
      safe = safe && !its.conditional;
      in_parts = in_parts || its.streamed;
      const auto& last = other.steps.back();
      if (!counted.insert({last.owner, last.attribute}).second) continue;
      if (loader_of(other.statement.get(), other.steps, other.steps.size() - 1, registry) == "selectinload") ++statements;
      std::set<ModelId> seen;
      if (const auto* relationship = registry.model(last.owner).relationship(last.attribute)) statements += mapped_statements(registry, relationship->target_model, seen);
    }
    // Rows in parts bear few ways of eager loading, and how often those would run nobody knows.
    if (group.empty() || in_parts) continue;
    Fixer fixer(module, text, interpreter, registry, names);
    auto edits = fixer.options(group);
    if (edits.empty()) {
      names.imports();
      continue;
    }
    const auto message = "loads it with the query" + (statements == 0 ? std::string() : ": " + std::to_string(statements) + (statements == 1 ? " statement more" : " statements more"));
    for (const auto* each : group) loads[each->load].fix = {edits, message, safe};
  }
}

}  // namespace foreshot::loads
