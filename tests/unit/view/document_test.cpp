#include "view/document.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/terminal_text.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

std::string plain(const std::vector<Line>& lines) {
  Document document;
  document.lines = lines;
  return to_text(document, false);
}

TEST(Span, IsHarmlessWhateverItIsMadeOf) {
  EXPECT_EQ(Span("\x1b[2J").text(), "\\x1b[2J");
  EXPECT_EQ(Span("two\nlines").text(), "two\\x0alines");
}

TEST(Span, IsBounded) {
  EXPECT_LE(Span(std::string(1'000'000, 'x')).text().size(), 5'000U);
  std::string marks;  // takes no column at all, so no width bounds it
  for (int i = 0; i < 100'000; ++i) marks += "\u0301";
  EXPECT_LE(Span(marks).text().size(), 5'000U);
}

TEST(Span, IsNotCutInsideACharacter) {
  std::string text = "x";
  for (int i = 0; i < 3'000; ++i) text += "日";
  EXPECT_EQ(Span(text).text().find("\\x"), std::string::npos);
}

TEST(CutLine, MarksWhatIsMissing) {
  const Line line = {Span("abc", Style::bad), Span("def")};
  EXPECT_EQ(cut_line(line, 0), line);
  EXPECT_EQ(cut_line(line, 6), line);
  EXPECT_EQ(plain({cut_line(line, 5)}), "abcd…\n");
  EXPECT_EQ(plain({cut_line(line, 3)}), "ab…\n");
  EXPECT_EQ(cut_line(line, 3).front().style(), Style::bad);
}

TEST(Wrap, BreaksAtBlanksAndKeepsWordsWhole) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 0), (Lines{"one two three"}));
  EXPECT_EQ(wrap("one two three", 13), (Lines{"one two three"}));
  EXPECT_EQ(wrap("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("see /etc/wireguard/wg0.conf now", 8), (Lines{"see", "/etc/wireguard/wg0.conf", "now"}));
  EXPECT_EQ(wrap("日本 日本", 5), (Lines{"日本", "日本"}));
  EXPECT_EQ(wrap("", 5), (Lines{""}));
}

TEST(Table, PadsByColumnsNotByBytes) {
  Table table({{"NAME", 4}, {"N", 3, Align::right}, {"REST"}});
  table.add({{Span("日本語")}, {Span("1")}, {Span("a")}});
  table.add({{Span("e\u0301")}, {Span("22")}, {Span("b")}});
  EXPECT_EQ(plain(table.layout(0)),
            "NAME      N  REST\n"
            "─────────────────\n"
            "日本語    1  a\n"
            "e\u0301        22  b\n");
}

TEST(Table, ColourDoesNotMoveColumns) {
  Table table({{"A", 4}, {"B"}});
  table.add({{Span("x", Style::bad)}, {Span("y")}});
  EXPECT_EQ(plain({table.layout(0).back()}), "x     y\n");
}

TEST(Table, AShortRowHasTheRestOfTheLine) {
  Table table({{"A", 3}, {"B", 3}, {"C", 3}});
  table.add({{Span("x")}, {Span("this says why there is nothing to show")}});
  EXPECT_EQ(plain(table.layout(20)),
            "A    B    C\n"
            "─────────────\n"
            "x    this says why …\n");
}

TEST(Table, OneLongCellDoesNotPushTheOthersAway) {
  Table table({{"A", 3}, {"B", 3}});
  table.add({{Span(std::string(10'000, 'x'))}, {Span("y")}});
  for (const std::size_t width : {10U, 80U, 0U}) {
    for (const Line& line : table.layout(width)) EXPECT_LE(line_width(line), width == 0 ? 300 : width);
  }
  EXPECT_NE(plain(table.layout(80)).find("…  y"), std::string::npos);
}

TEST(Table, LinesHaveNoBlanksAtTheEnd) {
  Table table({{"A", 9}, {"B", 9}});
  table.add({{Span("x")}, {Span("y")}});
  for (const Line& line : table.layout(0)) EXPECT_FALSE(plain({line}).ends_with(" \n"));
}

TEST(ToText, ColoursOnlyWhenAsked) {
  Document document;
  document.add({Span("a", Style::good), Span(" b ", Style::plain), Span("c", Style::header)});
  document.add_blank();
  EXPECT_EQ(to_text(document, false), "a b c\n\n");
  EXPECT_EQ(to_text(document, true), "\x1b[92ma\x1b[0m b \x1b[1;97mc\x1b[0m\n\n");
}

}  // namespace
}  // namespace fleetwatch::view
