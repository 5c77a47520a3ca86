// Result<T>: a value, or one sentence for a person that says why there is none.
// Used where the world (files, options, configuration) can be wrong. User code that cannot be understood is never an
// Error: it is a gap in the facts.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace foreshot {

struct Error {
  std::string message;  // a sentence, without full stop
};

template <typename T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  auto operator*() -> T& { return std::get<T>(state_); }
  auto operator*() const -> const T& { return std::get<T>(state_); }
  auto operator->() -> T* { return &std::get<T>(state_); }
  auto operator->() const -> const T* { return &std::get<T>(state_); }
  auto error() const -> const std::string& { return std::get<Error>(state_).message; }

 private:
  std::variant<T, Error> state_;
};

}  // namespace foreshot
