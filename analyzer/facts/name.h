// Names of database objects as PostgreSQL understands them: unquoted names folded to lower case, quotes removed, parts
// kept apart. A part that nobody knows (a hole) is marked, never guessed; one that is the same throughout a run, a
// setting, stands in braces for what it will be.
#pragma once

#include <string>
#include <string_view>

namespace foreshot {

// Has the text of a known name a constant of the run in it: `{prefix}users`?
inline auto is_symbolic(std::string_view name) -> bool { return name.find('{') != std::string_view::npos; }

// One identifier. `known` is false where the source has a hole; `text` then holds what is known for display, "{table}".
struct Identifier {
  std::string text;
  bool known = true;

  Identifier() = default;
  Identifier(std::string value) : text(std::move(value)) {}       // NOLINT(google-explicit-constructor)
  Identifier(std::string_view value) : text(value) {}             // NOLINT(google-explicit-constructor)
  Identifier(const char* value) : text(value) {}                  // NOLINT(google-explicit-constructor)
  static auto unknown(std::string shown) -> Identifier {
    Identifier name(std::move(shown));
    name.known = false;
    return name;
  }

  auto empty() const -> bool { return text.empty(); }
  // A known name with a constant of the run in it, `{prefix}users`: the same object wherever it is spelled like this, and
  // perhaps the same as one that is spelled otherwise.
  auto symbolic() const -> bool { return known && is_symbolic(text); }
  friend auto operator==(const Identifier&, const Identifier&) -> bool = default;
};

// schema.name. An empty schema means: found through search_path. An unknown schema does not make the table unknown:
// tables are then matched by name alone.
struct ObjectName {
  Identifier schema;
  Identifier name;

  auto known() const -> bool { return name.known && !name.empty(); }
  auto empty() const -> bool { return name.empty(); }
  auto symbolic() const -> bool { return name.symbolic() || schema.symbolic(); }
  auto display() const -> std::string { return schema.empty() ? name.text : schema.text + "." + name.text; }
  friend auto operator==(const ObjectName&, const ObjectName&) -> bool = default;
};

}  // namespace foreshot
