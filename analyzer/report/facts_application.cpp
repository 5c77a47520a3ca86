#include "analyzer/report/facts_application.h"

#include <fmt/format.h>

#include "analyzer/report/drawn_text.h"

namespace foreshot::report {
namespace {

auto joined(const std::vector<std::string>& parts, std::string_view between = ", ") -> std::string {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

auto lazy_name(Lazy lazy) -> const char* {
  static constexpr const char* names[] = {"select", "joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload", "dynamic", "write_only", "unknown"};
  return names[static_cast<std::size_t>(lazy)];
}

auto direction_name(const Relationship& relationship) -> const char* {
  static constexpr const char* names[] = {"unknown direction", "one to many", "many to one", "one to one", "many to many"};
  return names[relationship.direction_known ? static_cast<std::size_t>(relationship.direction) : 0];
}

auto session_name(SessionKind kind) -> const char* {
  static constexpr const char* names[] = {"unknown session", "sync session", "async session", "flask session"};
  return names[static_cast<std::size_t>(kind)];
}

auto cardinality_name(Cardinality cardinality) -> const char* {
  static constexpr const char* names[] = {"one", "bounded", "many", "unknown"};
  return names[static_cast<std::size_t>(cardinality)];
}

auto constraint_name(ConstraintKind kind) -> const char* {
  static constexpr const char* names[] = {"primary key", "unique", "check", "foreign key", "exclusion", "not null"};
  return names[static_cast<std::size_t>(kind)];
}

auto identifiers(const std::vector<Identifier>& names) -> std::string {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name.text;
  return out;
}

class Printer {
 public:
  explicit Printer(const Project& project) : project_(project), sources_(project.sources) {}

  auto text() -> std::string {
    for (const auto& model : project_.models) one_model(model);
    for (const auto& query : project_.queries) one_query(query);
    for (const auto& load : project_.loads) one_load(load);
    for (const auto& deletion : project_.deletes)
      line(0, fmt::format("delete {} {}{}{}", place(deletion.span), model_name(deletion.model), deletion.bulk ? " bulk" : "", deletion.has_where ? "" : " without where"));
    for (const auto& use : project_.query_uses) one_use(use);
    for (const auto& gap : project_.gaps) line(0, fmt::format("gap {} {}", place(gap.span), gap.reason));
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
  auto model_name(ModelId id) const -> std::string { return id < project_.models.size() ? project_.models[id].name : "?"; }

  auto one_model(const Model& model) -> void {
    std::string table = "no table";
    if (!model.table.empty()) table = "table " + model.table.display();
    line(0, fmt::format("model {} {} {}{}{}", model.name, place(model.span), table, model.abstract ? " abstract" : "", model.complete ? "" : " incomplete"));
    if (!model.bases.empty()) line(1, "bases " + joined(model.bases));
    for (const auto& column : model.columns) {
      auto text = fmt::format("column {} {} {}", column.attribute, column.column.name.text, column.type_known ? column.column.type.display() : "?");
      if (column.column.not_null) text += " not null";
      if (column.column.default_value.exists()) text += " default " + column.column.default_value.display();
      if (column.indexed) text += " indexed";
      line(1, text);
    }
    for (const auto& constraint : model.constraints) {
      auto text = fmt::format("{} {} ({})", constraint_name(constraint.kind), constraint.name.empty() ? "-" : constraint.name.text, identifiers(constraint.columns));
      if (constraint.kind == ConstraintKind::foreign_key)
        text += fmt::format(" references {} ({}){}", constraint.references.table.display(), identifiers(constraint.references.columns),
                            constraint.references.on_delete.empty() ? "" : " on delete " + constraint.references.on_delete);
      line(1, text);
    }
    for (const auto& index : model.indexes) {
      std::string keys;
      for (const auto& key : index.index.keys) keys += (keys.empty() ? "" : ", ") + (key.column.empty() ? key.expression.display() : key.column.text);
      line(1, fmt::format("index {} ({}){}", index.index.name.empty() ? "-" : index.index.name.text, keys, index.index.unique ? " unique" : ""));
    }
    for (const auto& relationship : model.relationships) {
      auto text = fmt::format("relationship {} to {} {} lazy {}", relationship.name, relationship.target, direction_name(relationship), lazy_name(relationship.lazy));
      if (!relationship.cascade.empty()) text += " cascade " + joined(relationship.cascade);
      if (relationship.passive_deletes != Relationship::PassiveDeletes::no) text += " passive_deletes";
      if (relationship.passive_deletes == Relationship::PassiveDeletes::all) text += " all";
      if (relationship.viewonly) text += " viewonly";
      if (!relationship.back_populates.empty()) text += " back " + relationship.back_populates;
      if (relationship.from_backref) text += " from backref";
      if (!relationship.local_columns.empty()) text += fmt::format(" on {} = {}", joined(relationship.local_columns), joined(relationship.remote_columns));
      if (!relationship.understood) text += " not understood";
      line(1, text);
    }
    for (const auto& gap : model.gaps) line(1, fmt::format("gap {} {}", place(gap.span), gap.reason));
  }

  auto one_query(const Query& query) -> void {
    std::vector<std::string> entities;
    for (const auto id : query.entities) entities.push_back(model_name(id));
    auto text = fmt::format("query {} in {} of {} {} {}", place(query.executed.known() ? query.executed : query.built), query.function,
                            entities.empty() ? "?" : joined(entities), cardinality_name(query.cardinality), session_name(query.session));
    for (const auto& option : query.options) text += fmt::format(" {}({})", option.strategy, joined(option.path, "."));
    if (query.legacy) text += " legacy";
    if (!query.understood) text += " not understood";
    line(0, text);
  }

  static auto load_kind(Load::Kind kind) -> const char* {
    switch (kind) {
      case Load::Kind::relationship: return "relationship";
      case Load::Kind::query: return "query";
      case Load::Kind::same_query: return "same query";
      case Load::Kind::write: return "write";
      case Load::Kind::column: return "column";
      case Load::Kind::refresh: return "refresh";
      case Load::Kind::merge: return "merge";
      case Load::Kind::commit: return "commit";
      case Load::Kind::removal: return "removal";
      case Load::Kind::append: return "append";
      case Load::Kind::subclass_column: return "subclass column";
      case Load::Kind::node: return "node";
      case Load::Kind::expired: return "expired";
      case Load::Kind::generated: return "generated";
      case Load::Kind::unloaded: return "unloaded";
      case Load::Kind::dynamic: return "dynamic";
    }
    return "";
  }

  auto one_load(const Load& load) -> void {
    const auto* what = load_kind(load.kind);
    line(0, fmt::format("load {} {} {}.{} in loop {} rows from {}{}", what, place(load.access), model_name(load.model), load.attribute,
                        place(load.loop), place(load.origin), load.conditional ? " conditional" : ""));
  }

  auto one_use(const QueryUse& use) -> void {
    static constexpr const char* kinds[] = {"counted", "tested", "filtered", "one column", "python operator", "long list", "writes all", "unsaved change", "get or create", "large column", "interpolated", "loads by option"};
    line(0, fmt::format("use {} {}{}{} in {}", kinds[static_cast<std::size_t>(use.kind)], place(use.span), use.what.empty() ? "" : " ", use.what, use.function));
  }

  const Project& project_;
  const SourceMap& sources_;
  std::string out_;
};

}  // namespace

auto application_facts(const Project& project) -> std::string { return Printer(project).text(); }

}  // namespace foreshot::report
