#include "view/fold.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::size_t kLongestHost = 253;  // bytes, of a name in the DNS; what is longer is not taken apart
constexpr std::size_t kWidestSet = 40;     // columns; a longer list is continued in a set of its own

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A host as texts and numbers in turn; the first piece is a text and may be empty.
using Pieces = std::vector<std::string>;

bool can_fold(std::string_view host) {
  return host.size() <= kLongestHost && host.find_first_of("[],") == std::string_view::npos;
}

Pieces pieces_of(std::string_view host) {
  Pieces pieces(1);
  for (const char c : host) {
    const bool in_number = pieces.size() % 2 == 0;
    if (is_digit(c) != in_number) pieces.emplace_back();
    pieces.back() += c;
  }
  return pieces;
}

std::string without(const Pieces& pieces, const std::set<std::size_t>& left_out) {
  std::string key;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!left_out.contains(i)) key += pieces[i];
    key += '\0';
  }
  return key;
}

std::string_view significant(std::string_view digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}

// By value, then by leading zeros; of any length, so no number is too large.
bool less_number(std::string_view a, std::string_view b) {
  const auto key = [](std::string_view digits) {
    const auto value = significant(digits);
    return std::tuple(value.size(), value, digits.size());
  };
  return key(a) < key(b);
}

// The number after `digits` as the same hand would write it: 9 → 10, 09 → 10, 099 → 100.
std::string successor(std::string digits) {
  for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
    if (*at != '9') return ++*at, digits;
    *at = '0';
  }
  return "1" + digits;
}

using Members = std::vector<std::size_t>;

class Folding {
 public:
  explicit Folding(const std::vector<std::string>& hosts) : hosts_(hosts) {
    for (const auto& host : hosts) pieces_.push_back(can_fold(host) ? pieces_of(host) : Pieces());
  }

  std::vector<HostSet> sets() {
    std::map<std::string, Members> by_shape;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      const Pieces& pieces = pieces_[i];
      std::set<std::size_t> numbers;
      for (std::size_t at = 1; at < pieces.size(); at += 2) numbers.insert(at);
      if (numbers.empty()) add_alone(i);
      else by_shape[without(pieces, numbers)].push_back(i);
    }
    for (const auto& [shape, members] : by_shape) fold_shape(members);
    std::sort(sets_.begin(), sets_.end(), [](const HostSet& a, const HostSet& b) { return first(a) < first(b); });
    return std::move(sets_);
  }

 private:
  static std::size_t first(const HostSet& set) { return *std::min_element(set.members.begin(), set.members.end()); }

  void add_alone(std::size_t member) { sets_.push_back({hosts_[member], {member}}); }

  // Hosts with the same texts: the number whose place gives the fewest sets goes into the brackets, the last such one.
  void fold_shape(const Members& members) {
    std::optional<std::map<std::string, Members>> best;
    std::size_t best_at = 0;
    for (std::size_t at = 1; at < pieces_[members.front()].size(); at += 2) {
      std::map<std::string, Members> groups;
      for (const auto member : members) groups[without(pieces_[member], {at})].push_back(member);
      if (best && groups.size() > best->size()) continue;
      best = std::move(groups);
      best_at = at;
    }
    for (auto& [rest, group] : *best) add_sets(std::move(group), best_at);
  }

  void add_sets(Members members, std::size_t at) {
    const auto number = [&](std::size_t member) -> const std::string& { return pieces_[member][at]; };
    std::stable_sort(members.begin(), members.end(),
                     [&](std::size_t a, std::size_t b) { return less_number(number(a), number(b)); });
    const bool hexadecimal = hosts_[members.front()].find(':') != std::string::npos;
    const auto follows = [&](std::size_t member, std::size_t next) {
      return number(next) == successor(number(member)) && !(hexadecimal && number(member).back() == '9');
    };
    HostSet set;
    std::string list;
    for (std::size_t begin = 0; begin < members.size();) {
      std::size_t end = begin + 1;
      while (end < members.size() && follows(members[end - 1], members[end])) ++end;
      std::string item = number(members[begin]);
      if (end - begin > 1) item += "-" + number(members[end - 1]);
      const bool too_long = display_width(hosts_[members.front()]) + list.size() + item.size() > kWidestSet;
      if (!set.members.empty() && too_long) finish(set, list, at);
      if (!list.empty()) list += ',';
      list += item;
      set.members.insert(set.members.end(), members.begin() + static_cast<std::ptrdiff_t>(begin),
                         members.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
    finish(set, list, at);
  }

  void finish(HostSet& set, std::string& list, std::size_t at) {
    if (set.members.size() == 1) {
      add_alone(set.members.front());
    } else {
      Pieces pieces = pieces_[set.members.front()];
      pieces[at] = "[" + list + "]";
      for (const auto& piece : pieces) set.text += piece;
      sets_.push_back(std::move(set));
    }
    set = {};
    list.clear();
  }

  const std::vector<std::string>& hosts_;
  std::vector<Pieces> pieces_;
  std::vector<HostSet> sets_;
};

std::string text_of(const Table::Cell& cell) {
  std::string text;
  for (const Span& span : cell) text += span.text();
  return text;
}

// Equal for rows that may become one; spans are one line each, so control characters can separate.
std::string key_of(const Table::Row& row, const std::vector<std::size_t>& names) {
  std::string key;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool is_name = std::find(names.begin(), names.end(), i) != names.end();
    for (const Span& span : row[i]) {
      key += static_cast<char>('A' + static_cast<int>(span.style()));
      if (!is_name) key += span.text();
    }
    key += '\n';
  }
  return key;
}

Table::Cell renamed(const Table::Cell& cell, std::string_view text) {
  return {Span(text, cell.empty() ? Style::plain : cell.front().style())};
}

std::string listed(const std::vector<Table::Row>& rows, const Members& members, std::size_t column) {
  std::vector<std::string> texts;
  for (const auto member : members) texts.push_back(text_of(rows[member][column]));
  std::vector<std::string> sets;
  for (const HostSet& set : host_sets(texts)) sets.push_back(set.text);
  return join(sets, ",");
}

}  // namespace

std::vector<HostSet> host_sets(const std::vector<std::string>& hosts) { return Folding(hosts).sets(); }

std::vector<Table::Row> fold_rows(const std::vector<Table::Row>& rows, const std::vector<std::size_t>& names,
                                  std::size_t columns) {
  if (names.empty()) return rows;
  const Members first_name = {names.front()};
  const auto names_of = [&](const Table::Row& row) -> const Members& {
    return row.size() < columns ? first_name : names;
  };
  std::unordered_map<std::string, Members> by_key;
  for (std::size_t i = 0; i < rows.size(); ++i) by_key[key_of(rows[i], names_of(rows[i]))].push_back(i);

  std::map<std::size_t, Table::Row> folded;  // by first member
  for (const auto& [key, members] : by_key) {
    if (rows[members.front()].size() <= names.front()) {
      for (const auto member : members) folded.emplace(member, rows[member]);
      continue;
    }
    std::vector<std::string> hosts;
    for (const auto member : members) hosts.push_back(text_of(rows[member][names.front()]));
    for (HostSet& set : host_sets(hosts)) {
      for (auto& member : set.members) member = members[member];
      const auto first = *std::min_element(set.members.begin(), set.members.end());
      Table::Row row = rows[first];
      if (set.members.size() > 1) {
        row[names.front()] = renamed(row[names.front()], set.text);
        for (const auto name : names_of(row)) {
          if (name != names.front()) row[name] = renamed(row[name], listed(rows, set.members, name));
        }
      }
      folded.emplace(first, std::move(row));
    }
  }
  std::vector<Table::Row> result;
  for (auto& [first, row] : folded) result.push_back(std::move(row));
  return result;
}

}  // namespace fleetwatch::view
