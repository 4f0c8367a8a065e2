#include "view/document.hpp"

#include <algorithm>
#include <numeric>

#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::size_t kSpanBytes = 4096;  // the longest text that helps anybody on a line
constexpr std::size_t kWidest = 253;      // the longest host name of the DNS
constexpr std::string_view kGap = "  ";   // between columns

std::string bounded(std::string_view text) {
  if (text.size() <= kSpanBytes) return terminal_safe(text);
  std::size_t end = kSpanBytes;
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  for (int back = 0; back < 3 && continues(end); ++back) --end;
  return terminal_safe(text.substr(0, end)) + "…";
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

std::size_t total_width(const std::vector<std::size_t>& columns) {
  return std::accumulate(columns.begin(), columns.end(), (columns.size() - 1) * kGap.size());
}

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

std::vector<std::size_t> Table::column_widths(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(std::max(column.min_width, display_width(column.title)));
  const std::vector<std::size_t> least = widths;
  for (const Row& row : rows_) {
    const std::size_t own = row.size() < columns_.size() ? row.size() - 1 : row.size();
    for (std::size_t i = 0; i < own; ++i) widths[i] = std::max(widths[i], std::min(line_width(row[i]), kWidest));
  }
  // One long name must not push the other columns off the screen: whoever takes the most above its least gives way.
  for (std::size_t total = total_width(widths); width > 0 && total > width; total = total_width(widths)) {
    std::size_t greediest = 0;
    for (std::size_t i = 1; i < widths.size(); ++i) {
      if (widths[i] - least[i] > widths[greediest] - least[greediest]) greediest = i;
    }
    const std::size_t spare = widths[greediest] - least[greediest];
    if (spare == 0) break;
    widths[greediest] -= std::min(total - width, spare);
  }
  return widths;
}

std::vector<Line> Table::layout(std::size_t width) const {
  const auto widths = column_widths(width);
  const auto lay_out = [&](const Row& row) {
    Line line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      const Line cell = last && row.size() < columns_.size() ? row[i] : cut_line(row[i], widths[i]);
      const std::size_t padding = widths[i] - std::min(widths[i], line_width(cell));
      const bool right = columns_[i].align == Align::right;
      if (i > 0) line.emplace_back(kGap);
      if (right && padding > 0) line.emplace_back(blanks(padding));
      append(line, cell);
      if (!right && padding > 0 && !last) line.emplace_back(blanks(padding));
    }
    return cut_line(line, width);
  };

  Row header;
  for (const Column& column : columns_) header.push_back({Span(column.title, Style::header)});
  const std::size_t total = width == 0 ? total_width(widths) : std::min(total_width(widths), width);

  std::vector<Line> lines = {lay_out(header)};
  std::string rule;
  for (std::size_t i = 0; i < total; ++i) rule += "─";
  lines.push_back({Span(rule, Style::muted)});
  for (const Row& row : rows_) lines.push_back(lay_out(row));
  return lines;
}

}  // namespace fleetwatch::view
