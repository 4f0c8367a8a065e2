#include "parse/shell_words.hpp"

#include <optional>
#include <utility>

namespace fleetwatch::parse {

namespace {

// Inside double quotes a backslash stands before these alone.
constexpr std::string_view kEscapedInQuotes = "\\\"$`";

class Splitter {
 public:
  void take(char c) {
    if (escaped_) {
      if (quote_ == '"' && kEscapedInQuotes.find(c) == std::string_view::npos) add('\\');
      add(c);
      escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = true;
    } else if (quote_ != 0) {
      if (c == quote_) {
        quote_ = 0;
      } else {
        add(c);
      }
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      if (!word_) word_.emplace();  // "" is a word
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
    } else {
      add(c);
    }
  }

  Result<std::vector<std::string>> finish() {
    if (quote_ != 0) return Error{ErrorKind::input, "a quote is not closed"};
    if (escaped_) return Error{ErrorKind::input, "a backslash at the end"};
    end_word();
    return std::move(words_);
  }

 private:
  void add(char c) {
    if (!word_) word_.emplace();
    word_->push_back(c);
  }
  void end_word() {
    if (word_) words_.push_back(std::move(*word_));
    word_.reset();
  }

  std::vector<std::string> words_;
  std::optional<std::string> word_;
  char quote_ = 0;
  bool escaped_ = false;
};

}  // namespace

Result<std::vector<std::string>> shell_words(std::string_view line) {
  Splitter splitter;
  for (const char c : line) splitter.take(c);
  return splitter.finish();
}

}  // namespace fleetwatch::parse
