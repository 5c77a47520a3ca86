#include "analyzer/sql/mentions.h"

#include <algorithm>
#include <optional>

#include "analyzer/sql/holes.h"
#include "analyzer/sql/lexer.h"
#include "analyzer/sql/parse.h"
#include "analyzer/sql/source.h"
#include "analyzer/sql/statement.h"
#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto target_of(const ::Node* statement) -> const ::RangeVar* {
  switch (tag_of(statement)) {
    case T_InsertStmt:
      return as<const ::InsertStmt>(statement)->relation;
    case T_UpdateStmt:
      return as<const ::UpdateStmt>(statement)->relation;
    case T_DeleteStmt:
      return as<const ::DeleteStmt>(statement)->relation;
    case T_MergeStmt:
      return as<const ::MergeStmt>(statement)->relation;
    default:
      return nullptr;
  }
}

// A query of one relation and nothing inside: what has no qualifier is a column of it, but for the names that the
// query itself gives to its results.
auto is_plain(std::string_view text, Tokens tokens) -> bool {
  std::size_t queries = 0;
  for (const auto& token : tokens) {
    if (is_word(text, token, "with")) return false;
    if (is_word(text, token, "select")) ++queries;
  }
  return queries <= 1;
}

auto reads_one_table(const ::Node* statement) -> bool {
  switch (tag_of(statement)) {
    case T_SelectStmt: {
      const auto* from = as<const ::SelectStmt>(statement)->fromClause;
      return length_of(from) == 1 && tag_of(item<::Node>(from, 0)) == T_RangeVar;
    }
    case T_UpdateStmt:
      return length_of(as<const ::UpdateStmt>(statement)->fromClause) == 0;
    case T_DeleteStmt:
      return length_of(as<const ::DeleteStmt>(statement)->usingClause) == 0;
    default:
      return false;
  }
}

}  // namespace

auto TreeReader::mentions(const ::Node* statement, bool plain) -> Mentions {
  Mentions found;
  Reads reads;
  walk(reads, statement, 0);
  const auto* target = target_of(statement);
  if (target != nullptr) {
    auto table = relation(target);
    reads.aliases.emplace_back(target->alias == nullptr ? table.name.text : string(target->alias->aliasname), table.display());
    if (std::find(reads.relations.begin(), reads.relations.end(), table) == reads.relations.end()) reads.relations.push_back(std::move(table));
  }
  std::vector<std::string> results;
  if (tag_of(statement) == T_SelectStmt)
    for (const auto* column : Items<::ResTarget>(as<const ::SelectStmt>(statement)->targetList))
      if (column->name != nullptr) results.push_back(string(column->name));
  // Two relations under one alias, of an inner and an outer query: nobody can tell.
  const auto of_alias = [&](const std::string& alias) -> const ObjectName* {
    const std::string* display = nullptr;
    for (const auto& [name, table] : reads.aliases) {
      if (name != alias) continue;
      if (display != nullptr && *display != table) return nullptr;
      display = &table;
    }
    if (display == nullptr) return nullptr;
    for (const auto& each : reads.relations)
      if (each.display() == *display) return &each;
    return nullptr;
  };
  const bool alone = plain && reads.relations.size() == 1 && reads_one_table(statement);
  for (const auto& [qualifier, column] : reads.columns) {
    const auto named_here = std::find(results.begin(), results.end(), column) != results.end();
    const auto* table = !qualifier.empty() ? of_alias(qualifier) : alone && !named_here ? &reads.relations.front() : nullptr;
    if (table != nullptr && table->known() && column != "*") found.columns.emplace_back(*table, column);
  }
  if (target != nullptr) {
    const auto change = dml(statement);
    for (const auto& column : change.columns)
      if (change.table.known() && column.known) found.columns.emplace_back(change.table, column.text);
  }
  for (auto& each : reads.relations)
    if (each.known()) found.tables.push_back(std::move(each));
  return found;
}

auto mentions(const MappedText& text, Binds binds, Span fallback) -> std::vector<Mentions> {
  std::vector<Mentions> all;
  const Source source(text, binds);
  const auto lexed = lex(source.text());
  for (const auto tokens : split(source.text(), lexed.tokens)) {
    Replacements replacements(source, tokens);
    for (;;) {
      const auto prepared = replacements.prepare();
      const Parse parse(prepared.text);
      if (const auto* root = parse.root()) {
        const auto tag = tag_of(root);
        if (tag != T_SelectStmt && target_of(root) == nullptr) break;
        auto found = TreeReader(source, tokens, prepared).mentions(root, !prepared.vanished && is_plain(source.text(), tokens));
        found.verb = tag == T_SelectStmt ? "SELECT" : tag == T_InsertStmt ? "INSERT" : tag == T_UpdateStmt ? "UPDATE" : tag == T_DeleteStmt ? "DELETE" : "MERGE";
        found.span = source.span(tokens.front().begin, tokens.back().end);
        if (!found.span.known()) found.span = fallback;
        all.push_back(std::move(found));
        break;
      }
      const auto position = parse.ok() ? static_cast<std::uint32_t>(prepared.text.size()) : parse.position();
      if (!replacements.advance(prepared, position)) break;
    }
  }
  return all;
}

}  // namespace foreshot::sql
