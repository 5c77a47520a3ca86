// What a function does with a session one after the other: transactions that are begun twice, that stay open while something
// else is waited for, flushes that the next line does anyway; and sessions that block a coroutine.
#include <algorithm>
#include <array>
#include <map>

#include "analyzer/base/word_search.h"
#include "analyzer/loads/sessions.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::StatementKind;
using Kind = SessionUse::Kind;

auto asks(std::string_view method) -> bool {
  return in(method, {"execute", "scalars", "scalar", "get", "get_one", "exec", "stream", "stream_scalars", "refresh", "flush", "connection"});
}
auto begins(std::string_view method) -> bool { return asks(method) || in(method, {"add", "add_all", "merge", "delete", "begin"}); }
auto ends(std::string_view method) -> bool {
  return in(method, {"commit", "rollback", "close", "aclose", "remove", "invalidate", "reset", "run_sync", "get_transaction", "in_transaction", "close_all", "expunge_all"});
}

struct Call {
  std::string method;  // empty: the session is an argument of it
  const python::Call* node = nullptr;
  Surroundings around;
  bool chained = false, awaited = false;
};

struct Wait {
  std::string name;
  const python::Call* node = nullptr;
  Surroundings around;
};

// Which part of a statement a place is in; the parts of an if, a try or a match exclude each other.
auto part_of(const python::Statement& block, const Expression& node) -> int {
  const auto inside = [&](python::StatementList body) { return !body.empty() && body.front()->begin <= node.begin && node.end <= body.back()->end; };
  if (const auto* test = as<python::If>(&block, StatementKind::if_)) return inside(test->body) ? 1 : inside(test->otherwise) ? 2 : 0;
  if (const auto* attempt = as<python::Try>(&block, StatementKind::try_)) return inside(attempt->body) || inside(attempt->otherwise) ? 1 : inside(attempt->finally) ? 2 : 3;
  if (const auto* match = as<python::Match>(&block, StatementKind::match))
    for (std::size_t i = 0; i < match->cases.size(); ++i)
      if (inside(match->cases[i].body)) return static_cast<int>(i) + 1;
  return 0;
}

// Whoever comes to `later` has been at `earlier`.
auto precedes(const Call& earlier, const Expression& later, const Surroundings& around) -> bool {
  if (earlier.node->end > later.begin) return false;
  return std::all_of(earlier.around.blocks.begin(), earlier.around.blocks.end(), [&](const python::Statement* block) {
    if (std::find(around.blocks.begin(), around.blocks.end(), block) == around.blocks.end()) return block->kind == StatementKind::with;
    return part_of(*block, *earlier.node) == part_of(*block, later);
  });
}

auto ends_with(const python::Statement& block, const std::string& session) -> bool {
  const auto* with = as<python::With>(&block, StatementKind::with);
  if (with == nullptr) return false;
  return std::any_of(with->items.begin(), with->items.end(), [&](const python::WithItem& item) {
    const auto* call = as<python::Call>(item.context, ExpressionKind::call);
    const auto* method = call != nullptr ? as<python::Attribute>(call->callee, ExpressionKind::attribute) : nullptr;
    return dotted_name(item.target) == session || dotted_name(item.context) == session || (method != nullptr && dotted_name(method->value) == session);
  });
}

class Order {
 public:
  Order(SessionReader& reader, const python::Function& function, const FunctionSessions& known) : reader_(reader), function_(function), known_(known) {}

  auto read() -> void {
    for (const auto& parameter : function_.parameters)
      if (parameter.annotation != nullptr && is_client(parameter.annotation)) clients_.insert(std::string(parameter.name));
    walk_expressions(function_.body, [this](const Expression& node, const Surroundings& around) { see(node, around); });
    constexpr std::size_t most_calls = 300;
    for (const auto& [name, calls] : calls_) {
      if (calls.size() > most_calls) continue;
      const auto& session = known_.sessions.at(name);
      of_coroutine(name, session, calls);
      begun(name, session, calls);
      flushed(name, session, calls);
      waits(name, session, calls);
    }
  }

 private:
  auto see(const Expression& node, const Surroundings& around) -> void {
    if (around.nested) return;
    if (const auto* with = as<python::With>(around.statement, StatementKind::with); with != nullptr && around.parent == nullptr)
      for (const auto& item : with->items)
        if (item.context == &node && makes_client(&node)) clients_.insert(dotted_name(item.target));
    if (const auto* assign = as<python::Assign>(around.statement, StatementKind::assign); assign != nullptr && assign->value == &node && assign->targets.size() == 1 && makes_client(&node))
      clients_.insert(dotted_name(assign->targets[0]));
    const auto* call = as<python::Call>(&node, ExpressionKind::call);
    if (call == nullptr) return;
    const auto* method = as<python::Attribute>(call->callee, ExpressionKind::attribute);
    const auto owner = method != nullptr ? dotted_name(method->value) : std::string();
    const bool chained = around.parent != nullptr && around.parent->kind == ExpressionKind::attribute;
    const bool awaited = around.parent != nullptr && around.parent->kind == ExpressionKind::await_;
    for (const auto& argument : call->arguments)
      if (const auto name = dotted_name(argument.value); !name.empty() && known_.sessions.count(name) > 0) calls_[name].push_back({{}, call, around, false, awaited});
    if (!owner.empty() && known_.sessions.count(owner) > 0) {
      calls_[owner].push_back({std::string(method->name), call, around, chained, awaited});
    } else {
      // A method of its own may do anything with self.session.
      if (owner == "self" || owner == "cls" || owner.starts_with("self."))
        for (const auto& [name, session] : known_.sessions)
          if (name.starts_with("self.")) calls_[name].push_back({{}, call, around, false, awaited});
      if (auto name = waits_for(*call, owner); !name.empty()) waits_.push_back({std::move(name), call, around});
    }
  }

  auto external(const Expression* node) const -> std::string {
    const auto name = dotted_name(node);
    if (name.empty() || known_.locals.count(name.substr(0, name.find('.'))) > 0) return {};
    return std::string(reader_.module.value_of(*node).external_name());
  }
  auto is_client(const Expression* type) const -> bool {
    const auto name = dotted_name(type);
    const auto word = sqlalchemy::last_part(name);
    if (!in(word, {"AsyncClient", "Client", "ClientSession", "Session", "OpenAI", "AsyncOpenAI", "AsyncAnthropic", "Anthropic"})) return false;
    return in(external(type), {"httpx.AsyncClient", "httpx.Client", "aiohttp.ClientSession", "aiohttp.client.ClientSession", "requests.Session", "openai.OpenAI", "openai.AsyncOpenAI",
                               "anthropic.AsyncAnthropic", "anthropic.Anthropic"});
  }
  auto makes_client(const Expression* node) const -> bool {
    const auto* call = as<python::Call>(node, ExpressionKind::call);
    return call != nullptr && is_client(call->callee);
  }

  // What is waited for outside the database; empty when nobody knows that it is.
  auto waits_for(const python::Call& call, const std::string& owner) const -> std::string {
    const auto name = dotted_name(call.callee);
    const auto word = sqlalchemy::last_part(name);
    if (!in(word, {"get", "post", "put", "patch", "delete", "head", "request", "sleep", "run", "call", "check_call", "check_output", "system", "urlopen", "create", "completion", "acompletion"})) return {};
    const auto root = owner.substr(0, owner.find('.'));
    if (!owner.empty() && clients_.count(root) > 0) return word == "run" || word == "call" || (word == "create" && owner == root) ? std::string() : name;
    const auto dotted = external(call.callee);
    const bool http = dotted.starts_with("requests.") || dotted.starts_with("httpx.");
    if (http && in(word, {"get", "post", "put", "patch", "delete", "head", "request"})) return name;
    if (in(dotted, {"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"})) return is_long(call) ? name : std::string();
    return in(dotted, {"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "os.system", "urllib.request.urlopen", "litellm.completion", "litellm.acompletion"})
               ? name
               : std::string();
  }

  // A pause that is written out and short is none.
  auto is_long(const python::Call& call) const -> bool {
    if (call.arguments.empty()) return false;
    const auto value = reader_.module.value_of(*call.arguments[0].value);
    if (const auto* whole = value.get<std::int64_t>()) return *whole > 0;
    const auto* part = value.get<double>();
    return part == nullptr || *part >= 0.1;
  }

  // Something between two places ends the transaction, or may.
  static auto ended_between(const std::vector<Call>& calls, const std::string& name, std::uint32_t from, const Expression& later, const Surroundings& around, const Call& earlier) -> bool {
    for (const auto& call : calls)
      if (call.node->begin > from && call.node->end <= later.begin && (ends(call.method) || call.method.empty())) return true;
    return std::any_of(earlier.around.blocks.begin(), earlier.around.blocks.end(), [&](const python::Statement* block) {
      return ends_with(*block, name) && std::find(around.blocks.begin(), around.blocks.end(), block) == around.blocks.end();
    });
  }

  auto add(Kind kind, Span span, Span other, std::string what, SessionKind session) -> void { reader_.add(kind, span, other, std::move(what), session, function_.name); }
  auto span(const Expression& node) const -> Span { return reader_.module.span(node); }

  auto of_coroutine(const std::string& name, const KnownSession& session, const std::vector<Call>& calls) -> void {
    if (session.kind == SessionKind::async) {
      for (const auto& call : calls)
        if (call.method == "query" && !call.awaited) return add(Kind::no_such_method, span(*call.node), session.span, name + ".query", session.kind);
      return;
    }
    if (!function_.async || session.kind != SessionKind::sync) return;
    // Whoever awaits it has another session than its type says.
    if (std::any_of(calls.begin(), calls.end(), [](const Call& call) { return call.awaited && !call.method.empty(); })) return;
    for (const auto& call : calls)
      if ((asks(call.method) && call.method != "connection") || in(call.method, {"commit", "rollback", "merge"}) || (call.method == "query" && call.chained))
        return add(Kind::blocking, span(*call.node), session.span, name + "." + call.method, session.kind);
  }

  auto begun(const std::string& name, const KnownSession& session, const std::vector<Call>& calls) -> void {
    for (const auto& begin : calls) {
      if (begin.method != "begin" || begin.around.in_handler || begin.around.in_finally || !begin.node->arguments.empty()) continue;
      for (const auto& earlier : calls) {
        if (&earlier == &begin || !(begins(earlier.method) || (earlier.method == "query" && earlier.chained)) || !precedes(earlier, *begin.node, begin.around)) continue;
        if (earlier.around.in_handler || earlier.around.in_finally) continue;
        if (ended_between(calls, name, earlier.node->begin, *begin.node, begin.around, earlier)) continue;
        // `with session.begin():` that is over has ended it.
        const auto* with = earlier.method == "begin" ? as<python::With>(earlier.around.statement, StatementKind::with) : nullptr;
        if (with != nullptr && with->end <= begin.node->begin) continue;
        add(Kind::begun_again, span(*begin.node), span(*earlier.node), name, session.kind);
        return;
      }
    }
  }

  auto flushed(const std::string& name, const KnownSession& session, const std::vector<Call>& calls) -> void {
    for (const auto& flush : calls) {
      if (flush.method != "flush" || !flush.node->arguments.empty() || flush.around.statement->kind != StatementKind::expression) continue;
      const auto* next = behind(flush);
      if (next == nullptr) continue;
      for (const auto& call : calls) {
        const bool first = call.node->begin >= next->begin && call.node->end <= next->end;
        if (!first) continue;
        const bool commits = call.method == "commit";
        const bool queries = in(call.method, {"execute", "scalars", "scalar", "exec"}) || (call.method == "query" && call.chained);
        // What the query asks for is worked out before it runs, and may be a key that the flush has brought.
        if (commits || (queries && !reader_.names.sets_autoflush && !reads_object(*next, name) && next->kind != StatementKind::if_ && next->kind != StatementKind::for_ && next->kind != StatementKind::with))
          add(Kind::flushed_twice, span(*flush.node), span(*call.node), name, session.kind);
        break;
      }
    }
  }

  // `user.id` of a local that is not the session.
  auto reads_object(const python::Statement& statement, const std::string& session) const -> bool {
    const python::Statement* one[] = {&statement};
    bool found = false;
    walk_expressions(one, [&](const Expression& node, const Surroundings&) {
      const auto* attribute = as<python::Attribute>(&node, ExpressionKind::attribute);
      const auto* owner = attribute != nullptr ? as<python::Name>(attribute->value, ExpressionKind::name) : nullptr;
      found = found || (owner != nullptr && owner->id != session.substr(0, session.find('.')) && known_.locals.count(std::string(owner->id)) > 0);
    });
    return found;
  }

  // The statement after the one that a call is in.
  auto behind(const Call& call) const -> const python::Statement* {
    auto body = function_.body;
    if (!call.around.blocks.empty()) {
      const auto* block = call.around.blocks.back();
      const auto take = [&](python::StatementList inner) {
        if (!inner.empty() && inner.front()->begin <= call.node->begin && call.node->end <= inner.back()->end) body = inner;
      };
      body = {};
      if (const auto* each = as<python::If>(block, StatementKind::if_)) take(each->body), take(each->otherwise);
      if (const auto* each = as<python::For>(block, StatementKind::for_)) take(each->body);
      if (const auto* each = as<python::While>(block, StatementKind::while_)) take(each->body);
      if (const auto* each = as<python::With>(block, StatementKind::with)) take(each->body);
      if (const auto* each = as<python::Try>(block, StatementKind::try_)) take(each->body), take(each->otherwise), take(each->finally);
    }
    for (std::size_t i = 0; i + 1 < body.size(); ++i)
      if (body[i] == call.around.statement) return body[i + 1];
    return nullptr;
  }

  auto waits(const std::string& name, const KnownSession& session, const std::vector<Call>& calls) -> void {
    if (nobody_waits(reader_.role)) return;
    for (const auto& wait : waits_) {
      if (wait.around.in_handler || wait.around.in_finally) continue;
      for (const auto& earlier : calls) {
        if (!(asks(earlier.method) || (earlier.method == "query" && earlier.chained)) || earlier.around.in_handler || !precedes(earlier, *wait.node, wait.around)) continue;
        if (ended_between(calls, name, earlier.node->begin, *wait.node, wait.around, earlier)) continue;
        add(Kind::held_across_io, span(*wait.node), span(*earlier.node), wait.name, session.kind);
        return;
      }
    }
  }

  SessionReader& reader_;
  const python::Function& function_;
  const FunctionSessions& known_;
  std::map<std::string, std::vector<Call>> calls_;
  std::vector<Wait> waits_;
  std::set<std::string> clients_;
};

}  // namespace

auto may_wait(std::string_view body) -> bool {
  static const WordSearch words{"requests.", "httpx", "sleep(", "subprocess.", "urlopen(", "Client", "completion", "os.system"};
  return words.in(body);
}

auto read_session_order(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void {
  Order(reader, function, known).read();
}

}  // namespace foreshot::loads
