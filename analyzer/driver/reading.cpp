#include "analyzer/driver/reading.h"

#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

// What a file must hold to define models, run queries or be a part of migrations.
auto matters(std::string_view bytes) -> bool {
  static constexpr std::string_view needles[] = {"sqlalchemy", "alembic",     "sqlmodel",      "SQLAlchemy", "SQLModel",
                                                 "session",    ".query",      "relationship(", "down_revision", "Session",
                                                 "db.Model",   "mapped_column", "Column("};
  for (const auto needle : needles)
    if (memmem(bytes.data(), bytes.size(), needle.data(), needle.size()) != nullptr) return true;
  // UTF-16 hides every needle.
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

struct Slot {
  std::optional<DecodedText> text;
  std::string notice;
};

}  // namespace

auto Reading::read(const std::vector<std::string>& paths, const std::unordered_set<std::string>& always) -> void {
  std::vector<Slot> slots(paths.size());
  parallel_for(paths.size(), threads_, [&](std::size_t i) {
    if (ids_.contains(paths[i])) return;
    auto bytes = read_bytes(join(root_, paths[i]));
    if (!bytes) {
      slots[i].notice = "cannot be read";
      return;
    }
    if (!always.contains(paths[i]) && !matters(*bytes)) return;
    slots[i].text = decode_python(std::move(*bytes));
    slots[i].notice = slots[i].text->notice;
  });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    ++looked_at_;
    if (!slots[i].notice.empty()) notices_.push_back(paths[i] + ": " + slots[i].notice);
    if (!slots[i].text) continue;
    const auto id = sources_.add(paths[i], std::move(slots[i].text->text));
    sources_.set_bom_bytes(id, slots[i].text->bom_bytes);
    ids_[paths[i]] = id;
    parsed_.push_back({id, paths[i], nullptr});
  }
}

auto Reading::parse() -> void {
  parallel_for(parsed_.size(), threads_, [&](std::size_t i) {
    auto& file = parsed_[i];
    if (file.module == nullptr) file.module = python::parse(file.file, sources_.file(file.file).text);
  });
}

auto Reading::file(const std::string& path) const -> FileId {
  const auto found = ids_.find(path);
  return found == ids_.end() ? no_file : found->second;
}

}  // namespace foreshot::driver
