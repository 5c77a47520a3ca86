// Any bytes as SQL text: the first byte chooses how parameters are written, \x01 in the rest is an unknown part.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/sql/read.h"

namespace {

auto check(const foreshot::Span& span, std::size_t size) -> bool {
  return !span.known() || (span.begin <= span.end && span.end <= size);
}

auto check(const foreshot::Statement& statement, std::size_t size) -> bool {
  if (!check(statement.span, size)) return false;
  (void)foreshot::command_tag(statement.action);
  (void)foreshot::target_table(statement.action);
  if (const auto* dml = std::get_if<foreshot::Dml>(&statement.action)) {
    (void)dml->where.display();
    (void)dml->where.columns();
    (void)dml->where.is_constant();
  }
  if (const auto* table = std::get_if<foreshot::AlterTable>(&statement.action))
    if (table->spans.size() != table->subcommands.size()) return false;
  if (const auto* block = std::get_if<foreshot::Block>(&statement.action))
    return std::all_of(block->statements.begin(), block->statements.end(),
                       [&](const foreshot::Statement& inner) { return check(inner, size); });
  return true;
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  if (size == 0) return 0;
  using foreshot::sql::Binds;
  const Binds binds = data[0] % 3 == 0 ? Binds::none : data[0] % 3 == 1 ? Binds::sqlalchemy : Binds::driver;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  foreshot::MappedText mapped;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto hole = std::min(text.find('\x01', at), text.size());
    const auto narrow = [](std::size_t offset) { return static_cast<std::uint32_t>(offset); };
    mapped.append(text.substr(at, hole - at), {0, narrow(at), narrow(hole)}, true);
    if (hole == text.size()) break;
    if (data[0] >= 0x80)
      mapped.append_hole("x", {0, narrow(hole), narrow(hole + 1)}, {"", "s."});
    else
      mapped.append_hole("x", {0, narrow(hole), narrow(hole + 1)});
    at = hole + 1;
  }
  const auto reading = foreshot::sql::read(mapped, binds, {});
  for (const auto& statement : reading.statements)
    if (!check(statement, text.size())) __builtin_trap();
  for (const auto& comment : reading.comments)
    if (!check(comment.span, text.size())) __builtin_trap();
  (void)foreshot::sql::read_expression(mapped).display();
  (void)foreshot::sql::read_type(text).display();
  return 0;
}
