#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule transaction_held_across_io;
const Rule transaction_held_across_io = {
    .code = "SES107",
    .name = "transaction-held-across-io",
    .level = Level::warning,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A transaction stays open while a request, a process or a pause is waited for: its connection and its locks are held "
                       "meanwhile",
            .what = "A session has asked the database, and before a commit, rollback or close the same function sends an HTTP request "
                    "(requests, httpx, aiohttp, the clients of language models), runs a process or sleeps. Scripts and commands are not reported, "
                    "nor is what only may have happened before.",
            .database =
                "The first statement begins a transaction, which ends with commit, rollback or close. Until then the connection is away "
                "from the pool, its locks are held and vacuum cannot remove what is newer. When the other side is slow, the pool runs "
                "empty and all of the application waits; idle_in_transaction_session_timeout ends the connection.",
            .bad = "import httpx\n"
                   "from sqlalchemy.orm import Session\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def greet(session: Session, key):\n"
                   "    user = session.get(User, key)\n"
                   "    answer = httpx.post(\"https://mail.example.com/\", json={\"to\": user.name})\n"
                   "    user.name = answer.text\n"
                   "    session.commit()\n",
            .good = "import httpx\n"
                    "from sqlalchemy.orm import Session\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def greet(session: Session, key):\n"
                    "    user = session.get(User, key)\n"
                    "    name = user.name\n"
                    "    session.commit()\n"
                    "    answer = httpx.post(\"https://mail.example.com/\", json={\"to\": name})\n"
                    "    user.name = answer.text\n"
                    "    session.commit()\n",
            .allow = "What is waited for is fast and near, or the transaction has to span it.",
            .references = "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::held_across_io) return;
          if (nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .says("the connection and its transaction are held while " + quoted(use.what + "()") + " waits: nothing has ended what the query began")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the transaction begins here")
                         .help("fetch what is needed, commit, and wait then"));
        },
};

}  // namespace foreshot::rules
