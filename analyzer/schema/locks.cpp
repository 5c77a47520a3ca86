// PostgreSQL's table-level lock modes.
#include <array>

#include "analyzer/schema/cost.h"

namespace foreshot {

auto lock_name(LockMode mode) -> const char* {
  switch (mode) {
    case LockMode::none: return "no lock";
    case LockMode::access_share: return "ACCESS SHARE";
    case LockMode::row_share: return "ROW SHARE";
    case LockMode::row_exclusive: return "ROW EXCLUSIVE";
    case LockMode::share_update_exclusive: return "SHARE UPDATE EXCLUSIVE";
    case LockMode::share: return "SHARE";
    case LockMode::share_row_exclusive: return "SHARE ROW EXCLUSIVE";
    case LockMode::exclusive: return "EXCLUSIVE";
    case LockMode::access_exclusive: return "ACCESS EXCLUSIVE";
  }
  return "no lock";
}

auto blocks_writes(LockMode mode) -> bool { return mode >= LockMode::share; }
auto blocks_reads(LockMode mode) -> bool { return mode == LockMode::access_exclusive; }

auto conflicts(LockMode held, LockMode wanted) -> bool {
  // One bit for each mode that the mode conflicts with, in the order of LockMode.
  static constexpr std::array<std::uint16_t, 9> table = {
      0b000000000,  // none
      0b100000000,  // access share
      0b110000000,  // row share
      0b111100000,  // row exclusive
      0b111110000,  // share update exclusive
      0b111011000,  // share
      0b111111000,  // share row exclusive
      0b111111100,  // exclusive
      0b111111110,  // access exclusive
  };
  return ((table[static_cast<std::size_t>(held)] >> static_cast<unsigned>(wanted)) & 1U) != 0;
}

auto waits(LockMode mode) -> const char* {
  if (blocks_reads(mode)) return "SELECT, INSERT, UPDATE and DELETE wait";
  if (blocks_writes(mode)) return "INSERT, UPDATE and DELETE wait";
  if (mode == LockMode::share_update_exclusive) return "other schema changes and VACUUM wait";
  return "nothing that an application sends waits";
}

auto Cost::strongest(const ObjectName& relation) const -> LockMode {
  auto mode = LockMode::none;
  for (const auto& effect : effects)
    if (effect.relation == relation && effect.lock > mode) mode = effect.lock;
  return mode;
}

auto Cost::work_on(const ObjectName& relation) const -> Work {
  auto work = Work::none;
  for (const auto& effect : effects)
    if (effect.relation == relation && effect.work > work) work = effect.work;
  return work;
}

}  // namespace foreshot
