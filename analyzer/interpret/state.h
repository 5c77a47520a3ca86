// The Interpreter's inside: where the walk is, what it has written, and the steps it may still take.
// Methods are spread over the .cpp files of this folder by topic, named in the order below.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "analyzer/interpret/interpreter.h"
#include "analyzer/interpret/trail.h"

namespace foreshot::interpret {

// How a statement ends: falls through to the next, leaves the loop or the round, or leaves the function.
enum class Flow : std::uint8_t { next, break_, continue_, ended };

// How long a guard condition holds; `branch` marks the condition of the branch being walked.
enum class Hold : std::uint8_t { branch, round, loop, function };

struct Activation;

// A loop whose body is being walked.
struct LoopWalk {
  std::size_t fork_depth = 0;            // forks that are open where a break is certain
  Trail::Mark loop_mark = 0;
  Trail::Mark round_mark = 0;
  std::size_t compact_at = 64;           // changes since the loop began after which the trail is compacted
  std::vector<Trail::Outcome> breaks;    // states at breaks that may happen
  std::vector<Trail::Outcome> continues;
};

// The body of a `with` that runs at the yield of a generator function.
struct WithBody {
  const python::With* with = nullptr;
  std::size_t item = 0;
  Activation* outer = nullptr;
  std::size_t called_from = 0;           // size of the caller's called_from
  bool ran = false;
  Flow flow = Flow::next;
};

struct Activation {
  enum class Level : std::uint8_t { module, class_, function };
  Level level = Level::function;
  const SourceModule* module = nullptr;
  std::shared_ptr<Frame> frame;
  const python::Function* function = nullptr;
  std::string_view name;                 // qualified
  std::string_view class_name;
  bool in_async = false;
  bool entry = false;
  bool returns_known = true;             // no return happens under an undecided test
  Span return_test;                      // of the first one that does
  LoopWalk* loop = nullptr;
  WithBody* with_body = nullptr;
  std::vector<Value> returns;
  std::vector<Value> yields;
  bool yields_complete = true;
  std::vector<std::string_view> globals;
  std::vector<std::string_view> nonlocals;
};

// An import of a project's name that nobody has looked at.
struct ImportedLazily : Object {
  const SourceModule* module = nullptr;  // the module to look into; the name is its global or submodule
  std::string_view name;
  auto type_name() const -> std::string_view override { return "import"; }
};

// A call of a @contextmanager function: its body runs around the body of the with.
struct PendingManager : Object {
  std::shared_ptr<const Function> function;
  Arguments arguments;
  Span span;
  auto type_name() const -> std::string_view override { return "contextlib._GeneratorContextManager"; }
};

// An undecided test of a kind that a vocabulary named: `not inspector.has_table("x")`.
struct UndecidedTest : Object {
  Condition::Kind kind = Condition::Kind::test;
  auto type_name() const -> std::string_view override { return "bool"; }
};

// Names of the standard library that the interpreter knows: a path, an open file, a partial call.
struct Path : Object {
  Value text;
  auto type_name() const -> std::string_view override { return "pathlib.Path"; }
};
struct OpenFile : Object {
  Value path;
  auto type_name() const -> std::string_view override { return "io.TextIOWrapper"; }
};
struct Partial : Object {
  Value callee;
  Arguments arguments;
  auto type_name() const -> std::string_view override { return "functools.partial"; }
};
struct SuperProxy : Object {
  Value self;
  const python::Function* from = nullptr;
  auto type_name() const -> std::string_view override { return "super"; }
};

class Interpreter::State {
 public:
  State(Interpreter& owner, const ModuleIndex& index, const SourceMap& files, Vocabulary& words, Limits bounds)
      : interpreter(owner), modules(index), sources(files), vocabulary(words), limits(bounds) {}
  ~State();

  // ── budget and place ───────────────────────────────────────────────────────────────────────────────────────────
  auto charge(std::size_t steps = 1) -> bool;     // false when the budget is spent
  auto stop(Span where, std::string_view reason) -> void;
  auto span_of(const python::Expression* node) const -> Span { return {here->module->file, node->begin, node->end}; }
  auto span_of(const python::Statement* node) const -> Span { return {here->module->file, node->begin, node->end}; }
  auto site(Span span, Span callee = {}) -> Site;
  auto source(Span span) const -> std::string;    // one line, for people

  // ── entries.cpp: entry points ──────────────────────────────────────────────────────────────────────────────────
  auto run_module(const SourceModule& module) -> void;
  auto run_function(const SourceModule& module, const python::Function& function, const std::vector<Value>& arguments,
                    std::string_view class_name) -> Value;
  auto bind_entry(const python::Function& function, const std::vector<Value>& arguments, const Value* self) -> void;
  auto self_of(const SourceModule& module, std::string_view class_name) -> Value;
  auto instance_of(const std::shared_ptr<const Class>& of) -> Value;
  // Runs `body` as if from an empty stack, without facts: the rest of the walk never shows in its result.
  auto apart(const SourceModule& module, const std::function<Value()>& body) -> Value;

  // ── names.cpp ──────────────────────────────────────────────────────────────────────────────────────────────────
  auto lookup(std::string_view name) -> std::optional<Value>;
  auto lookup_module(const SourceModule& module, std::string_view name) -> std::optional<Value>;
  auto global(const SourceModule* module, std::string_view name) -> Value;
  auto evaluate_binding(const SourceModule& module, std::string_view name, const Binding& binding) -> Value;
  auto builtin(std::string_view name) -> std::optional<Value>;
  auto external(std::string_view name) -> Value;
  auto external_member(const Value& external, std::string_view name) -> Value;
  auto imported_module(std::string_view name, std::uint32_t level) -> Value;
  auto imported_name(const python::ImportFrom& from, std::string_view name) -> Value;
  auto module_attribute(const SourceModule& module, std::string_view name) -> std::optional<Value>;
  auto settle(Value value) -> Value;              // looks at a lazy import
  auto set_name(std::string_view name, Value value, Span span) -> void;
  auto import_names(const python::Import& statement) -> void;
  auto import_from(const python::ImportFrom& statement) -> void;
  auto intern(std::string_view text) -> std::string_view;

  // ── statements.cpp, conditionals.cpp, loops.cpp, contexts.cpp ────────────────────────────────────────────────────────────────────
  auto block(python::StatementList statements) -> Flow;
  auto statement(const python::Statement* statement) -> Flow;
  auto assign(const python::Expression* target, const Value& value) -> void;
  auto unpack(python::ExpressionList targets, const Value& value, Span span) -> void;
  auto augmented(const python::Augmented& statement) -> void;
  auto delete_target(const python::Expression* target) -> void;
  auto define_function(const python::Function& function) -> void;
  auto return_value(Value value, Span span) -> Flow;
  auto leave_loop(Flow flow) -> Flow;
  auto collected(Trail::Mark mark) -> Trail::Outcome;  // and paid for
  auto if_statement(const python::If* statement) -> Flow;
  auto match_statement(const python::Match& statement) -> Flow;
  auto for_statement(const python::For& statement) -> Flow;
  auto while_statement(const python::While& statement) -> Flow;
  auto known_rounds(const python::For& statement, const Value& iterable, const std::vector<Value>& items, bool maybe) -> Flow;
  auto unknown_rounds(const python::Statement& statement, Loop loop, const python::Expression* target,
                      const Value& element, python::StatementList body, python::StatementList otherwise, bool may_skip)
      -> Flow;
  // Names whose constants a loop's body may change, with what they were; they are unknown while the body is walked.
  using Forgotten = std::vector<std::pair<std::string_view, Value>>;
  auto forget_changing(python::StatementList body, const std::shared_ptr<const std::string>& mark, Rounds round) -> Forgotten;
  auto iteration_of(const Value& iterable, Span span) -> Iteration;
  auto round_of(Span head) -> Rounds;             // the bit of a loop
  auto with_statement(const python::With& statement, std::size_t item) -> Flow;
  auto run_with_body(WithBody& body, const Value& yielded) -> void;
  auto try_statement(const python::Try& statement) -> Flow;

  // ── branches.cpp ───────────────────────────────────────────────────────────────────────────────────────────────
  auto decide(const Value& test, Span span) -> Value::Truth;
  auto kind_of(const Value& test) -> Condition::Kind;
  auto branch_conditions(const Value& test, Span span) -> std::pair<Condition, Condition>;
  auto push_condition(Condition condition, Hold hold) -> void;
  auto take_guards(std::size_t at) -> std::vector<std::pair<Condition, Hold>>;
  auto drop_guards(std::size_t from, Hold up_to) -> void;
  auto join_outcomes(std::vector<Trail::Outcome> outcomes, Span test) -> void;
  auto join_values(std::vector<Value> values, Span test) -> Value;
  auto narrowed(Value value) const -> Value;
  auto each_option(Span where, std::span<const Value* const> operands,
                   const std::function<Value(std::span<const Value* const>)>& body) -> Value;
  // Makes a call once per option of the choices among its receiver and arguments.
  auto each_alternative(Span where, const Value& receiver, const Arguments& arguments,
                        const std::function<Value(const Value&, const Arguments&)>& body) -> Value;

  // ── expressions.cpp, comprehensions.cpp, operators.cpp ─────────────────────────────────────────────────────────
  auto evaluate(const python::Expression* node) -> Value;
  auto evaluate_inner(const python::Expression* node) -> Value;
  auto evaluate_name(const python::Name& name) -> Value;
  auto evaluate_call(const python::Call& call, bool discarded, bool awaited) -> Value;
  auto evaluate_arguments(std::span<const python::Argument> given) -> Arguments;
  auto evaluate_subscript(const python::Subscript& node) -> Value;
  auto evaluate_binary(const python::Binary& node) -> Value;
  auto evaluate_boolean(const python::Boolean& node) -> Value;
  auto evaluate_compare(const python::Compare& node) -> Value;
  auto evaluate_conditional(const python::Conditional& node) -> Value;
  auto evaluate_sequence(const python::Sequence& node, Sequence::Kind kind) -> Value;
  auto element_of_object(const Value& value, Span span) -> std::optional<Value>;
  auto evaluate_dictionary(const python::Dictionary& node) -> Value;
  auto evaluate_comprehension(const python::Comprehension& node) -> Value;
  auto comprehend(const python::Comprehension& node, std::size_t clause, const Value& result) -> void;
  auto evaluate_yield(const python::Yield& node) -> Value;
  auto evaluate_number(std::string_view text, Span span) -> Value;
  auto binary(std::string_view op, Value left, const Value& right, Span span) -> Value;
  auto add(Value left, const Value& right, Span span) -> Value;
  auto repeat(const Value& item, std::int64_t count, Span span) -> Value;
  auto arithmetic(std::string_view op, const Value& left, const Value& right, Span span) -> Value;
  auto compare(std::string_view op, const Value& left, const Value& right, Span span) -> Value;
  auto contains(const Value& container, const Value& item) -> Value::Truth;
  auto negate(const Value& value, Span span) -> Value;
  auto undecided(Span span, std::initializer_list<const Value*> operands) -> Value;
  auto subscript(const Value& object, const std::vector<Value>& indexes, Span span) -> Value;
  auto slice(const Value& object, const python::Slice& bounds, Span span) -> Value;
  auto attribute(const Value& object, std::string_view name, Span span, Span name_span) -> Value;

  // ── calls.cpp, methods.cpp, classes.cpp ────────────────────────────────────────────────────────────────────────
  auto call(const Site& site, const Value& callee, const Arguments& arguments) -> Value;
  auto call_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> Value;
  auto call_function(const Site& site, const std::shared_ptr<const Function>& function, const Arguments& arguments)
      -> Value;
  auto call_class(const Site& site, const std::shared_ptr<const Class>& made, const Arguments& arguments) -> Value;
  auto bind(python::ParameterList parameters, const Function& function, const Arguments& arguments, Frame& frame) -> void;
  auto walk_function(Span span, const Function& function, const std::shared_ptr<Frame>& frame, WithBody* with_body)
      -> Value;
  auto unknown_result(const Site& site) -> Value;

  // ── constants.cpp ──────────────────────────────────────────────────────────────────────────────────────────────
  // What a part of an object holds that nobody knows: a constant of the run when the object is one.
  auto unknown_part(const Value& object, std::string_view part, Span span) const -> Value;
  auto unknown_item(const Value& object, const Value& index, Span span) const -> Value;
  // The result of a library's function or of a method of what it returned.
  auto unknown_result(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> Value;
  auto define_class(const python::Class& definition) -> Value;
  auto linearized(const std::shared_ptr<const Class>& from) -> std::vector<std::shared_ptr<const Class>>;
  auto class_attribute(const std::shared_ptr<const Class>& from, std::string_view name) -> const Value*;
  auto has_base(const std::shared_ptr<const Class>& from, std::string_view suffix) -> bool;
  auto is_enum(const std::shared_ptr<const Class>& from) -> bool;
  auto enum_member(const std::shared_ptr<const Class>& from, std::string_view name, const Value& value) -> Value;
  auto enum_members(const std::shared_ptr<const Class>& from) -> std::vector<Value>;
  auto instance_attribute(const Value& object, std::string_view name, Span span, Span name_span) -> Value;
  auto set_attribute(const Value& object, std::string_view name, const Value& value, Span span) -> void;
  auto bound(const Value& found, const Value& self, bool on_class) -> Value;
  auto fields_of(const std::shared_ptr<const Class>& from) -> std::vector<const python::Annotated*>;

  // ── text.cpp, format.cpp, text_methods.cpp, container_methods.cpp, builtins.cpp, library.cpp ─────────────────────────────────
  auto evaluate_string(const python::String& node) -> Value;
  auto build_string(std::span<const python::StringPart> parts, std::span<const Value* const> values, Span span) -> Value;
  auto append_value(MappedText& out, const Value& value, char conversion, std::string_view spec) -> void;
  auto append_hole(MappedText& out, const Value& value) -> void;
  // The hole is named as it is written at `span`, whatever the value was called where it came from.
  auto append_hole(MappedText& out, const Value& value, Span span) -> void;
  // `schema + "." if schema else ""` inside a longer text: one text with a hole, not two texts.
  auto optional_as_hole(Value value) -> Value;
  auto parts_as_holes(const Value& value) -> Value;
  auto to_text(const Value& value, char conversion, Span span) -> Value;
  auto made_text(MappedText text, Span span) -> Value;   // within the size limit
  auto percent(const MappedText& format, const Value& right, Span span) -> Value;
  auto format(const MappedText& text, const Arguments& arguments, Span span) -> Value;
  auto text_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
      -> std::optional<Value>;
  auto join_text(const MappedText& separator, const Value& parts, Span span) -> Value;
  auto sequence_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
      -> std::optional<Value>;
  auto mapping_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
      -> std::optional<Value>;
  auto library_call(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value>;
  auto library_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
      -> std::optional<Value>;
  auto builtin_call(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value>;
  auto container_call(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value>;
  auto sorted(const Site& site, const Arguments& arguments) -> std::optional<Value>;
  auto is_instance(const Value& value, const Value& type) -> Value::Truth;
  auto read_file(const Value& path, Span span) -> Value;
  auto sequence(std::vector<Value> items, Span span, Sequence::Kind kind = Sequence::Kind::list, bool complete = true)
      -> Value;
  auto dictionary(std::vector<std::pair<Value, Value>> entries, Span span, bool complete = true) -> Value;
  // The items of a list, tuple, set, dict (keys), text (characters), range or Enum, if all are known.
  auto known_items(const Value& value, Span span) -> std::optional<std::vector<Value>>;

  Interpreter& interpreter;
  const ModuleIndex& modules;
  const SourceMap& sources;
  Vocabulary& vocabulary;
  const Limits limits;

  Activation* here = nullptr;
  std::vector<Condition> conditions;
  std::vector<Hold> holds;                       // of each condition
  std::vector<Loop> loops;
  std::vector<Span> called_from;
  std::vector<const python::Function*> stack;    // project functions being walked
  struct Narrowing { Span test; std::size_t options; std::uint8_t allowed; };
  std::vector<Narrowing> narrowings;
  Trail trail;
  Rounds rounds = 0;                             // of what the expression being evaluated has read
  std::unordered_map<std::uint64_t, std::size_t> numbered_loops;  // by file and begin
  std::size_t fork_depth = 0;
  int nesting = 0;                               // C++ recursion
  std::uint64_t steps_left = 0;
  std::uint64_t module_steps_left = 0;
  bool spent = false;
  bool exhausted = false;
  bool resolving = false;
  std::vector<Gap> gaps;
  std::vector<Swallowing> swallowing;
  auto exception_names(const python::Expression* type) -> std::vector<std::string>;

  const SourceModule* running = nullptr;         // the module whose own frame is used
  std::unordered_map<const SourceModule*, std::shared_ptr<Frame>> frames;
  std::vector<std::weak_ptr<Frame>> closures;       // frames that a local function refers to: cycles to break
  std::vector<std::weak_ptr<Frame>> kept_closures;  // the same, of values that are looked up once
  std::uint64_t resolve_steps_left = 10000000;
  int resolve_depth = 0;
  struct GlobalKey {
    const SourceModule* module;
    std::string_view name;
    friend auto operator==(const GlobalKey&, const GlobalKey&) -> bool = default;
  };
  struct GlobalHash {
    auto operator()(const GlobalKey& key) const -> std::size_t {
      return std::hash<std::string_view>()(key.name) * 31 + std::hash<const void*>()(key.module);
    }
  };
  std::unordered_map<GlobalKey, std::optional<Value>, GlobalHash> globals;  // nullopt: being looked up
  std::unordered_map<std::string_view, Value> externals;                    // keys are interned
  std::unordered_set<std::string> interned;
  std::unordered_map<const python::Function*, std::string_view> qualified_names;
  int instances = 0;                     // that are being made, each for a part of the one before
  std::unordered_map<const python::Class*, Value> selves;  // instances that entry points of a class start with
};

// An undecided test: each branch starts from the state at the fork, and the ends of those that fall through are joined.
class Fork {
 public:
  explicit Fork(Interpreter::State& state);
  ~Fork();
  Fork(const Fork&) = delete;
  auto operator=(const Fork&) -> Fork& = delete;

  // `begin` puts the walk under a condition; `end` takes the branch's state and goes back to the fork.
  auto begin(const Condition& condition) -> void;
  auto end(Flow flow, const Condition& condition) -> void;
  // A state that falls through without a branch of its own (no else).
  auto fall(const Condition& condition) -> void;
  // Joins; the Flow of all branches together. When some end and some fall, the rest is under guard.
  auto join(Span test) -> Flow;
  auto forget_last() -> void { if (!outcomes_.empty()) outcomes_.pop_back(); }
  // Whether a branch that ends puts the rest under guard; it does unless told otherwise.
  auto guard_rest(bool guard) -> void { guard_rest_ = guard; }

 private:
  Interpreter::State& state_;
  std::uint32_t outer_region_;
  Trail::Mark mark_;
  std::size_t conditions_;
  std::vector<Trail::Outcome> outcomes_;
  std::vector<std::pair<Condition, Hold>> guards_;
  Condition falling_;
  bool falls_ = false;
  bool ends_ = false;
  bool open_ = true;
  bool guard_rest_ = true;
  Flow ending_ = Flow::next;
};

}  // namespace foreshot::interpret
