#include "parse/election_key.hpp"

#include <algorithm>
#include <string>

#include "base/limits.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kLettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return kLettersAndDigits.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos;
  });
}

std::string quoted(std::string_view text) { return "\"" + std::string(text.substr(0, limits::kMessageBytes)) + "\""; }

// As parts of a subject; not empty.
bool has_parts(std::string_view text) {
  return text.size() <= limits::kMessageBytes && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos;
}

}  // namespace

Result<void> check_election_key(std::string_view key) {
  if (key.empty()) return Error{ErrorKind::usage, "the name of the election is empty"};
  if (!has_parts(key) || !only(key, "-/_=.")) {
    return Error{ErrorKind::usage,
                 quoted(key) + " is no name of an election",
                 {},
                 "letters, digits and - / _ = . are allowed, without a dot at either end or two dots together"};
  }
  return {};
}

Result<void> check_bucket_name(std::string_view bucket) {
  if (bucket.empty() || bucket.size() > limits::kMessageBytes || !only(bucket, "-_")) {
    return Error{
        ErrorKind::usage, quoted(bucket) + " is no name of a bucket", {}, "letters, digits, - and _ are allowed"};
  }
  return {};
}

Result<void> check_api_prefix(std::string_view prefix) {
  if (prefix.empty() || !has_parts(prefix) || !only(prefix, "$-/_=.")) {
    return Error{ErrorKind::usage,
                 quoted(prefix) + " is no prefix of subjects",
                 {},
                 "letters, digits and $ - / _ = . are allowed, without a dot at either end or two dots together"};
  }
  return {};
}

}  // namespace fleetwatch::parse
