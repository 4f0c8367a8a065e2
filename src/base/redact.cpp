#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "base/text.hpp"

namespace fleetwatch {

namespace {

constexpr std::size_t kKeyCharacters = 44;  // 32 bytes as base64, the last one "="
constexpr std::size_t kShownOfKey = 8;
constexpr std::size_t kRandomPiece = 24;  // letters and digits; words, versions and the pieces of a UUID are shorter
constexpr std::size_t kLongestName = 64;  // of a secret, so that one name is looked at once

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool in_word(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+' || c == '/'; }

// What is read at one place: so many bytes of the text stand for `shown`.
struct Match {
  std::size_t bytes = 0;
  std::string shown;
};
using Found = std::optional<Match>;

template <class Belongs>
std::size_t run_length(std::string_view text, Belongs&& belongs) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
}

template <std::size_t N, class Test>
bool any_of(const std::array<std::string_view, N>& words, Test&& test) {
  return std::any_of(words.begin(), words.end(), test);
}

// Letters and digits of a name in lower case: "DB_PASSWORD", "apiKey" and "--access-key" are compared alike.
std::string plain_name(std::string_view name) {
  std::string plain = lower(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == '+' || c == '/'; });
  return plain;
}

}  // namespace

bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> kAnywhere = {
      "password", "passwd", "passphrase", "secret", "apikey", "privatekey", "credential", "presharedkey", "accesskey"};
  constexpr std::array<std::string_view, 8> kAtTheEnd = {"token", "authorization", "cookie",  "pwd",
                                                         "psk",   "sharedkey",     "signkey", "encryptionkey"};
  if (name.size() > kLongestName) return false;
  const auto plain = plain_name(name);
  return any_of(kAnywhere, [&](auto word) { return plain.find(word) != std::string::npos; }) ||
         any_of(kAtTheEnd, [&](auto word) { return plain.ends_with(word); });
}

bool has_token_prefix(std::string_view word) {
  constexpr std::array<std::string_view, 18> kPrefixes = {
      "ghp_",  "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",    "xoxb-", "xoxp-",
      "xoxa-", "sk-",  "AKIA", "ASIA", "eyJ",  "AIza",        "dckr_pat_", "npm_",  "hvs."};
  constexpr std::size_t kShortestToken = 16;
  return word.size() >= kShortestToken && any_of(kPrefixes, [&](auto prefix) { return word.starts_with(prefix); });
}

namespace {

// How long the value at the begin of `text` is, quotes not counted; `quote` tells with which it begins.
std::size_t value_length(std::string_view text, std::string_view quote) {
  if (!quote.empty()) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text.substr(at).starts_with(quote)) return at;
      if (text[at] == '\\') ++at;
    }
    return text.size();
  }
  constexpr std::string_view kEnds = " \t\r\n,;&\"'`)}<>|\\";
  return std::min(text.find_first_of(kEnds), text.size());
}

std::string_view opening_quote(std::string_view text) {
  constexpr std::array<std::string_view, 4> kQuotes = {"\\\"", "\"", "'", "`"};
  for (const auto quote : kQuotes) {
    if (text.starts_with(quote)) return quote;
  }
  return {};
}

bool is_scheme(std::string_view word) {
  constexpr std::array<std::string_view, 4> kSchemes = {"bearer", "basic", "digest", "token"};
  return any_of(kSchemes, [&](auto scheme) { return lower(word) == scheme; });
}

// The value that follows `lead` bytes of name and sign.
Found hidden_value(std::string_view text, std::size_t lead) {
  const auto quote = opening_quote(text.substr(lead));
  lead += quote.size();
  auto value = text.substr(lead);
  if (value.starts_with(kRedacted))
    return Match{lead + kRedacted.size(), std::string(text.substr(0, lead)) + std::string(kRedacted)};
  std::size_t length = value_length(value, quote);
  if (is_scheme(value.substr(0, length)) && length < value.size() && is_blank(value[length])) {
    ++length;
    length += value_length(value.substr(length), {});
  }
  if (length == 0) return std::nullopt;
  return Match{lead + length, std::string(text.substr(0, lead)) + std::string(kRedacted)};
}

// name=value, "name": "value", \"name\":\"value\", --name value
Found named_secret(std::string_view text, std::string_view name) {
  if (!names_a_secret(name)) return std::nullopt;
  std::size_t at = name.size();
  at += opening_quote(text.substr(at)).size();
  const bool is_flag = name.starts_with("--") && at < text.size() && is_blank(text[at]);
  at += run_length(text.substr(at), is_blank);
  if (at < text.size() && (text[at] == '=' || text[at] == ':')) {
    ++at;
    at += run_length(text.substr(at), is_blank);
    return hidden_value(text, at);
  }
  return is_flag ? hidden_value(text, at) : std::nullopt;
}

// "Bearer abc": the scheme stays.
Found after_scheme(std::string_view text, std::string_view word) {
  const auto plain = lower(word);
  if (plain != "bearer" && plain != "basic") return std::nullopt;
  const auto blanks = run_length(text.substr(word.size()), is_blank);
  if (blanks == 0) return std::nullopt;
  const auto lead = word.size() + blanks;
  constexpr std::size_t kShortestCredential = 8;  // "basic auth" is no credential
  if (value_length(text.substr(lead), {}) < kShortestCredential) return std::nullopt;
  return hidden_value(text, lead);
}

// scheme://user:password@host: all before the @.
Found url_credential(std::string_view text, std::string_view scheme) {
  constexpr std::string_view kSign = "://";
  if (!text.substr(scheme.size()).starts_with(kSign)) return std::nullopt;
  const auto lead = scheme.size() + kSign.size();
  const auto authority = text.substr(lead, text.find_first_of("/?# \t\r\n\"'`<>\\", lead) - lead);
  const auto sign = authority.rfind('@');
  if (sign == std::string_view::npos) return std::nullopt;
  return Match{lead + sign, std::string(text.substr(0, lead)) + std::string(kRedacted)};
}

Found private_key(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  constexpr std::string_view kDashes = "-----";
  if (!text.starts_with(kBegin)) return std::nullopt;
  const auto label_end = text.find(kDashes, kBegin.size());
  constexpr std::size_t kLongestLabel = 64;
  if (label_end > kBegin.size() + kLongestLabel) return std::nullopt;  // also when there is none
  const auto label = text.substr(0, label_end);
  if (label.find("PRIVATE KEY") == std::string_view::npos || label.find('\n') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto end = text.find(kEnd, label_end);
  const auto last = end == std::string_view::npos ? end : text.find(kDashes, end + kEnd.size());
  return Match{last == std::string_view::npos ? text.size() : last + kDashes.size(), std::string(kRedacted)};
}

bool looks_random(std::string_view word) {
  constexpr std::ptrdiff_t kDigits = 3;
  while (!word.empty()) {
    const auto length = run_length(word, [](char c) { return is_letter(c) || is_digit(c); });
    const auto piece = word.substr(0, length);
    const auto digits = std::count_if(piece.begin(), piece.end(), is_digit);
    if (length >= kRandomPiece && digits >= kDigits && static_cast<std::size_t>(digits) < length) return true;
    word.remove_prefix(std::min(length + 1, word.size()));
  }
  return false;
}

bool is_key(std::string_view word) {
  return word.size() == kKeyCharacters && word.ends_with('=') && word.find_first_of("_-=") == kKeyCharacters - 1;
}

// A word that is a token by itself. `word` has its "=" at the end, and for tokens in parts its dots.
Found bare_token(std::string_view text, std::string_view word) {
  const auto dotted = run_length(text, [](char c) { return in_word(c) || c == '.'; });
  if (has_token_prefix(text.substr(0, dotted))) return Match{dotted, std::string(kRedacted)};
  if (is_key(word)) return Match{word.size(), std::string(word.substr(0, kShownOfKey)) + "..."};
  // As the subject of an alert's key, behind a host: "198.18.7.1/KEY=".
  if (word.size() > kKeyCharacters && word[word.size() - kKeyCharacters - 1] == '/') {
    const auto front = word.substr(0, word.size() - kKeyCharacters);
    const auto key = word.substr(front.size());
    if (is_key(key) && !looks_random(front)) {
      return Match{word.size(), std::string(front) + std::string(key.substr(0, kShownOfKey)) + "..."};
    }
  }
  if (looks_random(word)) return Match{word.size(), std::string(kRedacted)};
  return std::nullopt;
}

Found match_word(std::string_view text) {
  const auto name = text.substr(0, run_length(text, in_word));
  const auto word = text.substr(0, name.size() + run_length(text.substr(name.size()), [](char c) { return c == '='; }));
  if (auto found = private_key(text)) return found;
  if (auto found = named_secret(text, name)) return found;
  if (auto found = after_scheme(text, name)) return found;
  if (auto found = url_credential(text, name)) return found;
  return bare_token(text, word);
}

}  // namespace

std::string redact(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto word = run_length(text, in_word);
    if (word == 0) {
      const auto gap = run_length(text, [](char c) { return !in_word(c); });
      shown += text.substr(0, gap);
      text.remove_prefix(gap);
      continue;
    }
    if (const auto found = match_word(text)) {
      shown += found->shown;
      text.remove_prefix(found->bytes);
      continue;
    }
    shown += text.substr(0, word);
    text.remove_prefix(word);
  }
  return shown;
}

}  // namespace fleetwatch
