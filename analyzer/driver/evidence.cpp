#include "analyzer/driver/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "analyzer/driver/paths.h"
#include "analyzer/driver/server_image.h"
#include "analyzer/driver/walk.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t evidence_limit = 16 << 20;

struct DriverPackage { const char* package; Dialect dialect; Driver driver; };
constexpr DriverPackage driver_packages[] = {
    {"psycopg2", Dialect::postgresql, Driver::psycopg2}, {"psycopg2-binary", Dialect::postgresql, Driver::psycopg2},
    {"psycopg", Dialect::postgresql, Driver::psycopg},   {"psycopg-binary", Dialect::postgresql, Driver::psycopg},
    {"asyncpg", Dialect::postgresql, Driver::asyncpg},   {"pg8000", Dialect::postgresql, Driver::pg8000},
    {"pymysql", Dialect::other, Driver::unknown},        {"mysqlclient", Dialect::other, Driver::unknown},
    {"aiomysql", Dialect::other, Driver::unknown},       {"asyncmy", Dialect::other, Driver::unknown},
    {"mysql-connector-python", Dialect::other, Driver::unknown}, {"aiosqlite", Dialect::other, Driver::unknown},
    {"cx-oracle", Dialect::other, Driver::unknown},      {"oracledb", Dialect::other, Driver::unknown},
    {"pyodbc", Dialect::other, Driver::unknown},         {"pymssql", Dialect::other, Driver::unknown},
    {"snowflake-sqlalchemy", Dialect::other, Driver::unknown}, {"sqlalchemy-bigquery", Dialect::other, Driver::unknown}};

auto collect_images(const ProjectFiles& project, const Configuration& configuration, Evidence& to) -> void {
  std::vector<std::pair<int, std::string>> files;  // absolute, by rank
  for (const auto& file : project.files)
    if (const auto rank = image_rank(file)) files.emplace_back(*rank, join(project.root, file));
  const auto repository = repository_of(project.root);
  if (!repository.empty() && repository != project.root) {
    for (const auto* folder : {"", "/.github/workflows", "/.circleci"}) {
      const auto entries = list_folder(repository + folder);
      if (!entries) continue;
      for (const auto& entry : *entries)
        if (const auto path = repository + folder + "/" + entry.name; !entry.folder && image_rank(path))
          files.emplace_back(*image_rank(path) + 10, path);
    }
  }
  std::sort(files.begin(), files.end());
  std::optional<int> lowest;
  int lowest_rank = 0;
  std::string reason;
  for (const auto& [rank, path] : files) {
    if (lowest && rank != lowest_rank) break;
    const auto text = read_bytes(project, path, evidence_limit);
    if (!text) continue;
    if (to.postgresql_image.empty() && names_postgresql_image(*text)) to.postgresql_image = relative(path, project.root) + " runs PostgreSQL";
    std::string image;
    const auto major = server_in(*text, image);
    if (!major || (lowest && *lowest <= *major)) continue;
    lowest = major;
    lowest_rank = rank;
    reason = fmt::format("{} runs {}", relative(path, project.root), image);
  }
  auto& versions = to.versions;
  if (configuration.server_version) {
    versions.server = *configuration.server_version;
    versions.server_known = true;
    versions.server_reason = "server-version in the configuration";
  } else if (lowest) {
    versions.server = std::clamp(*lowest, 12, 18);
    versions.server_known = true;
    versions.server_reason = reason;
    if (*lowest > 18) versions.server_reason += ", which counts as 18";
    if (*lowest < 12) versions.server_reason += ", which counts as 12";
  }
}

// The version that the strongest word about a package allows: lock files before pins before bounds.
auto version_of(const Dependencies& dependencies, const char* package, std::string& reason) -> std::optional<Version> {
  const auto found = dependencies.find(package);
  if (found == dependencies.end()) return std::nullopt;
  std::optional<Version> best;
  int best_rank = 0;
  for (const auto& dependency : found->second) {
    const auto version = allowed_version(dependency.constraint);
    if (!version) continue;
    const int rank = dependency.locked ? 3 : dependency.constraint.starts_with("==") ? 2 : 1;
    if (rank <= best_rank) continue;
    best_rank = rank;
    best = version;
    reason = fmt::format("{} says {}", dependency.file, dependency.constraint);
  }
  return best;
}

auto judge_versions(const Configuration& configuration, Evidence& to) -> void {
  auto& versions = to.versions;
  versions.sqlalchemy_reason = "no version is configured or found, 2.0 is assumed";
  std::string reason;
  auto version = version_of(to.dependencies, "sqlalchemy", reason);
  if (!configuration.sqlalchemy_version.empty()) {
    version = allowed_version(configuration.sqlalchemy_version);
    reason = "sqlalchemy-version in the configuration";
  }
  if (version && version->major >= 1 && version->major <= 2) {
    versions.sqlalchemy_known = true;
    versions.sqlalchemy_major = version->major;
    // "<2" means the last 1.x, "<3" says nothing about which 2.x.
    versions.sqlalchemy_minor = version->minor != 99 ? version->minor : version->major == 1 ? 4 : 0;
    versions.sqlalchemy_reason = reason;
  }
  if (const auto alembic = version_of(to.dependencies, "alembic", reason); alembic && alembic->major <= 1) {
    versions.alembic_major = alembic->major;
    versions.alembic_minor = alembic->minor;
    versions.alembic_patch = alembic->patch;
  }
}

// What the drivers among the dependencies say.
struct DriversFound {
  bool postgresql = false, other = false;
  std::string postgresql_reason, other_reason;
  std::set<Driver> drivers;
  std::string driver_reason;
};

auto drivers_found(const Dependencies& dependencies) -> DriversFound {
  DriversFound found;
  for (const auto& [package, dialect, driver] : driver_packages) {
    const auto known = dependencies.find(package);
    if (known == dependencies.end()) continue;
    const auto reason = fmt::format("{} names {}", known->second.front().file, package);
    if (dialect == Dialect::postgresql) {
      if (!found.postgresql) found.postgresql_reason = reason;
      found.postgresql = true;
      found.drivers.insert(driver);
      found.driver_reason = reason;
    } else {
      if (!found.other) found.other_reason = reason;
      found.other = true;
    }
  }
  return found;
}

auto folder_dialect(const std::string& path, std::string& word) -> Dialect {
  for (std::size_t at = 0; at <= path.size();) {
    auto end = path.find('/', at);
    if (end == std::string::npos) end = path.size();
    word = path.substr(at, end - at);
    if (word == "postgresql" || word == "postgres" || word == "pg") return Dialect::postgresql;
    if (word == "mysql" || word == "mariadb" || word == "sqlite" || word == "oracle" || word == "mssql") return Dialect::other;
    at = end + 1;
  }
  return Dialect::unknown;
}

}  // namespace

auto dialect_of_url(const std::string& url, Driver& driver) -> Dialect {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return Dialect::unknown;
  const auto scheme = url.substr(0, scheme_end);
  const auto plus = scheme.find('+');
  const auto name = scheme.substr(0, plus);
  const auto suffix = plus == std::string::npos ? std::string() : scheme.substr(plus + 1);
  if (name == "postgresql" || name == "postgres") {
    if (suffix == "psycopg2") driver = Driver::psycopg2;
    if (suffix == "psycopg" || suffix == "psycopg_async") driver = Driver::psycopg;
    if (suffix == "asyncpg") driver = Driver::asyncpg;
    if (suffix == "pg8000") driver = Driver::pg8000;
    return Dialect::postgresql;
  }
  static constexpr std::array others = {"mysql", "mariadb", "sqlite", "oracle", "mssql", "snowflake", "bigquery", "redshift", "duckdb", "clickhouse", "cockroachdb"};
  return std::any_of(others.begin(), others.end(), [&](const char* other) { return name == other; }) ? Dialect::other : Dialect::unknown;
}

auto collect_evidence(const ProjectFiles& project, const Configuration& configuration) -> Evidence {
  Evidence evidence;
  for (const auto& file : project.files) {
    if (!names_dependencies(file)) continue;
    if (const auto text = read_bytes(project, join(project.root, file), evidence_limit)) read_dependencies(file, *text, evidence.dependencies);
  }
  collect_images(project, configuration, evidence);
  judge_versions(configuration, evidence);
  return evidence;
}

auto judge_dialect(const TreeLayout& layout, const Evidence& evidence, const Configuration& configuration, Environment& to) -> void {
  const auto drivers = drivers_found(evidence.dependencies);
  Driver url_driver = Driver::unknown;
  const auto url = dialect_of_url(layout.url, url_driver);
  if (to.driver == Driver::unknown && url_driver != Driver::unknown) {
    to.driver = url_driver;
    to.driver_reason = "sqlalchemy.url in " + file_name(layout.configuration);
  }
  if (to.driver == Driver::unknown && drivers.drivers.size() == 1) {
    to.driver = *drivers.drivers.begin();
    to.driver_reason = drivers.driver_reason;
  }
  const auto settle = [&](Dialect dialect, std::string reason) {
    to.dialect = dialect;
    to.dialect_reason = std::move(reason);
  };
  if (!configuration.dialect.empty())
    return settle(configuration.dialect == "postgresql" ? Dialect::postgresql : Dialect::other, "dialect in the configuration");
  std::string word;
  auto places = layout.name;
  for (const auto& folder : layout.version_folders) places += "/" + (inside(folder, layout.folder) ? relative(folder, layout.folder) : file_name(folder));
  if (const auto dialect = folder_dialect(places, word); dialect != Dialect::unknown) return settle(dialect, "the folder is called " + word);
  if (to.dialect != Dialect::unknown && to.dialect != Dialect::other) return;
  if (url == Dialect::postgresql) return settle(url, "sqlalchemy.url in " + file_name(layout.configuration));
  // A development database's address next to a PostgreSQL driver says that both are in use.
  if (drivers.postgresql) return settle(url == Dialect::other || to.dialect == Dialect::other || drivers.other ? Dialect::several : Dialect::postgresql, drivers.postgresql_reason);
  if (!evidence.postgresql_image.empty()) return settle(Dialect::postgresql, evidence.postgresql_image);
  // The address in the file is the developer's own; revisions that tell servers apart are written for both.
  if (layout.names_postgresql) return settle(Dialect::several, "revisions name PostgreSQL");
  if (layout.only_mysql) return settle(Dialect::other, "revisions use what only MySQL has");
  if (to.dialect == Dialect::other) return;
  if (url == Dialect::other) return settle(url, "sqlalchemy.url in " + file_name(layout.configuration));
  if (drivers.other) return settle(Dialect::other, drivers.other_reason);
}

}  // namespace foreshot::driver
