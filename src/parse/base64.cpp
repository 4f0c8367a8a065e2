#include "parse/base64.hpp"

#include <cstdint>

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kCommon = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::optional<std::string> decode(std::string_view digits, std::string_view last_two) {
  if (digits.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 4 * 3 + 2);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (const char digit : digits) {
    std::size_t value = kCommon.find(digit);
    if (value == std::string_view::npos) {
      const auto special = last_two.find(digit);
      if (special == std::string_view::npos) return std::nullopt;
      value = kCommon.size() + special;
    }
    pending = (pending << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      bytes += static_cast<char>(static_cast<unsigned char>(pending >> pending_bits & 0xFFU));
    }
  }
  return bytes;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  return decode(text, "+/");
}

std::optional<std::string> decode_base64url(std::string_view text) { return decode(text, "-_"); }

}  // namespace fleetwatch::parse
