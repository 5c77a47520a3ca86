#include "analyzer/alembic/revision_reader.h"

#include <algorithm>
#include <string>

#include "analyzer/alembic/application_import.h"
#include "analyzer/alembic/external_call.h"
#include "analyzer/alembic/operations.h"
#include "analyzer/alembic/revision_docstring.h"
#include "analyzer/sqlalchemy/vocabulary.h"

namespace foreshot::alembic {
namespace {

using interpret::SourceModule;
using interpret::Value;
using python::ExpressionKind;
using python::StatementKind;

auto function_of(const SourceModule& module, std::string_view name) -> const python::Function* {
  const auto found = module.globals.find(name);
  if (found == module.globals.end() || found->second.kind != interpret::Binding::Kind::function) return nullptr;
  return python::as<python::Function>(found->second.statement, StatementKind::function);
}

// The value given to a global, as written.
auto written(const SourceModule& module, std::string_view name) -> const python::Expression* {
  const auto found = module.globals.find(name);
  if (found == module.globals.end()) return nullptr;
  if (const auto* assign = python::as<python::Assign>(found->second.statement, StatementKind::assign)) return assign->value;
  if (const auto* annotated = python::as<python::Annotated>(found->second.statement, StatementKind::annotated)) return annotated->value;
  return nullptr;
}

struct Names {
  std::vector<std::string> list;
  bool known = true;
};

// A str, a tuple or list of them, or None. Empty strings mean none.
auto names_in(const Value& value, int depth = 0) -> Names {
  Names names;
  if (value.is_none()) return names;
  if (const auto* text = value.constant_text()) {
    if (!text->empty()) names.list.push_back(*text);
    return names;
  }
  const auto* items = value.sequence();
  if (items == nullptr || depth > 2) {
    names.known = false;
    return names;
  }
  names.known = items->complete;
  for (const auto& item : items->items) {
    auto inner = names_in(item, depth + 1);
    names.known = names.known && inner.known;
    names.list.insert(names.list.end(), inner.list.begin(), inner.list.end());
  }
  return names;
}

auto is_idle(const python::Statement* statement) -> bool {
  if (statement->kind == StatementKind::pass || statement->kind == StatementKind::global) return true;
  if (statement->kind == StatementKind::import_ || statement->kind == StatementKind::import_from) return true;
  if (const auto* back = python::as<python::Return>(statement, StatementKind::return_))
    return back->value == nullptr || back->value->kind == ExpressionKind::none;
  if (const auto* expression = python::as<python::ExpressionStatement>(statement, StatementKind::expression))
    return expression->value->kind == ExpressionKind::string || expression->value->kind == ExpressionKind::ellipsis;
  return false;
}

auto refusal_text(const python::Raise& raise) -> std::string {
  const auto* call = python::as<python::Call>(raise.exception, ExpressionKind::call);
  if (call == nullptr || call->arguments.empty()) return {};
  const auto* text = python::as<python::String>(call->arguments[0].value, ExpressionKind::string);
  std::string result;
  if (text != nullptr && !text->interpolated)
    for (const auto& part : text->parts) result += part.text;
  return result;
}

auto read_shape(const python::Function& function, Body& body) -> void {
  body.shape = Body::Shape::empty;
  for (const auto* statement : function.body) {
    if (is_idle(statement)) {
      if (statement->kind == StatementKind::return_) return;
      continue;
    }
    if (const auto* raise = python::as<python::Raise>(statement, StatementKind::raise)) {
      body.shape = Body::Shape::refuses;
      body.refusal = refusal_text(*raise);
      return;
    }
    body.shape = Body::Shape::working;
    return;
  }
}

class BodyReader {
 public:
  BodyReader(const SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
             const RevisionSurroundings& surroundings)
      : module_(module),
        alembic_(surroundings.versions, surroundings.naming, surroundings.version_table_schema),
        sqlalchemy_(surroundings.versions),
        all_({&alembic_, &sqlalchemy_}),
        interpreter_(modules, sources, all_) {}

  auto prepare() -> void {
    interpreter_.run_module(module_);
    alembic_.take_operations();
    alembic_.take_gaps();
    alembic_.take_external_calls();
    alembic_.take_shortened_names();
    interpreter_.take_swallowing();
  }
  auto older_style() const -> bool { return alembic_.older_style(); }
  auto global(std::string_view name) -> Value { return interpreter_.global(module_, name); }

  auto read(std::string_view name) -> Body {
    Body body;
    const auto* function = function_of(module_, name);
    if (function == nullptr) return body;
    body.span = {module_.file, function->name_begin,
                 function->name_begin + static_cast<std::uint32_t>(function->name.size())};
    read_shape(*function, body);
    if (body.shape == Body::Shape::empty) return body;
    run(*function, body);
    if (body.operations.empty()) run_engines(std::string(name) + "_", body);
    return body;
  }

 private:
  auto run(const python::Function& function, Body& body) -> void {
    interpreter_.run_function(module_, function);
    auto operations = alembic_.take_operations();
    auto gaps = alembic_.take_gaps();
    body.operations.insert(body.operations.end(), std::make_move_iterator(operations.begin()),
                           std::make_move_iterator(operations.end()));
    body.gaps.insert(body.gaps.end(), std::make_move_iterator(gaps.begin()), std::make_move_iterator(gaps.end()));
    const auto append = [](auto& to, auto from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(body.external_calls, alembic_.take_external_calls());
    append(body.shortened_names, alembic_.take_shortened_names());
    for (const auto& attempt : interpreter_.take_swallowing()) {
      if (!attempt.caught.empty() && std::none_of(attempt.caught.begin(), attempt.caught.end(), is_database_error)) continue;
      if (std::all_of(attempt.raises_if.begin(), attempt.raises_if.end(), asks_for_known_error)) body.swallowing.push_back(attempt.word);
    }
    if (interpreter_.exhausted()) {
      body.fully_read = false;
      body.gaps.push_back({Gap::Kind::control_flow, body.span, "a limit was reached"});
    }
  }

  // The template for several databases: upgrade(engine_name) calls globals()["upgrade_" + engine_name].
  auto run_engines(const std::string& prefix, Body& body) -> void {
    for (const auto* statement : module_.tree->body) {
      const auto* function = python::as<python::Function>(statement, StatementKind::function);
      if (function == nullptr || !function->name.starts_with(prefix)) continue;
      const auto* whole = function_of(module_, prefix.substr(0, prefix.size() - 1));
      if (whole == nullptr || whole->parameters.empty()) return;
      run(*function, body);
    }
  }

  const SourceModule& module_;
  AlembicVocabulary alembic_;
  sqlalchemy::SqlalchemyVocabulary sqlalchemy_;
  interpret::Vocabularies all_;
  interpret::Interpreter interpreter_;
};

}  // namespace

auto is_revision(const SourceModule& module) -> bool {
  return module.globals.contains("revision") && written(module, "revision") != nullptr &&
         (module.globals.contains("down_revision") || function_of(module, "upgrade") != nullptr);
}

auto naming_of(const Environment& environment) -> sqlalchemy::Naming {
  sqlalchemy::Naming naming;
  naming.known = environment.naming_convention_known;
  for (const auto& [kind, words] : environment.naming_convention) naming.templates.emplace_back(kind, words);
  return naming;
}

auto read_revision(const SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                   const RevisionSurroundings& surroundings) -> std::optional<Revision> {
  if (module.tree == nullptr || !is_revision(module)) return std::nullopt;
  Revision revision;
  revision.file = module.file;
  const auto span_of = [&](std::string_view name) {
    const auto* expression = written(module, name);
    return expression != nullptr ? Span{module.file, expression->begin, expression->end} : Span{};
  };
  revision.id_span = span_of("revision");
  revision.down_span = span_of("down_revision");
  revision.labels_span = span_of("branch_labels");
  revision.syntax_error = std::any_of(module.tree->problems.begin(), module.tree->problems.end(),
                                      [](const SyntaxProblem& problem) { return !problem.grammar_behind; });
  read_docstring(*module.tree, sources, revision);

  BodyReader reader(module, modules, sources, surroundings);
  if (!revision.syntax_error) reader.prepare();
  if (const auto id = reader.global("revision"); id.constant_text() != nullptr) revision.id = *id.constant_text();
  if (revision.id.empty()) return std::nullopt;
  if (module.globals.contains("down_revision")) {
    auto down = names_in(reader.global("down_revision"));
    revision.down_revisions = std::move(down.list);
    revision.down_known = down.known;
  }
  if (module.globals.contains("branch_labels")) revision.labels = names_in(reader.global("branch_labels")).list;
  if (module.globals.contains("depends_on")) revision.depends_on = names_in(reader.global("depends_on")).list;
  if (revision.syntax_error) return revision;

  revision.upgrade = reader.read("upgrade");
  revision.downgrade = reader.read("downgrade");
  revision.older_style = reader.older_style();
  revision.application_imports = application_imports(module, modules, surroundings.folder);
  const auto inside = [&](std::string_view name) {
    const auto* function = function_of(module, name);
    return function != nullptr &&
           std::any_of(revision.application_imports.begin(), revision.application_imports.end(), [&](const Span& span) {
             return function->begin <= span.begin && span.end <= function->end;
           });
  };
  revision.upgrade.imports_application = inside("upgrade");
  revision.downgrade.imports_application = inside("downgrade");
  return revision;
}

}  // namespace foreshot::alembic
