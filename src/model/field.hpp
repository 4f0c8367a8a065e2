// How a struct is described once: key, member, unit, meaning. Reader, writer, JSON Schema and completeness test all
// walk the same table, so a key cannot be written and not read, or read and not documented.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace fleetwatch::model {

enum class Unit {
  none,
  seconds,
  unix_seconds,
  milliseconds,
  unix_milliseconds,
  nanoseconds,
  bytes,
  mebibytes,
  percent,
  days
};

std::string_view name_of(Unit unit);

// One key of a JSON object. The member's type says when the key is written:
//   std::optional<scalar>          when its value was read
//   std::optional<std::vector<…>>  when the list's own source was read
//   std::vector<…>, scalar         always
//   Section<struct>                when the section exists; null when its probe crashed
template <class Owner, class Member>
struct Field {
  std::string_view key;
  Member Owner::*member;
  Unit unit;
  std::string_view meaning;
  std::string_view alias = {};  // second key with the same value: both are written, the first present one is read

  constexpr Field also(std::string_view other_key) const {
    Field copy = *this;
    copy.alias = other_key;
    return copy;
  }
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view key, Member Owner::*member, Unit unit, std::string_view meaning) {
  return {key, member, unit, meaning};
}

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view key, Member Owner::*member, std::string_view meaning) {
  return {key, member, Unit::none, meaning};
}

// Specialised beside each struct: `static constexpr auto fields = std::tuple{field(…), …};` in the order of writing.
template <class Struct>
struct Described;

template <class Struct>
concept HasFields = requires {
  Described<Struct>::fields;
};

template <HasFields Struct, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](const auto&... one) { (visit(one), ...); }, Described<Struct>::fields);
}

// Members of a JSON object that we do not know: kept as raw JSON and written back after the known ones.
struct UnknownMember {
  std::string key;
  std::string raw_json;
  bool operator==(const UnknownMember&) const = default;
};
using UnknownMembers = std::vector<UnknownMember>;

// A part of a report that is absent (not installed, not asked for), null (its probe crashed) or there.
template <class T>
class Section {
 public:
  Section() = default;
  Section(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  static Section crashed() {
    Section section;
    section.crashed_ = true;
    return section;
  }

  bool is_crashed() const { return crashed_; }
  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  bool operator==(const Section&) const = default;

 private:
  std::optional<T> value_;
  bool crashed_ = false;
};

}  // namespace fleetwatch::model
