#include "analyzer/driver/reading.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"
#include "analyzer/loads/application.h"

namespace foreshot::driver {
namespace {

constexpr std::string_view library_words[] = {"sqlalchemy",    "alembic",  "sqlmodel",      "SQLAlchemy", "SQLModel", "relationship(",
                                              "down_revision", "db.Model", "mapped_column", "Column(",    ".query(",  ".query.",
                                              ".scalars(",     ".scalar("};

constexpr std::string_view session_methods[] = {"add",    "add_all", "begin", "commit",  "delete", "exec",   "execute", "expunge",  "flush",
                                                "get",    "get_one", "merge", "query",   "refresh", "rollback", "scalar", "scalars", "stream"};

auto holds(std::string_view bytes, std::string_view word) -> bool { return memmem(bytes.data(), bytes.size(), word.data(), word.size()) != nullptr; }

// Web frameworks have sessions too: it is the method that tells.
auto uses_a_session(std::string_view bytes) -> bool {
  constexpr std::string_view word = "ession.";
  for (auto at = bytes.find(word); at != std::string_view::npos; at = bytes.find(word, at + word.size())) {
    const auto begin = at + word.size();
    auto end = begin;
    while (end < bytes.size() && end - begin < 12 && ((bytes[end] >= 'a' && bytes[end] <= 'z') || bytes[end] == '_')) ++end;
    const auto method = bytes.substr(begin, end - begin);
    if (end < bytes.size() && bytes[end] == '(' && std::find(std::begin(session_methods), std::end(session_methods), method) != std::end(session_methods))
      return true;
  }
  return false;
}

// What a file must hold to define models, run queries or be a part of migrations.
auto matters(std::string_view bytes) -> bool {
  return std::any_of(std::begin(library_words), std::end(library_words), [&](std::string_view word) { return holds(bytes, word); }) ||
         uses_a_session(bytes) ||
         // UTF-16 hides every word.
         bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
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
    if (const auto postponed = postponed_.find(paths[i]); postponed != postponed_.end() && always.contains(paths[i])) {
      parsed_.push_back({postponed->second, paths[i], nullptr});
      postponed_.erase(postponed);
      continue;
    }
    ++looked_at_;
    if (!slots[i].notice.empty()) notices_.push_back(paths[i] + ": " + slots[i].notice);
    if (!slots[i].text) continue;
    const auto id = sources_.add(paths[i], std::move(slots[i].text->text));
    sources_.set_bom_bytes(id, slots[i].text->bom_bytes);
    ids_[paths[i]] = id;
    if (always.contains(paths[i]) || loads::path_role(paths[i]) != PathRole::test)
      parsed_.push_back({id, paths[i], nullptr});
    else
      postponed_.emplace(paths[i], id);
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
