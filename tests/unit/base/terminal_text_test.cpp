#include "base/terminal_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fleetwatch {
namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string text;
  std::string safe;
};

TEST(TerminalSafe, MakesHarmVisibleAndKeepsTheRest) {
  const Case cases[] = {
      {"plain", "raft_state: Leader", "raft_state: Leader"},
      {"letters of the world", "Zürich 日本 🚀", "Zürich 日本 🚀"},
      {"colour", "\x1b[31mred", "\\x1b[31mred"},
      {"title of the window", "\x1b]0;x\x07", "\\x1b]0;x\\x07"},
      {"line ends and tab", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
      {"nul", "a\0b"s, "a\\x00b"},
      {"delete", "\x7f", "\\x7f"},
      {"C1 as UTF-8",
       "\xc2\x9b"
       "31m",
       "\\u009b31m"},
      {"C1 as a byte",
       "\x9b"
       "31m",
       "\\x9b31m"},
      {"right-to-left override", "a\u202egnp.exe", "a\\u202egnp.exe"},
      {"isolates", "\u2066x\u2069", "\\u2066x\\u2069"},
      {"line separator", "a\u2028b", "a\\u2028b"},
      {"soft hyphen", "a\u00adb", "a\\u00adb"},
      {"zero width", "a\u200bb\u200cc\u200dd", "a\\u200bb\\u200cc\\u200dd"},
      {"word joiner and invisible operators", "\u2060\u2061\u2064", "\\u2060\\u2061\\u2064"},
      {"tags", "x\U000e0001\U000e0041\U000e007f", "x\\U000e0001\\U000e0041\\U000e007f"},
      {"beside them", "\u00ac\u200a\u2010\u206a\U000e0100", "\u00ac\u200a\u2010\u206a\U000e0100"},
      {"byte order mark", "\ufeffx", "\\ufeffx"},
      {"truncated sequence", "a\xe2\x94", "a\\xe2\\x94"},
      {"overlong escape", "\xc0\x9b", "\\xc0\\x9b"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"beyond Unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"no lead byte", "\xff\xfe", "\\xff\\xfe"},
      {"empty", "", ""},
  };
  for (const Case& one : cases) {
    const std::string safe = terminal_safe(one.text);
    EXPECT_EQ(safe, one.safe) << one.name;
    EXPECT_EQ(terminal_safe(safe), safe) << one.name << " is not stable";
  }
}

TEST(TerminalSafe, LeavesNoControlByteOfAnyTwoBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string safe = terminal_safe(std::string{static_cast<char>(first), static_cast<char>(second)});
      for (const char c : safe) {
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << first << ' ' << second;
      }
      ASSERT_FALSE(safe.size() == 2 && safe[0] == '\xc2' && static_cast<unsigned char>(safe[1]) < 0xa0) << second;
    }
  }
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("node"), 4U);
  EXPECT_EQ(display_width("Zürich"), 6U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("🚀"), 2U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("─└…→"), 4U);
  EXPECT_EQ(display_width("✅⌚⚡"), 6U);         // emoji outside the planes of emoji
  EXPECT_EQ(display_width("한국어"), 6U);      //
  EXPECT_EQ(display_width("ｆｕｌｌ"), 8U);    // full width
  EXPECT_EQ(display_width("ﾊﾝ"), 2U);          // half width
  EXPECT_EQ(display_width("שָׁלוֹם"), 4U);        // Hebrew with points
  EXPECT_EQ(display_width("हिन्दी"), 5U);       // letters and the vowel signs that have room of their own
  EXPECT_EQ(display_width("☺\ufe0f"), 1U);     // variation selector
  EXPECT_EQ(display_width("\U0002A6D6"), 2U);  // a rare ideograph
  EXPECT_EQ(display_width("\U000E0101"), 0U);  // supplementary variation selector
}

TEST(CutToWidth, NeverTakesMoreColumnsThanAllowed) {
  EXPECT_EQ(cut_to_width("node", 4), "node");
  EXPECT_EQ(cut_to_width("nodes", 4), "nod…");
  EXPECT_EQ(cut_to_width("nodes", 1), "…");
  EXPECT_EQ(cut_to_width("nodes", 0), "");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");  // a wide character does not fit half
  EXPECT_EQ(cut_to_width("日本", 4), "日本");
  for (std::size_t width = 0; width < 12; ++width) EXPECT_LE(display_width(cut_to_width("a日b本c語d", width)), width);
}

}  // namespace
}  // namespace fleetwatch
