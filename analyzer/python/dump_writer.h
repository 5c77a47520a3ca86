// Writes the text of dump.h. Private to python/.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "analyzer/python/tree.h"

namespace foreshot::python {

class DumpWriter {
 public:
  explicit DumpWriter(bool positions) : positions_(positions) {}

  auto expression(const Expression* node) -> void;
  auto statements(StatementList list, int depth) -> void;
  auto take() -> std::string { return std::move(out_); }

 private:
  auto statement(const Statement& node, int depth) -> void;
  auto body(std::string_view label, StatementList list, int depth) -> void;
  auto import(const Statement& node) -> void;
  auto binary(const Binary& top) -> void;
  auto sequence(std::string_view kind, const Expression& node) -> void;
  auto comprehension(const Comprehension& node) -> void;
  auto arguments(std::span<const Argument> given) -> void;
  auto parameters(ParameterList list) -> void;
  auto string(const String& node) -> void;
  auto parts(std::span<const StringPart> list) -> void;

  auto open(std::string_view kind, std::uint32_t begin, std::uint32_t end) -> void;
  template <typename Node>
  auto open(std::string_view kind, const Node& node) -> void {
    open(kind, node.begin, node.end);
  }
  auto put(std::string_view text) -> void;
  auto word(std::string_view text) -> void { put(text); }
  auto quoted(std::string_view text) -> void;
  auto close() -> void;

  bool positions_;
  bool glued_ = false;  // what comes next follows without a space
  std::string out_;
};

}  // namespace foreshot::python
