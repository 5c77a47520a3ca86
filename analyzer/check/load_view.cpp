#include "analyzer/check/rule.h"

namespace foreshot {

auto LoadView::name() const -> std::string {
  return load.model == no_model ? load.attribute : project.model(load.model).name + "." + load.attribute;
}

auto LoadView::finding() const -> Draft {
  auto draft = Draft(load.access).flow();
  const bool of_rows = load.kind == Load::Kind::relationship || load.kind == Load::Kind::column;
  const auto step = [&](Span span, std::string message) { std::move(draft).label(span, std::move(message)); };
  const bool in_template = load.serializer.known() && load.serializer_name.empty();
  step(load.origin, !of_rows ? std::string("the items come from here")
                    : load.fresh ? "made here, without " + quoted(load.attribute)
                    : load.once  ? "it comes from here, without " + quoted(load.attribute)
                                 : "the rows come from here, without " + quoted(load.attribute));
  if (in_template) step(load.serializer, "the template is rendered here");
  step(load.loop, of_rows ? "once for every row" : "once for every item");
  const std::string runs = of_rows ? "loads " + quoted(load.attribute) : load.kind == Load::Kind::write ? "the statement runs here" : "the query runs here";
  if (in_template) {
    step(load.access, runs);
  } else if (load.serializer.known()) {
    step(load.access, "made into " + quoted(load.serializer_name));
    step(load.serializer, "this field " + runs);
  } else {
    step(load.access, load.through.empty() ? runs : "leads to it");
  }
  for (std::size_t i = 0; i < load.through.size(); ++i)
    if (load.through[i] != load.access) step(load.through[i], i + 1 < load.through.size() || load.serializer.known() ? "through here" : runs);
  for (const auto& place : load.also) step(place, "read here too");
  if (!load.sql.empty()) std::move(draft).runs(load.sql);
  if (!load.cost.empty()) std::move(draft).note("costs  " + load.cost);
  if (!load.fix.edits.empty()) {
    Fix fix;
    fix.safe = load.fix.safe;
    fix.message = load.fix.message;
    for (const auto& edit : load.fix.edits) fix.edits.push_back({edit.span, edit.text});
    std::move(draft).fix(std::move(fix));
  }
  if (nobody_waits(load.role)) std::move(draft).level(Level::info);
  return draft;
}

}  // namespace foreshot
