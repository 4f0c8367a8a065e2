#include "parse/rqlite_query.hpp"

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

Error refused(const Json& reason) {
  return {ErrorKind::unavailable, reason.text().value_or("an error that is no short text")};
}

}  // namespace

Result<void> parse_rqlite_single_value(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();

  if (const Json error = root.value().at("error"); error.exists()) return refused(error);
  const auto results = root.value().at("results").items();
  if (results.size() != 1) return Error{ErrorKind::malformed, "not exactly one result"};
  if (const Json error = results.front().at("error"); error.exists()) return refused(error);
  const auto rows = results.front().at("values").items();
  if (rows.size() != 1 || rows.front().items().size() != 1) return Error{ErrorKind::malformed, "not exactly one value"};
  return {};
}

}  // namespace fleetwatch::parse
