#include "codec/event_tally.hpp"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <iterator>
#include <map>
#include <utility>

#include "base/rfc3339.hpp"
#include "base/utf8.hpp"

namespace fleetwatch::codec {

namespace {

using model::ComponentTally;
using model::Count;
using model::MachineName;
using model::MachineTally;
using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void write_component(JsonWriter& out, const std::string& name, const ComponentTally& tally) {
  const auto number = [&out](std::string_view key, std::uint64_t value) {
    out.key(key);
    out.number(value);
  };
  const auto total = [&number](std::string_view key, const Count& count) { number(key, count.total()); };
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
  for (const auto& [type, count] : tally.types) total(type, count);
  out.end_object();
  out.key("governors");
  out.begin_array();
  for (const auto& [key, count] : tally.governors) {
    out.begin_object();
    out.key("governor");
    out.string(key.first);
    out.key("event_type");
    out.string(key.second);
    total("events", count);
    out.end_object();
  }
  out.end_array();
  total("good", tally.good);
  total("errors", tally.errors);
  total("expired", tally.expired);
  out.key("processing_sec");
  out.number(tally.processing.seconds.total());
  out.end_object();
}

void write_machine(JsonWriter& out, const MachineName& name, const MachineTally& tally) {
  const auto text = [&out](std::string_view key, std::string_view value) {
    out.key(key);
    out.string(value);
  };
  const auto number = [&out](std::string_view key, auto value) {
    out.key(key);
    out.number(value);
  };
  out.begin_object();
  text("machine", name.machine);
  text("version", name.version);
  out.key("transitions");
  out.begin_array();
  for (const auto& [key, count] : tally.transitions) {
    out.begin_object();
    text("transition", key.transition);
    text("from", key.from);
    text("to", key.to);
    number("count", count.total());
    out.end_object();
  }
  out.end_array();
  out.key("exec_watchers");
  out.begin_array();
  for (const auto& [watcher, counts] : tally.watchers) {
    out.begin_object();
    text("watcher", watcher);
    number("success", counts.success.total());
    number("failures", counts.failures.total());
    number("run_time_sec", counts.run_time.seconds.total());
    out.end_object();
  }
  out.end_array();
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
  Series(std::string_view prefix, bool active) : prefix_(prefix), active_(active) {}

  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("{}_{}", prefix_, name);
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
  }
  // Of this moment alone: what was written with the other label is gone.
  void add_gauge(const Labels& labels, std::uint64_t value) { add_line("", labels, active_, value); }
  // What was counted with the other label stays as it was.
  void add(const Labels& labels, const Count& count) {
    for (const bool active : kBoth) {
      if (active == active_ || count.of(active) > 0) add_line("", labels, active, count.of(active));
    }
  }
  void add(const Labels& labels, const model::TimeTally& time) {
    for (const bool active : kBoth) {
      if (active != active_ && time.count.of(active) == 0) continue;
      add_line("_sum", labels, active, time.seconds.of(active));
      add_line("_count", labels, active, time.count.of(active));
    }
  }
  std::string take() { return std::move(text_); }

 private:
  static constexpr std::array kBoth = {true, false};

  template <class Number>
  void add_line(std::string_view suffix, const Labels& labels, bool active, Number value) {
    fmt::format_to(std::back_inserter(text_), "{}{}{{", name_, suffix);
    for (const auto& [key, text] : labels)
      fmt::format_to(std::back_inserter(text_), "{}=\"{}\",", key, label_text(text));
    fmt::format_to(std::back_inserter(text_), "active=\"{}\"}} {}\n", active ? 1 : 0, value);
  }

  std::string_view prefix_;
  bool active_;
  std::string name_;
  std::string text_;
};

// A component may have the name that the reference gives to one of the other messages: still one series.
void add_errors(Series& out, const model::EventTally& tally) {
  std::map<std::string_view, Count> errors;
  const auto add = [&errors](std::string_view name, const Count& count) {
    auto& sum = errors[name];
    sum.active += count.active;
    sum.inactive += count.inactive;
  };
  for (const auto& [name, one] : tally.components) add(name, one.errors);
  if (tally.transition_errors.total() > 0) add("transition", tally.transition_errors);
  if (tally.exec_watcher_errors.total() > 0) add("exec_watcher", tally.exec_watcher_errors);
  for (const auto& [name, count] : errors) out.add({{"component", name}}, count);
}

void add_components(Series& out, const model::EventTally& tally) {
  const auto& all = tally.components;
  out.begin("good_events", "counter", "Events that were understood");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.good);
  out.begin("process_errors", "counter", "Messages that were no events");
  add_errors(out, tally);
  out.begin("event_types", "counter", "Events of each type");
  for (const auto& [name, one] : all) {
    for (const auto& [type, count] : one.types) out.add({{"component", name}, {"type", type}}, count);
  }
  out.begin("versions", "gauge", "Hosts of each version");
  for (const auto& [name, one] : all) {
    for (const auto& [version, hosts] : one.versions) out.add_gauge({{"component", name}, {"version", version}}, hosts);
  }
  out.begin("processing_time", "summary", "Seconds that it took to count events");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.processing);
  out.begin("nodes_expired", "counter", "Hosts that were not heard of for 80 minutes");
  for (const auto& [name, one] : all) out.add({{"component", name}}, one.expired);
  out.begin("governor", "counter", "Events of governors");
  for (const auto& [name, one] : all) {
    for (const auto& [key, count] : one.governors) {
      out.add({{"component", name}, {"governor", key.first}, {"event", key.second}}, count);
    }
  }
}

void add_machines(Series& out, const model::EventTally& tally) {
  out.begin("machine_transition", "counter", "Transitions of the state machines of autonomous agents");
  for (const auto& [name, one] : tally.machines) {
    for (const auto& [key, count] : one.transitions) {
      out.add({{"machine", name.machine},
               {"version", name.version},
               {"transition", key.transition},
               {"from", key.from},
               {"to", key.to}},
              count);
    }
  }
  const auto add_each = [&](const auto& value) {
    for (const auto& [name, one] : tally.machines) {
      for (const auto& [watcher, counts] : one.watchers) {
        out.add({{"machine", name.machine}, {"version", name.version}, {"watcher", watcher}}, value(counts));
      }
    }
  };
  using model::WatcherTally;
  out.begin("exec_watcher_success", "counter", "Runs of watched commands that succeeded");
  add_each([](const WatcherTally& counts) { return counts.success; });
  out.begin("exec_watcher_failures", "counter", "Runs of watched commands that failed");
  add_each([](const WatcherTally& counts) { return counts.failures; });
  out.begin("exec_watcher_runtime", "summary", "Seconds that watched commands ran");
  add_each([](const WatcherTally& counts) { return counts.run_time; });
}

}  // namespace

std::string write_tally(const model::EventTally& tally, std::int64_t now_unix_ms, Layout layout) {
  JsonWriter out(layout);
  out.begin_object();
  out.key("collected_at");
  out.string(rfc3339(now_unix_ms));
  out.key("active");
  out.boolean(tally.active);
  out.key("components");
  out.begin_array();
  for (const auto& [name, component] : tally.components) write_component(out, name, component);
  out.end_array();
  out.key("machines");
  out.begin_array();
  for (const auto& [name, machine] : tally.machines) write_machine(out, name, machine);
  out.end_array();
  const auto total = [&out](std::string_view key, const Count& count) {
    out.key(key);
    out.number(count.total());
  };
  total("transition_errors", tally.transition_errors);
  total("exec_watcher_errors", tally.exec_watcher_errors);
  total("left_out", tally.left_out);
  total("dropped", tally.dropped);
  out.end_object();
  return out.take();
}

std::string tally_series(const model::EventTally& tally, std::string_view prefix) {
  Series out(prefix, tally.active);
  add_components(out, tally);
  add_machines(out, tally);
  out.begin("left_out", "counter", "Events of hosts and names of which there were too many, or that were too long");
  out.add({}, tally.left_out);
  out.begin("dropped", "counter", "Messages that came faster than they were counted");
  out.add({}, tally.dropped);
  return out.take();
}

}  // namespace fleetwatch::codec
