#include "analyzer/check/step_size.h"

#include <fmt/format.h>

#include <algorithm>

namespace foreshot {
namespace {

// The whole tables that reading them for an INSERT, a new table or a materialized view takes.
auto sources(const StepView& at) -> const std::vector<ObjectName>* {
  if (const auto* dml = at.action<Dml>())
    return dml->verb == Dml::Verb::insert && dml->from_query && !dml->limited ? &dml->reads : nullptr;
  if (const auto* create = at.action<CreateTable>()) return create->as_query && create->with_data ? &create->reads : nullptr;
  if (const auto* view = at.action<CreateView>()) return view->materialized && view->with_data ? &view->reads : nullptr;
  return nullptr;
}

auto changed_table(const StepView& at) -> const ObjectName* {
  const auto* dml = at.action<Dml>();
  if (dml == nullptr || dml->limited) return nullptr;
  return dml->verb == Dml::Verb::update || dml->verb == Dml::Verb::delete_ ? &dml->table : nullptr;
}

class Works {
 public:
  Works(const StepView& at, Finding& finding) : at_(at), rates_(at.project.sizes.rates), finding_(finding) {}

  auto scan(const ObjectName& table) -> void {
    auto& work = add(table, "scan");
    if (work.bytes < 0) return;
    const auto by_rows = work.rows / rates_.scanned_rows;
    work.seconds = std::max(work.bytes / rates_.scanned_bytes, by_rows);
    work.assumption = by_rows < work.seconds
                          ? fmt::format("reads {} of `{}` at {}/s", bytes_text(work.bytes), work.table, bytes_text(rates_.scanned_bytes))
                          : fmt::format("reads {} rows of `{}` at {} rows/s", amount_text(work.rows), work.table, amount_text(rates_.scanned_rows));
  }

  auto index_build(const ObjectName& table) -> void {
    auto& work = add(table, "index build");
    if (work.rows < 0) return;
    work.seconds = std::max(work.rows / rates_.indexed_rows, work.bytes / rates_.scanned_bytes);
    work.assumption = fmt::format("indexes {} rows of `{}` at {} rows/s", amount_text(work.rows), work.table, amount_text(rates_.indexed_rows));
  }

  auto rewrite(const ObjectName& table) -> void {
    auto& work = add(table, "rewrite");
    if (work.bytes < 0) return;
    work.seconds = work.bytes / rates_.rewritten_bytes;
    work.assumption = fmt::format("writes {} of `{}` at {}/s", bytes_text(work.bytes), work.table, bytes_text(rates_.rewritten_bytes));
    const auto* measured = at_.size_of(table).measured;
    if (measured == nullptr || measured->indexes.empty() || work.rows < 0) return;
    const auto count = static_cast<double>(measured->indexes.size());
    work.seconds += count * work.rows / rates_.indexed_rows;
    work.assumption += fmt::format(", then {} at {} rows/s", count == 1 ? "an index" : fmt::format("each of {:.0f} indexes", count),
                                   amount_text(rates_.indexed_rows));
  }

  auto changes(const ObjectName& table) -> void {
    auto& work = add(table, "row changes");
    if (work.rows < 0) return;
    const auto* dml = at_.action<Dml>();
    work.seconds = work.rows / rates_.changed_rows;
    work.assumption = fmt::format("changes {}{} rows of `{}` at {} rows/s", dml->where.exists() ? "up to " : "", amount_text(work.rows),
                                  work.table, amount_text(rates_.changed_rows));
  }

 private:
  auto add(const ObjectName& table, const char* name) -> WorkShown& {
    WorkShown work;
    work.table = table.display();
    work.work = name;
    const auto size = at_.size_of(table);
    work.small = size.small;
    if (size.measured != nullptr) {
      work.rows = size.measured->rows;
      work.bytes = size.measured->bytes;
    }
    const auto known = std::find_if(finding_.works.begin(), finding_.works.end(), [&](const WorkShown& other) {
      return other.table == work.table && other.work == work.work;
    });
    if (known != finding_.works.end()) return *known;
    finding_.works.push_back(std::move(work));
    return finding_.works.back();
  }

  const StepView& at_;
  const WorkRates& rates_;
  Finding& finding_;
};

auto add_works(const StepView& at, Finding& finding) -> void {
  Works works(at, finding);
  if (const auto* table = changed_table(at)) {
    works.changes(*table);
    return;
  }
  if (const auto* reads = sources(at))
    for (const auto& name : *reads)
      if (at.live(name)) works.scan(name);
  for (const auto& effect : at.step.cost.effects) {
    if (effect.created_here || effect.kind != ObjectKind::table || !at.live(effect.relation)) continue;
    switch (effect.work) {
      case Work::none: break;
      case Work::scan: works.scan(effect.relation); break;
      case Work::index_build: works.index_build(effect.relation); break;
      case Work::rewrite: works.rewrite(effect.relation); break;
    }
  }
}

}  // namespace

auto work_shown(Work work) -> const char* {
  switch (work) {
    case Work::none: return "none";
    case Work::scan: return "scan";
    case Work::index_build: return "index build";
    case Work::rewrite: return "rewrite";
  }
  return "none";
}

auto StepView::size_of(const ObjectName& name) const -> TableSize {
  if (project.sizes.empty() || !name.known()) return {};
  const auto* table = before().table(name);
  if (table == nullptr) return project.sizes.of(name);
  const auto full = [&](ObjectName spelled) {
    if (spelled.schema.empty()) spelled.schema = table->name.schema;
    return spelled;
  };
  auto size = project.sizes.of(full(table->name));
  // What a migration renames has the statistics of its old name, until they are taken again.
  for (auto old = table->former.rbegin(); old != table->former.rend(); ++old) {
    const auto before = project.sizes.of(full(*old));
    size.hot = size.hot || before.hot;
    size.small = !size.hot && (size.small || before.small);
    if (size.measured == nullptr) size.measured = before.measured;
  }
  return size;
}

auto add_sizes(const StepView& at, Finding& finding) -> void {
  if (at.project.sizes.empty()) return;
  add_works(at, finding);
  const auto look = [&](const ObjectName& table) {
    if (finding.hot.empty() && at.live(table) && at.size_of(table).hot) finding.hot = table.display();
  };
  for (const auto& effect : at.step.cost.effects)
    if (!effect.created_here && effect.kind == ObjectKind::table && (blocks_writes(effect.lock) || effect.work != Work::none))
      look(effect.relation);
  if (const auto* changed = changed_table(at)) look(*changed);
}

auto sized_level(const Rule& rule, const Finding& finding, Level level) -> Level {
  if (level == Level::off) return level;
  const auto is_small = [](const WorkShown& work) { return work.small; };
  if (rule.by_size && !finding.works.empty() && std::all_of(finding.works.begin(), finding.works.end(), is_small)) return Level::off;
  // Locks tell that the finding is about waiting.
  const auto waits = std::any_of(finding.locks.begin(), finding.locks.end(), [](const LockShown& lock) { return lock.blocks_writes; });
  if (finding.hot.empty() || !(waits || rule.by_size)) return level;
  return level == Level::info ? Level::warning : Level::error;
}

}  // namespace foreshot
