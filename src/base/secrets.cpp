#include "base/secrets.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace fleetwatch {

namespace {

using namespace std::string_view_literals;

constexpr auto kLineEnds = "\n\r\0"sv;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestUser = 4096;      // of a URL, with its password
constexpr std::size_t kShortestCredential = 8;  // behind Bearer or Basic: "basic auth" is none
constexpr std::size_t kMostCountDigits = 4;     // a number this short is a count ("token_limit": 100), no secret

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-'; }
bool is_name(char c) { return is_word(c) || c == '.'; }
bool is_token(char c) { return is_name(c) || c == '+' || c == '/' || c == '=' || c == '~'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_line_end(char c) { return kLineEnds.find(c) != std::string_view::npos; }
bool is_escape_letter(char c) { return c == 'n' || c == 'r' || c == 't'; }
bool is_number(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

struct Name {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_quoted = false;
  bool is_flag = false;
};

std::size_t begin_of_name(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestName && is_name(text[begin - 1])) --begin;
  // The letter of an escaped line end: "\nPASS=..."
  const bool is_escape = begin > 0 && begin < end && text[begin - 1] == '\\' && is_escape_letter(text[begin]);
  return begin + (is_escape ? 1 : 0);
}

std::size_t without_blanks(std::string_view text, std::size_t end) {
  while (end > 0 && is_blank(text[end - 1])) --end;
  return end;
}

Name name_before(std::string_view text, std::size_t separator) {
  Name name;
  name.end = without_blanks(text, separator);
  if (name.end > 0 && is_quote(text[name.end - 1])) {
    name.is_quoted = true;
    --name.end;
    if (name.end > 0 && text[name.end - 1] == '\\') --name.end;
  }
  name.begin = begin_of_name(text, name.end);
  return name;
}

// The same with the word before it: "unseal key", "Unseal Key 1".
Name longer_name(std::string_view text, const Name& name) {
  Name longer = name;
  const auto before = [&] {
    const auto end = without_blanks(text, longer.begin);
    if (end < longer.begin) longer.begin = begin_of_name(text, end);
  };
  if (is_number(text.substr(name.begin, name.end - name.begin))) {
    before();
    longer.end = without_blanks(text, name.begin);
  }
  if (lower(text.substr(longer.begin, longer.end - longer.begin)) != "key") return name;
  before();
  return longer;
}

bool begins_line(std::string_view text, std::size_t at) {
  while (at > 0 && (is_blank(text[at - 1]) || text[at - 1] == '-')) --at;
  return at == 0 || is_line_end(text[at - 1]);
}

std::string_view quote_at(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  const std::size_t escape = rest.starts_with('\\') ? 1 : 0;
  return rest.size() > escape && is_quote(rest[escape]) ? rest.substr(0, escape + 1) : std::string_view();
}

std::size_t end_of_quoted(std::string_view text, std::size_t at, std::string_view quote) {
  while (at < text.size() && !text.substr(at).starts_with(quote)) {
    if (text[at] == '\\') {
      // In JSON inside JSON a backslash is two, and so is the one of the quote that it goes with.
      const bool is_doubled = quote.size() > 1 && text.substr(at).starts_with("\\\\");
      at += is_doubled ? (text.substr(at).starts_with(R"(\\\)") ? 3 : 2) : 1;
    }
    ++at;
  }
  return std::min(at, text.size());
}

std::size_t find_or_end(std::string_view text, std::string_view characters, std::size_t from) {
  return std::min(text.find_first_of(characters, from), text.size());
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  constexpr auto kEnds = " \t\r\n\0,;&\"'`)]}<>"sv;
  for (; at < text.size(); ++at) {
    if (kEnds.find(text[at]) != std::string_view::npos) break;
    if (text[at] != '\\' || at + 1 == text.size()) continue;
    if (is_quote(text[at + 1]) || is_escape_letter(text[at + 1])) break;
  }
  return at;
}

// To the end of the line, or to a quote that was open before it. username="a" has one of its own.
std::size_t end_of_header(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_line_end(text[at])) {
    const auto quote = quote_at(text, at);
    if (!quote.ends_with('"')) {
      ++at;
      continue;
    }
    if (at == 0 || text[at - 1] != '=') return at;
    at = std::min(end_of_quoted(text, at + quote.size(), quote) + quote.size(), text.size());
  }
  return at;
}

bool is_header(std::string_view name) {
  const auto small = lower(name);
  return small.ends_with("authorization") || small.ends_with("cookie");
}

bool is_scheme(std::string_view word) {
  constexpr std::array kSchemes = {"bearer"sv, "basic"sv, "digest"sv, "token"sv};
  const auto small = lower(word.substr(0, kLongestName));
  return std::find(kSchemes.begin(), kSchemes.end(), small) != kSchemes.end();
}

// A value of JSON that is no text: true, false, null, a number.
bool is_constant(std::string_view value) { return value == "true" || value == "false" || value == "null"; }
bool is_json_number(std::string_view value) {
  return !value.empty() && value.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
}

bool has_token_prefix(std::string_view word) {
  constexpr std::array kPrefixes = {"ghp_"sv,   "gho_"sv,  "ghu_"sv,  "ghs_"sv,      "ghr_"sv, "github_pat_"sv,
                                    "glpat-"sv, "xoxb-"sv, "xoxp-"sv, "xoxa-"sv,     "sk-"sv,  "AKIA"sv,
                                    "ASIA"sv,   "eyJ"sv,   "AIza"sv,  "dckr_pat_"sv, "npm_"sv, "hvs."sv};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](auto prefix) { return word.starts_with(prefix); });
}

// Goes through a text once, from left to right.
class Finder {
 public:
  Finder(std::string_view text, BareValue bare) : text_(text), bare_(bare) {}

  std::vector<Secret> find() {
    const auto keys = find_private_keys(text_);
    auto key = keys.begin();
    while (at_ < text_.size()) {
      if (key != keys.end() && at_ >= key->begin) {
        if (at_ < key->end) add(at_, key->end);
        at_ = std::max(at_, key->end);
        ++key;
        continue;
      }
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size() && is_escape_letter(text_[at_ + 1])) {
        at_ += 2;
      } else if (text_.substr(at_).starts_with("://")) {
        read_url();
      } else if (c == ':' || c == '=') {
        read_named();
      } else if (is_blank(c) || c == '\0') {
        read_flag();
      } else if (is_word(c)) {
        read_word();
      } else {
        ++at_;
      }
    }
    return std::move(secrets_);
  }

 private:
  void add(std::size_t begin, std::size_t end, bool is_number = false) {
    if (begin >= end || text_.substr(begin, end - begin) == kRedacted) return;
    if (!secrets_.empty() && secrets_.back().end == begin) {
      secrets_.back().end = end;
    } else {
      secrets_.push_back({begin, end, is_number});
    }
  }
  void add_to(std::size_t end) {
    add(at_, end);
    at_ = end;
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  std::string_view word(const Name& name) const { return text_.substr(name.begin, name.end - name.begin); }

  // name=value, "name": "value"
  void read_named() {
    const char separator = text_[at_];
    auto name = name_before(text_, at_);
    if (!name.is_quoted) name = longer_name(text_, name);
    ++at_;
    if (name.begin == name.end) return;
    const auto value = std::min(text_.find_first_not_of(" \t=>:", at_), text_.size());
    const bool is_list = word(name).ends_with('s') && text_.substr(value).starts_with('[');
    if (!names_a_secret(word(name), separator) &&
        !(is_list && names_a_secret(word(name).substr(0, name.end - name.begin - 1), separator))) {
      return;
    }
    at_ = value;
    if (separator == ':' && is_header(word(name)) && !name.is_quoted && quote_at(text_, at_).empty()) {
      read_header(name);
    } else {
      read_value(name);
    }
  }

  // -name value, also where a NUL ends each argument
  void read_flag() {
    if (at_ == 0 || !is_name(text_[at_ - 1])) {
      ++at_;
      return;
    }
    auto name = name_before(text_, at_);
    name.is_flag = true;
    ++at_;
    if (!word(name).starts_with('-') || !names_a_secret(word(name), ':')) return;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] != '-') read_value(name);
  }

  // The quote right before a name: Environment="NAME=one two"
  std::string_view quote_before(const Name& name) const {
    if (name.begin == 0 || !is_quote(text_[name.begin - 1])) return {};
    const std::size_t escape = name.begin > 1 && text_[name.begin - 2] == '\\' ? 1 : 0;
    return text_.substr(name.begin - 1 - escape, 1 + escape);
  }

  void read_header(const Name& name) {
    const auto quote = quote_before(name);
    add_to(quote.empty() ? end_of_header(text_, at_) : end_of_quoted(text_, at_, quote));
  }

  void read_value(const Name& name) {
    if (at_ == text_.size() || text_[at_] == '{') return;
    if (skip_redacted()) return;
    if (read_quoted()) return;
    if (text_[at_] == '[') {
      read_list();
    } else if (name.is_quoted) {
      read_json(find_or_end(text_, " \t\n\r,}]"sv, at_));
    } else if (const auto quote = quote_before(name); !quote.empty()) {
      add_to(end_of_quoted(text_, at_, quote));
    } else if (bare_ == BareValue::line && !name.is_flag && begins_line(text_, name.begin)) {
      add_to(find_or_end(text_, kLineEnds, at_));
    } else {
      read_bare();
    }
  }

  bool skip_redacted() {
    const auto begin = at_;
    while (text_.substr(at_).starts_with(kRedacted)) at_ += kRedacted.size();
    return at_ != begin;
  }

  bool read_quoted() {
    const auto quote = quote_at(text_, at_);
    if (quote.empty()) return false;
    at_ += quote.size();
    add_to(end_of_quoted(text_, at_, quote));
    at_ = std::min(at_ + quote.size(), text_.size());
    return true;
  }

  void read_json(std::size_t end) {
    const auto value = text_.substr(at_, end - at_);
    const bool is_number = is_json_number(value);
    if (!is_constant(value) && !(is_number && value.size() <= kMostCountDigits)) add(at_, end, is_number);
    at_ = end;
  }

  // ["one", "two"], [one, two]
  void read_list() {
    constexpr auto kBetween = " \t\n\r\0,:{}\\"sv;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (skip_redacted() || read_quoted()) continue;
      if (c == '[' || c == ']') {
        depth = c == '[' ? depth + 1 : depth - 1;
        ++at_;
        if (depth == 0) return;
      } else if (kBetween.find(c) != std::string_view::npos) {
        ++at_;
      } else {
        read_json(find_or_end(text_, ",:[]{}\n\r\0\"'`\\"sv, at_));
      }
    }
  }

  // "Bearer abc" is one value.
  void read_bare() {
    auto end = end_of_word(text_, at_);
    if (is_scheme(text_.substr(at_, end - at_)) && end < text_.size() && is_blank(text_[end])) {
      add_to(end);
      skip_blanks();
      if (skip_redacted() || read_quoted()) return;
      end = end_of_word(text_, at_);
    }
    add_to(end);
  }

  // scheme://user:password@host
  void read_url() {
    at_ += "://"sv.size();
    auto rest = text_.substr(at_, kLongestUser);
    rest = rest.substr(0, rest.find("://"));
    rest = rest.substr(0, rest.find_first_of(" \t\n\r\0\"'<>`\\"sv));
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    auto host = authority.rfind('@');
    const auto colon = authority.find(':');
    // A password may have a slash of its own; behind the colon of a host stand digits alone.
    if (colon != std::string_view::npos && !authority.starts_with('[') && !is_number(authority.substr(colon + 1))) {
      if (host != std::string_view::npos) rest = rest.substr(0, rest.find_first_of("?#"));
      host = rest.rfind('@');
    }
    if (host != std::string_view::npos) add_to(at_ + host);
  }

  // A token known by its beginning, or what follows "Bearer".
  void read_word() {
    const auto begin = at_;
    if (has_token_prefix(text_.substr(begin))) {
      constexpr std::size_t kShortestToken = 16;
      std::size_t end = begin;
      while (end < text_.size() && is_token(text_[end])) ++end;
      if (end - begin >= kShortestToken) return add_to(end);
    }
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const auto scheme = text_.substr(begin, at_ - begin).substr(0, kLongestName);
    if (at_ == text_.size() || !is_blank(text_[at_]) || (lower(scheme) != "bearer" && lower(scheme) != "basic")) return;
    skip_blanks();
    if (skip_redacted()) return;
    const auto quote = quote_at(text_, at_);
    const auto value = at_ + quote.size();
    const auto end = quote.empty() ? end_of_word(text_, value) : end_of_quoted(text_, value, quote);
    if (end - value < kShortestCredential) return;
    add(value, end);
    at_ = end;
  }

  std::string_view text_;
  BareValue bare_;
  std::size_t at_ = 0;
  std::vector<Secret> secrets_;
};

}  // namespace

std::vector<Secret> find_secrets(std::string_view text, BareValue bare) { return Finder(text, bare).find(); }

}  // namespace fleetwatch
