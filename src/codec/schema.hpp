// JSON Schema of a described struct. Unknown keys are allowed everywhere, as the reader allows them.
#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "codec/json_writer.hpp"
#include "model/field.hpp"

namespace fleetwatch::codec {

namespace detail {

template <class T>
struct SchemaOf {  // described structs
  static constexpr bool required = true;
  static void write(JsonWriter& out);
};

inline void write_type(JsonWriter& out, std::string_view name) {
  out.key("type");
  out.string(name);
}

template <>
struct SchemaOf<std::string> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) { write_type(out, "string"); }
};
template <>
struct SchemaOf<bool> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) { write_type(out, "boolean"); }
};
template <>
struct SchemaOf<double> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) { write_type(out, "number"); }
};
template <>
struct SchemaOf<std::int64_t> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) { write_type(out, "integer"); }
};
template <>
struct SchemaOf<std::uint64_t> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) {
    write_type(out, "integer");
    out.key("minimum");
    out.number(std::int64_t{0});
  }
};
template <class T>
struct SchemaOf<std::optional<T>> {
  static constexpr bool required = false;
  static void write(JsonWriter& out) { SchemaOf<T>::write(out); }
};
template <class T>
struct SchemaOf<model::Section<T>> {
  static constexpr bool required = false;
  static void write(JsonWriter& out) {
    out.key("oneOf");
    out.begin_array();
    out.begin_object();
    SchemaOf<T>::write(out);
    out.end_object();
    out.begin_object();
    write_type(out, "null");
    out.end_object();
    out.end_array();
  }
};
template <class T>
struct SchemaOf<std::vector<T>> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) {
    write_type(out, "array");
    out.key("items");
    out.begin_object();
    SchemaOf<T>::write(out);
    out.end_object();
  }
};
template <class T>
struct SchemaOf<std::map<std::string, T>> {
  static constexpr bool required = true;
  static void write(JsonWriter& out) {
    write_type(out, "object");
    out.key("additionalProperties");
    out.begin_object();
    SchemaOf<T>::write(out);
    out.end_object();
  }
};

template <class Member>
void write_property(JsonWriter& out, std::string_view key, model::Unit unit, std::string_view meaning) {
  out.key(key);
  out.begin_object();
  out.key("description");
  out.string(unit == model::Unit::none ? std::string(meaning) : fmt::format("{} [{}]", meaning, model::name_of(unit)));
  SchemaOf<Member>::write(out);
  out.end_object();
}

template <class T>
void SchemaOf<T>::write(JsonWriter& out) {
  write_type(out, "object");
  out.key("properties");
  out.begin_object();
  std::vector<std::string> required_keys;
  model::for_each_field<T>([&](const auto& field) {
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*field.member)>;
    write_property<Member>(out, field.key, field.unit, field.meaning);
    if (!field.alias.empty()) write_property<Member>(out, field.alias, field.unit, field.meaning);
    if (SchemaOf<Member>::required) required_keys.emplace_back(field.key);
  });
  out.end_object();
  out.key("required");
  out.begin_array();
  for (const auto& key : required_keys) out.string(key);
  out.end_array();
}

}  // namespace detail

template <model::HasFields T>
std::string json_schema(std::string_view title) {
  JsonWriter out(Layout::indented);
  out.begin_object();
  out.key("$schema");
  out.string("https://json-schema.org/draft/2020-12/schema");
  out.key("title");
  out.string(title);
  detail::SchemaOf<T>::write(out);
  out.end_object();
  return out.take();
}

}  // namespace fleetwatch::codec
