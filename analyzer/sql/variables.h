// The variables of a PL/pgSQL body whose text can be told: declared with a default and never changed, or given one value
// once. What is changed twice, filled by INTO or handed to a CALL is not known.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/sql/lexer.h"

namespace foreshot::sql {

// Names, in lower case, with the tokens of the expression that they stand for. `r.n` is a field of a row.
using Constants = std::map<std::string, Tokens, std::less<>>;

class Variables {
 public:
  Variables(std::string_view text, Tokens tokens);

  // The tokens of one declaration, without DECLARE and semicolon: adds what the variable stands for.
  auto declare(Tokens declaration, Constants& to) const -> void;

 private:
  struct Target {
    std::size_t times = 0;
    Tokens value;         // of an assignment; empty: something else gives it a value
  };
  auto mentions(Tokens expression, std::string_view name) const -> bool;

  std::string_view text_;
  std::map<std::string, Target, std::less<>> targets_;
  bool calls_ = false;    // a procedure may give its arguments values
};

// The texts of the elements of ARRAY['a', 'b'], with or without a cast, or of a variable that stands for it; empty: not
// known.
auto array_elements(std::string_view text, Tokens expression, const Constants& constants) -> std::vector<Tokens>;

auto is_string(const Token& token) -> bool;
auto lowered(std::string_view text) -> std::string;

}  // namespace foreshot::sql
