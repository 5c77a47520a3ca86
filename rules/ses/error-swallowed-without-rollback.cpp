#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule error_swallowed_without_rollback;
const Rule error_swallowed_without_rollback = {
    .code = "SES108",
    .name = "error-swallowed-without-rollback",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An error of a flush or a commit is caught, and the session is used on without rollback: everything after it "
                       "fails",
            .what = "A try statement around commit() or flush() has a broad handler that neither rolls back, raises nor returns, and "
                    "the session is used again, behind it or in the next round of a loop. begin_nested() around the write is safe.",
            .database =
                "A flush that fails leaves the session's transaction rolled back and inactive. Whatever comes next raises "
                "PendingRollbackError until rollback() is called.",
            .bad = "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def save(session, names):\n"
                   "    for name in names:\n"
                   "        try:\n"
                   "            session.add(User(name=name))\n"
                   "            session.flush()\n"
                   "        except Exception:\n"
                   "            print(\"not saved\", name)\n"
                   "    session.commit()\n",
            .good = "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def save(session, names):\n"
                    "    for name in names:\n"
                    "        session.add(User(name=name))\n"
                    "    session.commit()\n",
            .allow = "Nothing of the program uses the session afterwards.",
            .references = "https://docs.sqlalchemy.org/en/20/faq/sessions.html#this-session-s-transaction-has-been-rolled-back-due-to-a-previous-exception-during-flush-or-similar",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::error_swallowed) return;
          report.add(Draft(use.span)
                         .says("after this error all that uses the session fails: " + quoted(use.what + "()") + " is caught, and nothing rolls back")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "what fails")
                         .label(use.again, "used again here")
                         .help("call rollback() in the handler, or write inside `with session.begin_nested():`"));
        },
};

}  // namespace foreshot::rules
