#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

struct Neighbours {
  const Step* before = nullptr;
  const Step* after = nullptr;
};

// The statements that stand around the call in its file.
auto around(const RevisionView& view, Span call) -> Neighbours {
  Neighbours found;
  const auto& range = view.steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& step = view.tree.timeline->steps()[i];
    if (step.op->span.file != call.file) continue;
    if (step.op->span.begin <= call.begin)
      found.before = &step;
    else if (found.after == nullptr)
      found.after = &step;
  }
  return found;
}

auto ends_transaction(const Step& step) -> bool {
  const auto* control = std::get_if<TransactionControl>(&step.action());
  if (control == nullptr) return false;
  using What = TransactionControl::What;
  return control->what == What::commit || control->what == What::rollback || control->what == What::connection_commit ||
         control->what == What::connection_rollback || control->what == What::autocommit_begin;
}

// After a commit with nothing since, or beside statements that commit by themselves, no transaction is open.
auto outside_transactions(const Neighbours& neighbours) -> bool {
  if (neighbours.before != nullptr && (!neighbours.before->in_transaction || ends_transaction(*neighbours.before))) return true;
  return neighbours.after != nullptr && !neighbours.after->in_transaction;
}

auto all_in_transactions(const RevisionView& view) -> bool {
  const auto& range = view.steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i)
    if (const auto& step = view.tree.timeline->steps()[i]; !step.in_transaction || ends_transaction(step)) return false;
  return true;
}

// A table in use that the transaction has locked before the call.
auto locked_before(const RevisionView& view, const Neighbours& neighbours) -> const Effect* {
  if (neighbours.before == nullptr) return nullptr;
  const auto& range = view.steps();
  const auto end = static_cast<std::size_t>(neighbours.before - view.tree.timeline->steps().data()) + 1;
  for (auto i = range.upgrade_begin; i < end; ++i) {
    const auto at = view.step(i);
    if (at.step.transaction != neighbours.before->transaction || !at.step.in_transaction) continue;
    if (const auto* effect = at.strong_lock()) return effect;
  }
  return nullptr;
}

}  // namespace

extern const Rule external_call_in_transaction;
const Rule external_call_in_transaction = {
    .code = "MIG609",
    .name = "external-call-in-transaction",
    .level = Level::warning,
    .doc =
        {
            .summary = "A migration calls another service or program, or sleeps, while its transaction is open and keeps its locks",
            .what = "An HTTP request, a client of a cloud service, a subprocess, `time.sleep` and the like, called by `upgrade()` inside "
                    "the transaction of the migration. Between statements that commit by themselves (an autocommit block) and after "
                    "a commit it is not reported.",
            .database =
                "PostgreSQL keeps every lock until the transaction ends, so a service that answers slowly, or a pause, keeps the tables "
                "of the migration locked for as long. What the service was told is not undone when the migration fails and rolls "
                "back, and is told again when it is run again.",
            .bad = "import time\n\nop.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\ntime.sleep(5)\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "The call is fast, and harmless when it is made again.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& upgrade = view.revision().upgrade;
          bool told_of_helper = false;
          for (const auto& call : upgrade.external_calls) {
            const bool here = call.span.file == view.revision().file;
            // Of a helper elsewhere its place does not say when it runs, nor for which revision.
            if (!here && (told_of_helper || !all_in_transactions(view))) continue;
            const auto neighbours = here ? around(view, call.span) : Neighbours{};
            if (here && outside_transactions(neighbours)) continue;
            told_of_helper = told_of_helper || !here;
            const auto* locked = locked_before(view, neighbours);
            report.add(Draft(here ? call.span : upgrade.span)
                           .says((locked != nullptr ? quoted(locked->relation) + " stays locked" : std::string("the transaction stays open")) +
                                 " for as long as " + quoted(call.name) + " takes, and what it does is not undone when the migration fails")
                           .about(call.name)
                           .label(here ? Span{} : call.span, "it is called here")
                           .help("do it before or after the migration, outside of it"));
          }
        },
};

}  // namespace foreshot::rules
