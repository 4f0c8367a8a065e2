#include "view/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

using model::Explanation;
using model::Severity;

constexpr std::string_view kItem = "  ";
constexpr std::size_t kReadable = 100;  // columns of running text

Style style_of(Severity severity) {
  if (severity == Severity::critical) return Style::bad;
  return severity == Severity::warning ? Style::warn : Style::muted;
}

class Page {
 public:
  explicit Page(std::size_t width) : width_(width == 0 ? kReadable : std::min(width, kReadable)) {}

  void add(Line line) { document_.add(std::move(line)); }
  void blank() { document_.add_blank(); }
  void title(std::string_view text) { document_.add({Span(text, Style::header)}); }

  void text(std::string_view sentence) { wrapped(sentence, "", ""); }
  void item(std::string_view sentence) { wrapped(sentence, "- ", kItem); }

  void list(std::string_view heading, const std::vector<std::string>& items) {
    if (items.empty()) return;
    blank();
    title(heading);
    for (const auto& one : items) item(one);
  }

  Document take() { return std::move(document_); }

 private:
  void wrapped(std::string_view sentence, std::string_view first, std::string_view rest) {
    auto before = first;
    for (const auto& part : wrap(Span(sentence).text(), width_ - first.size())) {
      document_.add({Span(std::string(before) + part)});
      before = rest;
    }
  }

  std::size_t width_;
  Document document_;
};

void add_rule(Page& page, const Explanation& rule) {
  page.add({Span(rule.id, Style::bold), Span("  "), Span(model::name_of(rule.severity), style_of(rule.severity)),
            Span(rule.scope == "cluster" ? "  about the cluster" : "  about one node", Style::muted)});
  if (rule.also_known_as) page.text("also known as " + *rule.also_known_as);
  page.text(rule.meaning);
  page.list("Fires when", {rule.fires});
  page.list("Not evaluated when", rule.not_evaluated);
  page.list("Likely causes", rule.causes);
  if (!rule.checks.empty()) {
    page.blank();
    page.title("Look at");
    for (const auto& check : rule.checks) {
      page.item(check.shows);
      page.add({Span("    " + check.command)});  // alone and whole, to be copied
    }
  }
  const auto listed = [&](std::string_view heading, const std::vector<std::string>& ids) {
    if (!ids.empty()) page.list(heading, {join(ids, ", ")});
  };
  listed("Listed beneath, when they share the node, unit or peer", rule.explained_by);
  listed("Has beneath it, when they share the node, unit or peer", rule.explains);
}

constexpr std::string_view kPreamble = R"(# Alerts

Every alert that fleetwatch can raise: what it means, when it fires, what is likely behind it and what to look at next.
This page is made from the table of rules: `fleetwatch monitor alerts --explain all --markdown` writes it. On a terminal,
`fleetwatch monitor alerts --explain ID` shows one entry; ID may also be the key of an alert.

All thresholds are strict: a value equal to its threshold raises nothing. No rule fires on a value that could not be
read. Commands only read; in an alert HOST, UNIT, PEER and ENV are real names. An alert that another one explains is
listed beneath it, and has that one's key as `caused_by` in JSON.

| alert | severity | about | meaning |
| --- | --- | --- | --- |
)";

std::string anchor(std::string_view id) {
  std::string name(id);
  std::erase(name, '.');
  return name;
}

// A bar would end the cell of a table.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char one : text) {
    if (one == '|') safe += '\\';
    safe += one;
  }
  return safe;
}

std::string linked(const std::vector<std::string>& ids) {
  std::vector<std::string> links;
  links.reserve(ids.size());
  for (const auto& id : ids) links.push_back(fmt::format("[{}](#{})", id, anchor(id)));
  return join(links, ", ");
}

void add_list(std::string& page, std::string_view heading, const std::vector<std::string>& items) {
  if (items.empty()) return;
  page += fmt::format("\n{}\n\n", heading);
  for (const auto& item : items) page += fmt::format("- {}\n", item);
}

void add_section(std::string& page, const Explanation& rule) {
  page += fmt::format("\n## {}\n\n**{}**, about {}. {}\n", rule.id, model::name_of(rule.severity),
                      rule.scope == "cluster" ? "the cluster" : "one node", rule.meaning);
  if (rule.also_known_as) page += fmt::format("\nAlso known as `{}`.\n", *rule.also_known_as);
  page += fmt::format("\nFires when {}.\n", rule.fires);
  add_list(page, "Not evaluated when:", rule.not_evaluated);
  add_list(page, "Likely causes:", rule.causes);
  if (!rule.checks.empty()) page += "\nLook at:\n";
  for (const auto& check : rule.checks)
    page += fmt::format("\n- {}\n\n  ```sh\n  {}\n  ```\n", check.shows, check.command);
  if (!rule.explained_by.empty()) page += fmt::format("\nListed beneath: {}.\n", linked(rule.explained_by));
  if (!rule.explains.empty()) page += fmt::format("\nHas beneath it: {}.\n", linked(rule.explains));
}

}  // namespace

Document explain_document(const std::vector<Explanation>& rules, const Options& options) {
  Page page(options.width);
  for (const auto& rule : rules) {
    if (&rule != &rules.front()) {
      page.blank();
      page.blank();
    }
    add_rule(page, rule);
  }
  return page.take();
}

std::string explain_markdown(const std::vector<Explanation>& rules) {
  std::string page(kPreamble);
  for (const auto& rule : rules) {
    page += fmt::format("| [{}](#{}) | {} | {} | {} |\n", rule.id, anchor(rule.id), model::name_of(rule.severity),
                        rule.scope, cell(rule.meaning));
  }
  for (const auto& rule : rules) add_section(page, rule);
  return page;
}

}  // namespace fleetwatch::view
