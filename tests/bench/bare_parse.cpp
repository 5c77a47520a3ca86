// The yardstick of the speed measurements: parses the files named on standard input, one a line, and frees each tree at
// once. usage: bare_parse THREADS < list. Reading the files counts, as it does for the program.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "analyzer/base/parallel_for.h"
#include "analyzer/python/tree.h"

auto main(int count, char** arguments) -> int {
  const auto threads = count > 1 ? static_cast<unsigned>(std::strtoul(arguments[1], nullptr, 10)) : 1U;
  std::vector<std::string> files;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty()) files.push_back(line);
  std::vector<std::size_t> bytes(files.size());
  foreshot::parallel_for(files.size(), threads, [&](std::size_t i) {
    std::ifstream file(files[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    bytes[i] = text.size();
    foreshot::python::parse_only(text);
  });
  std::size_t total = 0;
  for (const auto size : bytes) total += size;
  std::cout << files.size() << " files, " << total << " bytes\n";
  return 0;
}
