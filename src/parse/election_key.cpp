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

}  // namespace

Result<void> check_election_key(std::string_view key) {
  if (key.empty()) return Error{ErrorKind::usage, "the name of the election is empty"};
  const bool dots = key.front() == '.' || key.back() == '.' || key.find("..") != std::string_view::npos;
  if (dots || key.size() > limits::kMessageBytes || !only(key, "-/_=.")) {
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

}  // namespace fleetwatch::parse
