#include "view/document.hpp"

#include <algorithm>
#include <numeric>

#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::size_t kSpanBytes = 4096;  // the longest text that helps anybody on a line
constexpr std::size_t kWidest = 253;      // the longest host name of the DNS
constexpr std::size_t kGap = 2;           // between columns

std::string bounded(std::string_view text) {
  if (text.size() <= kSpanBytes) return terminal_safe(text);
  std::size_t end = kSpanBytes;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  for (int back = 0; back < 3 && continues(end); ++back) --end;
  return terminal_safe(text.substr(0, end)) + "…";
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

void append(Line& line, const Line& more) { line.insert(line.end(), more.begin(), more.end()); }

}  // namespace

Span::Span(std::string_view text, Style style) : text_(bounded(text)), style_(style) {}

std::size_t Span::width() const { return display_width(text_); }

std::size_t line_width(const Line& line) {
  std::size_t width = 0;
  for (const Span& span : line) width += span.width();
  return width;
}

Line cut_line(const Line& line, std::size_t width) {
  if (width == 0 || line_width(line) <= width) return line;
  Line cut;
  std::size_t left = width;
  for (const Span& span : line) {
    if (span.width() >= left) {
      // The blank makes a span that just fits too long, so that the mark also stands for the spans behind it.
      cut.emplace_back(cut_to_width(span.text() + " ", left), span.style());
      break;
    }
    left -= span.width();
    cut.push_back(span);
  }
  return cut;
}

std::vector<std::string> wrap(std::string_view safe_text, std::size_t width) {
  if (width == 0 || display_width(safe_text) <= width) return {std::string(safe_text)};
  std::vector<std::string> lines = {""};
  for (const std::string_view word : words(safe_text)) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (display_width(line) + 1 + display_width(word) <= width) {
      line.append(1, ' ').append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

std::size_t Table::Measures::total() const {
  return std::accumulate(widths.begin(), widths.end(), (std::max<std::size_t>(widths.size(), 1) - 1) * gap);
}

Table::Measures Table::measures(std::size_t width) const {
  std::vector<std::size_t> content;
  for (const Column& column : columns_) content.push_back(std::min(Span(column.title).width(), kWidest));
  std::vector<std::size_t> least = content;
  for (const Row& row : rows_) {
    const std::size_t own = row.size() < columns_.size() ? row.size() - 1 : row.size();
    for (std::size_t i = 0; i < own; ++i) content[i] = std::max(content[i], std::min(line_width(row[i]), kWidest));
  }
  Measures measures{{}, kGap};
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    least[i] = std::min(content[i], std::max(columns_[i].min_width, least[i]));
    measures.widths.push_back(std::max(columns_[i].min_width, content[i]));
  }
  // One long name must not push the other columns off the screen: whoever takes the most above its least gives way.
  auto& widths = measures.widths;
  for (std::size_t total = measures.total(); width > 0 && total > width; total = measures.total()) {
    std::size_t greediest = 0;
    for (std::size_t i = 1; i < widths.size(); ++i) {
      if (widths[i] - least[i] > widths[greediest] - least[greediest]) greediest = i;
    }
    const std::size_t spare = widths[greediest] - least[greediest];
    if (spare == 0) break;
    widths[greediest] -= std::min(total - width, spare);
  }
  if (width > 0 && measures.total() > width) measures.gap = 1;
  return measures;
}

std::vector<Line> Table::layout(std::size_t width) const {
  const Measures measured = measures(width);
  const auto& widths = measured.widths;
  const auto lay_out = [&](const Row& row) {
    Line line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      const Line cell = last && row.size() < columns_.size() ? row[i] : cut_line(row[i], widths[i]);
      const std::size_t padding = widths[i] - std::min(widths[i], line_width(cell));
      const bool right = columns_[i].align == Align::right;
      if (i > 0) line.emplace_back(blanks(measured.gap));
      if (right && padding > 0) line.emplace_back(blanks(padding));
      append(line, cell);
      if (!right && padding > 0 && !last) line.emplace_back(blanks(padding));
    }
    return cut_line(line, width);
  };

  Row header;
  for (const Column& column : columns_) header.push_back({Span(column.title, Style::header)});
  const std::size_t total = width == 0 ? measured.total() : std::min(measured.total(), width);

  std::vector<Line> lines = {lay_out(header)};
  std::string rule;
  for (std::size_t i = 0; i < total; ++i) rule += "─";
  lines.push_back({Span(rule, Style::muted)});
  for (const Row& row : rows_) lines.push_back(lay_out(row));
  return lines;
}

}  // namespace fleetwatch::view
