// A place seen from a loop around it: does the loop give what is read there, through which calls is it reached, how often.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/loads/value.h"

namespace foreshot::loads {

// Does the value hold the entity, or one that it was reached from?
auto holds(const interpret::Value& value, const Entity& entity, int depth) -> bool;

// The place itself, or the call in the loop that leads to it and what lies in between.
struct Reached {
  Span access;
  std::vector<Span> through;
};
auto reached_from(const interpret::Site& site, const interpret::Loop& loop) -> Reached;

// `next(x for x in xs if …)` ends with the first that is found.
auto is_search(const interpret::Loop& loop, std::string_view text) -> bool;

// "N × M" for two levels of loops.
auto product(std::size_t levels) -> std::string;

}  // namespace foreshot::loads
