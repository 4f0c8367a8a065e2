// How many lifecycle events one core decodes, and decodes, filters and makes lines of, in a second.
#include <fmt/format.h>
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "parse/lifecycle.hpp"
#include "view/lifecycle.hpp"

namespace {

using namespace fleetwatch;

std::vector<std::string> recorded_payloads() {
  std::vector<std::string> payloads;
  simdjson::dom::parser parser;
  for (const auto line : parser.load_many(FLEETWATCH_EVENTS)) {
    std::string_view payload;
    if (line["payload"].get(payload) == simdjson::SUCCESS) payloads.emplace_back(payload);
  }
  return payloads;
}

template <class Work>
double per_second(const std::vector<std::string>& payloads, Work work) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kTime{2};
  std::size_t done = 0;
  const auto start = Clock::now();
  while (Clock::now() - start < kTime) {
    for (const auto& payload : payloads) done += work(payload) ? 1U : 0U;
  }
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main() {
  const auto payloads = recorded_payloads();
  parse::LifecycleDecoder decoder;
  const auto decode = per_second(payloads, [&](const std::string& payload) { return decoder.decode(payload).ok(); });
  std::size_t bytes = 0;
  const auto text = per_second(payloads, [&](const std::string& payload) {
    const auto event = decoder.decode(payload);
    if (!event || event->identity.empty()) return false;
    bytes += view::lifecycle_text(*event).size();
    return true;
  });
  fmt::print("{{\"decode_per_second\":{:.0f},\"text_per_second\":{:.0f},\"bytes\":{}}}\n", decode, text, bytes);
}
