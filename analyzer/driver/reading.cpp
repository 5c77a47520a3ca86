#include "analyzer/driver/reading.h"

#include <optional>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/relevance.h"
#include "analyzer/loads/application.h"

namespace foreshot::driver {
namespace {

struct Slot {
  std::optional<DecodedText> text;
  std::string notice;
  std::optional<PassedOver> passed_over;
};

}  // namespace

auto Reading::read(const std::vector<std::string>& paths, const std::unordered_set<std::string>& always, const Relevance& relevant) -> void {
  std::vector<Slot> slots(paths.size());
  parallel_for(paths.size(), threads_, [&](std::size_t i) {
    if (ids_.contains(paths[i])) return;
    auto bytes = bytes_of(paths[i]);
    if (!bytes) {
      slots[i].notice = "cannot be read";
      return;
    }
    if (!always.contains(paths[i]) && !relevant(paths[i], *bytes)) {
      const bool loop = loops(*bytes), serialize = serializes(*bytes);
      slots[i].passed_over = PassedOver{paths[i], loop, serialize, loop || serialize ? imports_of(*bytes, paths[i]) : std::vector<ImportKey>()};
      return;
    }
    slots[i].text = decode_python(std::move(*bytes));
    slots[i].notice = slots[i].text->notice;
  });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (const auto postponed = postponed_.find(paths[i]); postponed != postponed_.end() && always.contains(paths[i])) {
      parsed_.push_back({postponed->second, paths[i], nullptr});
      postponed_.erase(postponed);
      continue;
    }
    if (!slots[i].notice.empty()) notices_.push_back(paths[i] + ": " + slots[i].notice);
    if (slots[i].passed_over) passed_over_.push_back(std::move(*slots[i].passed_over));
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

auto Reading::bytes_of(const std::string& path) const -> std::optional<std::string> {
  const auto found = written_.find(path);
  return found != written_.end() ? std::optional(found->second) : read_bytes(join(root_, path));
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
