#include <fmt/format.h>

#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/text.hpp"
#include "io/recorded_fields.hpp"
#include "io/recorded_questions.hpp"
#include "io/recording.hpp"

namespace fleetwatch::io {

using parse::Json;

namespace {

constexpr std::string_view kAnswers = "answers.jsonl";
constexpr std::string_view kHeader = "recording.json";

// The texts of a `lines` file: a line that begins with a tab goes on with the text before it.
std::vector<std::string> texts_of_lines(std::string_view content) {
  std::vector<std::string> texts;
  if (content.ends_with('\n')) content.remove_suffix(1);
  else if (content.empty()) return texts;
  for (const auto line : split(content, '\n')) {
    if (line.starts_with('\t') && !texts.empty()) {
      texts.back() += '\n';
      texts.back() += line.substr(1);
    } else {
      texts.emplace_back(line);
    }
  }
  return texts;
}

// Reads values out of one answer; remembers the first thing that is not as it should be.
class AnswerReader {
 public:
  explicit AnswerReader(const RecordingFiles& files) : files_(files) {}

  const std::string& problem() const { return problem_; }

  void read(const Json& json, std::string_view name, bool& value) {
    keep(json.boolean(), name, "true or false", value);
  }
  template <class Number>
  requires std::is_integral_v<Number>
  void read(const Json& json, std::string_view name, Number& value) {
    std::optional<Number> number;
    if constexpr (std::is_signed_v<Number>) {
      const auto any = json.integer();
      if (any && std::in_range<Number>(*any)) number = static_cast<Number>(*any);
    } else {
      const auto any = json.unsigned_integer();
      if (any && std::in_range<Number>(*any)) number = static_cast<Number>(*any);
    }
    keep(number, name, "a number that fits", value);
  }
  void read(const Json& json, std::string_view name, std::string& value) {
    if (json.is_object()) {
      if (const auto* content = file(json, "file")) value = *content;
    } else {
      keep(json.text(), name, "a text (a long one stands in a file: {\"file\":\"NAME\"})", value);
    }
  }
  void read(const Json& json, std::string_view name, std::vector<std::string>& value) {
    if (json.is_object()) {
      if (const auto* content = file(json, "lines")) value = texts_of_lines(*content);
    } else {
      read_list(json, name, value);
    }
  }
  template <class T>
  void read(const Json& json, std::string_view name, std::vector<T>& value) {
    read_list(json, name, value);
  }
  template <class Struct>
  requires std::is_class_v<Struct>
  void read(const Json& json, std::string_view name, Struct& value) {
    if (!json.is_object()) return complain(fmt::format("{} is not an object", name));
    const auto outer = std::exchange(object_, json);
    recorded::describe(*this, value);
    object_ = outer;
  }

  // A member, as an archive of recorded::describe; one that is not there keeps its default.
  template <class T>
  void operator()(std::string_view key, T& value) {
    const auto json = object_.at(key);
    if (json.exists()) read(json, key, value);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& value) {
    const auto json = object_.at(key);
    if (json.exists()) read(json, key, value.emplace());
  }

 private:
  void complain(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }
  template <class T>
  void keep(std::optional<T> found, std::string_view name, std::string_view wanted, T& value) {
    if (!found) return complain(fmt::format("{} is not {}", name, wanted));
    value = std::move(*found);
  }
  template <class T>
  void read_list(const Json& json, std::string_view name, std::vector<T>& value) {
    if (!json.is_list()) return complain(fmt::format("{} is not a list", name));
    for (const auto& item : json.items()) read(item, name, value.emplace_back());
  }
  const std::string* file(const Json& json, std::string_view key) {
    const auto name = json.at(key).text();
    if (!name || !parse::is_text_name(*name)) {
      complain(fmt::format("\"{}\" names no file below texts", key));
      return nullptr;
    }
    const auto found = files_.find("texts/" + *name);
    if (found == files_.end()) complain(fmt::format("texts/{} is not there", *name));
    return found == files_.end() ? nullptr : &found->second;
  }

  const RecordingFiles& files_;
  Json object_;  // whose members are read
  std::string problem_;
};

// Puts one line where answers of its kind are. Errors: malformed.
using Keep = Result<void> (*)(parse::RecordedLine line, const RecordingFiles& files, Recording& recording);

template <class T>
Result<void> keep(parse::RecordedLine line, const RecordingFiles& files, Recording& recording) {
  auto& answers = recording.of<T>();
  if (answers.contains(line.question)) return Error{ErrorKind::malformed, "asked twice: " + line.question};
  if (line.error) {
    answers.emplace(std::move(line.question), std::move(*line.error));
    return {};
  }
  AnswerReader reader(files);
  T value{};
  reader.read(line.answer, "the answer", value);
  if (!reader.problem().empty()) return Error{ErrorKind::malformed, reader.problem() + ": " + line.question};
  answers.emplace(std::move(line.question), std::move(value));
  return {};
}

struct Kind {
  std::string_view first_word;
  Keep keep;
};

constexpr std::array kKinds = {
    Kind{recorded::kKernelRead, keep<std::string>},
    Kind{recorded::kKernelList, keep<std::vector<std::string>>},
    Kind{recorded::kKernelLinks, keep<std::vector<std::string>>},
    Kind{recorded::kDiskRead, keep<std::string>},
    Kind{recorded::kDiskTail, keep<std::string>},
    Kind{recorded::kDiskInfo, keep<outside::FileInfo>},
    Kind{recorded::kDiskList, keep<std::vector<std::string>>},
    Kind{recorded::kDiskUse, keep<outside::DiskUse>},
    Kind{recorded::kUnits, keep<std::vector<outside::LoadedUnit>>},
    Kind{recorded::kUnit, keep<outside::UnitDetails>},
    Kind{recorded::kJournal, keep<std::vector<std::string>>},
    Kind{recorded::kSockets, keep<std::vector<outside::ListeningSocket>>},
    Kind{recorded::kLinks, keep<outside::LinkTable>},
    Kind{recorded::kWireguard, keep<outside::WireguardDevice>},
    Kind{recorded::kHttp, keep<outside::HttpResponse>},
    Kind{recorded::kTcp, keep<std::string>},
    Kind{recorded::kDns, keep<outside::DnsAnswer>},
    Kind{recorded::kTls, keep<outside::Certificate>},
    Kind{recorded::kEcho, keep<bool>},
    Kind{recorded::kFirewall, keep<std::vector<outside::InputHook>>},
};

Result<void> keep_line(parse::JsonReader& reader, std::string_view text, const RecordingFiles& files,
                       Recording& recording) {
  auto line = parse::recorded_line(reader, text);
  if (!line) return line.error();
  const auto word = recorded::first_word(line->question);
  for (const auto& kind : kKinds) {
    if (kind.first_word == word) return kind.keep(std::move(line).value(), files, recording);
  }
  return Error{ErrorKind::malformed, fmt::format("no probe asks \"{}\"", word)};
}

}  // namespace

Result<Recording> from_files(const RecordingFiles& files) {
  Recording recording;
  for (const auto name : {kHeader, kAnswers}) {
    if (!files.contains(name)) return Error{ErrorKind::malformed, "is not there", std::string(name)};
  }
  auto header = parse::recording_header(files.find(kHeader)->second);
  if (!header) return Error{ErrorKind::malformed, header.error().what, std::string(kHeader)};
  recording.header = std::move(header).value();
  parse::JsonReader reader;
  std::size_t number = 0;
  for (const auto line : lines(files.find(kAnswers)->second)) {
    ++number;
    if (parse::is_left_out(line)) continue;
    const auto kept = keep_line(reader, line, files, recording);
    if (!kept) return Error{ErrorKind::malformed, kept.error().what, fmt::format("{}:{}", kAnswers, number)};
  }
  return recording;
}

}  // namespace fleetwatch::io
