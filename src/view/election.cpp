#include "view/election.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/go_duration.hpp"
#include "base/rfc3339.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::uint64_t kMuchLag = 100;
// Beyond the slowest renewal in use (0.75 × TTL): time for one write to be answered.
constexpr std::int64_t kAnswerMs = 1'000;

std::vector<std::string> hosts_of(const model::ElectionBucket& bucket) {
  std::vector<std::string> hosts;
  hosts.reserve(bucket.others.size() + 1);
  if (!bucket.leader.empty()) hosts.push_back(bucket.leader);
  for (const auto& replica : bucket.others) hosts.push_back(replica.name);
  return hosts;
}

// Without the domain that all have in common, as the reference cuts it: labels are compared by their place from the
// left, the first one always stays.
std::vector<std::string> without_common_domain(std::vector<std::string> hosts) {
  if (hosts.empty()) return hosts;
  std::vector<std::vector<std::string_view>> labels;
  labels.reserve(hosts.size());
  for (const auto& host : hosts) labels.push_back(split(host, '.'));
  const auto shortest = std::min_element(labels.begin(), labels.end(), [](const auto& a, const auto& b) {
                          return a.size() < b.size();
                        })->size();
  std::string common;
  for (auto at = shortest - 1; at > 0; --at) {
    const auto& label = labels.front()[at];
    if (!std::all_of(labels.begin(), labels.end(), [&](const auto& one) { return one[at] == label; })) break;
    common.insert(0, fmt::format(".{}", label));
  }
  for (auto& host : hosts) {
    if (host.ends_with(common)) host.resize(host.size() - common.size());
  }
  return hosts;
}

std::string replicas_text(const model::ElectionBucket& bucket) {
  auto hosts = without_common_domain(hosts_of(bucket));
  if (bucket.replicas <= 1 || hosts.empty()) return std::to_string(bucket.replicas);
  if (!bucket.leader.empty()) hosts.front() += "*";
  return terminal_safe(fmt::format("{} on hosts {}", bucket.replicas, join(hosts, ", ")));
}

// "21 Nov 26 09:03 +0000", in the zone that the server wrote.
std::string created_text(const std::string& rfc3339) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (rfc3339.size() < 20) return terminal_safe(rfc3339);
  const std::string_view text = rfc3339;
  const auto month = to_number<std::size_t>(text.substr(5, 2)).value_or(0);
  if (month < 1 || month > kMonths.size()) return terminal_safe(rfc3339);
  std::string zone = "+0000";
  if (const auto sign = text.find_first_of("+-", 19); sign != std::string_view::npos && text.size() == sign + 6) {
    zone = std::string(text.substr(sign, 3)) + std::string(text.substr(sign + 4));
  }
  return terminal_safe(fmt::format("{} {} {} {} {}", text.substr(8, 2), kMonths[month - 1], text.substr(2, 2),
                                   text.substr(11, 5), zone));
}

std::string storage_text(const std::string& storage) {
  if (storage == "file") return "File";
  return storage == "memory" ? "Memory" : terminal_safe(storage);
}

std::string line_of(std::string_view text, std::size_t times) {
  std::string line;
  for (std::size_t i = 0; i < times; ++i) line += text;
  return line;
}

struct Widths {
  std::size_t election;
  std::size_t leader;
  std::size_t inner() const { return election + leader + 5; }
};

std::string rule(const Widths& widths, std::string_view left, std::string_view middle, std::string_view right) {
  return fmt::format("{}{}{}{}{}\n", left, line_of("─", widths.election + 2), middle, line_of("─", widths.leader + 2),
                     right);
}

std::string filled(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
}

std::string row_text(const Widths& widths, const std::string& election, const std::string& leader) {
  return fmt::format("│ {} │ {} │\n", filled(election, widths.election), filled(leader, widths.leader));
}

std::string title_text(const Widths& widths) {
  constexpr std::string_view kTitle = "Active Elections";
  const auto left = (widths.inner() - kTitle.size()) / 2;
  return fmt::format("│{}{}{}│\n", std::string(left, ' '), kTitle,
                     std::string(widths.inner() - kTitle.size() - left, ' '));
}

std::string time_left_text(const model::ElectionRow& row) {
  if (!row.time_left_ms) return "--";
  return (row.state == "held" ? "" : "free in ") + seconds_text(*row.time_left_ms);
}

Table::Row unreadable_list_row(const model::ElectionRow& row) {
  const auto muted = Span("--", Style::muted);
  return {{Span(row.bucket)},
          {row.election.empty() ? muted : Span(row.election)},
          {Span("unreadable: " + row.problem.value_or(""), Style::bad)},
          {muted},
          {muted},
          {muted},
          {muted}};
}

Table::Row list_row(const model::ElectionRow& row) {
  if (row.problem) return unreadable_list_row(row);
  const bool held = row.state == "held";
  const auto muted = Span("--", Style::muted);
  Table::Cell renewing = {muted};
  if (row.renewing) renewing = {*row.renewing ? Span("yes", Style::good) : Span("no", Style::bad)};
  return {{Span(row.bucket)},
          {Span(row.election)},
          {held ? Span(row.leader.value_or("")) : Span(row.state, Style::warn)},
          {row.age_ms ? Span(seconds_text(*row.age_ms)) : muted},
          {Span(time_left_text(row))},
          {Span(std::to_string(row.revision))},
          std::move(renewing)};
}

Span change_text(const model::ElectionChange& change) {
  const auto leader = change.leader.value_or("");
  const auto after = change.previous ? ", after " + *change.previous : std::string();
  const auto previous = change.previous.value_or("the leader");
  const auto ago = seconds_text(change.age_ms.value_or(0));
  const auto left = change.time_left_ms ? seconds_text(*change.time_left_ms) : "--";
  if (change.change == "leads") return Span(fmt::format("{} leads, renewed {} ago", leader, ago), Style::good);
  if (change.change == "won") return Span(fmt::format("{} leads{}", leader, after), Style::good);
  if (change.change == "overwritten") {
    return Span(fmt::format("{} was written into the key by a program that is no candidate{}: nobody may lead, {} left",
                            leader, after, left),
                Style::bad);
  }
  if (change.change == "again") return Span(fmt::format("{} leads again", leader), Style::good);
  if (change.change == "renews") return Span(fmt::format("{} renews again", leader), Style::good);
  if (change.change == "released") return Span(fmt::format("{} gave it back: nobody leads", previous), Style::warn);
  if (change.change == "expired") return Span(fmt::format("{} did not renew: nobody leads", previous), Style::bad);
  if (change.change == "evicted") return Span(fmt::format("{} was evicted: nobody leads", previous), Style::warn);
  const auto usual = change.usual_interval_ms
                         ? fmt::format(" (usually every {})", seconds_text(*change.usual_interval_ms))
                         : std::string();
  return Span(fmt::format("{} does not renew: {} since the last time{}, {} left", leader, ago, usual, left),
              Style::bad);
}

}  // namespace

std::vector<std::string> election_warnings(const model::ElectionBucket& bucket) {
  std::vector<std::string> warnings;
  const auto age = go_duration(bucket.ttl_ns);
  if (bucket.history != 1) {
    warnings.push_back(bucket.name + " is not a valid election bucket, historic entries are retained");
  }
  if (bucket.ttl_ns < 5 * kSecondNs) {
    warnings.push_back(fmt::format("{} is not a valid election bucket, maximum age {} is too low", bucket.name, age));
  } else if (bucket.ttl_ns > 3600 * kSecondNs) {
    warnings.push_back(fmt::format("{} is not a valid election bucket, maximum age {} is too high", bucket.name, age));
  } else if (bucket.ttl_ns > 60 * kSecondNs) {
    warnings.push_back(
        fmt::format("{} has a very high maximum age of {}, recovery time will be slow", bucket.name, age));
  }
  if (bucket.clustered && bucket.leader.empty()) {
    warnings.push_back(bucket.name + " has no cluster leader: nobody can win or keep an election");
  }
  for (const auto& replica : bucket.others) {
    if (replica.offline) {
      warnings.push_back(fmt::format("the replica of {} on {} is offline", bucket.name, replica.name));
    } else if (!replica.current || replica.lag > kMuchLag) {
      warnings.push_back(fmt::format("the replica of {} on {} is not current, it lags by {} messages", bucket.name,
                                     replica.name, replica.lag));
    }
  }
  return warnings;
}

std::string election_bucket_text(const model::ElectionBucket& bucket) {
  std::string text;
  for (const auto& warning : election_warnings(bucket)) text += "WARNING: " + terminal_safe(warning) + "\n\n";
  text += "Election bucket information for " + terminal_safe(bucket.name) + "\n\n";
  text += "       Created: " + created_text(bucket.created) + "\n";
  text += "       Storage: " + storage_text(bucket.storage) + "\n";
  text += "  Maximum Time: " + go_duration(bucket.ttl_ns) + "\n";
  text += "      Replicas: " + replicas_text(bucket) + "\n";
  text += "     Elections: " + std::to_string(bucket.messages) + "\n";
  return text;
}

std::string election_table_text(const model::ElectionBucket& bucket, const std::vector<model::ElectionKey>& keys) {
  if (bucket.messages == 0) return {};
  struct Row {
    std::string election;
    std::string leader;
  };
  std::vector<Row> rows;
  const std::string election_title = "Election";
  const std::string leader_title = "Leader";
  Widths widths{election_title.size(), leader_title.size()};
  for (const auto& key : keys) {
    if (key.marker) continue;
    rows.push_back({terminal_safe(key.name), terminal_safe(key.holder)});
    widths.election = std::max(widths.election, display_width(rows.back().election));
    widths.leader = std::max(widths.leader, display_width(rows.back().leader));
  }
  std::string text = "\n╭" + line_of("─", widths.inner()) + "╮\n" + title_text(widths);
  text += rule(widths, "├", "┬", "┤") + row_text(widths, election_title, leader_title) + rule(widths, "├", "┼", "┤");
  for (const auto& row : rows) text += row_text(widths, row.election, row.leader);
  return text + rule(widths, "╰", "┴", "╯") + "\n";
}

model::ElectionRow election_row(const model::ElectionBucket& bucket, const model::ElectionKey& key,
                                std::int64_t now_unix_ms) {
  model::ElectionRow row;
  row.bucket = bucket.name;
  row.election = key.name;
  row.state = key.marker ? "evicted" : "held";
  if (!key.marker) {
    row.leader = key.holder;
    row.foreign = key.foreign;
  }
  row.revision = key.revision;
  if (!key.written_unix_ms) return row;
  const auto ttl_ms = bucket.ttl_ns / kMillisecondNs;
  row.age_ms = std::max<std::int64_t>(0, now_unix_ms - *key.written_unix_ms);
  if (ttl_ms > 0) row.time_left_ms = std::max<std::int64_t>(0, ttl_ms - *row.age_ms);
  if (!key.marker && ttl_ms > 0) row.renewing = *row.age_ms <= ttl_ms / 4 * 3 + kAnswerMs;
  return row;
}

model::ElectionRow unreadable_row(std::string bucket, std::string election, std::string problem) {
  model::ElectionRow row;
  row.bucket = std::move(bucket);
  row.election = std::move(election);
  row.state = "unreadable";
  row.problem = std::move(problem);
  return row;
}

model::ElectionInfo election_info(const model::ElectionBucket& bucket, const std::vector<model::ElectionKey>& keys,
                                  std::int64_t now_unix_ms) {
  model::ElectionInfo info;
  info.bucket = bucket.name;
  info.created = bucket.created;
  info.storage = bucket.storage;
  info.ttl_ms = bucket.ttl_ns / kMillisecondNs;
  info.history = bucket.history;
  info.replicas = bucket.replicas;
  if (!bucket.leader.empty()) info.stream_leader = bucket.leader;
  for (const auto& replica : bucket.others) info.stream_followers.push_back(replica.name);
  info.messages = bucket.messages;
  info.warnings = election_warnings(bucket);
  for (const auto& key : keys) info.elections.push_back(election_row(bucket, key, now_unix_ms));
  return info;
}

Document election_change(const model::ElectionChange& change) {
  Document document;
  document.add({Span(rfc3339_with_ms(change.time_unix_ms), Style::muted), Span("  " + change.election + "  "),
                change_text(change)});
  return document;
}

Document election_list(const std::vector<model::ElectionRow>& rows, std::size_t width) {
  Document document;
  if (rows.empty()) {
    document.add({Span("no election has a leader", Style::muted)});
    return document;
  }
  Table table({{"BUCKET", 6},
               {"ELECTION", 8},
               {"LEADER", 6},
               {"AGE", 5, Align::right},
               {"LEFT", 5, Align::right},
               {"REVISION", 8, Align::right},
               {"RENEWING", 8}});
  for (const auto& row : rows) table.add(list_row(row));
  for (auto& line : table.layout(width)) document.add(std::move(line));
  return document;
}

}  // namespace fleetwatch::view
