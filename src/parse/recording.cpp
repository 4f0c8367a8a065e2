#include "parse/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kFormat = "fleetwatch.recording/1";
constexpr std::size_t kInlineBytes = 400;
constexpr std::size_t kNameBytes = 200;

constexpr std::array<std::pair<std::string_view, ErrorKind>, 7> kKinds = {{
    {"timeout", ErrorKind::timeout},
    {"denied", ErrorKind::denied},
    {"unavailable", ErrorKind::unavailable},
    {"malformed", ErrorKind::malformed},
    {"crashed", ErrorKind::crashed},
    {"not_found", ErrorKind::not_found},
    {"too_large", ErrorKind::too_large},
}};

std::string_view word_of(ErrorKind kind) {
  const auto* const found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& row) { return row.second == kind; });
  return found == kKinds.end() ? "unavailable" : found->first;
}

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

Result<void> read_error(const Json& json, std::optional<Error>& error) {
  const auto word = json.at("kind").text();
  const auto* const found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& row) { return word && row.first == *word; });
  if (found == kKinds.end()) {
    std::vector<std::string> known;
    known.reserve(std::size(kKinds));
    for (const auto& row : kKinds) known.emplace_back(row.first);
    return malformed("\"kind\" of the error is none of " + join(known, ", "));
  }
  error = Error{found->second, json.at("what").text().value_or(std::string(found->first)),
                json.at("where").text().value_or("")};
  return {};
}

}  // namespace

Result<RecordingHeader> recording_header(std::string_view bytes) {
  JsonReader reader;
  const auto json = reader.read_object(bytes);
  if (!json) return json.error();
  const auto format = json->at("format").text();
  if (format != kFormat) return malformed(fmt::format("\"format\" is not \"{}\"", kFormat));
  const auto unix_ms = json->at("unix_ms").integer();
  constexpr std::int64_t kYear9999 = 253'402'300'799'000;
  if (!unix_ms || *unix_ms < 0 || *unix_ms > kYear9999) return malformed("\"unix_ms\" is no time in milliseconds");
  RecordingHeader header;
  header.unix_ms = *unix_ms;
  header.collector_version = json->at("collector_version").text().value_or("");
  header.internet_target = json->at("internet_target").text().value_or("none");
  return header;
}

std::string to_text(const RecordingHeader& header) {
  return fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"unix_ms\": {},\n  \"collector_version\": {},\n  \"internet_target\": {}\n}}\n",
      kFormat, header.unix_ms, json_text(header.collector_version), json_text(header.internet_target));
}

Result<RecordedLine> recorded_line(JsonReader& reader, std::string_view line) {
  const auto json = reader.read_object(line);
  if (!json) return json.error();
  RecordedLine recorded;
  const auto question = json->at("ask").text();
  if (!question || question->empty()) return malformed("no \"ask\"");
  recorded.question = *question;
  recorded.answer = json->at("answer");
  const auto error = json->at("error");
  if (error.exists() == recorded.answer.exists()) return malformed("neither or both of \"answer\" and \"error\"");
  if (error.exists()) {
    const auto known = read_error(error, recorded.error);
    if (!known) return known.error();
  }
  return recorded;
}

bool is_left_out(std::string_view line) {
  line = trim(line);
  return line.empty() || line.front() == '#';
}

std::string answer_line(std::string_view question, std::string_view answer) {
  return fmt::format("{{\"ask\":{},\"answer\":{}}}\n", json_text(question), answer);
}

std::string error_line(std::string_view question, const Error& error) {
  const auto where = error.where.empty() ? std::string() : ",\"where\":" + json_text(error.where);
  return fmt::format("{{\"ask\":{},\"error\":{{\"kind\":\"{}\",\"what\":{}{}}}}}\n", json_text(question),
                     word_of(error.kind), json_text(error.what), where);
}

std::string json_text(std::string_view utf8) {
  std::string out = "\"";
  for (const char c : utf8) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool is_inline_text(std::string_view text) {
  const auto line_end = text.find('\n');
  const bool one_line = line_end == std::string_view::npos || line_end + 1 == text.size();
  return text.size() <= kInlineBytes && one_line && simdjson::validate_utf8(text.data(), text.size());
}

bool is_text_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '@' || c == '-';
  };
  return !name.empty() && name.size() <= kNameBytes && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace fleetwatch::parse
