// Reads revisions and env.py files from text, for tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/alembic/environment_reader.h"
#include "analyzer/alembic/revision_reader.h"

namespace foreshot::testing {

struct SmallProject {
  SourceMap sources;
  interpret::ModuleIndex modules;
  std::vector<const interpret::SourceModule*> files;

  explicit SmallProject(const std::vector<std::pair<std::string, std::string>>& texts) {
    for (const auto& [path, text] : texts) {
      auto module = std::make_unique<interpret::SourceModule>();
      module->file = sources.add(path, text);
      module->path = path;
      module->package = path.ends_with("__init__.py");
      module->tree = python::parse(module->file, sources.file(module->file).text);
      files.push_back(modules.add(std::move(module)));
    }
    modules.freeze();
  }

  auto environment() -> Environment {
    Environment result;
    alembic::read_environment(*files[0], modules, sources, {}, result);
    return result;
  }
  auto text(Span span) const -> std::string { return std::string(sources.text(span)); }
};

// A revision whose upgrade() has the given body, each line indented by the caller's raw string or not at all.
struct OneRevision {
  SmallProject project;
  Revision revision;

  static auto whole(const std::string& body) -> std::string {
    std::string text =
        "\"\"\"message\n\nRevision ID: a1\nRevises: b2\n\"\"\"\nimport sqlalchemy as sa\nfrom alembic import context, op\n"
        "revision = 'a1'\ndown_revision = 'b2'\n\n\ndef upgrade():\n";
    std::string line = "    ";
    for (const char byte : body) {
      line += byte;
      if (byte != '\n') continue;
      text += line;
      line = "    ";
    }
    return text + line + "\n\n\ndef downgrade():\n    pass\n";
  }

  explicit OneRevision(const std::string& body, alembic::RevisionSurroundings around = {})
      : project({{"migrations/versions/a1.py", whole(body)}}) {
    around.folder = "migrations";
    if (auto read = alembic::read_revision(*project.files[0], project.modules, project.sources, around)) revision = std::move(*read);
  }

  auto operations() const -> const std::vector<Operation>& { return revision.upgrade.operations; }
  auto sql() const -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& operation : operations())
      for (const auto& statement : operation.statements) all.push_back(statement.sql);
    return all;
  }
  auto text(Span span) const -> std::string { return project.text(span); }
};

}  // namespace foreshot::testing
