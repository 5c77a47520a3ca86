#include "analyzer/sql/parse.h"

#include <string_view>

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

// PostgreSQL counts characters from 1: bytes that lead a sequence, each of the length that its first byte announces.
auto byte_of_character(std::string_view text, int character) -> std::uint32_t {
  std::size_t at = 0;
  for (int passed = 1; passed < character && at < text.size(); ++passed) {
    const auto lead = static_cast<unsigned char>(text[at]);
    at += lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
  }
  return static_cast<std::uint32_t>(at < text.size() ? at : text.size());
}

auto says(std::string_view message, std::string_view part) -> bool {
  return message.find(part) != std::string_view::npos;
}

}  // namespace

Parse::Parse(const std::string& text, Mode mode) : type_name_(mode == Mode::type_name) {
  memory_ = pg_query_enter_memory_context();
  const auto result = pg_query_raw_parse(text.c_str(), type_name_ ? PG_QUERY_PARSE_TYPE_NAME : PG_QUERY_PARSE_DEFAULT);
  tree_ = result.tree;
  if (result.stderr_buffer != nullptr) free(result.stderr_buffer);
  if (result.error != nullptr) {
    failed_ = true;
    message_ = result.error->message;
    position_ = byte_of_character(text, result.error->cursorpos);
    gave_up_ = says(message_, "memory exhausted") || says(message_, "stack depth") || says(message_, "out of memory") ||
               says(message_, "invalid memory alloc");
    pg_query_free_error(result.error);
  }
}

Parse::~Parse() { pg_query_exit_memory_context(static_cast<MemoryContext>(memory_)); }

auto Parse::root() const -> Node* {
  if (failed_ || tree_ == nullptr || tree_->length != 1) return nullptr;
  auto* first = static_cast<Node*>(tree_->elements[0].ptr_value);
  if (type_name_) return first;
  return reinterpret_cast<RawStmt*>(first)->stmt;
}

}  // namespace foreshot::sql
