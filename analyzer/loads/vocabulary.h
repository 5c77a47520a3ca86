// LoadVocabulary says what application code does with sessions, statements, results and entities, and writes down what
// follows: queries, loads that happen once per row, deletes. It stands on ModelVocabulary, which knows the schema's words.
//
//   for order in session.scalars(select(Order)):   Rows, whose element is an Entity that is one of many
//       order.items                                a lazy relationship of it: a Load
//
// Whatever is not understood is unknown, and what is unknown writes nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/facts/query.h"
#include "analyzer/loads/querying.h"
#include "analyzer/loads/registry.h"
#include "analyzer/loads/value.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::loads {

struct Application {
  std::vector<Query> queries;
  std::vector<Load> loads;
  std::vector<Delete> deletes;
  std::vector<SessionUse> uses;
};

class LoadVocabulary : public sqlalchemy::ModelVocabulary {
 public:
  using Site = interpret::Site;
  using Value = interpret::Value;
  using Arguments = interpret::Arguments;

  LoadVocabulary(const ModelRegistry& registry, const sqlalchemy::Versions& versions, PathRole role,
                 const QueryingFunctions* querying = nullptr);

  auto call(const Site&, const Value& callee, const Arguments&) -> std::optional<Value> override;
  auto method(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value> override;
  auto attribute(const Site&, const Value& object, std::string_view name) -> std::optional<Value> override;
  auto set_attribute(const Site&, const Value& object, std::string_view name, const Value&) -> bool override;
  auto subscript(const Site&, const Value& object, const std::vector<Value>& indexes) -> std::optional<Value> override;
  auto operation(const Site&, std::string_view op, const Value& left, const Value& right) -> std::optional<Value> override;
  auto iterate(const Site&, const Value& object) -> std::optional<interpret::Iteration> override;
  auto enter(const Site&, const Value& object) -> std::optional<Value> override;
  auto leave(const Site&, const Value& object) -> void override;
  auto returned(const Site&, const Value& value) -> void override;
  auto knows_class(const interpret::Class&) const -> bool override;
  auto knows_attribute(const interpret::Class&, std::string_view name) const -> bool override;
  auto join(const Site&, const Value& left, const Value& right) -> std::optional<Value> override;
  auto parameter(const Site&, std::string_view name, const Value& annotation, const Value* fallback)
      -> std::optional<Value> override;

  // Another function is walked as an entry point; `whole` is where it stands.
  auto begin_function(Span whole = {}, const python::Function* function = nullptr) -> void {
    entry_ = whole;
    entry_function_ = function;
    present_.clear();
    touched_.clear();
    set_by_hand_.clear();
    held_.clear();
    minded_.clear();
    seen_paths_.clear();
    loaded_.clear();
    read_in_.clear();
    commits_.clear();
  }
  auto take() -> Application { return std::move(facts_); }

 private:
  auto worth_following(const interpret::Function& function, const Arguments& arguments) const -> bool;

  // ── statement.cpp ──
  auto statement_call(const Site&, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto statement_method(const Site&, const std::shared_ptr<Statement>&, std::string_view name, const Arguments&)
      -> std::optional<Value>;
  auto add_entity(Statement& statement, const Value& value) const -> void;
  auto add_criteria(Statement& statement, const Arguments& arguments) const -> void;
  auto add_options(Statement& statement, const Value& value) const -> void;
  // ── options.cpp ──
  auto option_call(const Site&, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto option_method(const Site&, const Options& options, std::string_view name, const Arguments&) -> std::optional<Value>;
  // ── session.cpp ──
  auto session_call(const Site&, std::string_view dotted, const Arguments&) -> std::optional<Value>;
  auto session_method(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto execute(const Site&, const Value& session, std::string_view name, const std::shared_ptr<Statement>& statement) -> Value;
  auto kind_of(const Site&, const Value& session) const -> SessionKind;
  auto add_query(const Site&, const Statement& statement, SessionKind kind, Query::Result result) -> std::size_t;
  auto add_delete(const Site&, ModelId model, const Statement* statement, SessionKind kind) -> void;
  auto rows_method(const Site&, const std::shared_ptr<Rows>& rows, std::string_view name, const Arguments&)
      -> std::optional<Value>;
  auto note_loaded(const LoaderOption& option) -> void;
  auto consumed(const Rows& rows) -> void;
  auto one_of(const Rows& rows) -> Value;
  auto element_of(const Rows& rows, bool many) -> Value;
  // ── repeated.cpp ──
  auto run_in_loop(const Site&, const Value& session, const Statement* statement, std::string_view sql,
                   Load::Kind kind = Load::Kind::query) -> void;
  auto same_in_loop(const Site&, const Value& session, const Statement* statement, std::string_view sql) -> void;
  auto load_of(const Site&, const Entity& entity, const std::string& attribute, bool anywhere) -> std::optional<Load>;
  auto report_load(const Site&, const Entity& entity, const Relationship& relationship, Lazy strategy) -> void;
  auto report_column(const Site&, const Entity& entity, const ModelColumn& column) -> void;
  auto commit_in_loop(const Site&, const Value& session, const std::string& receiver) -> void;
  auto add_load(Load load) -> void;
  // ── serializing.cpp ──
  auto serializer_in(const Site&, const interpret::SourceModule& module, const python::Expression* expression, int depth) const
      -> std::shared_ptr<const interpret::Class>;
  auto serialize(const Site&, const Value& object, const interpret::Class& type, int depth) -> void;
  auto serialize_all(const Site&, const Value& object, const interpret::Class& type) -> void;
  auto serializer_call(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value>;
  // ── entity.cpp ──
  auto make_entity(ModelId model, std::shared_ptr<const Origin> origin, bool many) const -> std::shared_ptr<Entity>;
  auto entity_attribute(const Site&, const std::shared_ptr<Entity>& entity, std::string_view name) -> std::optional<Value>;
  auto relationship_read(const Site&, const std::shared_ptr<Entity>& entity, const Relationship& relationship) -> Value;
  auto strategy(const Entity& entity, const Relationship& relationship) const -> Lazy;
  auto leads_back(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_free(const Entity& entity, const Relationship& relationship) const -> bool;
  auto was_loaded(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_detached(const Entity& entity) const -> bool;
  auto report_detached(const Site&, const Entity& entity, const std::string& attribute) -> void;
  auto note_present(ModelId model, int depth) -> void;
  auto asked_by_helper(const Site&) const -> bool;
  auto is_deferred(const Entity& entity, const ModelColumn& column) const -> bool;
  auto fix_of(const Entity& entity, const Relationship& relationship) const -> std::string;
  auto member(const Site&, ModelId model, std::string_view name) -> Value;
  auto builtin(const Site&, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto text_of(const Site& site, Span span) const -> std::string_view { return site.interpreter.sources().text(span); }

  const ModelRegistry& registry_;
  PathRole role_;
  const QueryingFunctions* querying_;  // may be null: every call is followed then
  Application facts_;
  std::set<std::pair<Span, Span>> seen_loads_;
  std::unordered_map<std::uint64_t, std::size_t> seen_queries_;
  std::set<std::tuple<Span, ModelId, std::vector<std::string>>> seen_paths_;  // by the query and what is loaded of its rows
  std::set<std::pair<Span, ModelId>> seen_deletes_;
  std::set<ModelId> minded_;        // models whose rows this function read, changed or deleted
  std::set<std::pair<ModelId, std::string>> loaded_;  // relationships that a query of this function loads
  std::map<Span, Span> read_in_;    // loops that read columns of their rows, and where first
  std::unordered_map<std::uint64_t, Load> commits_;  // in loops that have read no column yet, by the loop's place
  struct Serializer { Span field; std::string name; };
  Serializer serializer_;           // that is reading at the moment
  const python::Function* entry_function_ = nullptr;
  Span entry_;                      // the function that is walked
  std::set<ModelId> present_;       // models of which the session may hold rows already: parameters, what queries load along
  std::set<std::pair<ModelId, std::string>> touched_;      // attributes that the function has read while their session was open
  std::set<std::pair<ModelId, std::string>> set_by_hand_;  // attributes that the function gives values to
  std::map<Span, interpret::Rounds> core_tables_;          // loops whose rounds change another table each, by the statement
  std::set<ModelId> held_;          // models of which many rows were fetched by this function
  std::unordered_map<std::uint64_t, const python::For*> loops_;  // by file and begin
};

}  // namespace foreshot::loads
