// Reads what the functions of a module do with sessions: who makes them, who closes them, who shares them with others that
// run at the same time, and what becomes of their errors. From the statements alone; what a name means is asked of the
// interpreter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/loads/session_names.h"

namespace foreshot::loads {

struct SessionReader {
  ModuleSessions& module;
  const ProjectNames& names;
  PathRole role = PathRole::application;
  std::vector<SessionUse>& uses;

  auto add(SessionUse::Kind kind, Span span, Span other, std::string what, SessionKind session, std::string_view function) -> void {
    uses.push_back({kind, span, other, std::move(what), session, role, std::string(function)});
  }
};

// Whether the module may do any of it.
auto may_use_sessions(const interpret::SourceModule& module, const ProjectNames& names) -> bool;
auto read_sessions(SessionReader& reader, std::string_view text) -> void;

// Whether a function of this text may wait for something outside the database.
auto may_wait(std::string_view body) -> bool;

// Whether a function runs coroutines in event loops of their own, and with which engine.
auto read_event_loops(SessionReader& reader, const python::Function& function) -> void;

// Of one function.
auto read_session_life(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void;
auto read_session_sharing(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void;
auto read_session_order(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void;
auto read_session_errors(SessionReader& reader, const python::Function& function, const FunctionSessions& known) -> void;

}  // namespace foreshot::loads
