// Makes columns, constraints, indexes and tables from the arguments of the calls that spell them.
#pragma once

#include <memory>
#include <string_view>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {

// Column(…) and mapped_column(…). Without a name when none is given.
auto make_column(const interpret::Site& site, const interpret::Arguments& arguments, const Versions& versions)
    -> ColumnPointer;

auto make_foreign_key(const interpret::Site& site, const interpret::Arguments& arguments) -> std::shared_ptr<ForeignKey>;
auto make_identity(const interpret::Site& site, const interpret::Arguments& arguments) -> std::shared_ptr<Identity>;
auto make_computed(const interpret::Site& site, const interpret::Arguments& arguments) -> std::shared_ptr<Computed>;
auto make_sequence(const interpret::Site& site, const interpret::Arguments& arguments) -> std::shared_ptr<Sequence>;

// INCREMENT BY 1 START WITH 1 …, from the options of Identity and Sequence.
auto identity_options(const interpret::Site& site, const interpret::Arguments& arguments,
                      std::size_t first_positional) -> MappedText;

// PrimaryKeyConstraint, UniqueConstraint, CheckConstraint, ForeignKeyConstraint, ExcludeConstraint, by class name.
auto make_constraint(const interpret::Site& site, std::string_view class_name, const interpret::Arguments& arguments)
    -> ConstraintPointer;

// deferrable, initially, postgresql_not_valid, … of any constraint.
auto read_constraint_options(const interpret::Site& site, const interpret::Arguments& arguments, Constraint& constraint)
    -> void;

// Elements of an exclusion, ("column", "=") pairs, as rendered.
auto exclusion_elements(const interpret::Site& site, const std::vector<interpret::Argument>& pairs,
                        const interpret::Argument* operator_classes) -> MappedText;

// Index(name, *expressions, **options), and the options alone for op.create_index.
auto make_index(const interpret::Site& site, const interpret::Arguments& arguments) -> IndexPointer;
auto index_key(const interpret::Site& site, const interpret::Value& value, Span span) -> IndexKeyText;
auto read_index_options(const interpret::Site& site, const interpret::Arguments& arguments, Index& index) -> void;

// Table(name, metadata, *items, **options); with `of_operation` op.create_table(name, *items, **options).
auto make_table(const interpret::Site& site, const interpret::Arguments& arguments, bool of_operation) -> TablePointer;
auto add_table_item(const interpret::Site& site, const TablePointer& table, const interpret::Value& item, Span span)
    -> void;

// sa.table(name, *columns).
auto make_light_table(const interpret::Site& site, const interpret::Arguments& arguments) -> TablePointer;

// table.c.name: the column as an expression.
auto column_clause(const TablePointer& table, const ColumnPointer& column, Span span) -> ClausePointer;
auto column_clause(const MappedText& name) -> ClausePointer;

// The text of an SQL expression: a clause bare, a str as it is.
auto expression_text(const interpret::Site& site, const interpret::Value& value, Span span) -> MappedText;

}  // namespace foreshot::sqlalchemy
