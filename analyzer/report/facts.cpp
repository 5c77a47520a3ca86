#include "analyzer/report/facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/facts_application.h"

namespace foreshot::report {
namespace {

constexpr std::size_t whole = 4000;

auto joined(const std::vector<std::string>& parts) -> std::string {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

auto dialect_name(Dialect dialect) -> const char* {
  switch (dialect) {
    case Dialect::unknown: return "unknown";
    case Dialect::postgresql: return "postgresql";
    case Dialect::other: return "other";
    case Dialect::several: return "several";
  }
  return "unknown";
}

auto driver_name(Driver driver) -> const char* {
  switch (driver) {
    case Driver::unknown: return "unknown";
    case Driver::psycopg2: return "psycopg2";
    case Driver::psycopg: return "psycopg";
    case Driver::asyncpg: return "asyncpg";
    case Driver::pg8000: return "pg8000";
  }
  return "unknown";
}

auto condition_name(Condition::Kind kind) -> const char* {
  static constexpr const char* names[] = {"test", "inspection", "offline", "handler", "attempt", "iteration", "alternative", "guard"};
  return names[static_cast<std::size_t>(kind)];
}

class Printer {
 public:
  explicit Printer(const Project& project) : project_(project), sources_(project.sources) {}

  auto text() -> std::string {
    const auto& versions = project_.versions;
    line(0, fmt::format("postgresql {} ({})", versions.server, versions.server_reason));
    line(0, fmt::format("sqlalchemy {}.{} ({})", versions.sqlalchemy_major, versions.sqlalchemy_minor, versions.sqlalchemy_reason));
    for (const auto& tree : project_.trees) one_tree(tree);
    out_ += application_facts(project_);
    for (const auto& problem : project_.syntax_problems)
      line(0, fmt::format("syntax {} {}{}", place(problem.span), problem.message, problem.grammar_behind ? " (newer than the grammar)" : ""));
    return std::move(out_);
  }

 private:
  auto line(int depth, std::string_view text) -> void {
    out_.append(static_cast<std::size_t>(2 * depth), ' ');
    out_ += text;
    out_ += '\n';
  }

  auto place(Span span) const -> std::string {
    if (!span.known()) return "-";
    const auto at = sources_.line_column(span.file, span.begin);
    return fmt::format("{}:{}:{}", sources_.file(span.file).path, at.line, at.column);
  }
  auto line_of(Span span) const -> std::string {
    if (!span.known()) return "-";
    const auto at = sources_.line_column(span.file, span.begin);
    return fmt::format("{}:{}", at.line, at.column);
  }

  auto one_tree(const RevisionTree& tree) -> void {
    const auto& source = tree.source;
    line(0, fmt::format("tree {}", source.name));
    line(1, fmt::format("versions {}", joined(source.version_locations)));
    environment(source.environment);
    if (tree.graph == nullptr) return;
    std::vector<std::string> heads;
    for (const auto head : tree.graph->heads()) heads.push_back(source.revisions[head].id);
    line(1, fmt::format("{} revisions, heads {}", source.revisions.size(), joined(heads)));
    for (const auto r : tree.graph->order()) revision(source.revisions[r], r < tree.released.size() && tree.released[r]);
  }

  auto environment(const Environment& environment) -> void {
    line(1, fmt::format("dialect {}{}", dialect_name(environment.dialect), environment.dialect_reason.empty() ? "" : " (" + environment.dialect_reason + ")"));
    line(1, fmt::format("driver {}{}", driver_name(environment.driver), environment.driver_reason.empty() ? "" : " (" + environment.driver_reason + ")"));
    if (environment.transaction_per_migration) line(1, fmt::format("transaction_per_migration {}", *environment.transaction_per_migration));
    if (environment.transactional_ddl) line(1, fmt::format("transactional_ddl {}", *environment.transactional_ddl));
    if (environment.autocommit) line(1, "autocommit");
    if (environment.sql_before_configure) line(1, "SQL before context.configure at " + place(environment.sql_before_configure_span));
    for (const auto& setting : environment.settings)
      line(1, fmt::format("set {} = {}", setting.name, setting.value_known ? setting.value : "?"));
    for (const auto& [kind, name] : environment.naming_convention) line(1, fmt::format("naming {} {}", kind, name));
    for (const auto& metadata : environment.target_metadata) line(1, "target_metadata " + metadata);
    gaps(1, environment.gaps);
  }

  auto revision(const Revision& revision, bool released) -> void {
    auto head = fmt::format("revision {} {}", revision.id, sources_.file(revision.file).path);
    head += revision.down_known ? fmt::format(" after {}", revision.down_revisions.empty() ? "nothing" : joined(revision.down_revisions)) : " after ?";
    if (!revision.labels.empty()) head += " labels " + joined(revision.labels);
    if (!revision.depends_on.empty()) head += " depends on " + joined(revision.depends_on);
    if (released) head += " released";
    if (revision.syntax_error) head += " (syntax error)";
    line(1, head);
    body("upgrade", revision.upgrade);
    body("downgrade", revision.downgrade);
  }

  auto body(std::string_view name, const Body& body) -> void {
    static constexpr const char* shapes[] = {"missing", "empty", "refuses", "working"};
    if (body.shape != Body::Shape::working) {
      line(2, fmt::format("{} {}{}", name, shapes[static_cast<std::size_t>(body.shape)], body.refusal.empty() ? "" : ": " + one_line(body.refusal, 100, false)));
      if (body.operations.empty() && body.gaps.empty()) return;
    } else {
      line(2, std::string(name) + (body.fully_read ? "" : " (not read to the end)"));
    }
    for (const auto& operation : body.operations) one_operation(operation);
    gaps(3, body.gaps);
  }

  auto one_operation(const Operation& operation) -> void {
    auto head = fmt::format("{} {}", line_of(operation.span), operation.call);
    for (const auto& condition : operation.conditions)
      head += fmt::format(" [{} {}{}]", condition_name(condition.kind), line_of(condition.test), condition.branch == 0 ? "" : fmt::format(" branch {}", condition.branch));
    for (const auto& repeat : operation.repeats)
      head += repeat.known ? fmt::format(" [round {}]", repeat.index) : std::string(" [repeated]");
    if (!operation.table_known) head += " [table unknown]";
    line(3, head);
    for (const auto& statement : operation.statements) one_statement(4, statement);
    for (const auto& note : operation.notes)
      line(4, fmt::format("note {} {}", static_cast<int>(note.oddity), one_line(note.detail, 80, false)));
  }

  auto one_statement(int depth, const Statement& statement) -> void {
    auto tag = command_tag(statement.action);
    if (const auto* table = target_table(statement.action); table != nullptr && !table->empty()) tag += " of " + table->display();
    if (!statement.complete) tag += ", incomplete";
    if (statement.conditional) tag += ", conditional";
    line(depth, fmt::format("{}    -- {}", one_line(statement.sql, whole, false), tag));
    if (const auto* block = std::get_if<Block>(&statement.action); block != nullptr && depth < 20)
      for (const auto& inner : block->statements) one_statement(depth + 1, inner);
  }

  auto gaps(int depth, const std::vector<Gap>& gaps) -> void {
    for (const auto& gap : gaps) line(depth, fmt::format("gap {} {}", place(gap.span), gap.reason));
  }

  const Project& project_;
  const SourceMap& sources_;
  std::string out_;
};

}  // namespace

auto facts(const Project& project) -> std::string { return Printer(project).text(); }

}  // namespace foreshot::report
