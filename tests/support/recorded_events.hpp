// Lifecycle events recorded from the real programs, in tests/fixtures/recordings/choria.
#pragma once

#include <simdjson.h>

#include <string>
#include <vector>

#include "support/fixture.hpp"

namespace fleetwatch::test {

struct RecordedEvent {
  std::string label;
  std::string subject;
  std::string payload;
  std::string payload_b64;  // in place of payload where that would be no text
};

inline std::vector<RecordedEvent> recorded_events(const std::string& file) {
  std::vector<RecordedEvent> events;
  simdjson::dom::parser parser;
  const auto text = fixture("recordings/choria/lifecycle/" + file);
  for (const auto line : parser.parse_many(text)) {
    RecordedEvent event;
    const auto read = [&line](const char* key, std::string& target) {
      std::string_view value;
      if (line[key].get(value) == simdjson::SUCCESS) target = value;
    };
    read("label", event.label);
    read("subject", event.subject);
    read("payload", event.payload);
    read("payload_b64", event.payload_b64);
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace fleetwatch::test
