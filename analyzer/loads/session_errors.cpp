// Errors of a flush or a commit that are caught, after which the session goes on as if nothing had been.
#include <algorithm>
#include <map>

#include "analyzer/loads/sessions.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;

// Everything, or all that a database says.
auto is_broad(const Expression* type) -> bool {
  if (type == nullptr) return true;
  if (type->kind == ExpressionKind::tuple) {
    const auto elements = static_cast<const python::Sequence*>(type)->elements;
    return std::any_of(elements.begin(), elements.end(), is_broad);
  }
  return in(last_part(dotted_name(type)), {"Exception", "BaseException", "SQLAlchemyError", "DBAPIError", "DatabaseError", "IntegrityError", "OperationalError", "FlushError"});
}

auto is_word_of_logs(const Expression* callee) -> bool {
  const auto name = dotted_name(callee);
  if (name.empty()) return false;
  if (in(name, {"print", "str", "repr", "len", "type", "format", "traceback.print_exc", "traceback.format_exc"})) return true;
  std::string lower(name);
  for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (lower.find("log") != std::string::npos || lower.find("warn") != std::string::npos || lower.find("capture_exception") != std::string::npos) return true;
  return in(last_part(name), {"append", "add", "debug", "info", "error", "exception", "echo", "secho", "increment", "inc"});
}

// Nothing of it looks after the session, and the function goes on.
auto swallows(python::StatementList body) -> bool {
  const auto leaves = any_statement(body, [](const python::Statement& statement) {
    return statement.kind == StatementKind::raise || statement.kind == StatementKind::return_ || statement.kind == StatementKind::break_ ||
           statement.kind == StatementKind::with || statement.kind == StatementKind::try_;
  });
  if (leaves) return false;
  bool harmless = true;
  walk_expressions(body, [&](const Expression& node, const Surroundings&) {
    if (const auto* call = as<python::Call>(&node, ExpressionKind::call)) harmless = harmless && is_word_of_logs(call->callee);
    harmless = harmless && node.kind != ExpressionKind::yield_;
  });
  return harmless;
}

// What the calls on one session are, in the order they are written.
struct Call {
  std::string method;      // empty: it is an argument
  const Expression* node;
  Surroundings around;
};

auto contains(python::StatementList body, const Expression& node) -> bool {
  return !body.empty() && body.front()->begin <= node.begin && node.end <= body.back()->end;
}

auto is_savepoint(const python::Statement* block, const std::string& session) -> bool {
  const auto* with = as<python::With>(block, StatementKind::with);
  if (with == nullptr) return false;
  for (const auto& item : with->items) {
    const auto* call = as<python::Call>(item.context, ExpressionKind::call);
    const auto name = call != nullptr ? last_part(dotted_name(call->callee)) : std::string();
    if (name == "begin_nested" || name == "begin" || dotted_name(item.target) == session) return true;
    // A manager that nobody knows may roll back.
    if (call != nullptr && dotted_name(call->callee).find("session") != std::string::npos) return true;
  }
  return false;
}

// The blocks of a statement.
auto blocks_of(const python::Statement* statement) -> std::vector<python::StatementList> {
  if (const auto* each = as<python::If>(statement, StatementKind::if_)) return {each->body, each->otherwise};
  if (const auto* each = as<python::For>(statement, StatementKind::for_)) return {each->body, each->otherwise};
  if (const auto* each = as<python::While>(statement, StatementKind::while_)) return {each->body, each->otherwise};
  if (const auto* each = as<python::With>(statement, StatementKind::with)) return {each->body};
  const auto* attempt = as<python::Try>(statement, StatementKind::try_);
  if (attempt == nullptr) return {};
  std::vector<python::StatementList> all{attempt->body, attempt->otherwise, attempt->finally};
  for (const auto& handler : attempt->handlers) all.push_back(handler.body);
  return all;
}

// What happens behind a statement: another use of the session, its rollback, a way out, or the end of a loop's round.
enum class After : std::uint8_t { used, ended, left, next_round };

class Behind {
 public:
  Behind(const std::vector<Call>& calls, std::string_view session) : calls_(calls), session_(session) {}

  auto of(const std::vector<const python::Statement*>& blocks, std::size_t at, python::StatementList function, Span& use, const ModuleSessions& module) const -> After {
    for (auto i = at;; --i) {
      const auto* inner = blocks[i];
      python::StatementList around = function;
      if (i > 0)
        for (const auto& block : blocks_of(blocks[i - 1]))
          if (!block.empty() && block.front()->begin <= inner->begin && inner->end <= block.back()->end) around = block;
      for (const auto* statement : around) {
        if (statement->begin < inner->end) continue;
        if (const auto* call = first_in(*statement)) {
          use = module.span(*call->node);
          return ends_it(call->method) ? After::ended : After::used;
        }
        if (statement->kind == StatementKind::return_ || statement->kind == StatementKind::raise || statement->kind == StatementKind::break_) return After::left;
      }
      if (i == 0) return After::left;
      const auto* outer = blocks[i - 1];
      if (outer->kind == StatementKind::for_ || outer->kind == StatementKind::while_) return After::next_round;
      // A with statement's own session ends with it.
      if (const auto* with = as<python::With>(outer, StatementKind::with))
        for (const auto& item : with->items)
          if (dotted_name(item.target) == session_) return After::left;
    }
  }

  static auto ends_it(std::string_view method) -> bool { return in(method, {"rollback", "close", "remove", "begin", "begin_nested", "expunge_all", "invalidate", "reset"}); }

 private:
  auto first_in(const python::Statement& statement) const -> const Call* {
    for (const auto& call : calls_)
      if (call.node->begin >= statement.begin && call.node->end <= statement.end) return &call;
    return nullptr;
  }

  const std::vector<Call>& calls_;
  std::string_view session_;
};

auto innermost_loop(const std::vector<const python::Statement*>& blocks, std::size_t at) -> const python::Statement* {
  for (auto i = at; i-- > 0;)
    if (blocks[i]->kind == StatementKind::for_ || blocks[i]->kind == StatementKind::while_) return blocks[i];
  return nullptr;
}

// The loop gives the session's name another value each round.
auto assigns(const python::Statement& loop, std::string_view name) -> bool {
  const auto head = name.substr(0, name.find('.'));
  for (const auto& block : blocks_of(&loop))
    if (any_statement(block, [&](const python::Statement& statement) {
          if (const auto* assign = as<python::Assign>(&statement, StatementKind::assign))
            return std::any_of(assign->targets.begin(), assign->targets.end(), [&](const Expression* target) { return dotted_name(target) == head || dotted_name(target) == name; });
          const auto* with = as<python::With>(&statement, StatementKind::with);
          return with != nullptr && std::any_of(with->items.begin(), with->items.end(), [&](const python::WithItem& item) { return dotted_name(item.target) == name; });
        }))
      return true;
  return false;
}

}  // namespace

auto read_session_errors(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void {
  std::map<std::string, std::vector<Call>> calls;
  const auto is_session = [&](const std::string& name) {
    return known.sessions.count(name) > 0 || name == "session" || name == "db" || name.ends_with(".session") || name.ends_with("_session");
  };
  walk_expressions(function.body, [&](const Expression& node, const Surroundings& around) {
    const auto* call = as<python::Call>(&node, ExpressionKind::call);
    if (call == nullptr || around.nested) return;
    for (const auto& argument : call->arguments)
      if (const auto name = dotted_name(argument.value); !name.empty() && is_session(name)) calls[name].push_back({{}, &node, around});
    const auto* method = as<python::Attribute>(call->callee, ExpressionKind::attribute);
    const auto name = method != nullptr ? dotted_name(method->value) : std::string();
    if (!name.empty() && is_session(name)) calls[name].push_back({std::string(method->name), &node, around});
  });
  constexpr std::size_t most_calls = 500;
  for (const auto& [name, all] : calls) {
    if (all.size() > most_calls) continue;
    const auto found = known.sessions.find(name);
    const bool own_round = found != known.sessions.end() && found->second.repeated;
    for (const auto& write : all) {
      if (write.method != "commit" && write.method != "flush") continue;
      // The innermost try around it that catches.
      const auto& blocks = write.around.blocks;
      const python::Try* attempt = nullptr;
      std::size_t at = 0;
      for (std::size_t i = 0; i < blocks.size(); ++i)
        if (const auto* each = as<python::Try>(blocks[i], StatementKind::try_); each != nullptr && !each->handlers.empty() && contains(each->body, *write.node)) attempt = each, at = i;
      if (attempt == nullptr) continue;
      if (std::any_of(blocks.begin() + static_cast<std::ptrdiff_t>(at), blocks.end(), [&, id = name](const python::Statement* block) { return is_savepoint(block, id); })) continue;
      const auto handler = std::find_if(attempt->handlers.begin(), attempt->handlers.end(), [](const python::Handler& each) { return is_broad(each.type); });
      if (handler == attempt->handlers.end() || !swallows(handler->body)) continue;
      const bool ended = std::any_of(all.begin(), all.end(), [&](const Call& each) { return Behind::ends_it(each.method) && contains(attempt->finally, *each.node); });
      if (ended) continue;
      // Used again: in the next round, or behind.
      const bool goes_on = !handler->body.empty() && handler->body.back()->kind == StatementKind::continue_;
      Span use;
      const auto after = goes_on ? After::next_round : Behind(all, name).of(blocks, at, function.body, use, reader.module);
      if (after == After::left || after == After::ended) continue;
      const auto* loop = innermost_loop(blocks, at);
      const bool rolls_back_first = std::any_of(all.begin(), all.end(), [](const Call& each) { return each.method == "rollback"; });
      if (after == After::next_round && (own_round || rolls_back_first || (loop != nullptr && assigns(*loop, name)))) continue;
      const auto begin = handler->begin;
      reader.add(SessionUse::Kind::error_swallowed, {reader.module.module().file, begin, handler->type != nullptr ? handler->type->end : begin + 6},
                 reader.module.span(*write.node), name + "." + write.method, found != known.sessions.end() ? found->second.kind : SessionKind::unknown, function.name);
      reader.uses.back().again = use;
      break;
    }
  }
}

}  // namespace foreshot::loads
