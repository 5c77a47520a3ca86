// Which expressions of a function are sessions: parameters by their annotation, what a factory makes, attributes of self.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/facts/query.h"
#include "analyzer/interpret/interpreter.h"
#include "analyzer/loads/tree_walk.h"

namespace foreshot::loads {

// A method's callee whose object calls itself a session: `self.session.delete`, `db.delete`.
auto named_session(std::string_view callee) -> bool;

// Names that only another file explains; gathered of all modules before the first is read.
struct ProjectNames {
  std::unordered_set<std::string_view> dependencies;  // `get_db` of Depends(get_db)
  std::unordered_set<std::string_view> imported;      // `session` of `from app.database import session`
  std::unordered_set<std::string_view> factories;     // `SessionLocal` of `SessionLocal = sessionmaker(…)`
  bool sets_autoflush = false;                        // some session may not flush before it asks

  auto add(const interpret::SourceModule& module, std::string_view text) -> void;
};

struct KnownSession {
  SessionKind kind = SessionKind::unknown;
  Span span;              // where it is made, or the parameter
  bool made = false;      // assigned here, by a call that makes one: somebody has to close it
  bool closes = false;    // a with statement's
  bool repeated = false;  // made in a loop
};

class ModuleSessions {
 public:
  ModuleSessions(const interpret::SourceModule& module, interpret::Interpreter& interpreter) : module_(module), interpreter_(interpreter) {}

  // The kind of session that calling this makes; nothing when it makes none, or nobody knows.
  auto made_by(const python::Expression* value, const std::set<std::string>& locals) -> std::optional<SessionKind>;
  auto annotated(const python::Expression* annotation) -> std::optional<SessionKind>;
  auto value_of(const python::Expression& expression) -> interpret::Value { return interpreter_.evaluate(module_, expression); }
  auto value_in(const interpret::SourceModule& module, const python::Expression& expression) -> interpret::Value { return interpreter_.evaluate(module, expression); }
  auto module() const -> const interpret::SourceModule& { return module_; }
  auto span(const python::Expression& node) const -> Span { return {module_.file, node.begin, node.end}; }

  // `self.session` of each method, from __init__ and the class body.
  auto attributes_of(const std::string& class_name) -> const std::map<std::string, KnownSession>&;

 private:
  auto made_by_function(const interpret::Function& function) -> std::optional<SessionKind>;

  const interpret::SourceModule& module_;
  interpret::Interpreter& interpreter_;
  std::map<std::string, std::map<std::string, KnownSession>> attributes_;
  std::map<std::string, std::optional<SessionKind>> types_;  // of annotations, by their words
};

// Of one function: its sessions by their names, as they are written.
struct FunctionSessions {
  std::map<std::string, KnownSession> sessions;
  std::set<std::string> locals;
};
auto sessions_of(ModuleSessions& module, const python::Function& function, const std::string& class_name) -> FunctionSessions;

}  // namespace foreshot::loads
