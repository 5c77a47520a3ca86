// The PostgreSQL version that a repository runs: image names in compose files, CI workflows and Docker files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace foreshot::driver {

// How much a file's word counts: compose files before CI before Docker files; nullopt: it is none of them.
auto image_rank(std::string_view path) -> std::optional<int>;

// The lowest PostgreSQL major version among the images that the text names: postgres:16, postgis/postgis:15-3.3,
// timescale/timescaledb:latest-pg14, ${PG_VERSION:-15}. Nullopt if there is none. `image` gets the words found.
auto server_in(std::string_view text, std::string& image) -> std::optional<int>;

// Names any PostgreSQL image at all, with or without a version.
auto names_postgresql_image(std::string_view text) -> bool;

}  // namespace foreshot::driver
