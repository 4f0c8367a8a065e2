#include "parse/wireguard_key.hpp"

#include <array>

namespace fleetwatch::parse {

namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

std::string wireguard_key(std::span<const std::uint8_t, kWireguardKeyBytes> key) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned pending = 0;
  int pending_bits = 0;
  for (const auto byte : key) {
    pending = (pending << 8 | byte) & 0xffff;
    pending_bits += 8;
    while (pending_bits >= 6) {
      pending_bits -= 6;
      text += kAlphabet[(pending >> pending_bits) & 0x3f];
    }
  }
  // 256 bits leave four over; the last character carries them and one '=' fills the group.
  text += kAlphabet[(pending << 2) & 0x3f];
  text += '=';
  return text;
}

std::optional<std::string> wireguard_key_of_hex(std::string_view digits) {
  std::array<std::uint8_t, kWireguardKeyBytes> key{};
  if (digits.size() != 2 * key.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = hex_value(digits[2 * i]);
    const int low = hex_value(digits[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return wireguard_key(key);
}

}  // namespace fleetwatch::parse
