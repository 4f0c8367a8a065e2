// Described structs to JSON, by their field tables (model/field.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "codec/json_writer.hpp"
#include "model/alert.hpp"
#include "model/field.hpp"

namespace fleetwatch::codec {

namespace detail {

inline void write_value(JsonWriter& out, const std::string& text) { out.string(text); }
inline void write_value(JsonWriter& out, std::string_view text) { out.string(text); }
inline void write_value(JsonWriter& out, bool value) { out.boolean(value); }
inline void write_value(JsonWriter& out, double value) { out.number(value); }
inline void write_value(JsonWriter& out, std::uint64_t value) { out.number(value); }
inline void write_value(JsonWriter& out, std::int64_t value) { out.number(value); }
inline void write_value(JsonWriter& out, model::Severity severity) { out.string(model::name_of(severity)); }
template <model::HasFields T>
void write_value(JsonWriter& out, const T& value);

template <class... Kinds>
void write_value(JsonWriter& out, const std::variant<Kinds...>& value);

template <class T>
void write_value(JsonWriter& out, const std::vector<T>& items) {
  out.begin_array();
  for (const auto& item : items) write_value(out, item);
  out.end_array();
}

template <class T>
void write_value(JsonWriter& out, const std::map<std::string, T>& items) {
  out.begin_object();
  for (const auto& [key, item] : items) {
    out.key(key);
    write_value(out, item);
  }
  out.end_object();
}

template <class... Kinds>
void write_value(JsonWriter& out, const std::variant<Kinds...>& value) {
  std::visit([&](const auto& held) { write_value(out, held); }, value);
}

template <class T>
void write_member(JsonWriter& out, std::string_view key, const T& value) {
  out.key(key);
  write_value(out, value);
}

template <class T>
void write_member(JsonWriter& out, std::string_view key, const std::optional<T>& value) {
  if (value) write_member(out, key, *value);
}

template <class T>
void write_member(JsonWriter& out, std::string_view key, const model::Section<T>& section) {
  if (section) return write_member(out, key, *section);
  if (section.is_crashed()) {
    out.key(key);
    out.null();
  }
}

template <model::HasFields T>
void write_value(JsonWriter& out, const T& value) {
  out.begin_object();
  model::for_each_field<T>([&](const auto& field) {
    write_member(out, field.key, value.*field.member);
    if (!field.alias.empty()) write_member(out, field.alias, value.*field.member);
  });
  if constexpr (requires { value.unknown; }) {
    for (const auto& member : value.unknown) {
      out.key(member.key);
      out.raw(member.raw_json);
    }
  }
  out.end_object();
}

}  // namespace detail

// A described struct, or a vector of them; without a newline at the end.
template <class T>
std::string write_json(const T& value, Layout layout) {
  JsonWriter out(layout);
  detail::write_value(out, value);
  return out.take();
}

}  // namespace fleetwatch::codec
