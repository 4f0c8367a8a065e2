#include "codec/event_tally.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <utility>

#include "base/rfc3339.hpp"
#include "base/utf8.hpp"

namespace fleetwatch::codec {

namespace {

using model::ComponentTally;
using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void write_component(JsonWriter& out, const std::string& name, const ComponentTally& tally) {
  const auto number = [&out](std::string_view key, std::uint64_t value) {
    out.key(key);
    out.number(value);
  };
  out.begin_object();
  out.key("component");
  out.string(name);
  number("hosts", tally.hosts.size());
  out.key("versions");
  out.begin_object();
  for (const auto& [version, hosts] : tally.versions) number(version, hosts);
  out.end_object();
  out.key("types");
  out.begin_object();
  for (const auto& [type, count] : tally.types) number(type, count);
  out.end_object();
  out.key("governors");
  out.begin_array();
  for (const auto& [key, count] : tally.governors) {
    out.begin_object();
    out.key("governor");
    out.string(key.first);
    out.key("event_type");
    out.string(key.second);
    number("events", count);
    out.end_object();
  }
  out.end_array();
  number("good", tally.good);
  number("errors", tally.errors);
  number("expired", tally.expired);
  out.end_object();
}

// Text of a label; what is not UTF-8 becomes U+FFFD.
std::string label_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = decode_utf8(text, at);
    const auto bytes = text.substr(at, point.bytes);
    at += point.bytes;
    if (!point.valid) {
      out += "\xef\xbf\xbd";
    } else if (bytes == "\n") {
      out += "\\n";
    } else {
      if (bytes == "\\" || bytes == "\"") out += '\\';
      out += bytes;
    }
  }
  return out;
}

class Series {
 public:
  explicit Series(std::string_view prefix) : prefix_(prefix) {}

  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("{}_{}", prefix_, name);
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
  }
  void add(const Labels& labels, std::uint64_t value) {
    text_ += name_ + "{";
    for (const auto& [key, text] : labels)
      fmt::format_to(std::back_inserter(text_), "{}=\"{}\",", key, label_text(text));
    fmt::format_to(std::back_inserter(text_), "active=\"1\"}} {}\n", value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string_view prefix_;
  std::string name_;
  std::string text_;
};

}  // namespace

std::string write_tally(const model::EventTally& tally, std::int64_t now_unix_ms, Layout layout) {
  JsonWriter out(layout);
  out.begin_object();
  out.key("collected_at");
  out.string(rfc3339(now_unix_ms));
  out.key("components");
  out.begin_array();
  for (const auto& [name, component] : tally.components) write_component(out, name, component);
  out.end_array();
  out.key("left_out");
  out.number(tally.left_out);
  out.end_object();
  return out.take();
}

std::string tally_series(const model::EventTally& tally, std::string_view prefix) {
  const auto& all = tally.components;
  Series out(prefix);
  out.begin("good_events", "counter", "Events that were understood");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.good);
  out.begin("process_errors", "counter", "Messages that were no events");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.errors);
  out.begin("event_types", "counter", "Events of each type");
  for (const auto& [name, one] : all) {
    for (const auto& [type, count] : one.types) out.add({{"component", name}, {"type", type}}, count);
  }
  out.begin("versions", "gauge", "Hosts of each version");
  for (const auto& [name, one] : all) {
    for (const auto& [version, hosts] : one.versions) out.add({{"component", name}, {"version", version}}, hosts);
  }
  out.begin("nodes_expired", "counter", "Hosts that were not heard of for 80 minutes");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.expired);
  out.begin("governor", "counter", "Events of governors");
  for (const auto& [name, one] : all) {
    for (const auto& [key, count] : one.governors) {
      out.add({{"component", name}, {"governor", key.first}, {"event", key.second}}, count);
    }
  }
  return out.take();
}

}  // namespace fleetwatch::codec
