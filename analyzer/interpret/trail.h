// A Trail remembers what an undecided branch writes, so that the other branch starts from the same state and the two can
// be joined: variables, attributes of instances, contents of lists and dicts. Writes cost nothing outside of branches,
// nor for what was made inside the branch.
//
//     mark ── if-body writes ── collect ── rollback(mark) ── else-body writes ── collect ── rollback(mark) ── join, write
//
// All changes of containers come through here, and only a change makes a container hold itself (`a.append(a)`,
// `child.parent = parent`). When the trail goes, so do the contents of all containers that were given others to hold.
#pragma once

#include <cstdint>
#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "analyzer/interpret/interpreter.h"

namespace foreshot::interpret {

class Trail {
 public:
  using Mark = std::size_t;

  // The state of one place at the end of a branch.
  struct Written {
    enum class Kind : std::uint8_t { variable, attribute, contents };
    Kind kind = Kind::variable;
    std::shared_ptr<Frame> frame;  // of a variable
    Value owner;                   // the instance or container
    std::string_view name;
    Value value;                   // contents: a copy of the container
    bool exists = true;
    auto place() const -> const void*;
  };
  using Outcome = std::vector<Written>;

  Trail() = default;
  ~Trail();
  Trail(const Trail&) = delete;
  auto operator=(const Trail&) -> Trail& = delete;

  // A region is an undecided branch, or an entry point whose effects are undone at its end.
  auto open() -> std::uint32_t {
    const auto outer = region_;
    region_ = ++clock_;
    return outer;
  }
  // `mark` is where the region began: what the outer region need not remember is forgotten.
  auto close(std::uint32_t outer, Mark mark) -> void;
  auto clock() const -> std::uint32_t { return clock_; }
  auto mark() const -> Mark { return changes_.size(); }

  auto set_variable(const std::shared_ptr<Frame>& frame, std::string_view name, Value value) -> void;
  auto erase_variable(const std::shared_ptr<Frame>& frame, std::string_view name) -> void;
  // `name` must outlive the trail.
  auto set_attribute(const Value& instance, std::string_view name, Value value) -> void;
  auto append(const Value& sequence, Value item) -> void;
  auto set_entry(const Value& mapping, const Value& key, Value value) -> void;
  // To be called before any other change of a container; the cost is its size.
  auto before_change(const Value& container) -> void;

  // Forgets all but the first change of each place since the mark: a long loop changes few places often.
  auto compact(Mark mark) -> void;
  auto collect(Mark mark) const -> Outcome;
  auto rollback(Mark mark) -> void;
  // Writes one place's state, remembering the old one in turn.
  auto write(const Written& state) -> void;
  // The state of that place as it is.
  static auto read(const Written& place) -> Written;

 private:
  struct Change {
    enum class Kind : std::uint8_t { variable, attribute, appended, entry, contents };
    Kind kind = Kind::variable;
    bool existed = false;
    std::uint32_t position = 0;
    std::shared_ptr<Frame> frame;
    Value owner;
    std::string_view name;
    Value old;
  };
  using Container = std::variant<std::weak_ptr<Sequence>, std::weak_ptr<Mapping>, std::weak_ptr<Instance>>;

  auto logs(std::uint32_t born) const -> bool { return born < region_; }
  auto holds_others(const Value& owner) -> void;

  std::vector<Change> changes_;
  std::unordered_map<const void*, Container> holders_;  // by address
  std::size_t most_holders_ = 1024;                     // before those that are gone are forgotten
  std::uint32_t clock_ = 0;
  std::uint32_t region_ = 0;
};

}  // namespace foreshot::interpret
