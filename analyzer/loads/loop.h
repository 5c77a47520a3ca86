// What a loop's text says about a place inside it: does everything after it leave the loop, is it reached once at most, is
// the loop one of a kind that runs few times or is meant to ask again (polling, pages, retries, batches).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/interpret/modules.h"
#include "analyzer/interpret/vocabulary.h"

namespace foreshot::loads {

// The identifiers of Python text, without attributes, keywords of calls and the contents of strings that are no f-string.
auto identifiers(std::string_view text) -> std::vector<std::string_view>;

// The statement that begins the loop, in the module's tree; null for a comprehension.
auto loop_statement(const interpret::SourceModule& module, Span whole) -> const python::For*;

// Names that the body binds itself, with-targets included.
auto bound_names(const python::For* statement) -> std::unordered_set<std::string_view>;

// The block around `place`, inside the loop, ends with return, raise or break.
auto leaves(const python::For& loop, Span place) -> bool;

// The loop ends as soon as something is found.
auto searches(const python::For& loop) -> bool;

// Reached for one value of the loop's variable (`if key == "name":`), or for what a container of the program's does not
// hold yet (`if key not in found:`, and the body puts it there).
auto reached_once(const python::For& loop, Span place) -> bool;

// Inside a try statement of the loop: each round may fail alone.
auto in_try(const python::For& loop, Span place) -> bool;

// The innermost function around a place; null at module level.
auto function_around(const interpret::SourceModule& module, Span place) -> const python::Function*;

// The class in whose body the function stands; null for another function.
auto class_of_method(const interpret::SourceModule& module, const python::Function& function) -> const python::Class*;

// By its words a function keeps what it has found: `cache.get(…)`, `if key in memo`.
auto remembers(std::string_view body) -> bool;

// By its words: batches, pages, retries, tables.
auto asks_again(const interpret::Loop& loop, std::string_view iterable) -> bool;

}  // namespace foreshot::loads
