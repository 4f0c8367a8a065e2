// JSON from outside to described structs, by their field tables. Missing keys, unknown keys and null are fine; a value
// of the wrong type is an error that names its path, for example "services.services[3].n_restarts".
#pragma once

#include <simdjson.h>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "model/field.hpp"

namespace fleetwatch::codec {

namespace detail {

using simdjson::dom::element;

// Where the reader is; grows and shrinks with the nesting.
class Path {
 public:
  class Step {
   public:
    Step(Path& path, const std::string& piece) : path_(path), length_(path.text_.size()) { path.text_ += piece; }
    ~Step() { path_.text_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Path& path_;
    std::size_t length_;
  };
  Step key(std::string_view name) { return {*this, text_.empty() ? std::string(name) : fmt::format(".{}", name)}; }
  Step index(std::size_t i) { return {*this, fmt::format("[{}]", i)}; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string_view type_name(const element& value);
Error wrong_type(const Path& path, std::string_view wanted, const element& found);
Error too_many(const Path& path);

using Outcome = std::optional<Error>;

Outcome read_value(const element& from, Path& path, std::string& to);
Outcome read_value(const element& from, Path& path, bool& to);
Outcome read_value(const element& from, Path& path, double& to);
Outcome read_value(const element& from, Path& path, std::int64_t& to);
Outcome read_value(const element& from, Path& path, std::uint64_t& to);
template <model::HasFields T>
Outcome read_value(const element& from, Path& path, T& to);

template <class T>
Outcome read_value(const element& from, Path& path, std::vector<T>& to) {
  to.clear();
  if (from.is_null()) return std::nullopt;
  simdjson::dom::array items;
  if (from.get(items) != simdjson::SUCCESS) return wrong_type(path, "a list", from);
  for (const element item : items) {
    if (to.size() >= limits::kListItems) return too_many(path);
    const auto step = path.index(to.size());
    if (auto error = read_value(item, path, to.emplace_back())) return error;
  }
  return std::nullopt;
}

template <class T>
Outcome read_value(const element& from, Path& path, std::map<std::string, T>& to) {
  simdjson::dom::object members;
  if (from.get(members) != simdjson::SUCCESS) return wrong_type(path, "an object", from);
  for (const auto& [key, value] : members) {
    if (to.size() >= limits::kListItems) return too_many(path);
    const auto step = path.key(key);
    if (auto error = read_value(value, path, to[std::string(key)])) return error;
  }
  return std::nullopt;
}

template <class T>
Outcome read_value(const element& from, Path& path, std::optional<T>& to) {
  if (from.is_null()) return std::nullopt;
  return read_value(from, path, to.emplace());
}

template <class T>
Outcome read_value(const element& from, Path& path, model::Section<T>& to) {
  if (from.is_null()) {
    to = model::Section<T>::crashed();
    return std::nullopt;
  }
  to = T{};
  return read_value(from, path, *to);
}

// The field named `key`, read; false when no field has that name. The first present of a key and its alias counts.
template <model::HasFields T>
bool read_known(std::string_view key, const element& value, Path& path, T& to, const simdjson::dom::object& members,
                Outcome& outcome) {
  bool known = false;
  model::for_each_field<T>([&](const auto& field) {
    if (known) return;
    const bool by_alias = !field.alias.empty() && field.alias == key;
    if (field.key != key && !by_alias) return;
    known = true;
    if (by_alias && members.at_key(field.key).error() == simdjson::SUCCESS) return;
    outcome = read_value(value, path, to.*field.member);
  });
  return known;
}

template <model::HasFields T>
Outcome read_value(const element& from, Path& path, T& to) {
  simdjson::dom::object members;
  if (from.is_null()) return std::nullopt;
  if (from.get(members) != simdjson::SUCCESS) return wrong_type(path, "an object", from);
  for (const auto& [key, value] : members) {
    const auto step = path.key(key);
    Outcome outcome;
    const bool known = read_known(key, value, path, to, members, outcome);
    if (outcome) return outcome;
    if constexpr (requires { to.unknown; }) {
      if (!known && to.unknown.size() < limits::kListItems) {
        to.unknown.push_back({std::string(key), simdjson::minify(value)});
      }
    }
  }
  return std::nullopt;
}

// Parses with the depth limit and hands the root on; the document lives only as long as the call.
Result<simdjson::dom::element> parse_document(simdjson::dom::parser& parser, std::string_view json,
                                              std::size_t limit_bytes, std::size_t depth);

}  // namespace detail

// One JSON object as a described struct. Errors: malformed (not JSON, nested too deeply, wrong type at a path),
// too_large.
template <model::HasFields T>
Result<T> read_json(std::string_view json, std::size_t limit_bytes = limits::kReportBytes,
                    std::size_t depth = limits::kJsonDepth) {
  simdjson::dom::parser parser(limit_bytes);
  auto root = detail::parse_document(parser, json, limit_bytes, depth);
  if (!root) return root.error();
  if (!root->is_object()) return Error{ErrorKind::malformed, "not a JSON object"};
  detail::Path path;
  T value{};
  if (auto error = detail::read_value(*root, path, value)) return std::move(*error);
  return value;
}

}  // namespace fleetwatch::codec
