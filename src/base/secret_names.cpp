#include <algorithm>
#include <array>
#include <string>

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace fleetwatch {

namespace {

using namespace std::string_view_literals;

// In letters and digits of a name alone, lower case: "DB_PASSWORD", "apiKey" and "--access-key" are compared alike.
constexpr std::array kAnywhere = {"password"sv,   "passwd"sv,     "passphrase"sv,   "secret"sv,   "apikey"sv,
                                  "privatekey"sv, "credential"sv, "presharedkey"sv, "accesskey"sv};
constexpr std::array kAtTheEnd = {"token"sv,   "authorization"sv, "cookie"sv,        "pwd"sv,
                                  "psk"sv,     "sharedkey"sv,     "signkey"sv,       "signingkey"sv,
                                  "sealkey"sv, "masterkey"sv,     "encryptionkey"sv, "authenticator"sv};
// Whole words: "db_pass", not "bypass" and "passed".
constexpr std::array kWords = {"pass"sv, "unseal"sv, "mnemonic"sv, "privkey"sv, "psk"sv, "pwd"sv};
constexpr std::array kWordsOfSettings = {"key"sv, "auth"sv, "dsn"sv, "pin"sv, "seed"sv};

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

template <std::size_t N, class Test>
bool any_of(const std::array<std::string_view, N>& words, Test&& test) {
  return std::any_of(words.begin(), words.end(), test);
}

}  // namespace

bool names_a_secret(std::string_view name, char separator) {
  const std::string small = lower(name);
  std::string plain = small;
  std::erase_if(plain, [](char c) { return !is_letter_or_digit(c); });
  if (any_of(kAnywhere, [&](auto word) { return plain.find(word) != std::string::npos; })) return true;
  if (any_of(kAtTheEnd, [&](auto word) { return plain.ends_with(word); })) return true;
  const bool is_setting = separator == '=' && plain.find("public") == std::string::npos;
  for (std::size_t begin = 0, end = 0; begin < small.size(); begin = end + 1) {
    end = begin;
    while (end < small.size() && is_letter_or_digit(small[end])) ++end;
    const auto is_word = [&](auto word) { return std::string_view(small).substr(begin, end - begin) == word; };
    if (any_of(kWords, is_word) || (is_setting && any_of(kWordsOfSettings, is_word))) return true;
  }
  return false;
}

}  // namespace fleetwatch
