// SQL expressions of SQLAlchemy: functions, operators and the calls that build them.
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/clause.h"

namespace foreshot::sqlalchemy {

// A value as a part of an expression: a clause, a column, a literal; $1 for what is only known at run time.
auto operand(const interpret::Site& site, const interpret::Value& value) -> ClausePointer;

// text(), func.lower(), and_(), cast(), …; null when the name means no expression.
auto make_expression(const interpret::Site& site, std::string_view dotted, const interpret::Arguments& arguments,
                     const Versions& versions) -> ClausePointer;

// clause.in_(…), .desc(), .label(…), …
auto clause_method(const interpret::Site& site, const ClausePointer& clause, std::string_view name,
                   const interpret::Arguments& arguments, const Versions& versions) -> ClausePointer;

// left op right, in Python's operators.
auto clause_operation(const interpret::Site& site, std::string_view op, const interpret::Value& left,
                      const interpret::Value& right) -> ClausePointer;

// A column as an expression, qualified by its table when it has one.
auto column_operand(const ColumnPointer& column) -> ClausePointer;

}  // namespace foreshot::sqlalchemy
