#include "codec/read.hpp"

#include <algorithm>

namespace fleetwatch::codec::detail {

namespace {

Outcome wrong(simdjson::error_code code, const Path& path, std::string_view wanted, const element& found) {
  if (code == simdjson::SUCCESS) return std::nullopt;
  return wrong_type(path, wanted, found);
}

// A whole number may come as 3.0; anything with a fraction, or too large for the type, is not one.
template <class Integer>
Outcome read_integer(const element& from, const Path& path, Integer& to) {
  double real = 0;
  if (from.is_double() && from.get(real) == simdjson::SUCCESS) {
    const bool fits = std::fabs(real) < 9e15 && (real >= 0 || std::numeric_limits<Integer>::is_signed);
    if (!fits || std::trunc(real) != real) return wrong_type(path, "a whole number", from);
    to = static_cast<Integer>(real);
    return std::nullopt;
  }
  return wrong(from.get(to), path, "a whole number", from);
}

}  // namespace

std::string_view type_name(const element& value) {
  using simdjson::dom::element_type;
  switch (value.type()) {
    case element_type::ARRAY:
      return "a list";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
      return "a whole number";
    case element_type::DOUBLE:
      return "a number";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a boolean";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

Error wrong_type(const Path& path, std::string_view wanted, const element& found) {
  const auto what = type_name(found);
  if (what == wanted) return {ErrorKind::malformed, fmt::format("{} out of range", wanted), path.text()};
  return {ErrorKind::malformed, fmt::format("expected {}, found {}", wanted, what), path.text()};
}

Error too_many(const Path& path) {
  return {ErrorKind::too_large, fmt::format("more than {} items", limits::kListItems), path.text()};
}

Outcome read_value(const element& from, Path& path, std::string& to) {
  std::string_view text;
  if (from.is_null()) return std::nullopt;
  if (from.get(text) != simdjson::SUCCESS) return wrong_type(path, "a string", from);
  to = text;
  return std::nullopt;
}

Outcome read_value(const element& from, Path& path, bool& to) {
  if (from.is_null()) return std::nullopt;
  return wrong(from.get(to), path, "a boolean", from);
}

Outcome read_value(const element& from, Path& path, double& to) {
  if (from.is_null()) return std::nullopt;
  return wrong(from.get(to), path, "a number", from);
}

Outcome read_value(const element& from, Path& path, std::int64_t& to) {
  if (from.is_null()) return std::nullopt;
  return read_integer(from, path, to);
}

Outcome read_value(const element& from, Path& path, std::uint64_t& to) {
  if (from.is_null()) return std::nullopt;
  return read_integer(from, path, to);
}

Result<element> parse_document(simdjson::dom::parser& parser, std::string_view json, std::size_t limit_bytes,
                               std::size_t depth) {
  if (json.size() > limit_bytes) {
    return Error{ErrorKind::too_large, fmt::format("more than {} bytes of JSON", limit_bytes)};
  }
  if (parser.allocate(std::max<std::size_t>(json.size(), 64), depth) != simdjson::SUCCESS) {
    return Error{ErrorKind::too_large, "no memory for a JSON document of this size"};
  }
  element root;
  if (const auto code = parser.parse(json.data(), json.size()).get(root); code != simdjson::SUCCESS) {
    if (code == simdjson::DEPTH_ERROR) {
      return Error{ErrorKind::malformed, fmt::format("JSON nested more than {} levels deep", depth)};
    }
    return Error{ErrorKind::malformed, fmt::format("not valid JSON: {}", simdjson::error_message(code))};
  }
  return root;
}

}  // namespace fleetwatch::codec::detail
