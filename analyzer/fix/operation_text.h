// Operations of Alembic as text, made from facts: what a fix writes anew.
#pragma once

#include <optional>
#include <string>

#include "analyzer/check/rule.h"
#include "analyzer/fix/call.h"

namespace foreshot::fix {

auto create_index_text(const CreateIndex& index, bool concurrently) -> std::optional<std::string>;
auto drop_index_text(const std::string& name, const ObjectName& table, bool concurrently = false) -> std::string;
// `at`: a naming convention would be applied to a plain name of a check.
auto drop_constraint_text(const StepView& at, const std::string& name, const ObjectName& table, const char* type) -> std::string;
auto drop_column_text(const ObjectName& table, const std::string& column) -> std::string;
auto create_check_text(const StepView& at, const std::string& name, const ObjectName& table, const std::string& condition) -> std::string;  // NOT VALID
auto constraint_type(ConstraintKind kind) -> const char*;   // "foreignkey"; null: none that Alembic knows

// The name that the constraint of a step gets, PostgreSQL's choice included; empty: not known.
auto constraint_name(const StepView& at, const ObjectName& table, const Constraint& constraint) -> std::string;

// `, schema="shop"`-like last argument; empty without a schema.
auto schema_argument(const ObjectName& table, const char* keyword = "schema") -> std::vector<std::string>;

// The SQL text of an op.execute("…") of one statement that stands in one plain literal as it is sent, and the call with
// another text.
auto plain_sql(const StepView& at, const Call& call) -> bool;
auto with_sql(const StepView& at, const Call& call, const std::string& sql) -> std::string;

}  // namespace foreshot::fix
