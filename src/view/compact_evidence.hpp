// The few values of a report that a rule looked at, so that a reader can judge the alert.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/compact_report.hpp"
#include "model/report.hpp"

namespace fleetwatch::view {

// Text from another machine for a model to read: secrets redacted, control characters visible, one line, at most
// `max_bytes` bytes and an ellipsis.
std::string foreign_text(std::string_view text, std::size_t max_bytes);

// Values by name, put together from several nodes: numbers that differ become a range, texts are listed.
class Evidence {
 public:
  void add(const std::string& name, bool value) { add_text(plain_[name], value ? "true" : "false"); }
  void add(const std::string& name, std::int64_t value) { add_number(name, value); }
  void add(const std::string& name, std::uint64_t value) { add_number(name, value); }
  void add(const std::string& name, double value) { add_number(name, value); }
  void add(const std::string& name, const std::string& value) { add_text(texts_[name], value); }

  // Numbers, true and false; nothing when there are none.
  std::optional<model::CompactValues> numbers() const;
  // Texts from nodes, cleaned; nothing when there are none.
  std::optional<model::CompactValues> texts() const;

 private:
  struct Number {
    model::CompactValue first;
    model::CompactRange range;
  };
  using Texts = std::map<std::string, std::size_t>;  // text to number of nodes

  static void add_text(Texts& texts, const std::string& value);
  template <class T>
  void add_number(const std::string& name, T value) {
    const auto as_double = static_cast<double>(value);
    auto& number = numbers_.try_emplace(name, Number{value, {as_double, as_double}}).first->second;
    number.range.lowest = as_double < number.range.lowest ? as_double : number.range.lowest;
    number.range.highest = as_double > number.range.highest ? as_double : number.range.highest;
  }

  std::map<std::string, Number> numbers_;
  std::map<std::string, Texts> plain_;
  std::map<std::string, Texts> texts_;
};

// The fields that a rule looks at: paths in the report, separated by blanks; a list or map in the path means its item
// that the alert is about. Nothing for an unknown rule, empty for one that looks at no single field.
std::optional<std::string_view> fields_of(std::string_view rule);

// Adds the fields of the report that `rule` looks at, under their last names. `subject`: last part of the alert's key.
void add_evidence(Evidence& evidence, const model::NodeReport& report, std::string_view rule, std::string_view subject);

// The same for one node by itself: under their whole paths, without those of an item of a list.
void add_values(Evidence& evidence, const model::NodeReport& report, std::string_view rule);

}  // namespace fleetwatch::view
