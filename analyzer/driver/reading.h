// Reads the Python files of a project: which are relevant (a byte search decides), their text, their parsed modules.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/driver/relevance.h"
#include "analyzer/python/tree.h"

namespace foreshot::driver {

struct ParsedFile {
  FileId file = no_file;
  std::string path;
  std::unique_ptr<python::Module> module;
};

// A file that does not matter by itself. Perhaps it loops over what others fetch, or serializes it, or is given rows.
struct PassedOver {
  std::string path;
  bool loops = false, serializes = false;
  std::vector<ImportKey> imported;  // of those that loop or serialize
};

class Reading {
 public:
  using Written = std::map<std::string, std::string>;

  // `written`: by relative path, what is read instead of the file of that path.
  Reading(std::string root, SourceMap& sources, unsigned threads, const Written& written)
      : root_(std::move(root)), sources_(sources), threads_(threads), written_(written) {}

  // Reads the files (relative paths), keeps the relevant ones. `always`: kept whatever they hold. Tests are read, but
  // only parsed when they are among `always`: migrations may lie among them.
  using Relevance = std::function<bool(const std::string& path, std::string_view bytes)>;
  auto read(const std::vector<std::string>& paths, const std::unordered_set<std::string>& always, const Relevance& relevant = [](const std::string& path, std::string_view bytes) { return matters(bytes) || hands_on(path, bytes); }) -> void;
  auto parse() -> void;   // what was read and is not parsed yet

  auto parsed() -> std::vector<ParsedFile>& { return parsed_; }
  auto file(const std::string& path) const -> FileId;  // no_file when it was not read or does not matter
  auto is_kept(const std::string& path) const -> bool { return file(path) != no_file && !postponed_.contains(path); }
  auto notices() const -> const std::vector<std::string>& { return notices_; }
  // Of all calls of read() since the last.
  auto take_passed_over() -> std::vector<PassedOver> { return std::exchange(passed_over_, {}); }

 private:
  auto bytes_of(const std::string& path) const -> std::optional<std::string>;

  std::string root_;
  SourceMap& sources_;
  unsigned threads_;
  const Written& written_;
  std::vector<ParsedFile> parsed_;
  std::unordered_map<std::string, FileId> ids_;
  std::unordered_map<std::string, FileId> postponed_;  // read, not to be parsed
  std::vector<std::string> notices_;
  std::vector<PassedOver> passed_over_;
};

}  // namespace foreshot::driver
