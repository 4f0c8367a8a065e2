#include <algorithm>

#include "base/secrets.hpp"

namespace fleetwatch {

namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

// Behind "BEGIN " or "END "; empty when it is no title.
std::string_view title_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongestTitle = 64;
  const auto title = text.substr(at, kLongestTitle);
  const auto length = title.find(kDashes);
  return length == std::string_view::npos ? std::string_view() : title.substr(0, length);
}

bool is_private(std::string_view title) { return title.find("PRIVATE") != std::string_view::npos; }

bool is_base64(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '=';
}

// Where the lines of a key begin that end at `end`: a word of base64 as the last one of each line, behind whatever a
// logger writes before it. Only the last line of a key may be short.
std::size_t begin_of_body(std::string_view text, std::size_t first, std::size_t end) {
  constexpr std::size_t kShortestLine = 16;
  std::size_t begin = end;
  std::size_t line_end = end;
  std::size_t shortest = 1;
  while (true) {
    while (line_end > first && (text[line_end - 1] == '\n' || text[line_end - 1] == '\r')) --line_end;
    std::size_t word = line_end;
    while (word > first && is_base64(text[word - 1])) --word;
    if (line_end - word < shortest) return begin;
    begin = word;
    shortest = kShortestLine;
    const auto line = text.substr(first, word - first).rfind('\n');
    if (line == std::string_view::npos) return begin;
    line_end = first + line;
  }
}

}  // namespace

std::vector<Secret> find_private_keys(std::string_view text) {
  std::vector<Secret> found;
  const auto add = [&](std::size_t begin, std::size_t end) {
    if (begin < end && text.substr(begin, end - begin) != kRedacted) found.push_back({begin, end});
  };
  constexpr auto kNone = std::string_view::npos;
  std::size_t body = kNone;  // of the key whose last line is still to come
  std::size_t last_mark = 0;
  std::size_t mark = text.find(kDashes);
  for (; mark != kNone; mark = text.find(kDashes, mark)) {
    const auto rest = text.substr(mark);
    if (rest.starts_with(kEnd)) {
      if (body != kNone) {
        add(body, mark);
      } else if (is_private(title_at(text, mark + kEnd.size()))) {  // the beginning was cut off
        add(begin_of_body(text, last_mark, mark), mark);
      }
      body = kNone;
      mark += kEnd.size();
      last_mark = mark;
    } else if (rest.starts_with(kBegin) && body == kNone) {
      const auto title = title_at(text, mark + kBegin.size());
      mark += kBegin.size() + title.size();
      if (is_private(title)) body = mark + kDashes.size();
      last_mark = mark;
    } else {
      ++mark;
    }
  }
  if (body != kNone) add(body, text.size());
  return found;
}

}  // namespace fleetwatch
