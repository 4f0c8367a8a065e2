#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/terminal_text.hpp"
#include "io/recorded_fields.hpp"
#include "io/recorded_questions.hpp"
#include "io/recording.hpp"
#include "parse/redaction.hpp"

namespace fleetwatch::io {

namespace {

constexpr std::size_t kErrorColumns = 1000;
constexpr std::size_t kNameBytes = 80;
constexpr std::size_t kInlineListBytes = 400;

// One answer as JSON; long texts go into files named after the question.
class AnswerWriter {
 public:
  AnswerWriter(RecordingFiles& files, parse::Redactor& redactor, std::string_view question)
      : files_(files), redactor_(redactor), question_(question) {}

  template <class T>
  std::string written(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_arithmetic_v<T>) {
      return fmt::format("{}", value);
    } else {
      AnswerWriter object(files_, redactor_, question_);
      T copy = value;
      recorded::describe(object, copy);
      return "{" + object.members_ + "}";
    }
  }
  std::string written(const std::string& text) { return written_plain(without_secrets(text)); }

  std::string written(const std::vector<std::string>& texts) {
    using Order = parse::Redactor::Order;
    const bool is_journal = recorded::first_word(question_) == recorded::kJournal;
    const auto plain = redactor_.texts(texts, is_journal ? Order::newest_first : Order::as_written);
    std::string one_per_line;
    bool fits_lines = true;
    for (const auto& text : plain) {
      fits_lines = fits_lines && !text.starts_with('\t');
      for (const char c : text) one_per_line += c == '\n' ? "\n\t" : std::string(1, c);
      one_per_line += '\n';
    }
    if (fits_lines && one_per_line.size() > kInlineListBytes) return written_file("lines", one_per_line);
    std::string list;
    for (const auto& text : plain) list += (list.empty() ? "" : ",") + written_plain(text);
    return "[" + list + "]";
  }

  template <class T>
  std::string written(const std::vector<T>& items) {
    std::string list;
    for (const auto& item : items) list += (list.empty() ? "" : ",") + written(item);
    return "[" + list + "]";
  }

  // A member, as an archive of recorded::describe.
  template <class T>
  void operator()(std::string_view key, T& value) {
    if (!members_.empty()) members_ += ',';
    members_ += parse::json_text(key) + ":" + written(value);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& value) {
    if (value) (*this)(key, *value);
  }

 private:
  std::string without_secrets(const std::string& text) {
    if (question_.ends_with("/environ")) return redactor_.environment(text, "container");
    const bool is_settings = question_.ends_with("/etc/anon/anonrc") || question_.ends_with("/etc/coredns/Corefile");
    return is_settings ? redactor_.settings(text) : redactor_.text(text);
  }
  std::string written_plain(const std::string& text) {
    return parse::is_inline_text(text) ? parse::json_text(text) : written_file("file", text);
  }
  std::string written_file(std::string_view key, const std::string& content) {
    std::string name;
    for (const char c : question_.substr(0, kNameBytes)) {
      const bool fits = parse::is_text_name(std::string("x") + c);
      if (fits || (!name.empty() && name.back() != '-')) name += fits ? c : '-';
    }
    const std::string first = name;
    for (std::size_t i = 2; files_.contains("texts/" + name); ++i) name = fmt::format("{}-{}", first, i);
    files_.emplace("texts/" + name, content);
    return fmt::format("{{\"{}\":\"{}\"}}", key, name);
  }

  RecordingFiles& files_;
  parse::Redactor& redactor_;
  std::string_view question_;
  std::string members_;
};

class RecordingWriter {
 public:
  template <class T>
  void add(const Answers<T>& answers) {
    for (const auto& [question, answer] : answers) {
      if (answer.ok()) {
        AnswerWriter writer(written_.files, redactor_, question);
        lines_.emplace_back(question, parse::answer_line(question, writer.written(answer.value())));
      } else {
        lines_.emplace_back(question, parse::error_line(question, plain(answer.error())));
      }
    }
  }

  WrittenRecording take(const parse::RecordingHeader& header) {
    std::sort(lines_.begin(), lines_.end());
    std::string all;
    for (const auto& [question, line] : lines_) all += line;
    written_.files.emplace("answers.jsonl", std::move(all));
    written_.files.emplace("recording.json", parse::to_text(header));
    written_.redacted = redactor_.count();
    return std::move(written_);
  }

 private:
  Error plain(const Error& error) {
    const auto safe = [&](const std::string& text) {
      return cut_to_width(terminal_safe(redactor_.text(text)), kErrorColumns);
    };
    return {error.kind, safe(error.what), safe(error.where)};
  }

  parse::Redactor redactor_;
  WrittenRecording written_;
  std::vector<std::pair<std::string, std::string>> lines_;  // question and its line
};

}  // namespace

WrittenRecording to_files(const Recording& recording) {
  RecordingWriter writer;
  // First, so that stand-ins have the order of the peers' own keys.
  writer.add(recording.of<outside::WireguardDevice>());
  std::apply(
      [&](const auto&... answers) {
        const auto add = [&](const auto& one) {
          if constexpr (!std::is_same_v<decltype(one), const Answers<outside::WireguardDevice>&>) writer.add(one);
        };
        (add(answers), ...);
      },
      recording.answers);
  return writer.take(recording.header);
}

}  // namespace fleetwatch::io
