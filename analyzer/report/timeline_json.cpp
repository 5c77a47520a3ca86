#include <nlohmann/json.hpp>

#include "analyzer/report/timeline.h"
#include "analyzer/schema/lock_chart.h"

namespace foreshot::report {
namespace {

using Json = nlohmann::ordered_json;

auto text_or_null(const std::string& text) -> Json { return text.empty() ? Json(nullptr) : Json(text); }

auto setting(const TimeoutSetting& timeout) -> Json {
  if (!timeout.in_force) return timeout.certain ? Json(nullptr) : Json("unknown");
  return timeout.value.empty() ? Json("set") : Json(timeout.value);
}

struct Writer {
  const Project& project;
  const Timeline& timeline;

  auto line_of(Span span) const -> Json {
    if (!span.known()) return nullptr;
    return project.sources.line_column(span.file, span.begin).line;
  }

  auto statement(const LockChart& chart, std::size_t row) const -> Json {
    const auto& step = *chart.rows[row].step;
    Json to;
    to["number"] = row + 1;
    to["line"] = line_of(step.op->span);
    to["sql"] = on_one_line(step.sql->sql);
    to["transaction"] = step.in_transaction ? Json(timeline.transactions()[step.transaction].number) : Json(nullptr);
    to["until"] = end_in_words(timeline.transactions()[step.transaction]);
    to["conditional"] = step.conditional;
    to["lock_timeout"] = setting(step.lock_timeout);
    to["statement_timeout"] = setting(step.statement_timeout);
    to["known"] = step.cost.known;
    if (!step.cost.known) to["why_unknown"] = step.cost.unknown_reason;
    to["fails"] = step.cost.fails ? Json(step.cost.failure) : Json(nullptr);
    to["locks"] = Json::array();
    for (const auto& effect : step.cost.effects)
      to["locks"].push_back({{"relation", effect.relation.display()},
                             {"kind", effect.kind == ObjectKind::index ? "index" : "table"},
                             {"new", effect.created_here},
                             {"mode", effect.lock == LockMode::none ? Json(nullptr) : Json(lock_name(effect.lock))},
                             {"work", effect.work == Work::none ? Json(nullptr) : Json(work_name(effect.work))},
                             {"cause", text_or_null(effect.cause)}});
    return to;
  }

  auto body(std::size_t begin, std::size_t end) const -> Json {
    const auto chart = LockChart::of(timeline, begin, end);
    Json to;
    to["statements"] = Json::array();
    for (std::size_t row = 0; row < chart.rows.size(); ++row) to["statements"].push_back(statement(chart, row));
    to["holds"] = Json::array();
    for (const auto& hold : chart.holds) {
      Json modes = Json::array();
      for (const auto& grade : hold.grades) modes.push_back({{"from", grade.row + 1}, {"mode", lock_name(grade.mode)}});
      const auto& step = *chart.rows[hold.first].step;
      to["holds"].push_back({{"relation", chart.relations[hold.relation].name},
                             {"from", hold.first + 1},
                             {"to", hold.last + 1},
                             {"taken_before", hold.taken_before},
                             {"modes", std::move(modes)},
                             {"waits", text_or_null(waiting(hold.strongest()))},
                             {"until", end_in_words(timeline.transactions()[step.transaction])}});
    }
    to["waits"] = waits_in_words(timeline, begin, end);
    return to;
  }
};

}  // namespace

auto timeline_json(const Project& project, const std::vector<ChosenRevision>& chosen) -> std::string {
  Json document;
  document["version"] = 1;
  document["revisions"] = Json::array();
  for (const auto& one : chosen) {
    const auto& tree = *one.tree;
    const auto& source = tree.source.revisions[one.revision];
    const auto& steps = tree.timeline->revision(one.revision);
    const Writer writer{project, *tree.timeline};
    Json to;
    to["revision"] = source.id;
    to["message"] = text_or_null(source.message);
    to["tree"] = tree.source.name;
    to["path"] = project.sources.file(source.file).path;
    to["server_version"] = project.versions.server;
    to["upgrade"] = writer.body(steps.upgrade_begin, steps.upgrade_end);
    to["downgrade"] = writer.body(steps.downgrade_begin, steps.downgrade_end);
    to["not_restored"] = differences_in_words(*tree.timeline, one.revision);
    document["revisions"].push_back(std::move(to));
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace foreshot::report
