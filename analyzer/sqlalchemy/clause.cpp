#include "analyzer/sqlalchemy/clause.h"

#include <algorithm>
#include <utility>

namespace foreshot::sqlalchemy {
namespace {

auto adopt_tables(Clause& into, const Clause& from) -> void {
  for (const auto& table : from.tables)
    if (std::find(into.tables.begin(), into.tables.end(), table) == into.tables.end()) into.tables.push_back(table);
}

}  // namespace

auto make_clause(Clause::Kind kind, MappedText sql, Binding binding) -> ClausePointer {
  auto clause = std::make_shared<Clause>();
  clause->kind = kind;
  clause->bare = sql;
  clause->sql = std::move(sql);
  clause->binding = binding;
  return clause;
}

auto grouped(const Clause& clause, Binding against, bool with_table) -> MappedText {
  const auto& text = clause.spelled(with_table);
  if (clause.binding > against || clause.kind == Clause::Kind::text) return text;
  Render render;
  render << "(" << text << ")";
  return render.take();
}

auto combine(const Clause& left, std::string_view op, const Clause& right, Binding binding) -> ClausePointer {
  auto result = std::make_shared<Clause>();
  result->kind = Clause::Kind::operation;
  result->binding = binding;
  result->is_and = op == "AND";
  result->is_or = op == "OR";
  const auto loosened = [&](const Clause& side) {
    const bool chains = (result->is_and && side.is_and) || (result->is_or && side.is_or) ||
                        (side.binding == binding && (op == "+" || op == "*" || op == "||"));
    return chains ? Binding::loosest : binding;
  };
  for (const bool with_table : {true, false}) {
    Render render;
    render << grouped(left, loosened(left), with_table) << " " << op << " " << grouped(right, loosened(right), with_table);
    (with_table ? result->sql : result->bare) = render.take();
  }
  adopt_tables(*result, left);
  adopt_tables(*result, right);
  return result;
}

auto around(std::string_view prefix, const Clause& clause, std::string_view suffix, Binding binding, Clause::Kind kind)
    -> ClausePointer {
  auto result = std::make_shared<Clause>();
  result->kind = kind;
  result->binding = binding;
  for (const bool with_table : {true, false}) {
    Render render;
    render << prefix << clause.spelled(with_table) << suffix;
    (with_table ? result->sql : result->bare) = render.take();
  }
  adopt_tables(*result, clause);
  return result;
}

auto joined(std::string_view open, const std::vector<ClausePointer>& parts, std::string_view separator,
            std::string_view close, Clause::Kind kind) -> ClausePointer {
  auto result = std::make_shared<Clause>();
  result->kind = kind;
  for (const bool with_table : {true, false}) {
    Render render;
    render << open;
    bool first = true;
    for (const auto& part : parts) {
      if (!first) render << separator;
      first = false;
      render << part->spelled(with_table);
    }
    render << close;
    (with_table ? result->sql : result->bare) = render.take();
  }
  for (const auto& part : parts) adopt_tables(*result, *part);
  return result;
}

}  // namespace foreshot::sqlalchemy
