#include "parse/shell_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(ShellWords, AreSplitAsAShellDoes) {
  struct Case {
    const char* line;
    std::vector<std::string> words;
  };
  for (const auto& [line, words] : {
           Case{"", {}},
           Case{"  \t\n", {}},
           Case{"backup.sh  -v", {"backup.sh", "-v"}},
           Case{R"(sh -c 'a b')", {"sh", "-c", "a b"}},
           Case{R"(a"b c"'d e')", {"ab cd e"}},
           Case{R"(a\ b \' \\)", {"a b", "'", "\\"}},
           Case{R"("\"\a\$" '\')", {"\"\\a$", "\\"}},
           Case{R"('' "")", {"", ""}},
           Case{"$HOME *", {"$HOME", "*"}},
       }) {
    const auto split = shell_words(line);
    ASSERT_TRUE(split) << line;
    EXPECT_EQ(*split, words) << line;
  }
}

TEST(ShellWords, RefusesWhatIsNotFinished) {
  for (const char* line : {"'a", "a \"b", "a\\"}) {
    const auto split = shell_words(line);
    ASSERT_FALSE(split) << line;
    EXPECT_EQ(split.error().kind, ErrorKind::input);
  }
}

}  // namespace
}  // namespace fleetwatch::parse
