#include "parse/recording.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fleetwatch::parse {
namespace {

TEST(Recording, HeaderIsReadAsItWasWritten) {
  const RecordingHeader header{1'771'243'200'000, "0.1 \"x\"", "8.8.8.8"};
  const auto read = recording_header(to_text(header));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->unix_ms, header.unix_ms);
  EXPECT_EQ(read->collector_version, header.collector_version);
  EXPECT_EQ(read->internet_target, header.internet_target);
}

TEST(Recording, HeaderIsChecked) {
  const char* cases[] = {"",
                         "[]",
                         "{}",
                         R"({"format":"fleetwatch.recording/2","unix_ms":1})",
                         R"({"format":"fleetwatch.recording/1"})",
                         R"({"format":"fleetwatch.recording/1","unix_ms":-1})",
                         R"({"format":"fleetwatch.recording/1","unix_ms":9223372036854775807})"};
  for (const auto* text : cases) {
    const auto header = recording_header(text);
    ASSERT_FALSE(header) << text;
    EXPECT_EQ(header.error().kind, ErrorKind::malformed) << text;
  }
}

TEST(Recording, AnAnswerIsReadAsItWasWritten) {
  JsonReader reader;
  const auto line = recorded_line(reader, answer_line("kernel.read /a \"b\"", json_text("x\ty\n\x01\\")));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->question, "kernel.read /a \"b\"");
  EXPECT_FALSE(line->error);
  EXPECT_EQ(line->answer.text(), "x\ty\n\x01\\");
}

TEST(Recording, AnErrorIsReadAsItWasWritten) {
  JsonReader reader;
  for (const auto kind : {ErrorKind::timeout, ErrorKind::denied, ErrorKind::unavailable, ErrorKind::malformed,
                          ErrorKind::crashed, ErrorKind::not_found, ErrorKind::too_large}) {
    const auto line = recorded_line(reader, error_line("links", Error{kind, "what", "where"}));
    ASSERT_TRUE(line && line->error);
    EXPECT_EQ(line->error->kind, kind);
    EXPECT_EQ(to_string(*line->error), "where: what");
  }
}

TEST(Recording, LinesAreChecked) {
  JsonReader reader;
  const char* cases[] = {"x",
                         "{}",
                         R"({"ask":"links"})",
                         R"({"ask":"","answer":1})",
                         R"({"ask":1,"answer":1})",
                         R"({"ask":"links","answer":1,"error":{"kind":"timeout"}})",
                         R"({"ask":"links","error":{"kind":"lost"}})",
                         R"({"ask":"links","answer":1)"};
  for (const auto* text : cases) EXPECT_FALSE(recorded_line(reader, text)) << text;
  EXPECT_TRUE(is_left_out("  # a remark"));
  EXPECT_TRUE(is_left_out(" \t"));
  EXPECT_FALSE(is_left_out("{}"));
}

TEST(Recording, OnlyWhatReadsWellStandsInALine) {
  EXPECT_TRUE(is_inline_text(""));
  EXPECT_TRUE(is_inline_text("one line\n"));
  EXPECT_FALSE(is_inline_text("two\nlines"));
  EXPECT_FALSE(is_inline_text("\xff"));
  EXPECT_FALSE(is_inline_text(std::string(1000, 'x')));
}

TEST(Recording, NamesLeadOutOfNoFolder) {
  for (const auto* name : {"a", "http-GET-4001-health", "a..b", "x@y_z"}) EXPECT_TRUE(is_text_name(name)) << name;
  for (const auto* name : {"", ".", "..", "../a", "a/b", "/etc/passwd", "a\nb"})
    EXPECT_FALSE(is_text_name(name)) << name;
  EXPECT_FALSE(is_text_name(std::string(300, 'a')));
}

}  // namespace
}  // namespace fleetwatch::parse
