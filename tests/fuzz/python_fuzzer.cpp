// Any bytes are read without a crash, and what is read lies inside them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/python/dump.h"

namespace {

auto require(bool condition) -> void {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = std::string_view{reinterpret_cast<const char*>(data), size};
  const auto module = foreshot::python::parse(0, text);
  auto real = 0;
  for (const auto& problem : module->problems) {
    require(problem.span.begin <= problem.span.end && problem.span.end <= size);
    real += problem.grammar_behind ? 0 : 1;
  }
  require(real <= 1);
  require(module->error_bytes <= size);
  require(module->error_bytes == 0 || real == 1);
  for (const auto& comment : module->comments) {
    require(text[comment.span.begin] == '#' && comment.span.begin < comment.span.end && comment.span.end <= size);
    require(!comment.statement.known() || comment.statement.end <= size);
  }
  auto last = std::uint32_t{0};
  for (const auto* statement : module->body) {
    require(last <= statement->begin && statement->begin <= statement->end && statement->end <= size);
    last = statement->end;
  }
  foreshot::python::dump(*module, true);
  return 0;
}
