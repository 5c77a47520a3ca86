// One run of PostgreSQL's parser over one text, and the tree that it made.
//
// The tree lives as long as the Parse, on the thread that made it, and there is at most one Parse at a time on a thread:
// libpg_query keeps its memory in one place per thread. So copy out what is needed, then let it go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct List;
struct Node;

namespace foreshot::sql {

class Parse {
 public:
  enum class Mode : std::uint8_t { statements, type_name };

  explicit Parse(const std::string& text, Mode mode = Mode::statements);
  ~Parse();
  Parse(const Parse&) = delete;
  auto operator=(const Parse&) -> Parse& = delete;

  auto ok() const -> bool { return !failed_; }
  // The only statement, or null when there is none or more than one; in type_name mode the TypeName.
  auto root() const -> Node*;

  auto message() const -> const std::string& { return message_; }
  auto position() const -> std::uint32_t { return position_; }  // byte offset of the error
  auto gave_up() const -> bool { return gave_up_; }  // too deep or too large, not wrong

 private:
  void* memory_ = nullptr;
  List* tree_ = nullptr;
  bool failed_ = false;
  bool gave_up_ = false;
  bool type_name_ = false;
  std::uint32_t position_ = 0;
  std::string message_;
};

}  // namespace foreshot::sql
