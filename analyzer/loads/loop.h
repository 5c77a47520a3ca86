// What a loop's body says about a place inside it: does it depend on the loop's variable, does everything after it leave
// the loop, is the loop one of a kind that runs few times or is meant to ask again (polling, pages, retries, batches).
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

// The loop's variables and what the body derives from them.
auto dependent_names(const interpret::Loop& loop, const python::For* statement, std::string_view text)
    -> std::unordered_set<std::string_view>;

// Names that the body binds itself, with-targets included.
auto bound_names(const python::For* statement) -> std::unordered_set<std::string_view>;

// The block around `place`, inside the loop, ends with return, raise or break.
auto leaves(const python::For& loop, Span place) -> bool;

// The loop ends as soon as something is found.
auto searches(const python::For& loop) -> bool;

// By its words: batches, pages, retries, tables.
auto asks_again(const interpret::Loop& loop, std::string_view iterable) -> bool;

}  // namespace foreshot::loads
