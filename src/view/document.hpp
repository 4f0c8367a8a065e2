// What a person sees, as a value: lines of styled text, and tables laid out by display width. No terminal in here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::view {

enum class Style { plain, good, bad, warn, muted, header, bold };

// A piece of text in one style. Whatever it is made of, it is harmless for a terminal and of bounded length.
class Span {
 public:
  Span(std::string_view text, Style style = Style::plain);  // NOLINT(google-explicit-constructor)

  const std::string& text() const { return text_; }
  Style style() const { return style_; }
  std::size_t width() const;  // columns
  bool operator==(const Span&) const = default;

 private:
  std::string text_;
  Style style_;
};

using Line = std::vector<Span>;

struct Document {
  std::vector<Line> lines;

  void add(Line line) { lines.push_back(std::move(line)); }
  void add_blank() { lines.emplace_back(); }
  bool operator==(const Document&) const = default;
};

std::size_t line_width(const Line& line);

// At most `width` columns, "…" where it was cut; 0 is no limit.
Line cut_line(const Line& line, std::size_t width);

// Text broken at blanks into lines of at most `width` columns; 0 is no limit. Words stay whole, so that a path or an
// address can be copied: one that is longer than `width` has a line of its own.
std::vector<std::string> wrap(std::string_view safe_text, std::size_t width);

enum class Align { left, right };

struct Column {
  std::string title;
  std::size_t min_width = 0;
  Align align = Align::left;
};

// A table with a header and a line below it. Columns grow with their content, within reason; a row with fewer cells
// than columns gives its last cell the rest of the line.
class Table {
 public:
  using Cell = Line;
  using Row = std::vector<Cell>;

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(Row row) { rows_.push_back(std::move(row)); }

  // Lines of at most `width` columns; 0 is no limit.
  std::vector<Line> layout(std::size_t width) const;

 private:
  struct Measures {
    std::vector<std::size_t> widths;
    std::size_t gap;  // between columns
    std::size_t total() const;
  };
  Measures measures(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace fleetwatch::view
