#include "parse/nkey.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"
#include "parse/base64.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::uint8_t kSeedPrefix = 18U << 3U;  // gives the letter S
constexpr std::uint8_t kUserPrefix = 20U << 3U;  // gives the letter U
constexpr std::size_t kChecksumBytes = 2;
constexpr std::size_t kSeedBytes = 2 + KeyBytes{}.size() + kChecksumBytes;

std::optional<std::string> decode_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char digit : text) {
    const auto value = kBase32.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 5U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>(pending >> bits & 0xFFU));
  }
  return bytes;
}

std::string encode_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = (pending << 8U | static_cast<unsigned char>(byte)) & 0xFFFFU;
    for (bits += 8; bits >= 5; bits -= 5) text += kBase32[pending >> (bits - 5) & 0x1FU];
  }
  if (bits > 0) text += kBase32[pending << (5 - bits) & 0x1FU];
  return text;
}

// CRC-16/XMODEM, as two bytes, the lower one first.
std::string checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (const char byte : bytes) {
    sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 8U;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 0x8000U) != 0 ? (sum << 1U ^ 0x1021U) & 0xFFFFU : sum << 1U;
  }
  return {static_cast<char>(static_cast<unsigned char>(sum & 0xFFU)),
          static_cast<char>(static_cast<unsigned char>(sum >> 8U))};
}

}  // namespace

Result<KeyBytes> nkey_user_seed(std::string_view file) {
  for (const auto line : lines(file)) {
    const auto word = trim(line);
    if (!word.starts_with("SU")) continue;
    const auto bytes = decode_base32(word);
    if (!bytes || bytes->size() != kSeedBytes) break;
    const std::string_view all(*bytes);
    const auto first = static_cast<unsigned char>(all[0]);
    const auto second = static_cast<unsigned char>(all[1]);
    const bool of_user = (first & 0xF8U) == kSeedPrefix &&
                         ((first & 0x07U) << 5U | static_cast<unsigned>(second & 0xF8U) >> 3U) == kUserPrefix;
    if (!of_user || checksum(all.substr(0, kSeedBytes - kChecksumBytes)) != all.substr(kSeedBytes - kChecksumBytes)) {
      break;
    }
    KeyBytes seed{};
    std::copy_n(all.begin() + 2, seed.size(), seed.begin());
    return seed;
  }
  return Error{ErrorKind::malformed, "no seed of a NATS user (SU...) that is complete"};
}

std::string nkey_user_name(const KeyBytes& public_key) {
  std::string bytes(1, static_cast<char>(kUserPrefix));
  bytes.append(public_key.begin(), public_key.end());
  return encode_base32(bytes + checksum(bytes));
}

Result<KeyBytes> choria_seed(std::string_view file) {
  const auto wrong = Error{ErrorKind::malformed, "not a seed of 64 hexadecimal digits"};
  const auto text = trim(file);
  KeyBytes seed{};
  if (text.size() != 2 * seed.size()) return wrong;
  for (std::size_t index = 0; index < seed.size(); ++index) {
    const auto digits = text.substr(2 * index, 2);
    const char* const end = digits.data() + digits.size();
    const auto [rest, problem] = std::from_chars(digits.data(), end, seed[index], 16);
    if (problem != std::errc{} || rest != end) return wrong;
  }
  return seed;
}

std::optional<std::string> choria_caller_id(std::string_view token) {
  const auto parts = split(trim(token), '.');
  if (parts.size() != 3) return std::nullopt;
  const auto payload = decode_base64url(parts[1]);
  if (!payload) return std::nullopt;
  JsonReader reader;
  const auto claims = reader.read_object(*payload);
  return claims ? claims->at("callerid").text() : std::nullopt;
}

}  // namespace fleetwatch::parse
