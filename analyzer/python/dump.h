// The tree of a file as text, one statement a line, stable: what tests of this folder compare.
//
//   (assign ((name x)) (call (attribute (name op) f) (arg (string "a")) (arg k (number 1))))
#pragma once

#include <string>

#include "analyzer/python/tree.h"

namespace foreshot::python {

// With `positions`, every node's byte range follows its kind: (name[4,5) x).
auto dump(const Module& module, bool positions = false) -> std::string;
auto dump(const Expression& expression, bool positions = false) -> std::string;

}  // namespace foreshot::python
