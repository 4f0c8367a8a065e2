#include "view/boxed_table.hpp"

#include <algorithm>

#include "base/terminal_text.hpp"

namespace fleetwatch::view {

namespace {

using Cells = std::vector<std::string>;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

class Box {
 public:
  explicit Box(const BoxedTable& table) : right_(table.right_aligned), widths_(table.header.size(), 0) {
    header_ = safe(table.header);
    for (const auto& row : table.rows) rows_.push_back(safe(row));
    if (!table.footer.empty()) footer_ = safe(table.footer);
    title_ = terminal_safe(table.title);
    const auto inner = inner_width();
    // A title that is wider than all columns widens the last one.
    if (const auto wanted = display_width(title_) + 2; wanted > inner) widths_.back() += wanted - inner;
  }

  std::string text() const {
    std::string text = "╭" + repeated("─", inner_width()) + "╮\n" + title_line() + rule("├", "┬", "┤");
    text += line(header_, false) + rule("├", "┼", "┤");
    for (const auto& row : rows_) text += line(row, true);
    if (!footer_.empty()) text += rule("├", "┼", "┤") + line(footer_, true);
    return text + rule("╰", "┴", "╯");
  }

 private:
  Cells safe(const Cells& cells) {
    Cells made;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      made.push_back(i < cells.size() ? terminal_safe(cells[i]) : std::string());
      widths_[i] = std::max(widths_[i], display_width(made.back()));
    }
    return made;
  }

  std::size_t inner_width() const {
    std::size_t inner = widths_.size() - 1;
    for (const auto width : widths_) inner += width + 2;
    return inner;
  }

  std::string title_line() const {
    const auto blanks = inner_width() - display_width(title_);
    return "│" + std::string((blanks + 1) / 2, ' ') + title_ + std::string(blanks / 2, ' ') + "│\n";
  }

  std::string rule(std::string_view left, std::string_view middle, std::string_view right) const {
    std::string text(left);
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) text += middle;
      text += repeated("─", widths_[i] + 2);
    }
    return text.append(right) + "\n";
  }

  std::string line(const Cells& cells, bool align) const {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string blanks(widths_[i] - display_width(cells[i]), ' ');
      const bool at_right = align && std::find(right_.begin(), right_.end(), i) != right_.end();
      text += "│ " + (at_right ? blanks + cells[i] : cells[i] + blanks) + " ";
    }
    return text + "│\n";
  }

  std::vector<std::size_t> right_;
  std::vector<std::size_t> widths_;
  std::string title_;
  Cells header_;
  std::vector<Cells> rows_;
  Cells footer_;
};

}  // namespace

std::string to_text(const BoxedTable& table) { return Box(table).text(); }

}  // namespace fleetwatch::view
