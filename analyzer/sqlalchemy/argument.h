// Reads the arguments of a library call: as text with origins, as flags, as names. What cannot be known becomes a hole
// whose words are the user's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/interpret/interpreter.h"
#include "analyzer/interpret/vocabulary.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

// The expression as written, shortened, for a hole: "get_name()".
auto source_words(const interpret::Site& site, Span span) -> std::string;

// A text from a value: str, number, name of a Column or Table; else a hole.
auto text_of(const interpret::Site& site, const interpret::Value& value, Span span) -> MappedText;
auto text_of(const interpret::Site& site, const interpret::Argument& argument) -> MappedText;

// The text is a known str without holes.
auto is_text(const interpret::Value& value) -> bool;

auto flag_of(const interpret::Value& value) -> std::optional<bool>;
auto flag(const interpret::Arguments& arguments, std::string_view name) -> std::optional<bool>;
auto read_flag(const interpret::Arguments& arguments, std::string_view name) -> Flag;

// Given and not None.
auto present(const interpret::Argument* argument) -> bool;

auto name_of(const interpret::Site& site, const interpret::Argument* argument) -> ElementName;

// A list of column names: strings, columns, clauses. `known` becomes false when the list is not.
auto names_of(const interpret::Site& site, const interpret::Value& value, Span span, bool& known)
    -> std::vector<MappedText>;

// The keyword as text, if given and not None.
auto optional_text(const interpret::Site& site, const interpret::Arguments& arguments, std::string_view name)
    -> std::optional<MappedText>;

// The last part of a dotted name.
auto last_part(std::string_view dotted) -> std::string_view;
// Of a text that ends with the expression, a text of its own.
auto last_part(std::string&& dotted) -> std::string;

template <typename T>
auto shared_object(const interpret::Value& value) -> std::shared_ptr<T> {
  const auto* held = value.get<std::shared_ptr<interpret::Object>>();
  return held != nullptr ? std::dynamic_pointer_cast<T>(*held) : nullptr;
}

template <typename T>
auto object_value(std::shared_ptr<T> object, Span span) -> interpret::Value {
  return {std::static_pointer_cast<interpret::Object>(std::move(object)), span};
}

// A value as an SQL literal; a number, true, NULL, 'text'. Empty when it has no literal form here.
auto literal_of(const interpret::Value& value) -> std::optional<MappedText>;

}  // namespace foreshot::sqlalchemy
