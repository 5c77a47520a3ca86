// SourceModules: the project's Python files as importable modules, and the index from dotted name to file.
//
// A name of another module is resolved statically, on demand: its class or function definition, or the value of its one
// binding. That is pure and does not depend on the order in which files are looked at, so threads share nothing.
// The index is built serially after parsing and is frozen before the first function is interpreted.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/python/tree.h"

namespace foreshot::interpret {

// How a module binds a global name.
struct Binding {
  enum class Kind : std::uint8_t { assign, function, class_, import_, import_from, other };
  Kind kind = Kind::other;
  const python::Statement* statement = nullptr;
  const python::ImportedName* imported = nullptr;
  std::uint32_t count = 1;       // how often the name is bound at module level
  bool conditional = false;      // inside if, try, for or with
};

struct SourceModule {
  FileId file = no_file;
  std::string path;               // of the file, relative to the project
  std::string name;               // dotted: "app.models.order"; the shortest that imports of the project can mean
  bool package = false;           // __init__.py
  std::unique_ptr<python::Module> tree;
  std::unordered_map<std::string_view, Binding> globals;
  std::vector<const python::ImportFrom*> star_imports;
};

class ModuleIndex {
 public:
  // Takes the parsed files of one project; `source_roots` are folders that imports may start from ("", "src", …).
  auto add(std::unique_ptr<SourceModule> module) -> SourceModule*;
  auto freeze() -> void;  // computes globals and the name table

  auto modules() const -> const std::vector<std::unique_ptr<SourceModule>>& { return modules_; }
  auto by_file(FileId file) const -> const SourceModule*;

  // The module that `import name` in `from` means, or null when it is no part of the project. Tries every suffix that
  // the layout allows ("app.models", "src/app/models.py") and, for level > 0, relative imports.
  auto resolve(std::string_view name, std::uint32_t level, const SourceModule* from) const -> const SourceModule*;

  // The binding of `name` in `module`, following star imports and re-exports by at most a few hops.
  struct Found { const SourceModule* module = nullptr; const Binding* binding = nullptr; };
  auto find(const SourceModule* module, std::string_view name) const -> Found;

 private:
  std::vector<std::unique_ptr<SourceModule>> modules_;
  std::unordered_map<std::string, std::vector<const SourceModule*>> by_name_;
  std::unordered_map<FileId, const SourceModule*> by_file_;
};

}  // namespace foreshot::interpret
