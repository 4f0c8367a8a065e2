// Result<T>: a value, or the reason why there is none. For what can fail outside the program; bugs throw.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace fleetwatch {

// What kind of failure it was. The first five are the words of a report's `errors` entries.
enum class ErrorKind {
  timeout,      // no (complete) answer before the deadline
  denied,       // permission is missing; never the same as "does not exist"
  unavailable,  // nobody answers, or the answer says that it cannot be had
  malformed,    // bytes that are not what their format promises
  crashed,      // a bug in our own code, caught at the edge of a probe
  not_found,    // does not exist
  too_large,    // more bytes, items or depth than the limit
  usage,        // wrong command line
  input,        // input data is not what it should be
  output,       // output could not be written
};

// The word that stands in a report's `errors` entry; not_found and later kinds read as one of the first five.
std::string_view report_word(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::unavailable;
  std::string what;        // the reason, one sentence without a full stop
  std::string where = {};  // file, line, path or address it is about; empty when `what` says it
  std::string help = {};   // what to do next; empty when there is nothing better than `what`
};

// "where: what", the form for logs and for `errors` entries.
std::string to_string(const Error& error);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T value_or(T other) const { return ok() ? std::get<0>(state_) : std::move(other); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
  Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return assert(failed_), error_; }

 private:
  bool failed_ = false;
  Error error_;
};

}  // namespace fleetwatch
