// What the bytes of a Python file tell before anything is parsed: whether it can matter, and what it imports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

// Whether the file may define models, run queries or be a part of migrations.
auto matters(std::string_view bytes) -> bool;

// Whether the file is a package's and takes names from other modules: what imports them from the package means those.
auto hands_on(std::string_view path, std::string_view bytes) -> bool;

// Whether the file has any loop.
auto loops(std::string_view bytes) -> bool;

// Whether the file defines classes that serialize, and so read objects that others fetch.
auto serializes(std::string_view bytes) -> bool;
// Whether the file makes such objects of others', by what it calls or answers.
auto uses_serializers(std::string_view bytes) -> bool;

// A module, or a name in a module, by the last two components of its dotted name, hashed; `parent` is empty for what is
// imported from the top. Different names may meet, which costs a file read for nothing.
using ImportKey = std::uint64_t;
auto import_key(std::string_view parent, std::string_view name) -> ImportKey;

// The modules that the file at `path` imports, and the names that it takes from them; both for each name of `from … import`.
auto imports_of(std::string_view bytes, const std::string& path) -> std::vector<ImportKey>;

}  // namespace foreshot::driver
