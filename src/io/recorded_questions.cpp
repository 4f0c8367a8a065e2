#include "io/recorded_questions.hpp"

#include <fmt/format.h>

#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "parse/redaction.hpp"

namespace fleetwatch::io::recorded {

namespace {

constexpr std::size_t kQuestionColumns = 1000;

// Requests end with line ends and may carry a token: what is asked is compared without both.
std::string plain(std::string_view request) {
  std::vector<std::string> parts;
  for (const auto line : lines(request)) {
    if (!trim(line).empty()) parts.push_back(parse::Redactor().text(trim(line)));
  }
  return join(parts, " ");
}

std::string in_one_line(std::string_view question) { return cut_to_width(terminal_safe(question), kQuestionColumns); }

std::string_view word_of(outside::DnsType type) {
  switch (type) {
    case outside::DnsType::a:
      return "A";
    case outside::DnsType::ns:
      return "NS";
    case outside::DnsType::soa:
      return "SOA";
  }
  return "?";
}

}  // namespace

std::string question(std::string_view first_word, std::string_view about) {
  return in_one_line(fmt::format("{} {}", first_word, about));
}

std::string question(const outside::HttpRequest& request) {
  const auto body = plain(request.body);
  return in_one_line(fmt::format("{} {} {} {}{}{}", kHttp, request.method, request.port, plain(request.target),
                                 body.empty() ? "" : " ", body));
}

std::string question(const outside::TcpQuestion& request) {
  return in_one_line(fmt::format("{} {}:{} {}", kTcp, request.address, request.port, plain(request.request)));
}

std::string question(std::string_view name, outside::DnsType type) {
  return in_one_line(fmt::format("{} {} {}", kDns, word_of(type), name));
}

std::string question(std::uint16_t port, std::string_view server_name) {
  return in_one_line(fmt::format("{} {} {}", kTls, port, server_name));
}

std::string question(const outside::JournalQuery& query, std::int64_t now_unix_ms) {
  constexpr std::int64_t kMsPerSecond = 1000;
  constexpr std::int64_t kMinuteSeconds = 60;
  const auto window_sec = now_unix_ms / kMsPerSecond - query.since_unix_sec;
  return in_one_line(fmt::format("{} {} {} min", kJournal, query.unit.empty() ? "kernel" : query.unit,
                                 (window_sec + kMinuteSeconds / 2) / kMinuteSeconds));
}

std::string_view first_word(std::string_view question) { return question.substr(0, question.find(' ')); }

}  // namespace fleetwatch::io::recorded
