// RESP, the wire format of Redis, version 2: simple strings, errors, integers, bulk strings, arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

enum class RespKind { text, error, integer, list, null };  // text: simple or bulk string

struct RespValue {
  RespKind kind = RespKind::null;
  std::string text;          // of text and error
  std::int64_t integer = 0;  // of integer
  std::vector<RespValue> items;
};

// A command as an array of bulk strings.
std::string encode_resp(const std::vector<std::string_view>& command);

// Says when an answer that arrives in pieces is whole; looks at each byte of its lines once.
class RespScanner {
 public:
  // `bytes` is all that came so far, and only grows. True as well when the bytes cannot become RESP any more: nothing
  // is left to wait for then, and decode_resp tells what is wrong.
  bool complete(std::string_view bytes);

 private:
  std::size_t position_ = 0;
  std::size_t searched_ = 0;     // no line end between position_ and here
  std::size_t open_values_ = 1;  // still to come
  bool broken_ = false;
};

// One value; bytes behind it are ignored. At most limits::kListItems values in all, 8 arrays deep.
// Errors: malformed, too_large.
Result<RespValue> decode_resp(std::string_view bytes);

}  // namespace fleetwatch::parse
