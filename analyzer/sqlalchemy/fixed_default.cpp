#include "analyzer/sqlalchemy/fixed_default.h"

#include <algorithm>
#include <array>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Value;

auto is_called_for_each_row(std::string_view dotted) -> bool {
  static constexpr std::array<std::string_view, 27> functions{
      "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "time.time",
      "time.time_ns",          "time.localtime",           "time.gmtime",             "time.strftime",       "time.ctime",
      "uuid.uuid1",            "uuid.uuid4",               "uuid.uuid6",              "uuid.uuid7",          "uuid6.uuid6",
      "uuid6.uuid7",           "os.urandom",               "pendulum.now",            "pendulum.today",      "arrow.now",
      "arrow.utcnow",          "shortuuid.uuid",           "nanoid.generate",         "ulid.new",            "ulid.ULID",
      "random.random",         "random.randint"};
  if (dotted.starts_with("secrets.token_")) return true;
  return std::find(functions.begin(), functions.end(), dotted) != functions.end();
}

auto kept_fixed(std::string_view dotted, const Arguments& arguments) -> std::shared_ptr<FixedValue> {
  static constexpr std::array<std::string_view, 5> functions{"builtins.str", "builtins.int", "builtins.float", "builtins.round", "builtins.repr"};
  if (std::find(functions.begin(), functions.end(), dotted) == functions.end()) return nullptr;
  const auto* given = arguments.positional(0);
  return given != nullptr ? shared_object<FixedValue>(given->value) : nullptr;
}

auto fixed_defaults(const Arguments& arguments, bool shares) -> std::vector<FixedDefault> {
  std::vector<FixedDefault> found;
  for (const auto& item : arguments.items) {
    const auto parameter = item.name;
    if (parameter != "default" && parameter != "insert_default" && parameter != "onupdate" && parameter != "server_default") continue;
    if (const auto* fixed = item.value.object<FixedValue>()) {
      found.push_back({std::string(parameter), fixed->called, item.span});
      continue;
    }
    const auto* list = item.value.sequence();
    const bool container = item.value.mapping() != nullptr || (list != nullptr && (list->kind == interpret::Sequence::Kind::list || list->kind == interpret::Sequence::Kind::set));
    if (container && shares && parameter != "server_default") found.push_back({std::string(parameter), {}, item.span});
  }
  return found;
}

}  // namespace foreshot::sqlalchemy
