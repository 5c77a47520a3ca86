// Python as text: literals, calls and blocks in the style that Black gives them. Statements are written without
// indentation; the names of the modules that every migration imports stand as marks, because a file may call them
// otherwise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreshot::fix {

// Stand for the names by which a file knows alembic.op and sqlalchemy.
inline constexpr const char* op_mark = "\x01";
inline constexpr const char* sa_mark = "\x02";

// "text" in double quotes, escaped.
auto literal(std::string_view text) -> std::string;
auto literals(const std::vector<std::string>& texts) -> std::string;   // ["a", "b"]

// `callee(a, b)` on one line, or on several when it is longer than a line.
auto call_text(std::string_view callee, const std::vector<std::string>& arguments) -> std::string;

// op.execute("sql"), a long text as several literals.
auto execute_text(std::string_view sql) -> std::string;

// Every line moved right; not those that begin inside a triple-quoted string.
auto indented(std::string_view text, std::string_view indent) -> std::string;
// The reverse, for a text whose first line has no indentation and whose others have `indent`.
auto unindented(std::string_view text, std::string_view indent) -> std::string;

// Marks replaced by names.
auto named(std::string text, std::string_view op, std::string_view sa) -> std::string;

}  // namespace foreshot::fix
