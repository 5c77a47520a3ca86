// What newer Pythons accept and the grammar does not know, rewritten so that it does: same length, same offsets, the new
// part blanked. Private to python/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace foreshot::python {

struct OlderPython {
  std::string text;  // empty: nothing new was found
  std::uint32_t begin = 0;  // the first part that was blanked
  std::uint32_t end = 0;
  std::string message;
};

// Of one statement, whose bodies are blanked.
auto as_older_python(std::string_view statement) -> OlderPython;

}  // namespace foreshot::python
