#include "parse/resp.hpp"

#include <algorithm>
#include <optional>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kDepth = 8;
constexpr std::int64_t kNull = -1;  // length of a bulk string or array that is none

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

// A length in front of a bulk string or array: -1 or the bytes or items that follow.
std::optional<std::int64_t> to_length(std::string_view digits) {
  const auto length = to_number<std::int64_t>(digits);
  constexpr auto kMost = static_cast<std::int64_t>(limits::kHttpBodyBytes);
  return length && *length >= kNull && *length <= kMost ? length : std::nullopt;
}

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  Result<RespValue> value(std::size_t depth) {
    if (++values_ > limits::kListItems) return Error{ErrorKind::too_large, "too many values"};
    const auto end = rest_.find(kLineEnd);
    if (end == std::string_view::npos || end == 0) return malformed("no line of RESP");
    const char type = rest_.front();
    const auto line = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + kLineEnd.size());
    switch (type) {
      case '+':
        return RespValue{RespKind::text, std::string(line), 0, {}};
      case '-':
        return RespValue{RespKind::error, std::string(line), 0, {}};
      case ':':
        return integer(line);
      case '$':
        return bulk(line);
      case '*':
        return list(line, depth);
      default:
        return malformed("unknown type of RESP value");
    }
  }

 private:
  static Result<RespValue> integer(std::string_view digits) {
    const auto number = to_number<std::int64_t>(digits);
    if (!number) return malformed("an integer that is none");
    return RespValue{RespKind::integer, {}, *number, {}};
  }

  Result<RespValue> bulk(std::string_view digits) {
    const auto length = to_length(digits);
    if (!length) return malformed("wrong length of a string");
    if (*length == kNull) return RespValue{};
    const auto size = static_cast<std::size_t>(*length);
    if (rest_.size() < size + kLineEnd.size() || rest_.substr(size, kLineEnd.size()) != kLineEnd) {
      return malformed("a string shorter or longer than announced");
    }
    RespValue text{RespKind::text, std::string(rest_.substr(0, size)), 0, {}};
    rest_.remove_prefix(size + kLineEnd.size());
    return text;
  }

  Result<RespValue> list(std::string_view digits, std::size_t depth) {
    const auto length = to_length(digits);
    if (!length) return malformed("wrong length of a list");
    if (*length == kNull) return RespValue{};
    if (depth == kDepth) return Error{ErrorKind::too_large, "lists nested too deep"};
    RespValue list{RespKind::list, {}, 0, {}};
    for (std::int64_t i = 0; i < *length; ++i) {
      auto item = value(depth + 1);
      if (!item) return item;
      list.items.push_back(std::move(item).value());
    }
    return list;
  }

  std::string_view rest_;
  std::size_t values_ = 0;
};

}  // namespace

std::string encode_resp(const std::vector<std::string_view>& command) {
  std::string bytes = "*" + std::to_string(command.size()).append(kLineEnd);
  for (const auto word : command) {
    bytes.append("$").append(std::to_string(word.size())).append(kLineEnd).append(word).append(kLineEnd);
  }
  return bytes;
}

bool RespScanner::complete(std::string_view bytes) {
  while (open_values_ > 0 && !broken_) {
    // One byte back: the line end itself may have come in two pieces.
    const auto from = std::max(position_, searched_ > 0 ? searched_ - 1 : 0);
    const auto end = bytes.find(kLineEnd, from);
    searched_ = bytes.size();
    if (end == std::string_view::npos) return false;
    if (end == position_) {
      broken_ = true;
      break;
    }
    const char type = bytes[position_];
    auto next = end + kLineEnd.size();
    std::size_t items = 0;
    if (type == '$' || type == '*') {
      const auto length = to_length(bytes.substr(position_ + 1, end - position_ - 1));
      broken_ = !length;
      if (length && *length != kNull && type == '$') next += static_cast<std::size_t>(*length) + kLineEnd.size();
      if (length && *length != kNull && type == '*') items = static_cast<std::size_t>(*length);
    } else {
      broken_ = type != '+' && type != '-' && type != ':';
    }
    if (broken_) break;
    if (next > bytes.size()) return searched_ = position_, false;
    position_ = next;
    searched_ = next;
    open_values_ += items;
    --open_values_;
    broken_ = open_values_ > limits::kListItems;
  }
  return true;
}

Result<RespValue> decode_resp(std::string_view bytes) { return Decoder(bytes).value(0); }

}  // namespace fleetwatch::parse
