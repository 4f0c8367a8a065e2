// The format of a recorded machine, fleetwatch.recording/1: a folder of
//   recording.json   {"format":"fleetwatch.recording/1","unix_ms":…,"collector_version":"…","internet_target":"…"}
//   answers.jsonl    one question and its answer or error per line, in any order; blank lines and lines that begin
//                    with # are left out:
//                      {"ask":"kernel.read /proc/loadavg","answer":"0.10 0.20 0.30 1/200 4711\n"}
//                      {"ask":"http GET 4001 /health","error":{"kind":"timeout","what":"no answer before the
//                      deadline"}}
//   texts/NAME       a text that does not go well into a line, as it is. It stands in an answer as {"file":"NAME"}; a
//                    list of texts, one per line, as {"lines":"NAME"}.
// Here: header and lines as bytes. What the answers to each question look like: io/recorded_fields.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

struct RecordingHeader {
  std::int64_t unix_ms = 0;       // the clock of the machine at the start
  std::string collector_version;  // of the program that recorded
  std::string internet_target;    // IPv4 address that the echo was asked of, or "none"
};

// Errors: malformed.
Result<RecordingHeader> recording_header(std::string_view bytes);
std::string to_text(const RecordingHeader& header);  // ends with a line end

struct RecordedLine {
  std::string question;
  std::optional<Error> error;
  Json answer;  // of the reader; nothing with an error
};

// Errors: malformed.
Result<RecordedLine> recorded_line(JsonReader& reader, std::string_view line);
bool is_left_out(std::string_view line);  // blank, or begins with #

// One whole line each, with its end; `answer` is JSON.
std::string answer_line(std::string_view question, std::string_view answer);
std::string error_line(std::string_view question, const Error& error);

// `utf8` as JSON text with its quotes.
std::string json_text(std::string_view utf8);

// Fits into a line, and reads well there: short, valid UTF-8, no line end but the last.
bool is_inline_text(std::string_view text);

// Only of letters, digits and ._@- and not hidden: a name that leads out of no folder.
bool is_text_name(std::string_view name);

}  // namespace fleetwatch::parse
