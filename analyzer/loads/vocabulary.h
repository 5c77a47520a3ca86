// LoadVocabulary says what application code does with sessions, statements, results and entities, and writes down what
// follows: queries, loads that happen once per row, deletes. It stands on ModelVocabulary, which knows the schema's words.
//
//   for order in session.scalars(select(Order)):   Rows, whose element is an Entity that is one of many
//       order.items                                a lazy relationship of it: a Load
//
// Whatever is not understood is unknown, and what is unknown writes nothing.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/facts/query.h"
#include "analyzer/loads/fix.h"
#include "analyzer/loads/querying.h"
#include "analyzer/loads/registry.h"
#include "analyzer/loads/templates.h"
#include "analyzer/loads/turn.h"
#include "analyzer/loads/row_use.h"
#include "analyzer/loads/value.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::loads {

struct Choice;  // serializer.h

struct Application {
  std::vector<Query> queries;
  std::vector<Load> loads;
  std::vector<Delete> deletes;
  std::vector<SessionUse> uses;
  std::vector<QueryUse> query_uses;
};

// It happens in a template; `serializer` is the call that renders it.
inline auto is_of_template(const Load& load) -> bool { return load.serializer.known() && load.serializer_name.empty(); }
// The query whose rows these are, as it was asked, when none of them was asked to be left out; else null.
auto asked_by(const Rows& rows) -> const Statement*;

// What either of two ways asks for, in one statement.
auto unite_shapes(Statement& into, const Statement& other) -> void;

// Each column once: a loop joins the same query with itself again and again, which would double the list each time.
auto merge(std::vector<ColumnOf>& into, const std::vector<ColumnOf>& from) -> void;

class LoadVocabulary : public sqlalchemy::ModelVocabulary {
 public:
  using Site = interpret::Site;
  using Value = interpret::Value;
  using Arguments = interpret::Arguments;

  LoadVocabulary(const ModelRegistry& registry, const sqlalchemy::Versions& versions, PathRole role,
                 const QueryingFunctions* querying = nullptr, const Templates* templates = nullptr);

  auto call(const Site&, const Value& callee, const Arguments&) -> std::optional<Value> override;
  auto method(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value> override;
  auto attribute(const Site&, const Value& object, std::string_view name) -> std::optional<Value> override;
  auto set_attribute(const Site&, const Value& object, std::string_view name, const Value&) -> bool override;
  auto subscript(const Site&, const Value& object, const std::vector<Value>& indexes) -> std::optional<Value> override;
  auto operation(const Site&, std::string_view op, const Value& left, const Value& right) -> std::optional<Value> override;
  auto iterate(const Site&, const Value& object) -> std::optional<interpret::Iteration> override;
  auto enter(const Site&, const Value& object) -> std::optional<Value> override;
  auto leave(const Site&, const Value& object) -> void override;
  auto item_changed(const Site&, const Value& object) -> void override;
  auto decide(const Site&, const Value& test) -> Value::Truth override;
  auto returned(const Site&, const Value& value) -> void override;
  auto knows_class(const interpret::Class&) const -> bool override;
  auto knows_attribute(const interpret::Class&, std::string_view name) const -> bool override;
  auto join(const Site&, const Value& left, const Value& right) -> std::optional<Value> override;
  auto parameter(const Site&, std::string_view name, const Value& annotation, const Value* fallback)
      -> std::optional<Value> override;
  auto receiver(const Site&, const std::shared_ptr<const interpret::Class>& type) -> std::optional<Value> override;

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
    filled_.clear();
    read_in_.clear();
    commits_.clear();
    counts_.clear();
    reads_.clear();
    lookups_.clear();
    turns_.clear();
    unnamed_.clear();
    has_aliases_.reset();
  }
  // An object of the model that was loaded somewhere else.
  auto object_of(ModelId model) const -> Value;
  auto take() -> Application { return std::move(facts_); }
  // What the loads of all functions need to be fixed.
  auto fix_requests() const -> const std::vector<FixRequest>& { return fix_requests_; }
  auto facts() -> Application& { return facts_; }

 private:
  auto worth_following(const interpret::Site& site, const interpret::Function& function, const Arguments& arguments) const -> bool;

  // ── statement.cpp ──
  auto statement_call(const Site&, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto statement_method(const Site&, const std::shared_ptr<Statement>&, std::string_view name, const Arguments&)
      -> std::optional<Value>;
  auto add_entity(Statement& statement, const Value& value, Span span) const -> void;
  auto add_criteria(Statement& statement, const Arguments& arguments, bool in_where) const -> void;
  auto add_options(Statement& statement, const Value& value) const -> void;
  auto page_of(const Site&, const Statement& statement) const -> std::shared_ptr<Statement>;
  auto order_or_page(const Site&, Statement& statement, std::string_view name, const Arguments&) const -> void;
  // ── criteria.cpp ──
  auto expression_call(const Site&, std::string_view dotted, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto asks_for_one(const Relationship& relationship, const Arguments& arguments) const -> bool;
  auto column_method(const Site&, const Value& object, std::string_view name, const Arguments&) -> Value;
  auto column_operation(const Site&, std::string_view op, const Value& left, const Value& right) -> std::optional<Value>;
  auto has_aliases(const Site&) -> bool;
  auto note_operators(const Site&, std::string_view name, const Arguments&) -> void;
  auto add_use(const Site&, QueryUse use) -> void;
  auto entry_text(const Site&) const -> std::string_view;
  // ── from.cpp ──
  auto name_in_from(Statement& statement, const Value& value, Span span) const -> void;
  auto join_in_from(Statement& statement, std::string_view name, const Arguments&) const -> void;
  auto covers_key(const Statement& statement, ModelId model) const -> bool;
  auto unconnected(const Site&, const Statement& statement) const -> std::vector<NamedFrom>;
  // ── shape.cpp ──
  auto shape_of(const Site&, const Statement& statement, Query& query) const -> void;
  auto taken(const Site&, const Rows& rows, std::string_view name, Span given) -> void;
  auto row_uses(const Site&, Span place) -> const RowUses*;
  auto is_read_once(const Site&, Span expression) -> bool;
  auto note_iterated(const Site&, const Rows& rows) -> void;
  auto note_long_list(const Site&, const Arguments&) -> void;
  auto note_write_of_all(const Site&, const Statement& statement, std::string_view verb) -> void;
  // ── asked.cpp ──
  auto count_of(const Site&, const Rows& rows, bool counted) -> Value;
  auto finds_one(const Statement& statement) const -> bool;
  auto is_only_here(const Site&, const Value& value, Span where) -> bool;
  auto same_count(const Site&, const Value& value) -> std::optional<Value>;
  auto add_asked(const Site&, QueryUse use, Span run) -> void;
  auto note_tested(const Site&, const Value& value, Span whole) -> void;
  auto note_compared(const Site&, std::string_view op, const Value& left, const Value& right) -> void;
  auto note_reduced(const Site&, std::string_view name, const Arguments&) -> void;
  // ── changes.cpp ──
  auto note_change(const Site&, const Value& object, std::string_view method) -> void;
  auto note_text(const Site&, const Arguments&) -> void;
  // ── get_or_create.cpp ──
  auto note_lookup(const Site&, const Statement& statement, std::string_view name) -> void;
  auto note_made(const Site&, Entity& entity, const Arguments&) -> void;
  auto note_added(const Site&, const Value& value) -> void;
  auto is_new(const Site&, const Value& value) const -> bool;
  auto is_prepared(const Site&, Span lookup) const -> bool;
  // ── options.cpp ──
  auto option_call(const Site&, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto option_method(const Site&, const Options& options, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto grow(const Site&, const std::shared_ptr<Options>& options, Options& grown) const -> void;
  auto note_named(const Site&, std::string_view word, const Arguments&) -> void;
  // ── session.cpp ──
  auto session_call(const Site&, std::string_view dotted, const Arguments&) -> std::optional<Value>;
  auto session_method(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto run_text(const Site&, const Value& session, std::string_view sql, const Arguments& arguments) -> void;
  // `given` is the statement as it stands among the arguments.
  auto execute(const Site&, const Value& session, std::string_view name, const std::shared_ptr<Statement>& statement, Span given = {}) -> Value;
  auto kind_of(const Site&, const Value& session) const -> SessionKind;
  auto add_query(const Site&, const Statement& statement, SessionKind kind, Query::Result result) -> std::size_t;
  auto add_delete(const Site&, ModelId model, const Statement* statement, SessionKind kind) -> void;
  auto rows_method(const Site&, const std::shared_ptr<Rows>& rows, std::string_view name, const Arguments&)
      -> std::optional<Value>;
  auto note_loaded(const LoaderOption& option) -> void;
  auto consumed(const Rows& rows) -> void;
  auto one_of(const Rows& rows) -> Value;
  auto element_of(const Rows& rows, bool many) -> Value;
  // ── statements_in_loop.cpp ──
  auto may_be_held(const Site& site, const Value& merged) const -> bool;
  auto run_in_loop(const Site&, const Value& session, const Statement* statement, std::string_view sql,
                   Load::Kind kind = Load::Kind::query) -> void;
  auto same_in_loop(const Site&, const Value& session, const Statement* statement, std::string_view sql) -> void;
  // ── repeated.cpp ──
  auto commit_in_loop(const Site&, const Value& session, const std::string& receiver) -> void;
  // ── lazy.cpp ──
  auto load_of(const Site&, const Entity& entity, const std::string& attribute, bool anywhere) -> std::optional<Load>;
  auto report_load(const Site&, const Entity& entity, const Relationship& relationship, Lazy strategy) -> void;
  auto report_column(const Site&, const Entity& entity, const ModelColumn& column) -> void;
  auto add_load(Load load) -> bool;
  auto add_lazy(Load load, FixRequest request) -> void;
  auto fix_request(const Entity& entity, const std::string& attribute) const -> FixRequest;
  auto key_instead(const Site&, const Entity& entity, const Relationship& relationship, FixRequest& request) const -> bool;
  // ── row_loads.cpp ──
  auto delete_in_loop(const Site&, const Value& session, const Entity& entity) -> void;
  auto report_subclass_column(const Site&, const Entity& entity, const std::string& attribute) -> bool;
  auto report_node(const Site&, const Entity& entity, const Relationship& relationship) -> bool;
  // ── lost_attribute.cpp ──
  auto expired_in_loop(const Site&, const interpret::Loop& loop, const Origin& origin, Load load) -> void;
  // ── expiry.cpp ──
  auto holder_of(const Site&, const Value& session) -> std::shared_ptr<Session>;
  auto holder_of(const Entity& entity) const -> std::shared_ptr<const Session>;
  auto turn(const Site&, Turn::Kind kind, std::shared_ptr<const Session> session, std::shared_ptr<const Entity> entity = nullptr) -> Turn*;
  auto unclear(const Site&, const Value& callee, const Arguments& arguments) -> void;
  auto session_turn(const Site&, const Value& object, std::string_view name, const Arguments& arguments) -> void;
  auto fetched(const Site&, const Statement& statement) -> void;
  auto changed(const Site&, const std::shared_ptr<Entity>& entity, const std::string& name, const Value& value) -> void;
  auto visible(const Site&, const Turn& turn) const -> bool;
  auto expires(const Session& session) const -> bool;
  auto arrived(const Site&, const Entity& entity) const -> std::size_t;
  auto expired_by(const Site&, const Entity& entity, std::size_t after) const -> const Turn*;
  auto flushed_by(const Site&, const Entity& entity) const -> const Turn*;
  auto generated_by(const Site&, const Entity& entity, const ModelColumn& column) const -> const Turn*;
  auto is_lost(const Site&, Entity& entity, const std::string& attribute) -> bool;
  auto column_state(const Site&, Entity& entity, const ModelColumn& column) -> void;
  auto relationship_state(const Site&, Entity& entity, const Relationship& relationship) -> bool;
  auto report_turn(const Site&, Entity& entity, const std::string& attribute, Load::Kind kind, const Turn& by) -> void;
  auto new_entity(const Site&, ModelId model, const Arguments& arguments) -> Value;
  auto replaced(const Site&, Entity& entity, const std::string& name) -> void;
  auto may_be_loaded_since(const Entity& entity) const -> bool;
  auto blocked_query(const Site&, const Statement& statement) -> void;
  auto dependency(const Site&, const Arguments& arguments) -> Value;
  auto is_followed(const Site&, const interpret::Function& function) const -> bool;
  auto changes_collection(const Site&) const -> bool;
  auto given_by(const Site&, const Value& dependency) const -> Value;
  auto session_given_by(const Site&, const Value& dependency) const -> std::shared_ptr<Session>;
  // ── serializing.cpp ──
  auto serializers_in(const Site&, const interpret::SourceModule& module, const python::Expression* expression, int depth) const
      -> std::vector<std::shared_ptr<const interpret::Class>>;
  auto serializer_for(const Site&, const interpret::SourceModule& module, const python::Expression* expression, const Value& object)
      -> std::shared_ptr<const interpret::Class>;
  auto takes(const Site&, const std::shared_ptr<const interpret::Class>& type, ModelId model) -> bool;
  auto read_way(const Site&, const std::shared_ptr<Entity>& entity, const std::vector<std::vector<std::string>>& ways) -> Value;
  auto serialize(const Site&, const Value& object, const std::shared_ptr<const interpret::Class>& type, const Choice& choice, int depth) -> void;
  auto serialize_all(const Site&, const Value& object, const std::shared_ptr<const interpret::Class>& type, const Choice& choice, int depth) -> void;
  auto each_of(const Site&, const Value& rows, std::string name, const std::function<void(const Value& element)>& body) -> void;
  auto serializer_made(const Site&, const std::shared_ptr<const interpret::Class>& type, const Arguments&) -> std::optional<Value>;
  auto serializer_call(const Site&, const Value& object, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto serializer_function(const Site&, std::string_view dotted, const Arguments&) -> std::optional<Value>;
  auto read_dataclass(const Site&, const Value& object, int depth) -> void;
  // ── rest_fields.cpp ──
  auto rest_function(const Site&, std::string_view dotted, const Arguments&) -> std::optional<Value>;
  auto rest_model(const Site&, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto rest_read(const Site&, const Value& object, const Value& fields, int depth) -> void;
  auto rest_returned(const Site&, const Value& value) -> void;
  // ── rendering.cpp ──
  auto template_call(const Site&, const Value& object, std::string_view word, const Arguments&) -> std::optional<Value>;
  auto written_template(const Value& value, std::string_view path, std::vector<TemplateSource>& sources) -> bool;
  auto render_all(const Site&, const std::vector<TemplateSource>& sources, const std::vector<std::pair<std::string, Value>>& context) -> void;
  auto render_returned(const Site&, const Value& value) -> void;
  auto place_in_template(const Site&, Load& load) const -> void;
  auto is_in_template(const Site&, Span place) const -> bool;
  auto run_in_template(const Site&, const Value& session, const Statement* query, std::string_view sql, Load::Kind kind, const interpret::Loop& loop) -> void;
  // ── entity.cpp ──
  auto make_entity(ModelId model, std::shared_ptr<const Origin> origin, bool many) const -> std::shared_ptr<Entity>;
  auto entity_attribute(const Site&, const std::shared_ptr<Entity>& entity, std::string_view name) -> std::optional<Value>;
  auto relationship_read(const Site&, const std::shared_ptr<Entity>& entity, const Relationship& relationship) -> Value;
  auto strategy(const Entity& entity, const Relationship& relationship) const -> Lazy;
  auto ends_on_the_way(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_joined(const Entity& entity, const Relationship& relationship, Lazy effective) const -> bool;
  auto leads_back(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_in_row(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_pinned(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_free(const Entity& entity, const Relationship& relationship) const -> bool;
  auto was_loaded(const Entity& entity, const Relationship& relationship) const -> bool;
  auto is_detached(const Entity& entity) const -> bool;
  auto report_detached(const Site&, const Entity& entity, const std::string& attribute) -> void;
  auto note_present(ModelId model, int depth) -> void;
  auto asked_by_helper(const Site&) const -> bool;
  auto is_deferred(const Entity& entity, const ModelColumn& column) const -> bool;
  auto member(const Site&, ModelId model, std::string_view name) -> Value;
  auto builtin(const Site&, std::string_view name, const Arguments&) -> std::optional<Value>;
  auto text_of(const Site& site, Span span) const -> std::string_view { return site.interpreter.sources().text(span); }

  const ModelRegistry& registry_;
  PathRole role_;
  const QueryingFunctions* querying_;  // may be null: every call is followed then
  Application facts_;
  std::set<std::pair<Span, Span>> seen_loads_;
  std::unordered_map<std::uint64_t, std::size_t> seen_queries_;
  struct Seen { std::size_t load, request; };  // indexes into the facts and the requests
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::map<std::tuple<Span, ModelId, std::vector<std::string>>, Seen> seen_paths_;  // by the query and what is loaded of its rows
  std::vector<FixRequest> fix_requests_;
  std::set<std::tuple<Span, ModelId, bool>> seen_deletes_;  // and whether a helper does it
  std::set<Span> seen_nodes_;       // where a tree is walked
  std::set<std::pair<QueryUse::Kind, Span>> seen_uses_;
  std::set<Span> told_;             // where rows are counted or fetched of which it is said that it is only for their number
  struct Count { Span query, run; bool legacy = false; ModelId model = no_model; };
  std::map<Span, Count> counts_;    // numbers of rows, by the call that gives them
  struct ColumnRead { std::shared_ptr<const Entity> entity; std::string attribute; };
  std::map<Span, ColumnRead> reads_;  // columns that the function read, by the expression
  struct Lookup { Span run; Span query; ModelId model = no_model; std::vector<std::string> columns; std::string variable; };
  std::unordered_map<const python::Function*, std::unique_ptr<RowUses>> row_uses_;
  std::optional<bool> has_aliases_;  // the text of the entry point names aliased()
  std::vector<Lookup> lookups_;     // of one row, by what it is compared with
  std::set<ModelId> minded_;        // models whose rows this function read, changed or deleted
  std::set<std::pair<ModelId, std::string>> filled_;  // of these, those that a second query loads for a list of keys
  std::set<std::pair<ModelId, std::string>> loaded_;  // relationships that a query of this function loads
  std::map<Span, Span> read_in_;    // loops that read columns of their rows, and where first
  std::unordered_map<std::uint64_t, Load> commits_;  // in loops that have read no column yet, by the loop's place
  std::vector<Turn> turns_;         // of the function that is walked
  std::map<std::string, std::shared_ptr<Session>> unnamed_;  // sessions that nobody declares, by the function and their name
  struct Serializer { Span field; std::string name; };
  Serializer serializer_;           // that is reading at the moment
  const Templates* templates_;      // may be null: none is known
  Span render_;                     // the call that renders a template at the moment
  Span template_text_;              // a text of the program's that is rendered at the moment
  std::set<std::pair<Span, Span>> seen_in_templates_;  // by the query and the access
  std::unordered_map<std::uint64_t, std::pair<Value, std::shared_ptr<const jinja::Template>>> written_;  // templates in texts, by their place
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
