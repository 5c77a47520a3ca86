// What a downgrade leaves, loses or changes against the state before its upgrade.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/schema/replay.h"

namespace foreshot {
namespace {

using Kind = Difference::Kind;
using What = Difference::What;

auto changes_schema(const Action& action) -> bool {
  return !std::holds_alternative<Dml>(action) && !std::holds_alternative<SetVariable>(action) &&
         !std::holds_alternative<TransactionControl>(action) && !std::holds_alternative<CommentOn>(action);
}

// Casts change nothing about a default: 'x' and 'x'::text are one.
auto without_casts(const Expression& expression) -> const Expression& {
  const auto* at = &expression;
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1) at = &at->arguments.front();
  return *at;
}

auto same_default(const Expression& a, const Expression& b) -> Known {
  if (a.has_hole() || b.has_hole()) return Known::unknown;
  const auto& first = without_casts(a);
  const auto& second = without_casts(b);
  const auto is_null = [](const Expression& value) {
    return !value.exists() || (value.kind == Expression::Kind::constant && value.constant == Expression::Constant::null);
  };
  if (is_null(first) || is_null(second)) return is_null(first) == is_null(second) ? Known::yes : Known::no;
  const auto is_constant = first.kind == Expression::Kind::constant && second.kind == Expression::Kind::constant;
  if (is_constant) {
    const auto truth = [](const std::string& text) {
      if (text == "t" || text == "true" || text == "1") return std::string("true");
      if (text == "f" || text == "false" || text == "0") return std::string("false");
      return text;
    };
    return truth(first.text) == truth(second.text) ? Known::yes : Known::no;
  }
  if (first.display() == second.display()) return Known::yes;
  // Two spellings of one function (now() and CURRENT_TIMESTAMP) are not told apart.
  return first.kind == second.kind ? Known::unknown : Known::no;
}

auto same_type(const TypeName& a, const TypeName& b) -> Known {
  if (!a.known() || !b.known() || !a.modifiers_known || !b.modifiers_known) return Known::unknown;
  return a.name == b.name && a.modifiers == b.modifiers && (a.array_dimensions > 0) == (b.array_dimensions > 0)
             ? Known::yes
             : Known::no;
}

auto same_definition(const Constraint& a, const Constraint& b) -> bool {
  return a.kind == b.kind && a.columns == b.columns && a.references.table.name == b.references.table.name &&
         (a.references.columns == b.references.columns || a.references.columns.empty() || b.references.columns.empty());
}

auto same_definition(const CreateIndex& a, const CreateIndex& b) -> bool {
  if (a.unique != b.unique || a.method != b.method || a.keys.size() != b.keys.size()) return false;
  if (a.predicate.exists() != b.predicate.exists()) return false;
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (a.keys[i].column != b.keys[i].column) return false;
    if (a.keys[i].column.empty() && a.keys[i].expression.display() != b.keys[i].expression.display()) return false;
  }
  return true;
}

// Constants and names in an expression, whatever the spelling around them. A hole makes it unknown.
auto gist(const Expression& expression) -> std::optional<std::vector<std::string>> {
  std::vector<std::string> found;
  std::vector<const Expression*> pending{&expression};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const auto& at = *pending[i];
    switch (at.kind) {
      case Expression::Kind::hole:
      case Expression::Kind::parameter:
      case Expression::Kind::subquery:
      case Expression::Kind::other: return std::nullopt;
      case Expression::Kind::constant: found.push_back("=" + at.text); break;
      case Expression::Kind::column:
      case Expression::Kind::function: found.push_back(at.name.name.text); break;
      default: break;
    }
    for (const auto& argument : at.arguments) pending.push_back(&argument);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Are they two for certain? One may be written otherwise than the other and mean the same.
auto other_expression(const Expression& a, const Expression& b) -> bool {
  const auto first = gist(a);
  const auto second = gist(b);
  return first && second && *first != *second;
}

auto other_definition(const Constraint& a, const Constraint& b) -> bool {
  if (a.kind != b.kind || a.columns != b.columns) return true;
  if (a.kind == ConstraintKind::check) return other_expression(a.expression, b.expression);
  const auto& first = a.references;
  const auto& second = b.references;
  const auto rule = [](const std::string& word) { return word == "NO ACTION" ? std::string() : word; };
  return a.kind == ConstraintKind::foreign_key && (first.table.name != second.table.name || rule(first.on_delete) != rule(second.on_delete) ||
                                                   rule(first.on_update) != rule(second.on_update));
}

auto other_definition(const CreateIndex& a, const CreateIndex& b) -> bool {
  if (a.unique != b.unique || a.method != b.method || a.keys.size() != b.keys.size()) return true;
  if (a.predicate.exists() != b.predicate.exists() || other_expression(a.predicate, b.predicate)) return true;
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (!a.keys[i].column.known || !b.keys[i].column.known) return false;
    if (a.keys[i].column != b.keys[i].column || other_expression(a.keys[i].expression, b.keys[i].expression)) return true;
  }
  return false;
}

constexpr std::size_t most_differences = 200;  // of one revision

class Comparison {
 public:
  Comparison(const Timeline& timeline, RevisionIndex r, const History& downgraded, std::vector<Difference>& found)
      : timeline_(timeline), revision_(r), steps_(timeline.revision(r)), before_(timeline.before(r)),
        after_(downgraded.latest()), names_(downgraded.names_certain()), found_(found), begin_(found.size()) {}

  auto tables(const ObjectName& name) -> void {
    if (full()) return;
    const auto* was = before_.table(name);
    const auto* is = after_.table(name);
    if (was == is) return;
    if (was == nullptr && is == nullptr) return;
    if ((was != nullptr && was->kind != ObjectKind::table) || (is != nullptr && is->kind != ObjectKind::table)) return;
    if ((was != nullptr && !was->certain) || (is != nullptr && !is->certain)) return;
    if (was == nullptr) {
      // Nobody saw it made: it was there, or its columns are those of an older table.
      if (!is->origin.known() || !is->columns_complete || before_.exists(name) == Existence::yes) return;
      // The downgrade made it: the upgrade dropped a table that the history does not know.
      if (is->origin.revision == revision_ && !made_by_upgrade(is->origin)) return;
      return report(Kind::table, What::left, is->name, "", "", caused_by(is->origin, [&](const Schema& schema) {
                      return schema.table(name) == nullptr;
                    }));
    }
    if (is == nullptr)
      return report(Kind::table, What::lost, was->name, "", "",
                    caused_by({}, [&](const Schema& schema) { return schema.table(name) != nullptr; }));
    columns(*was, *is);
    indexes(*was, *is);
    constraints(*was, *is);
  }

  auto enums(const ObjectName& name) -> void {
    const auto* was = before_.enum_type(name);
    const auto* is = after_.enum_type(name);
    if (was == nullptr && is != nullptr && is->certain && made_by_upgrade(is->origin) && is->values_known)
      report(Kind::enum_type, What::left, {}, is->name.display(), "", is->origin.span);
    if (was != nullptr && was->certain && is == nullptr)
      report(Kind::enum_type, What::lost, {}, was->name.display(), "",
             caused_by({}, [&](const Schema& schema) { return schema.enum_type(name) != nullptr; }));
  }

  // So many that nobody reads on: each is looked for in all steps of the upgrade.
  auto full() const -> bool { return found_.size() - begin_ >= most_differences; }

 private:
  auto report(Kind kind, What what, const ObjectName& table, std::string name, std::string detail, Span span) -> void {
    if (!span.known() || full()) return;
    found_.push_back({kind, what, table, std::move(name), std::move(detail), span});
  }

  // The statement of the upgrade that made the thing, or the one after which `holds` is no longer true.
  auto caused_by(const Origin& origin, const std::function<bool(const Schema&)>& holds) const -> Span {
    if (origin.known() && origin.revision == revision_) return origin.span;
    for (auto i = steps_.upgrade_begin; i < steps_.upgrade_end; ++i) {
      const auto& step = timeline_.steps()[i];
      if (step.before == step.after) continue;
      if (holds(timeline_.before(step)) && !holds(timeline_.after(step))) return step.sql->span;
    }
    return {};
  }

  auto columns(const Table& was, const Table& is) -> void {
    for (const auto* part : was.columns.not_in(is.columns)) {
      const auto& old = *part;
      const auto& name = old.column.name.text;
      const auto* now = is.column(name);
      if (!old.certain || !old.column.name.known) continue;
      if (full()) return;
      if (now == nullptr) {
        report(Kind::column, What::lost, is.name, name, "", caused_by({}, [&](const Schema& schema) {
                 const auto* table = schema.table(was.name);
                 return table != nullptr && table->column(name) != nullptr;
               }));
        continue;
      }
      if (!now->certain) continue;
      column(was, old, *now);
    }
    for (const auto* part : is.columns.not_in(was.columns)) {
      const auto& now = *part;
      if (was.column(now.column.name.text) == nullptr && now.certain && now.origin.revision == revision_ &&
          made_by_upgrade(now.origin))
        report(Kind::column, What::left, is.name, now.column.name.text, "", now.origin.span);
    }
  }

  auto made_by_upgrade(const Origin& origin) const -> bool {
    return origin.known() && origin.revision == revision_ && steps_.upgrade_begin < steps_.upgrade_end &&
           origin.transaction <= timeline_.steps()[steps_.upgrade_end - 1].transaction;
  }

  auto column(const Table& was, const TableColumn& old, const TableColumn& now) -> void {
    const auto& name = old.column.name.text;
    const auto of = [&](const Schema& schema) -> const TableColumn* {
      const auto* table = schema.table(was.name);
      return table != nullptr ? table->column(name) : nullptr;
    };
    if (old.type_known && now.type_known && same_type(old.column.type, now.column.type) == Known::no)
      report(Kind::type, What::changed, was.name, name,
             "type " + now.column.type.display() + " instead of " + old.column.type.display(),
             caused_by({}, [&](const Schema& schema) {
               const auto* column = of(schema);
               return column != nullptr && same_type(column->column.type, old.column.type) == Known::yes;
             }));
    if (old.not_null != Known::unknown && now.not_null != Known::unknown && old.not_null != now.not_null)
      report(Kind::nullability, What::changed, was.name, name,
             now.not_null == Known::yes ? "NOT NULL is left" : "NOT NULL is not restored",
             caused_by({}, [&](const Schema& schema) {
               const auto* column = of(schema);
               return column != nullptr && column->not_null == old.not_null;
             }));
    const auto plain = old.column.generated == Column::Generated::no && now.column.generated == Column::Generated::no &&
                       old.column.identity == now.column.identity && old.type_known && was.columns_complete;
    if (plain && same_default(old.column.default_value, now.column.default_value) == Known::no) {
      const auto& value = old.column.default_value;
      report(Kind::default_value, What::changed, was.name, name,
             value.exists() ? "default " + value.display() + " is not restored"
                            : "default " + now.column.default_value.display() + " is left",
             caused_by({}, [&](const Schema& schema) {
               const auto* column = of(schema);
               return column != nullptr && same_default(column->column.default_value, value) == Known::yes;
             }));
    }
  }

  auto indexes(const Table& was, const Table& is) -> void {
    const auto find = [this](const Table& table, const TableIndex& wanted) {
      if (table.index(wanted.index.name.text) != nullptr) return true;
      return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const TableIndex& other) {
        return (again(other.origin) || !names_ || other.name_generated || wanted.name_generated || !other.certain) &&
               same_definition(other.index, wanted.index);
      });
    };
    for (const auto* part : was.indexes.not_in(is.indexes)) {
      const auto& old = *part;
      if (const auto* now = is.index(old.index.name.text); now != nullptr && differs(old, *now) && other_definition(old.index, now->index))
        report(Kind::index, What::changed, was.name, old.index.name.text, "", caused_by({}, [&](const Schema& schema) {
                 const auto* table = schema.table(was.name);
                 const auto* index = table != nullptr ? table->index(old.index.name.text) : nullptr;
                 return index != nullptr && !other_definition(index->index, old.index);
               }));
      if (!old.constraint.empty() || !old.certain || find(is, old) || !old.index.name.known) continue;
      // An index goes with its column, and that is said of the column.
      if (lacks_column(is, old.index) || (!names_ && old.name_generated)) continue;
      report(Kind::index, What::lost, was.name, old.index.name.text, "", caused_by({}, [&](const Schema& schema) {
               const auto* table = schema.table(was.name);
               return table != nullptr && table->index(old.index.name.text) != nullptr;
             }));
    }
    for (const auto* part : is.indexes.not_in(was.indexes)) {
      const auto& now = *part;
      if (!now.constraint.empty() || !now.certain || find(was, now) || !made_by_upgrade(now.origin)) continue;
      if (now.index.if_not_exists || lacks_column(was, now.index) || (!names_ && now.name_generated)) continue;
      report(Kind::index, What::left, is.name, now.index.name.text, "", now.origin.span);
    }
  }

  // Made by the downgrade.
  auto again(const Origin& origin) const -> bool {
    return origin.known() && origin.revision == revision_ && !made_by_upgrade(origin);
  }
  // Two that have their names from what is written.
  auto differs(const TableIndex& old, const TableIndex& now) const -> bool {
    return names_ && old.constraint.empty() && now.constraint.empty() && old.certain && now.certain && again(now.origin);
  }

  auto lacks_column(const Table& table, const CreateIndex& index) const -> bool {
    return std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& key) {
      return !key.column.empty() && table.column(key.column.text) == nullptr;
    });
  }

  auto lacks_column(const Table& table, const Constraint& constraint) const -> bool {
    return std::any_of(constraint.columns.begin(), constraint.columns.end(),
                       [&](const Identifier& column) { return table.column(column.text) == nullptr; });
  }

  auto constraints(const Table& was, const Table& is) -> void {
    if (!names_) return;
    const auto find = [this](const Table& table, const TableConstraint& wanted) {
      if (table.constraint(wanted.constraint.name.text) != nullptr) return true;
      return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const TableConstraint& other) {
        // Built again by the downgrade, under whatever name, it is not lost.
        return (again(other.origin) || !names_ || other.name_generated || wanted.name_generated || !other.certain || !other.constraint.name.known) &&
               same_definition(other.constraint, wanted.constraint) &&
               !(other.certain && wanted.certain && other_definition(other.constraint, wanted.constraint));
      });
    };
    for (const auto* part : was.constraints.not_in(is.constraints)) {
      const auto& old = *part;
      if (old.constraint.kind == ConstraintKind::not_null || !old.certain || !old.constraint.name.known) continue;
      if (const auto* now = is.constraint(old.constraint.name.text);
          now != nullptr && now->certain && again(now->origin) && other_definition(old.constraint, now->constraint))
        report(Kind::constraint, What::changed, was.name, old.constraint.name.text, "", caused_by({}, [&](const Schema& schema) {
                 const auto* table = schema.table(was.name);
                 const auto* constraint = table != nullptr ? table->constraint(old.constraint.name.text) : nullptr;
                 return constraint != nullptr && !other_definition(constraint->constraint, old.constraint);
               }));
      if (find(is, old) || lacks_column(is, old.constraint)) continue;
      report(Kind::constraint, What::lost, was.name, old.constraint.name.text, "", caused_by({}, [&](const Schema& schema) {
               const auto* table = schema.table(was.name);
               return table != nullptr && table->constraint(old.constraint.name.text) != nullptr;
             }));
    }
    for (const auto* part : is.constraints.not_in(was.constraints)) {
      const auto& now = *part;
      if (now.constraint.kind == ConstraintKind::not_null || !now.certain || !made_by_upgrade(now.origin)) continue;
      if (find(was, now) || lacks_column(was, now.constraint)) continue;
      report(Kind::constraint, What::left, is.name, now.constraint.name.text, "", now.origin.span);
    }
  }

  const Timeline& timeline_;
  RevisionIndex revision_;
  const RevisionSteps& steps_;
  Schema before_, after_;
  bool names_;  // are constraints and indexes called what is written?
  std::vector<Difference>& found_;
  std::size_t begin_;
};

// Is everything that both bodies do to the schema known and certain?
auto fully_understood(const Timeline& timeline, const Revision& source, const RevisionSteps& steps) -> bool {
  for (const auto* body : {&source.upgrade, &source.downgrade}) {
    if (body->shape != Body::Shape::working || !body->fully_read || !body->gaps.empty()) return false;
    for (const auto& operation : body->operations) {
      if (!operation.table_known || operation.has(Oddity::drop_name_none) != nullptr) return false;
      for (const auto& statement : operation.statements)
        if (const auto* block = std::get_if<Block>(&statement.action); block != nullptr && !block->understood) return false;
    }
  }
  const auto certain = [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto& step = timeline.steps()[i];
      const auto& action = step.action();
      if (step.conditional && changes_schema(action)) return false;
      if (std::holds_alternative<Unreadable>(action) || std::holds_alternative<SyntaxError>(action)) return false;
      if (!step.sql->complete && changes_schema(action)) return false;
      if (const auto* block = std::get_if<Block>(&action); block != nullptr && !block->understood) return false;
    }
    return true;
  };
  return certain(steps.upgrade_begin, steps.upgrade_end) && certain(steps.downgrade_begin, steps.downgrade_end);
}

// The order of changed_tables.
auto by_name(const ObjectName& a, const ObjectName& b) -> bool {
  return std::tie(a.name.text, a.schema.text) < std::tie(b.name.text, b.schema.text);
}

}  // namespace

auto find_differences(const Timeline& timeline, const TreeSource& tree, RevisionIndex r, const History& downgraded,
                      std::vector<Difference>& found) -> void {
  const auto& steps = timeline.revision(r);
  if (!fully_understood(timeline, tree.revisions[r], steps)) return;
  auto tables = timeline.history().changed_tables(steps.before, steps.after);
  const auto sorted = tables.size();
  for (auto& name : downgraded.changed_tables(0, downgraded.latest().moment()))
    if (!std::binary_search(tables.begin(), tables.begin() + static_cast<std::ptrdiff_t>(sorted), name, by_name)) tables.push_back(std::move(name));
  auto enums = timeline.history().changed_enums(steps.before, steps.after);
  Comparison comparison(timeline, r, downgraded, found);
  for (const auto& name : tables) comparison.tables(name);
  for (const auto& name : enums) comparison.enums(name);
}

}  // namespace foreshot
