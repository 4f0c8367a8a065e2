#include "parse/frame.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace fleetwatch::parse {
namespace {

using State = FrameReader::State;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kLimit = 1000;

std::string framed(const std::string& body, const std::string& status) {
  return "fw:ab12:begin\n" + body + "\nfw:ab12:end:" + status + "\n";
}

TEST(Frame, FindsTheReportBehindWhateverWasPrinted) {
  const std::string reply = "Welcome!\nfw:ab13:begin\n{}\n" + framed("{\"a\":1}", "0");
  for (std::size_t piece = 1; piece <= reply.size(); ++piece) {
    FrameReader reader("ab12", kLimit);
    for (std::size_t at = 0; at < reply.size(); at += piece) reader.feed(reply.substr(at, piece));
    EXPECT_EQ(reader.state(), State::complete) << piece;
    EXPECT_TRUE(reader.logged_in());
    EXPECT_EQ(reader.body(), "{\"a\":1}");
    EXPECT_EQ(reader.remote_status(), 0);
    EXPECT_TRUE(reader.has_object());
  }
}

struct Reply {
  const char* name;
  std::string bytes;
  State state;
  bool has_object;
};

TEST(Frame, KnowsHowFarAReplyCame) {
  const Reply cases[] = {
      {"nothing", "", State::waiting, false},
      {"forced command", "\n{\"a\":1}\n", State::waiting, true},
      {"forced command with noise", "hello {\"a\":1}", State::waiting, false},
      {"logged in", "fw:ab12:begin\n", State::inside, false},
      {"cut report", "fw:ab12:begin\n{\"a\":", State::inside, false},
      {"whole report without the end", "fw:ab12:begin\n{\"a\":1}", State::inside, false},
      {"status not all there", "fw:ab12:begin\n{}\nfw:ab12:end:12", State::inside, false},
      {"no report", framed("", "127"), State::complete, false},
      {"noise between the marks", framed("warning\n{}", "0"), State::complete, false},
      {"failed but whole", framed("{}", "3"), State::complete, true},
      {"no line end before the mark", "fw:ab12:begin\n{}fw:ab12:end:0\n", State::complete, true},
      {"absurd status", framed("{}", "99999999999999999999"), State::complete, true},
      {"empty status", framed("{}", ""), State::complete, true},
      {"end before begin", "fw:ab12:end:0\n{}", State::waiting, false},
      {"another token", "fw:ab:begin\n{}\nfw:ab:end:0\n", State::waiting, false},
  };
  for (const auto& one : cases) {
    FrameReader reader("ab12", kLimit);
    reader.feed(one.bytes);
    EXPECT_EQ(reader.state(), one.state) << one.name;
    EXPECT_EQ(reader.has_object(), one.has_object) << one.name;
  }
}

TEST(Frame, StopsAtTheLimit) {
  FrameReader reader("ab12", kLimit);
  EXPECT_EQ(reader.feed("fw:ab12:begin\n{"), State::inside);
  EXPECT_EQ(reader.feed(std::string(kLimit, ' ')), State::too_large);
  EXPECT_EQ(reader.feed("}\nfw:ab12:end:0\n"), State::too_large);
  EXPECT_TRUE(reader.logged_in());
  EXPECT_FALSE(reader.has_object());
}

TEST(Frame, AReplyThatFillsTheLimitExactlyIsWhole) {
  const auto reply = framed("{}", "0");
  FrameReader fits("ab12", reply.size());
  EXPECT_EQ(fits.feed(reply), State::complete);
  FrameReader short_by_two("ab12", reply.size() - 2);
  EXPECT_EQ(short_by_two.feed(reply), State::too_large);
}

// The mark's own beginning again and again: a reader that starts over at each would take a minute.
TEST(Frame, TakesLinearTime) {
  const std::size_t many = std::size_t{4} << 20;
  FrameReader reader("ab12", many * 2);
  std::string almost;
  while (almost.size() < many) almost += "fw:ab12:begi";
  for (std::size_t at = 0; at < almost.size(); at += 7) reader.feed(std::string_view(almost).substr(at, 7));
  EXPECT_EQ(reader.state(), State::waiting);
}

TEST(RemoteLine, ContainsNoMarkAndNothingOfTheToken) {
  const auto line = remote_line("ab12", "");
  EXPECT_THAT(line, HasSubstr("sudo -n"));
  EXPECT_THAT(line, HasSubstr("node report --json </dev/null"));
  EXPECT_THAT(line, Not(HasSubstr("fw:ab12")));
  FrameReader echoed("ab12", 100'000);
  EXPECT_EQ(echoed.feed(line + "\n"), State::waiting);
}

TEST(RemoteLine, RefusesATokenThatIsMoreThanAToken) {
  for (const auto* token : {"", "x", "ab 12", "ab;id", "'", "ab\n"}) {
    EXPECT_THROW((void)remote_line(token, ""), std::invalid_argument) << token;
  }
}

TEST(RemoteLine, QuotesTheGivenCommandForAnyLoginShell) {
  const auto line = remote_line("ab12", "cat 'a b' \\x !y");
  EXPECT_TRUE(line.ends_with("' sh 'cat '\\''a b'\\'' '\\\\'x '\\!'y'")) << line;
  EXPECT_THAT(line, Not(HasSubstr("sudo")));
}

}  // namespace
}  // namespace fleetwatch::parse
