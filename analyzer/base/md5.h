// MD5 (RFC 1321), which SQLAlchemy takes the last letters of a shortened name from. Not for anything that has to be safe.
#pragma once

#include <string>
#include <string_view>

namespace foreshot {

// 32 hexadecimal digits, lower case.
auto md5_hex(std::string_view bytes) -> std::string;

}  // namespace foreshot
