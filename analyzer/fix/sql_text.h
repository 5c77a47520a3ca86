// SQL as text: names quoted where PostgreSQL needs it, and the statements that fixes are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/action.h"

namespace foreshot::fix {

auto quoted_name(std::string_view name) -> std::string;          // users, "Users", "order"
auto quoted_name(const ObjectName& name) -> std::string;         // shop.users
auto quoted_names(const std::vector<Identifier>& names) -> std::string;  // a, b
auto text_literal(std::string_view text) -> std::string;         // 'it''s'

auto alter(const ObjectName& table, std::string_view what) -> std::string;  // ALTER TABLE t what

}  // namespace foreshot::fix
