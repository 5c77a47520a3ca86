// The statistics file: rows and bytes of the tables of a server, as one query over pg_class writes them. foreshot itself
// never connects: whoever may, runs
//
//     foreshot config stats.query | psql -XAtq "$DATABASE_URL" > table-sizes.json
//
//     {"version": 1, "taken": "2027-01-31T12:00:00Z", "server": 16,
//      "tables": [{"schema": "public", "name": "orders", "rows": 120000000, "bytes": 21474836480,
//                  "indexes": {"orders_pkey": 2697986048}}]}
//
// `rows` is null where the server has not counted yet; `schema`, `indexes` and `server` may be missing.
#pragma once

#include <string>
#include <vector>

#include "analyzer/driver/configuration.h"

namespace foreshot::driver {

extern const char* const statistics_query;

// Reads the file that the configuration names, if any, into its sizes. What is wrong with it is told at its own place.
auto read_statistics(Configuration& configuration, std::vector<ConfigurationProblem>& problems) -> void;

// Are the statistics older than they may be on that day, "2027-01-31"?
auto check_statistics_age(const Configuration& configuration, const std::string& today, std::vector<ConfigurationProblem>& problems)
    -> void;

}  // namespace foreshot::driver
