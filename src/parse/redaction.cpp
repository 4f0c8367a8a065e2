#include "parse/redaction.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

using namespace std::string_view_literals;

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/'; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Of an earlier run: "fleetwatch stand-in key " in base64, or a small number.
bool is_stand_in(std::string_view key) {
  constexpr std::size_t kZeros = 48;
  return key.starts_with("ZmxlZXR3YXRjaCBzdGFuZC1pbiBrZXkg") ||
         key.find_first_not_of('0') >= std::min(kZeros, key.size());
}

// In files of settings that have no sign between name and value; also commented out.
bool begins_secret_line(std::string_view first_word) {
  return names_a_secret(first_word, '=') || lower(first_word).ends_with("auth");
}

// Where the line at `at` ends, with the lines that go on with it.
std::size_t end_of_setting(std::string_view text, std::size_t at) {
  while (true) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end == text.size() || end == 0 || text[end - 1] != '\\') return end;
    at = end + 1;
  }
}

}  // namespace

void Redactor::append_redacted(std::string& out, std::string_view secret) {
  if (secret.empty()) return;
  if (secret != kRedacted) ++count_;
  out += kRedacted;
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
  std::string out;
  std::size_t at = 0;
  for (const auto& secret : find_secrets(text, BareValue::line)) {
    out += text.substr(at, secret.begin - at);
    out += secret.is_number ? "0"sv : kRedacted;
    ++count_;
    at = secret.end;
  }
  out += text.substr(at);
  return with_stand_ins(out);
}

std::vector<std::string> Redactor::texts(std::vector<std::string> items, Order order) {
  if (order == Order::newest_first) std::reverse(items.begin(), items.end());
  const std::string all = join(items, "\n");
  const auto keys = find_private_keys(all);
  auto key = keys.begin();
  std::size_t at = 0;
  for (auto& item : items) {
    const std::size_t end = at + item.size();
    std::string kept;
    for (; key != keys.end() && key->begin < end; ++key) {
      const auto begin = std::max(key->begin, at);
      kept += std::string_view(all).substr(at, begin - at);
      at = std::min(key->end, end);
      append_redacted(kept, std::string_view(all).substr(begin, at - begin));
      if (key->end > end) break;  // the key goes on in the next item
    }
    kept += std::string_view(all).substr(at, end - at);
    item = text(kept);
    at = end + 1;
  }
  if (order == Order::newest_first) std::reverse(items.begin(), items.end());
  return items;
}

std::string Redactor::settings(std::string_view text) {
  constexpr auto kBlanks = " \t"sv;
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = end_of_setting(text, at);
    const auto line = text.substr(at, end - at);
    const auto name = std::min(line.find_first_not_of(" \t#;"), line.size());
    const auto name_end = std::min(line.find_first_of(kBlanks, name), line.size());
    const auto value = std::min(line.find_first_not_of(kBlanks, name_end), line.size());
    const bool is_block = trim(line.substr(value)) == "{";
    if (begins_secret_line(line.substr(name, name_end - name)) && !is_block) {
      out += line.substr(0, value);
      append_redacted(out, line.substr(value));
    } else {
      out += line;
    }
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  return this->text(out);
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
