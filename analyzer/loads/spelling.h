// OrmNames knows how a module spells what sqlalchemy.orm has: `selectinload` where it is imported by name, `orm.selectinload`,
// `sa.orm.selectinload`, `db.selectinload`; and where an import has to be added.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/facts/query.h"
#include "analyzer/interpret/modules.h"

namespace foreshot::loads {

class OrmNames {
 public:
  // `text` is the module's file. `database` is the name of a Flask-SQLAlchemy object in it, empty when there is none.
  OrmNames(const interpret::SourceModule& module, std::string_view text, std::string database);

  // How a function that stands in `inside` is called; an import that is missing is remembered.
  auto of(std::string_view name, const python::Function& inside) -> std::string;
  // The edits that import what of() gave, since the last call.
  auto imports() -> std::vector<SourceEdit>;

 private:
  auto insertion() const -> std::optional<std::uint32_t>;

  const interpret::SourceModule& module_;
  std::string_view text_;
  std::map<std::string, std::string, std::less<>> bound_;  // what the module imports of sqlalchemy.orm by name, and as what
  std::string prefix_;                                     // "orm.", "sa.orm.", "db."
  const python::ImportFrom* from_ = nullptr;               // a statement that names can be added to
  std::set<std::string, std::less<>> missing_;
};

}  // namespace foreshot::loads
