// The Environment of an Alembic tree: what alembic.ini, env.py, script.py.mako and the requirements say about how its
// migrations run. Facts that decide transactions, timeouts and the dialect.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/facts/gap.h"

namespace foreshot {

enum class Dialect : std::uint8_t { unknown, postgresql, other, several };

enum class Driver : std::uint8_t { unknown, psycopg2, psycopg, asyncpg, pg8000 };

struct Environment {
  Dialect dialect = Dialect::unknown;
  std::string dialect_reason;               // "sqlalchemy.url in alembic.ini", "requirements.txt names psycopg2"
  Driver driver = Driver::unknown;
  std::string driver_reason;
  FileId env_file = no_file;
  Span configure;                           // the context.configure(…) call that online migrations use
  std::optional<bool> transaction_per_migration;   // unset: not given (false)
  std::optional<bool> transactional_ddl;
  bool render_as_batch = false;
  bool begins_transaction = true;           // with context.begin_transaction()
  bool autocommit = false;                  // isolation_level="AUTOCOMMIT" on the engine or connection
  bool connection_given = false;            // the program that runs Alembic brings its own, through Config.attributes
  bool sql_before_configure = false;        // SQL, or begin(), on the connection before context.configure
  Span sql_before_configure_span;
  bool commits_connection_itself = false;
  std::vector<SetVariable> settings;        // in force when the first migration starts: SET …, connect_args, options
  std::vector<Span> setting_spans;
  bool settings_unknown = false;            // something sets options that could not be read
  std::vector<std::string> template_settings;  // names that script.py.mako sets in each new revision: "lock_timeout"
  // What context.get_context().version_table_schema is in the revisions: when known, the name or, empty, None; else what
  // it is read from.
  struct VersionTableSchema {
    bool known = false;
    std::string name;
    std::string constant = "version_table_schema";
  };
  VersionTableSchema version_table_schema;
  std::map<std::string, std::string> naming_convention;  // of the target MetaData; key "fk", "ix", … 
  bool has_naming_convention = false;
  bool naming_convention_known = true;
  std::string file_template;                // of new revisions' names, from the configuration; empty: Alembic's own
  std::string script_template;              // text of script.py.mako; empty: there is none
  std::vector<std::string> target_metadata; // dotted names of the MetaData objects that env.py names
  std::vector<Gap> gaps;
};

}  // namespace foreshot
