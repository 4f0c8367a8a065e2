#include "parse/ufw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kTuple = "### tuple ###";
constexpr std::string_view kComment = " comment=";

// Fields of a tuple: action protocol to_port to from_port from [to_app from_app] [direction].
constexpr std::size_t kLeastFields = 6;
constexpr std::size_t kFieldsWithApps = 8;
constexpr std::size_t kMostFields = 9;

bool setting_is_yes(std::string_view text, std::string_view name) {
  bool yes = false;
  for (const auto line : lines(text)) {
    const auto setting = trim(line);
    const auto equals = std::min(setting.find('='), setting.size());
    if (equals == setting.size() || trim(setting.substr(0, equals)) != name) continue;
    auto value = trim(setting.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    yes = lower(value) == "yes";
  }
  return yes;
}

std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

// A half digit at the end is dropped, as ufw does.
std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    const auto high = hex_digit(digits[at]);
    const auto low = hex_digit(digits[at + 1]);
    if (!high || !low) break;
    bytes += static_cast<char>(*high * 16 + *low);
  }
  return bytes;
}

std::string without_escaped_blanks(std::string_view name) {
  std::string result;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool escaped = name.substr(at, 3) == "%20";
    result += escaped ? ' ' : name[at];
    if (escaped) at += 2;
  }
  return result;
}

std::string application(std::string_view field) { return field == "-" ? std::string() : without_escaped_blanks(field); }

bool is_anywhere(std::string_view network) { return network == "any" || network == "0.0.0.0/0" || network == "::/0"; }

std::string network(std::string_view field, bool v6) {
  if (is_anywhere(field)) return v6 ? "::/0" : "0.0.0.0/0";
  return lower(field);
}

// "in", "out_eth0", "in_wg0!out_eth0"; false when it is none of them.
bool read_direction(std::string_view field, UfwRule& rule) {
  const auto word = field.substr(0, field.find('_'));
  if (word != "in" && word != "out") return false;
  rule.out = word == "out";
  if (word.size() == field.size()) return true;
  const auto both = field.find("!out_");
  if (!rule.out && both != std::string_view::npos) {
    rule.interface_in = field.substr(3, both - 3);
    rule.interface_out = field.substr(both + 5);
    return true;
  }
  (rule.out ? rule.interface_out : rule.interface_in) = field.substr(word.size() + 1);
  return true;
}

// "allow", "route:deny_log-all"; false for an unknown kind of logging.
bool read_action(std::string_view field, UfwRule& rule) {
  if (const auto colon = field.find(':'); colon != std::string_view::npos) {
    rule.forward = true;
    field.remove_prefix(colon + 1);
  }
  const auto parts = split(field, '_');
  rule.action = lower(parts[0]);
  if (rule.action != "allow" && rule.action != "reject" && rule.action != "limit") rule.action = "deny";
  if (parts.size() > 1) rule.log = lower(parts[1]);
  return rule.log.empty() || rule.log == "log" || rule.log == "log-all";
}

std::optional<UfwRule> rule_of(std::string_view tuple, bool v6) {
  UfwRule rule;
  if (const auto comment = tuple.find(kComment); comment != std::string_view::npos) {
    rule.comment = from_hex(trim(tuple.substr(comment + kComment.size())));
    tuple = tuple.substr(0, comment);
  }
  const auto fields = words(trim(tuple));
  if (fields.size() < kLeastFields || fields.size() > kMostFields) return std::nullopt;
  rule.v6 = v6;
  rule.protocol = fields[1];
  rule.to_port = fields[2];
  rule.to = network(fields[3], v6);
  rule.from_port = fields[4];
  rule.from = network(fields[5], v6);
  if (fields.size() >= kFieldsWithApps) {
    rule.to_app = application(fields[6]);
    rule.from_app = application(fields[7]);
  }
  const bool has_direction = fields.size() % 2 == 1;  // files of old versions do not
  if (has_direction && !read_direction(fields.back(), rule)) return std::nullopt;
  if (!read_action(fields[0], rule)) return std::nullopt;
  return rule;
}

// One of the two ends of a rule, as the columns To and From show it.
struct End {
  std::string_view network;
  std::string_view port;
  std::string_view app;
  std::string_view interface;
};

std::string column(const UfwRule& rule, const End& end) {
  constexpr std::string_view kV6 = " (v6)";
  const bool anywhere = is_anywhere(end.network);
  const bool show_protocol = rule.protocol != "any" && rule.to_app.empty() && rule.from_app.empty();
  std::string text(anywhere ? std::string_view() : end.network);
  bool v6_shown = false;
  if (!end.app.empty() || end.port != "any") {
    if (!text.empty()) text += ' ';
    text += end.app.empty() ? end.port : end.app;
    v6_shown = !end.app.empty() && rule.v6 && anywhere;
    if (v6_shown) text += kV6;
    if (show_protocol) text += fmt::format("/{}", rule.protocol);
    if (!v6_shown && rule.v6 && is_anywhere(rule.to) && is_anywhere(rule.from)) text += kV6;
  } else {
    const bool same_ends = rule.to_port == rule.from_port && (!anywhere || rule.to == rule.from);
    if (anywhere) text = "Anywhere";
    if (show_protocol && same_ends) text += fmt::format("/{}", rule.protocol);
    if (anywhere && rule.v6) text += kV6;
  }
  if (!end.interface.empty()) text += fmt::format(" on {}", end.interface);
  return text;
}

// Rules made from one application profile have the same.
std::string application_key(const UfwRule& rule) {
  const auto& to = rule.to_app.empty() ? rule.to_port : rule.to_app;
  const auto& from = rule.from_app.empty() ? rule.from_port : rule.from_app;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", to, rule.to, from, rule.from, rule.out, rule.interface_in,
                     rule.interface_out);
}

std::string line_of(std::size_t number, const UfwRule& rule) {
  // A route names the interfaces along the packet's way, any other rule as seen from this machine.
  const auto& to_interface = rule.forward ? rule.interface_out : rule.interface_in;
  const auto& from_interface = rule.forward ? rule.interface_in : rule.interface_out;
  const auto to = column(rule, {rule.to, rule.to_port, rule.to_app, to_interface});
  const auto from = column(rule, {rule.from, rule.from_port, rule.from_app, from_interface});

  const std::string_view direction = rule.forward ? "FWD" : rule.out ? "OUT" : "IN";
  auto action = fmt::format("{} {}", rule.action, direction);
  std::transform(action.begin(), action.end(), action.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });

  std::vector<std::string> attributes;
  if (!rule.log.empty()) attributes.push_back(rule.log);
  if (rule.out) attributes.emplace_back("out");
  auto line = fmt::format("[{:2}] {:<26} {:<12}{:<26}", number, to, action, from);
  if (!attributes.empty()) line += fmt::format(" ({})", join(attributes, ", "));
  if (!rule.comment.empty()) line += fmt::format(" # {}", rule.comment);
  return terminal_safe(trim(line));
}

}  // namespace

bool ufw_enabled(std::string_view ufw_conf) { return setting_is_yes(ufw_conf, "ENABLED"); }

bool ufw_uses_ipv6(std::string_view default_ufw) { return setting_is_yes(default_ufw, "IPV6"); }

std::vector<UfwRule> ufw_rules(std::string_view text, bool v6) {
  std::vector<UfwRule> rules;
  for (const auto line : lines(text)) {
    if (rules.size() >= limits::kListItems) break;
    if (!line.starts_with(kTuple)) continue;
    if (auto rule = rule_of(line.substr(kTuple.size()), v6)) rules.push_back(std::move(*rule));
  }
  return rules;
}

std::vector<std::string> ufw_status_lines(const std::vector<UfwRule>& rules) {
  std::vector<std::string> found;
  std::set<std::string> applications;
  for (const auto& rule : rules) {
    const bool of_application = !rule.to_app.empty() || !rule.from_app.empty();
    if (of_application && !applications.insert(application_key(rule)).second) continue;
    found.push_back(line_of(found.size() + 1, rule));
  }
  return found;
}

}  // namespace fleetwatch::parse
