// Prints the trees of the files named on standard input, one path a line, in a form compare.py can also make from
// CPython's own tree.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "analyzer/python/dump.h"

auto main(int argc, char** argv) -> int {
  using namespace foreshot;
  const auto positions = argc > 1 && std::string_view{argv[1]} == "--positions";
  for (auto path = std::string{}; std::getline(std::cin, path);) {
    auto file = std::ifstream{path, std::ios::binary};
    const auto text = std::string{std::istreambuf_iterator<char>{file}, {}};
    const auto module = python::parse(0, text);
    std::cout << "file " << path << '\n';
    for (const auto& problem : module->problems) {
      std::cout << (problem.grammar_behind ? "behind " : "problem ") << problem.span.begin << ' ' << problem.message
                << '\n';
    }
    std::cout << "tree\n" << python::dump(*module, positions) << "end\n";
  }
}
