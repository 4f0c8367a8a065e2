#include "service/aging.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace fleetwatch::service {

using outside::Answer;

namespace {

constexpr milliseconds kMinimumAge{10'000};
constexpr std::size_t kMostAnswers = 64;
constexpr std::size_t kMostJournals = 8;  // each up to limits::kJournalBytes

struct HttpRow {
  std::string_view method;
  std::uint16_t port;
  std::string_view target_prefix;
  milliseconds minimum_age;
  std::string_view name;
};

constexpr std::array<HttpRow, 2> kHttpRows = {{
    {"POST", 5001, "/db/query?level=strong", kMinimumAge, "rqlite.strong_read"},
    {"GET", 9094, "/peers", kMinimumAge, "ipfs.cluster_peers"},
}};

const HttpRow* row_of(const outside::HttpRequest& request) {
  const auto fits = [&](const HttpRow& row) {
    return row.method == request.method && row.port == request.port && request.target.starts_with(row.target_prefix);
  };
  const auto* const found = std::find_if(kHttpRows.begin(), kHttpRows.end(), fits);
  return found == kHttpRows.end() ? nullptr : found;
}

// The start of the window moves with every question, by seconds; its length, in minutes, does not.
std::string journal_key(const outside::JournalQuery& query, std::int64_t now_unix_ms) {
  constexpr std::int64_t kMsPerSecond = 1000;
  constexpr std::int64_t kMinuteSeconds = 60;
  const auto window_sec = now_unix_ms / kMsPerSecond - query.since_unix_sec;
  return fmt::format("{} {}", (window_sec + kMinuteSeconds / 2) / kMinuteSeconds, query.unit);
}

}  // namespace

AgingHttp::AgingHttp(outside::Http& real, const Clock& clock, Ages& ages)
    : real_(real), remembered_(clock, ages, kMostAnswers) {}

Answer<outside::HttpResponse> AgingHttp::ask(outside::HttpRequest request, Deadline deadline) {
  const auto* row = row_of(request);
  if (row == nullptr) return real_.ask(std::move(request), deadline);
  auto key = fmt::format("{} {} {}\n{}", request.method, request.port, request.target, request.body);
  auto kept = remembered_.reuse(key, row->minimum_age, std::string(row->name));
  if (kept) return remembered_.at_once(std::move(*kept));
  return remembered_.keep(std::move(key), real_.ask(std::move(request), deadline));
}

AgingTls::AgingTls(outside::Tls& real, const Clock& clock, Ages& ages)
    : real_(real), remembered_(clock, ages, kMostAnswers) {}

Answer<outside::Certificate> AgingTls::certificate(std::uint16_t port, std::string server_name, Deadline deadline) {
  auto key = fmt::format("{} {}", port, server_name);
  auto kept = remembered_.reuse(key, kMinimumAge, "dns.tls");
  if (kept) return remembered_.at_once(std::move(*kept));
  return remembered_.keep(std::move(key), real_.certificate(port, std::move(server_name), deadline));
}

AgingEcho::AgingEcho(outside::Echo& real, const Clock& clock, Ages& ages)
    : real_(real), remembered_(clock, ages, kMostAnswers) {}

Answer<bool> AgingEcho::reachable(std::string ipv4_address, Deadline deadline) {
  auto kept = remembered_.reuse(ipv4_address, kMinimumAge, "network.internet");
  if (kept) return remembered_.at_once(std::move(*kept));
  return remembered_.keep(ipv4_address, real_.reachable(ipv4_address, deadline));
}

AgingJournal::AgingJournal(outside::Journal& real, const Clock& clock, Ages& ages)
    : real_(real), clock_(clock), remembered_(clock, ages, kMostJournals) {}

Answer<std::vector<std::string>> AgingJournal::messages(outside::JournalQuery query, Deadline deadline) {
  auto key = journal_key(query, clock_.unix_ms());
  const auto name = fmt::format("journal.{}", query.unit.empty() ? "kernel" : query.unit);
  auto kept = remembered_.reuse(key, kMinimumAge, name);
  if (kept) return remembered_.at_once(std::move(*kept));
  return remembered_.keep(std::move(key), real_.messages(std::move(query), deadline));
}

AgingMachine::AgingMachine(outside::Machine& real)
    : http_(real.http, real.clock, ages_),
      tls_(real.tls, real.clock, ages_),
      echo_(real.echo, real.clock, ages_),
      journal_(real.journal, real.clock, ages_),
      machine_{real.clock, real.kernel_files, real.disk, real.units, journal_, real.sockets, real.links, real.wireguard,
               http_,      real.tcp,          real.dns,  tls_,       echo_,    real.firewall} {}

}  // namespace fleetwatch::service
