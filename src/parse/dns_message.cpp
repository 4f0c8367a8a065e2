#include "parse/dns_message.hpp"

#include <optional>

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kHeaderBytes = 12;

// Reads forward only: compressed names are stepped over and never followed, so no message can make it run in circles.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool skip(std::size_t count) {
    if (count > rest_.size()) return false;
    rest_ = rest_.subspan(count);
    return true;
  }

  std::optional<std::uint16_t> number() {
    if (rest_.size() < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(rest_[0] << 8 | rest_[1]);
    rest_ = rest_.subspan(2);
    return value;
  }

  bool skip_name() {
    constexpr unsigned kPointer = 0xc0;
    while (!rest_.empty()) {
      const unsigned length = rest_[0];
      if ((length & kPointer) == kPointer) return skip(2);
      if ((length & kPointer) != 0 || !skip(1 + std::size_t{length})) return false;
      if (length == 0) return true;
    }
    return false;
  }

  // The type of the record that was stepped over.
  std::optional<std::uint16_t> skip_record() {
    constexpr std::size_t kClassAndTimeToLive = 6;
    if (!skip_name()) return std::nullopt;
    const auto type = number();
    if (!type || !skip(kClassAndTimeToLive)) return std::nullopt;
    const auto length = number();
    if (!length || !skip(*length)) return std::nullopt;
    return type;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

Error malformed(const char* what) { return {ErrorKind::malformed, what}; }

}  // namespace

Result<DnsReply> dns_reply(std::span<const std::uint8_t> message, std::uint16_t asked_type) {
  constexpr unsigned kResponse = 0x80;
  constexpr std::size_t kTypeAndClass = 4;
  if (message.size() < kHeaderBytes) return malformed("DNS reply is shorter than its header");
  if ((message[2] & kResponse) == 0) return malformed("DNS message is not a reply");
  Reader reader(message);
  reader.skip(4);
  const auto questions = reader.number();
  const auto records = reader.number();
  reader.skip(4);

  DnsReply reply;
  reply.reply_code = message[3] & 0x0f;
  for (unsigned i = 0; i < questions.value_or(0); ++i) {
    if (!reader.skip_name() || !reader.skip(kTypeAndClass)) return malformed("DNS reply is cut in its question");
  }
  for (unsigned i = 0; i < records.value_or(0); ++i) {
    const auto type = reader.skip_record();
    if (!type) return malformed("DNS reply is cut in its answers");
    if (*type == asked_type) ++reply.answers;
  }
  return reply;
}

}  // namespace fleetwatch::parse
