#include "parse/redaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/redact.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

using namespace std::string_view_literals;

constexpr auto kLineEnds = "\n\r\0"sv;

constexpr std::array kWordsOfSettings = {"key"sv, "auth"sv, "dsn"sv, "pin"sv, "seed"sv};  // NAME=value only
constexpr std::array kWords = {"pass"sv, "unseal"sv, "mnemonic"sv, "privkey"sv, "psk"sv, "pwd"sv};
constexpr std::size_t kLeastCredentialCharacters = 8;  // behind Bearer or Basic
constexpr std::size_t kMostCountDigits = 4;            // a number this short is a count ("token_limit": 100), no secret

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/'; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_quote(char c) { return c == '"' || c == '\''; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_line_end(char c) { return kLineEnds.find(c) != std::string_view::npos; }

// Beyond what is a secret everywhere: whole words, in settings also those that elsewhere name harmless things.
bool is_secret_name(std::string_view name, char separator) {
  if (names_a_secret(name)) return true;
  const std::string small = lower(name);
  if (small.find("public") != std::string::npos) return false;
  std::string word;
  const auto is_word = [&](std::string_view secret) { return word == secret; };
  for (std::size_t i = 0; i <= small.size(); ++i) {
    if (i < small.size() && is_alnum(small[i])) {
      word += small[i];
      continue;
    }
    if (std::any_of(kWords.begin(), kWords.end(), is_word)) return true;
    if (separator == '=' && std::any_of(kWordsOfSettings.begin(), kWordsOfSettings.end(), is_word)) return true;
    word.clear();
  }
  return false;
}

NameSpan name_before(std::string_view text, std::size_t separator) {
  NameSpan name;
  std::size_t at = separator;
  while (at > 0 && is_blank(text[at - 1])) --at;
  if (at > 0 && is_quote(text[at - 1])) {
    name.quoted = true;
    --at;
    if (at > 0 && text[at - 1] == '\\') --at;
  }
  name.end = at;
  while (at > 0 && is_name(text[at - 1])) --at;
  name.begin = at;
  return name;
}

bool begins_line(std::string_view text, std::size_t at) {
  while (at > 0 && (is_blank(text[at - 1]) || text[at - 1] == '-')) --at;
  return at == 0 || is_line_end(text[at - 1]);
}

std::size_t end_of_quoted(std::string_view text, std::size_t from, char quote, bool escaped) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (escaped && i + 1 < text.size() && text[i + 1] == quote) return i;
      ++i;
    } else if (text[i] == quote) {
      return i;
    }
  }
  return text.size();
}

std::size_t find_or_end(std::string_view text, std::string_view characters, std::size_t from) {
  return std::min(text.find_first_of(characters, from), text.size());
}

// What ends a value without quotes: a setting that begins its line has the whole line, a header what is left of it.
std::string_view ends_of_bare_value(std::string_view text, const NameSpan& name) {
  if (begins_line(text, name.begin)) return kLineEnds;
  const auto small = lower(text.substr(name.begin, name.end - name.begin));
  if (small.ends_with("authorization") || small.ends_with("cookie")) return "\n\r\0\"'"sv;
  return " \t\n\r\0\"',;&)}]"sv;
}

// A value of JSON that is no text: true, false, null, a number.
bool is_bare_json(std::string_view value) {
  return value == "true" || value == "false" || value == "null" ||
         (!value.empty() && value.find_first_not_of("+-.0123456789eE") == std::string_view::npos);
}

// Of an earlier run: "fleetwatch stand-in key " in base64, or a small number.
bool is_stand_in(std::string_view key) {
  constexpr std::size_t kZeros = 48;
  return key.starts_with("ZmxlZXR3YXRjaCBzdGFuZC1pbiBrZXkg") ||
         key.find_first_not_of('0') >= std::min(kZeros, key.size());
}

}  // namespace

void Redactor::append_redacted(std::string& out, std::string_view secret) {
  if (secret.empty()) return;
  if (secret != kRedacted) ++count_;
  out += kRedacted;
}

std::string Redactor::without_private_blocks(std::string_view text) {
  constexpr auto kBegin = "-----BEGIN "sv;
  constexpr auto kDashes = "-----"sv;
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto begin = text.find(kBegin, at);
    if (begin == std::string_view::npos) break;
    const auto title_end = text.find(kDashes, begin + kBegin.size());
    if (title_end == std::string_view::npos) break;
    const auto body = title_end + kDashes.size();
    out += text.substr(at, body - at);
    at = body;
    if (text.substr(begin, title_end - begin).find("PRIVATE") == std::string_view::npos) continue;
    const auto end = std::min(text.find("-----END ", body), text.size());
    append_redacted(out, text.substr(body, end - body));
    at = end;
  }
  out += text.substr(std::min(at, text.size()));
  return out;
}

// ["one", "two"]: each text in it.
std::size_t Redactor::append_list(std::string& out, std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != ']') {
    out += text[at];
    if (!is_quote(text[at++])) continue;
    const auto end = end_of_quoted(text, at, text[at - 1], false);
    append_redacted(out, text.substr(at, end - at));
    if (end < text.size()) out += text[end];
    at = std::min(end + 1, text.size());
  }
  return at;
}

// What stands behind the separator of a secret's name; returns where the text goes on.
std::size_t Redactor::append_value(std::string& out, std::string_view text, std::size_t separator,
                                   const NameSpan& name) {
  std::size_t at = separator + 1;
  const auto copy = [&] { out += text[at++]; };
  while (at < text.size() && is_blank(text[at])) copy();
  const bool escaped = at + 1 < text.size() && text[at] == '\\' && is_quote(text[at + 1]);
  if (escaped) copy();
  std::size_t end = at;
  if (at < text.size() && is_quote(text[at])) {
    copy();
    end = end_of_quoted(text, at, text[at - 1], escaped);
  } else if (at < text.size() && text[at] == '[') {
    return append_list(out, text, at);
  } else if (at < text.size() && text[at] == '{') {
    return at;
  } else if (name.quoted) {
    end = find_or_end(text, " \t\n\r,}]"sv, at);
    if (is_bare_json(text.substr(at, end - at))) {
      const bool is_number = text[at] != 't' && text[at] != 'f' && text[at] != 'n';
      const bool hides = is_number && end - at > kMostCountDigits;
      if (hides) ++count_;
      out += hides ? "0"sv : text.substr(at, end - at);
      return end;
    }
  } else if (name.begin > 0 && is_quote(text[name.begin - 1])) {  // Environment="NAME=one two"
    end = end_of_quoted(text, at, text[name.begin - 1], false);
  } else {
    end = find_or_end(text, ends_of_bare_value(text, name), at);
  }
  append_redacted(out, text.substr(at, end - at));
  return end;
}

std::string Redactor::without_named(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ':' || c == '=') {
      const NameSpan name = name_before(text, at);
      out += c;
      if (name.begin == name.end || !is_secret_name(text.substr(name.begin, name.end - name.begin), c)) {
        ++at;
        continue;
      }
      at = append_value(out, text, at, name);
      continue;
    }
    // --name value
    const bool ends_name = is_blank(c) && at > 0 && is_name(text[at - 1]);
    out += c;
    ++at;
    if (!ends_name) continue;
    const NameSpan name = name_before(text, at - 1);
    const auto flag = text.substr(name.begin, name.end - name.begin);
    if (!flag.starts_with("--") || !is_secret_name(flag, ':') || at == text.size() || text[at] == '-') continue;
    const auto end = find_or_end(text, " \t\n\r\0\"'"sv, at);
    append_redacted(out, text.substr(at, end - at));
    at = end;
  }
  return out;
}

// scheme://user:password@host
std::string Redactor::without_url_users(std::string_view text) {
  constexpr auto kMark = "://"sv;
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto mark = text.find(kMark, at);
    if (mark == std::string_view::npos) break;
    const auto begin = mark + kMark.size();
    out += text.substr(at, begin - at);
    at = begin;
    const auto end = find_or_end(text, "/?# \t\n\r\0\"'<>\\"sv, begin);
    const auto host = text.substr(begin, end - begin).rfind('@');
    if (host == std::string_view::npos) continue;
    append_redacted(out, text.substr(begin, host));
    at = begin + host;
  }
  out += text.substr(std::min(at, text.size()));
  return out;
}

// Words that are secrets by what they look like or by the word before them.
std::string Redactor::without_tokens(std::string_view text) {
  const auto is_token = [](char c) { return is_name(c) || c == '+' || c == '/' || c == '=' || c == '~'; };
  std::string out;
  std::string previous;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_token(text[at])) {
      if (!is_blank(text[at])) previous.clear();
      out += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_token(text[end])) ++end;
    const auto word = text.substr(at, end - at);
    const bool announced = (previous == "bearer" || previous == "basic") && word.size() >= kLeastCredentialCharacters;
    if (announced || has_token_prefix(word)) {
      append_redacted(out, word);
    } else {
      out += word;
    }
    previous = lower(word);
    at = end;
  }
  return out;
}

const std::string& Redactor::stand_in(std::string_view key) {
  constexpr std::size_t kHexDigits = 64;
  const auto found = stand_ins_.find(key);
  if (found != stand_ins_.end()) return found->second;
  ++count_;
  const auto number = stand_ins_.size() + 1;
  // Of the right length, so that whatever reads keys still does: 32 bytes that say what they are.
  std::string made = fmt::format("{:0{}x}", number, kHexDigits);
  if (key.size() != kHexDigits) {
    constexpr auto kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"sv;
    const auto bytes = fmt::format("fleetwatch stand-in key {:08}", number) + '\0';
    made.clear();
    for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
      const auto group = (static_cast<unsigned>(bytes[i]) << 16U) | (static_cast<unsigned>(bytes[i + 1]) << 8U) |
                         static_cast<unsigned>(bytes[i + 2]);
      for (const unsigned shift : {18U, 12U, 6U, 0U}) made += kAlphabet[(group >> shift) & 63U];
    }
    made.back() = '=';
  }
  return stand_ins_.emplace(key, std::move(made)).first->second;
}

std::string Redactor::with_stand_ins(std::string_view text) {
  constexpr std::size_t kBase64Digits = 43;  // and one '='
  constexpr std::size_t kHexDigits = 64;
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_base64(text[at])) {
      out += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_base64(text[end])) ++end;
    auto word = text.substr(at, end - at);
    const bool padded = end < text.size() && text[end] == '=' && (end + 1 == text.size() || text[end + 1] != '=');
    if (word.size() == kBase64Digits && padded) word = text.substr(at, kBase64Digits + 1);
    const bool is_hex_key = word.size() == kHexDigits && std::all_of(word.begin(), word.end(), is_hex);
    const bool is_key = (word.size() == kBase64Digits + 1 && padded) || is_hex_key;
    out += is_key && !is_stand_in(word) ? std::string_view(stand_in(word)) : word;
    at += word.size();
  }
  return out;
}

std::string Redactor::text(std::string_view text) {
  const auto blocks = without_private_blocks(text);
  const auto named = without_named(blocks);
  const auto urls = without_url_users(named);
  return with_stand_ins(without_tokens(urls));
}

std::string Redactor::environment(std::string_view nul_separated, std::string_view kept) {
  std::string out;
  for (const auto entry : split(nul_separated, '\0')) {
    if (!out.empty()) out += '\0';
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos || entry.substr(0, equals) == kept) {
      out += equals == std::string_view::npos ? text(entry) : std::string(entry);
      continue;
    }
    out += entry.substr(0, equals + 1);
    append_redacted(out, entry.substr(equals + 1));
  }
  return out;
}

}  // namespace fleetwatch::parse
