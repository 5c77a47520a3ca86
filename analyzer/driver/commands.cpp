#include "analyzer/driver/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/check/registry.h"
#include "analyzer/check/rule.h"
#include "analyzer/driver/configuration.h"
#include "analyzer/driver/streams.h"
#include "analyzer/driver/table_statistics.h"
#include "analyzer/report/rule_page.h"

namespace foreshot::driver {

auto run(const Options& options, const Surroundings& surroundings) -> int {
  if (options.command == "rule") return run_rule(options, surroundings);
  if (options.command == "facts") return run_facts(options, surroundings);
  if (options.command == "timeline") return run_timeline(options, surroundings);
  if (options.command == "graph") return run_graph(options, surroundings);
  if (options.command == "config") return run_config(options);
  return run_check(options, surroundings);
}

auto run_rule(const Options& options, const Surroundings&) -> int {
  std::vector<const Rule*> rules;
  if (options.all_rules) rules = sorted_rules();
  for (const auto& subject : options.subjects) {
    const auto* rule = find_rule(subject);
    if (rule == nullptr) {
      const auto near = nearest_rule(subject);
      warn(fmt::format("foreshot: there is no rule '{}'{}\n", subject, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
      return 2;
    }
    rules.push_back(rule);
  }
  const auto& format = options.outputs.front().format;
  if (format == "json")
    put(report::rules_json(rules));
  else if (format == "markdown")
    put(report::rules_markdown(rules));
  else
    put(report::rules_text(rules));
  return 0;
}

namespace {

struct Setting { const char* key; const char* kind; const char* about; };

constexpr Setting settings[] = {
    {"select", "list of rules", "the rules that run: codes, prefixes, names, ALL; all but those that are off when not given"},
    {"extend-select", "list of rules", "run these too"},
    {"ignore", "list of rules", "do not run these"},
    {"per-file-ignores", "table: pattern = list of rules", "do not run these on files that match"},
    {"severity", "table: rule = level", "error, warning, info or off instead of the rule's own level"},
    {"fail-on", "error | warning | info | never", "the lowest level that makes the exit code 1 (warning)"},
    {"exclude", "list of patterns", "files and folders to leave out, instead of the built-in list"},
    {"extend-exclude", "list of patterns", "leave these out too"},
    {"respect-gitignore", "true | false", "leave out what .gitignore names (true)"},
    {"force-exclude", "true | false", "leave out excluded files even when they are named (false)"},
    {"output-format", "full | concise | json | sarif", "the format on stdout (full)"},
    {"start-after", "revision, list, or table: script location = revisions", "these and all before them are history: replayed, never reported"},
    {"server-version", "12 … 18", "PostgreSQL's major version in production"},
    {"dialect", "name", "postgresql, or the server that the migrations run on"},
    {"sqlalchemy-version", "version", "the version that renders the migrations, \"1.4\" or \"2.0\""},
    {"alembic-config", "path or list", "alembic.ini files or migration folders, instead of looking for them"},
    {"models", "pattern or list", "files that hold models, wherever they are"},
    {"lock-timeout-set-by-runner", "true | false", "whoever runs the migrations sets lock_timeout (false)"},
    {"unsafe-fixes", "true | false", "--fix applies fixes that change what the database is sent too (false)"},
    {"extend-safe-fixes", "list of rules", "all fixes of these count as safe"},
    {"tables", "table: hot, small = pattern or list", "tables in constant use, whose findings weigh one level more, and tables on which work is over at once: \"orders\", \"billing.*\""},
    {"stats", "path, or table: file, max-age-days, small-rows, …",
     "rows and bytes of the tables: estimates how long work takes. Written by: foreshot config stats.query | psql -XAtq \"$DATABASE_URL\" > table-sizes.json"},
    {"stats.file", "path", "the JSON file"},
    {"stats.max-age-days", "number", "an older file is an error; 0: never (90)"},
    {"stats.small-rows", "number", "a table with so many rows, and 16 MB, is small (10000)"},
    {"stats.scan-mb-per-second", "number", "how fast the server reads (200)"},
    {"stats.rewrite-mb-per-second", "number", "how fast it writes a table anew (100)"},
    {"stats.index-rows-per-second", "number", "how fast it builds an index (1000000)"},
    {"stats.changed-rows-per-second", "number", "how fast it changes rows (100000)"},
    {"extend", "path", "a configuration to start from"},
};

}  // namespace

auto run_config(const Options& options) -> int {
  if (options.subjects.size() == 1 && options.subjects.front() == "stats.query") {
    put(statistics_query);
    return 0;
  }
  for (const auto& key : options.subjects) {
    const auto known = std::any_of(std::begin(settings), std::end(settings), [&](const auto& s) { return key == s.key; });
    if (known) continue;
    warn(fmt::format("foreshot: there is no setting '{}'\n", key));
    return 2;
  }
  for (const auto& setting : settings) {
    if (!options.subjects.empty() && std::find(options.subjects.begin(), options.subjects.end(), setting.key) == options.subjects.end()) continue;
    put(fmt::format("{}\n    {}\n    {}\n", setting.key, setting.kind, setting.about));
  }
  return 0;
}

}  // namespace foreshot::driver
