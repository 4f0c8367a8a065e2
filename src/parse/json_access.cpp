#include "parse/json_access.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

template <class Number>
std::optional<Number> as(const std::optional<simdjson::dom::element>& element) {
  if (!element) return std::nullopt;
  Number value{};
  if (element->get(value) == simdjson::SUCCESS) return value;
  std::string_view text;
  if (element->get(text) == simdjson::SUCCESS) return to_number<Number>(text);
  return std::nullopt;
}

}  // namespace

bool Json::is_object() const { return element_ && element_->is_object(); }
bool Json::is_list() const { return element_ && element_->is_array(); }
bool Json::is_null() const { return element_ && element_->is_null(); }

Json Json::at(std::string_view key) const {
  simdjson::dom::object object;
  simdjson::dom::element found;
  if (!element_ || element_->get(object) != simdjson::SUCCESS) return {};
  if (object.at_key(key).get(found) != simdjson::SUCCESS) return {};
  return Json(found);
}

Json Json::at(std::initializer_list<std::string_view> path) const {
  Json value = *this;
  for (const auto key : path) value = value.at(key);
  return value;
}

std::vector<Json> Json::items() const {
  std::vector<Json> found;
  simdjson::dom::array list;
  if (!element_ || element_->get(list) != simdjson::SUCCESS) return found;
  for (const auto item : list) {
    if (found.size() == limits::kListItems) break;
    found.emplace_back(item);
  }
  return found;
}

std::vector<std::pair<std::string_view, Json>> Json::members() const {
  std::vector<std::pair<std::string_view, Json>> found;
  simdjson::dom::object object;
  if (!element_ || element_->get(object) != simdjson::SUCCESS) return found;
  for (const auto member : object) {
    if (found.size() == limits::kListItems) break;
    found.emplace_back(member.key, Json(member.value));
  }
  return found;
}

std::optional<std::string> Json::text() const {
  std::string_view value;
  if (!element_ || element_->get(value) != simdjson::SUCCESS || value.size() > limits::kTextBytes) return std::nullopt;
  return std::string(value);
}

bool Json::has_text() const {
  std::string_view value;
  return element_ && element_->get(value) == simdjson::SUCCESS && !value.empty();
}

std::optional<bool> Json::boolean() const {
  if (!element_) return std::nullopt;
  bool value = false;
  if (element_->get(value) == simdjson::SUCCESS) return value;
  std::string_view word;
  if (element_->get(word) != simdjson::SUCCESS || (word != "true" && word != "false")) return std::nullopt;
  return word == "true";
}

std::optional<double> Json::number() const { return as<double>(element_); }
std::optional<std::int64_t> Json::integer() const { return as<std::int64_t>(element_); }
std::optional<std::uint64_t> Json::unsigned_integer() const { return as<std::uint64_t>(element_); }

Result<Json> JsonReader::read(std::string_view bytes) {
  // Allocated here and not by parse(), which would take simdjson's own depth limit of 1024.
  if (parser_.capacity() < bytes.size() || parser_.max_depth() != limits::kJsonDepth) {
    const auto code = parser_.allocate(bytes.size() + 1, limits::kJsonDepth);
    if (code != simdjson::SUCCESS) return Error{ErrorKind::too_large, simdjson::error_message(code)};
  }
  simdjson::dom::element root;
  const auto code = parser_.parse(bytes.data(), bytes.size()).get(root);
  if (code != simdjson::SUCCESS) return Error{ErrorKind::malformed, "not JSON"};
  return Json(root);
}

Result<Json> JsonReader::read_object(std::string_view bytes) {
  auto root = read(bytes);
  if (root && !root->is_object()) return Error{ErrorKind::malformed, "JSON, but not an object"};
  return root;
}

}  // namespace fleetwatch::parse
