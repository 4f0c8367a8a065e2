// Writes JSON text: commas, indentation, escapes. Knows nothing of structs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::codec {

enum class Layout { compact, indented };  // one line, or two blanks per level

class JsonWriter {
 public:
  explicit JsonWriter(Layout layout) : layout_(layout) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void string(std::string_view text);  // bytes that are not UTF-8 become U+FFFD, so the result is always valid JSON
  void number(std::int64_t value);
  void number(std::uint64_t value);
  void number(double value);  // shortest text that reads back the same; null when it is not finite
  void boolean(bool value);
  void null();
  void raw(std::string_view json);  // must be valid JSON

  std::string take() { return std::move(text_); }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();  // comma and new line before a value, unless a key precedes it
  void new_line();

  Layout layout_;
  std::string text_;
  std::vector<bool> level_has_items_;
  bool after_key_ = false;
};

}  // namespace fleetwatch::codec
