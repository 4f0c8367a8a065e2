#include "view/report_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <type_traits>
#include <utility>

#include "view/volatile_fields.hpp"
#include "view/wireguard.hpp"

namespace fleetwatch::view {

namespace {

using model::Change;
using model::Value;

constexpr std::string_view kPresent = "present";  // value of a whole section or list member

// What makes a member of a list the same one in both reports.
std::string identity(const model::Service& service) { return service.name; }
std::string identity(const model::Namespace& tenant) { return tenant.name; }
std::string identity(const model::Process& process) { return fmt::format("{}", process.pid); }
std::string identity(const model::ListeningPort& port) { return fmt::format("{}/{}", port.proto, port.port); }
std::string identity(const model::WireguardPeer& peer) {
  const auto ip = peer_ip(peer);
  return ip.empty() ? peer.public_key : std::string(ip);
}

std::optional<Watch> watch_of(std::string_view path) {
  const auto* found = std::find_if(kVolatileFields.begin(), kVolatileFields.end(), [&](const VolatileField& field) {
    return path.starts_with(field.path) && (path.size() == field.path.size() || path[field.path.size()] == '.');
  });
  return found == kVolatileFields.end() ? std::nullopt : std::optional(found->watch);
}

// Percentages beyond these are nonsense, and must not overflow.
constexpr std::int64_t kLeast = -1'000'000;
constexpr std::int64_t kMost = 1'000'000;

// "section.field: word" of an entry in `errors`: the text behind it has times and addresses in it.
std::string cause(const std::string& error) {
  const auto first = error.find(':');
  return first == std::string::npos ? error : error.substr(0, error.find(':', first + 1));
}

class Walk {
 public:
  Walk(const std::string& node, std::vector<Change>& out) : node_(node), out_(out) {}

  template <model::HasFields T>
  void compare(const T& before, const T& after) {
    if (before == after) return;
    model::for_each_field<T>([&](const auto& field) {
      const Step step(*this, field.key);
      if (watch_of(bare_) == Watch::never) return;
      compare(before.*field.member, after.*field.member);
    });
  }

 private:
  // Into a member, by its key, or into one of many, by its name in brackets.
  class Step {
   public:
    Step(Walk& walk, std::string_view key) : walk_(walk), shown_(walk.shown_.size()), bare_(walk.bare_.size()) {
      if (!walk.shown_.empty()) walk.shown_ += '.';
      if (!walk.bare_.empty()) walk.bare_ += '.';
      walk.shown_ += key;
      walk.bare_ += key;
    }
    Step(Walk& walk, const std::string& name, int /*in brackets*/)
        : walk_(walk), shown_(walk.shown_.size()), bare_(walk.bare_.size()) {
      walk.shown_ += "[" + name + "]";
    }
    ~Step() {
      walk_.shown_.resize(shown_);
      walk_.bare_.resize(bare_);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Walk& walk_;
    std::size_t shown_;
    std::size_t bare_;
  };

  void compare(const std::string& before, const std::string& after) { compare_scalars(before, after); }
  void compare(bool before, bool after) { compare_scalars(before, after); }
  void compare(std::int64_t before, std::int64_t after) {
    const auto watch = watch_of(bare_);
    if (watch == Watch::by_start) return;
    if (watch == Watch::by_points &&
        std::abs(std::clamp(before, kLeast, kMost) - std::clamp(after, kLeast, kMost)) < kPoints)
      return;
    compare_scalars(before, after);
  }
  void compare(std::uint64_t before, std::uint64_t after) { compare_scalars(before, after); }
  void compare(double before, double after) { compare_scalars(before, after); }

  void compare(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    std::set<std::string> old_items(before.begin(), before.end());
    std::set<std::string> new_items(after.begin(), after.end());
    if (bare_ == "errors") {
      old_items.clear();
      new_items.clear();
      for (const auto& error : before) old_items.insert(cause(error));
      for (const auto& error : after) new_items.insert(cause(error));
    }
    for (const auto& item : old_items) {
      if (!new_items.contains(item)) emit(Value(item), std::nullopt);
    }
    for (const auto& item : new_items) {
      if (!old_items.contains(item)) emit(std::nullopt, Value(item));
    }
  }

  template <model::HasFields T>
  void compare(const std::vector<T>& before, const std::vector<T>& after) {
    std::map<std::string, const T*> old_items;
    std::map<std::string, const T*> new_items;
    for (const T& item : before) old_items.emplace(identity(item), &item);
    for (const T& item : after) new_items.emplace(identity(item), &item);
    compare_members(old_items, new_items);
  }

  template <class T>
  void compare(const std::map<std::string, T>& before, const std::map<std::string, T>& after) {
    std::map<std::string, const T*> old_items;
    std::map<std::string, const T*> new_items;
    for (const auto& [key, item] : before) old_items.emplace(key, &item);
    for (const auto& [key, item] : after) new_items.emplace(key, &item);
    compare_members(old_items, new_items);
  }

  template <class T>
  void compare(const std::optional<T>& before, const std::optional<T>& after) {
    if (before && after) compare(*before, *after);
    else if (before || after) emit(value_of(before), value_of(after));
  }

  template <class T>
  void compare(const model::Section<T>& before, const model::Section<T>& after) {
    if (before && after) compare(*before, *after);
    else if (before != after) emit(state_of(before), state_of(after));
  }

  template <class T>
  void compare_members(const std::map<std::string, const T*>& before, const std::map<std::string, const T*>& after) {
    for (const auto& [name, item] : before) {
      const Step step(*this, name, 0);
      const auto other = after.find(name);
      if (other != after.end()) compare(*item, *other->second);
      else emit(Value(std::string(kPresent)), std::nullopt);
    }
    for (const auto& [name, item] : after) {
      if (before.contains(name)) continue;
      const Step step(*this, name, 0);
      emit(std::nullopt, Value(std::string(kPresent)));
    }
  }

  template <class T>
  void compare_scalars(const T& before, const T& after) {
    if (before != after) emit(Value(before), Value(after));
  }

  template <class T>
  static std::optional<Value> value_of(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    if constexpr (std::is_constructible_v<Value, T>) return Value(*value);
    else return Value(std::string(kPresent));
  }

  template <class T>
  static std::optional<Value> state_of(const model::Section<T>& section) {
    if (section.is_crashed()) return Value(std::string("crashed"));
    if (!section) return std::nullopt;
    return Value(std::string(kPresent));
  }

  void emit(std::optional<Value> before, std::optional<Value> after) {
    out_.push_back({node_, shown_, std::move(before), std::move(after)});
  }

  const std::string& node_;
  std::vector<Change>& out_;
  std::string shown_;
  std::string bare_;  // without brackets
};

}  // namespace

void add_report_changes(const std::string& node, const model::NodeReport& before, const model::NodeReport& after,
                        std::vector<Change>& out) {
  Walk(node, out).compare(before, after);
}

}  // namespace fleetwatch::view
