// Tolerant reading of JSON from other programs: a value of the wrong type is simply not there. Shared by the parsers of
// this floor; the structs that they give know nothing of it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

// One value of a parsed document, or nothing. Valid as long as the reader that gave it, until that parses again.
class Json {
 public:
  Json() = default;
  explicit Json(simdjson::dom::element element) : element_(element) {}

  bool is_object() const;
  bool is_list() const;
  bool is_null() const;
  bool exists() const { return element_.has_value(); }

  Json at(std::string_view key) const;                             // nothing unless an object with this key
  Json at(std::initializer_list<std::string_view> path) const;     // one key after the other
  std::vector<Json> items() const;                                 // of a list, at most limits::kListItems
  std::vector<std::pair<std::string_view, Json>> members() const;  // of an object, as many
  std::optional<std::string> text() const;                         // a string of at most limits::kTextBytes
  std::optional<bool> boolean() const;                             // also the texts "true" and "false"
  std::optional<double> number() const;                            // also as text
  std::optional<std::int64_t> integer() const;                     // also as text; no fractions
  std::optional<std::uint64_t> unsigned_integer() const;           // also as text; no fractions
  bool has_text() const;                                           // a string of any length but 0

 private:
  std::optional<simdjson::dom::element> element_;
};

class JsonReader {
 public:
  // The whole text as one value, nested at most limits::kJsonDepth deep. Error: malformed.
  Result<Json> read(std::string_view bytes);
  // The same, but only an object will do.
  Result<Json> read_object(std::string_view bytes);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace fleetwatch::parse
