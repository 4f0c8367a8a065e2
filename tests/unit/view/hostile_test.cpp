// Whatever text a node sends in whatever field: every view stays harmless for a terminal and within its width.
#include <simdjson.h>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codec/write.hpp"
#include "unit/view/sample.hpp"
#include "view/alerts.hpp"
#include "view/cluster.hpp"
#include "view/diff.hpp"
#include "view/dns.hpp"
#include "view/llm_report.hpp"
#include "view/mesh.hpp"
#include "view/namespaces.hpp"
#include "view/node.hpp"
#include "view/service.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

// Fills every member of a described struct, found by its field table: texts in turn with one of the hostile ones.
class Filler {
 public:
  explicit Filler(std::size_t first) : next_(first) {}

  template <model::HasFields T>
  void fill(T& value) {
    model::for_each_field<T>([&](const auto& field) { fill(value.*field.member); });
  }
  void fill(std::string& value) { value = text(); }
  void fill(bool& value) { value = next_ % 3 != 0; }
  void fill(double& value) { value = 1e300; }
  void fill(std::int64_t& value) { value = next_ % 2 == 0 ? INT64_MAX : INT64_MIN; }
  void fill(std::uint64_t& value) { value = UINT64_MAX; }
  template <class T>
  void fill(std::optional<T>& value) {
    fill(value.emplace());
  }
  template <class T>
  void fill(model::Section<T>& value) {
    value = T{};
    fill(*value);
  }
  template <class T>
  void fill(std::vector<T>& value) {
    value.resize(3);
    for (T& item : value) fill(item);
  }
  template <class T>
  void fill(std::map<std::string, T>& value) {
    for (int i = 0; i < 3; ++i) fill(value[text()]);
  }

  std::string text() {
    static const std::vector<std::string> kTexts = {"\x1b[2J\x1b]0;owned\x07",
                                                    "two\nlines\r\n\ttab",
                                                    "\u202eright to left\u2066\u200f",
                                                    std::string(20'000, 'x'),
                                                    std::string("nul\0nul", 7),
                                                    "\x9b"
                                                    "31m\xff\xfe\xc0\xaf",
                                                    "\u0085\u2028\u2029\ufeff",
                                                    "失敗 🚀 e\u0301 \u0301\u0301",
                                                    "",
                                                    "%s%n {} $(reboot) `reboot` '\"\\"};
    return kTexts[next_++ % kTexts.size()];
  }

 private:
  std::size_t next_;
};

model::Snapshot hostile_snapshot(std::size_t first) {
  Filler filler(first);
  model::Snapshot snapshot;
  snapshot.environment = filler.text();
  snapshot.collected_at_unix_ms = 1'772'352'928'700;
  for (std::size_t i = 0; i < 12; ++i) {
    model::NodeResult node;
    node.node.host = filler.text() + std::to_string(i);
    node.node.role = "nameserver" + filler.text();
    if (i % 4 == 3) node.failure = model::Failure{model::FailureReason::bad_report, filler.text()};
    else filler.fill(node.report.emplace());
    snapshot.nodes.push_back(std::move(node));
  }
  return snapshot;
}

std::vector<model::Alert> hostile_alerts(std::size_t first) {
  Filler filler(first);
  std::vector<model::Alert> alerts;
  for (std::size_t i = 0; i < 8; ++i) {
    alerts.push_back(test::alert(i % 2 == 0 ? model::Severity::critical : model::Severity::warning, filler.text(),
                                 filler.text(), filler.text()));
    alerts.back().key += std::to_string(first + i);
    alerts.back().hint = filler.text();
  }
  return alerts;
}

void expect_harmless(const std::string& text, const std::string& what) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
      ADD_FAILURE() << what << ": byte " << int{byte} << " at " << i;
      return;
    }
  }
  for (const char* reordering : {"\u202e", "\u2066", "\u200f", "\u2028", "\u2029", "\ufeff", "\u0085"}) {
    EXPECT_EQ(text.find(reordering), std::string::npos) << what;
  }
}

std::string without_colour(std::string text) {
  for (auto at = text.find("\x1b["); at != std::string::npos; at = text.find("\x1b[", at)) {
    const auto end = text.find('m', at);
    text.erase(at, end == std::string::npos ? end : end - at + 1);
  }
  return text;
}

struct View {
  const char* name;
  Document (*document)(const model::Snapshot&, const std::vector<model::Alert>&, const Options&);
  bool cuts;  // hints and long words of an alert are kept whole, to be copied
};

Document changed(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts, const Options& options) {
  auto other = hostile_snapshot(3);
  other.nodes.insert(other.nodes.end(), snapshot.nodes.begin(), snapshot.nodes.begin() + 4);
  return diff_document({other, {}}, {snapshot, alerts}, options);
}

constexpr View kViews[] = {{"node", node_document, true},
                           {"service", service_document, true},
                           {"mesh", mesh_document, true},
                           {"dns", dns_document, true},
                           {"namespaces", namespaces_document, true},
                           {"cluster", cluster_document, false},
                           {"alerts", alerts_document, false},
                           {"diff", changed, false}};

TEST(Hostile, TextInAnyFieldIsHarmlessInEveryView) {
  for (const std::size_t first : {0U, 7U}) {
    const auto snapshot = hostile_snapshot(first);
    const auto alerts = hostile_alerts(first);
    for (const View& view : kViews) {
      for (const std::size_t width : {0U, 20U, 80U}) {
        for (const bool fold : {false, true}) {
          const std::string what = std::string(view.name) + " at " + std::to_string(width);
          const auto document = view.document(snapshot, alerts, {.fold = fold, .width = width});
          const std::string plain = to_text(document, false);
          expect_harmless(plain, what);
          EXPECT_EQ(without_colour(to_text(document, true)), plain) << what;
          for (const Line& line : document.lines) {
            const std::size_t most = view.cuts && width > 0 ? width : 25'000;
            ASSERT_LE(line_width(line), most) << what << ": " << to_text({{line}}, false).substr(0, 300);
          }
        }
      }
    }
  }
}

template <class Rows>
void expect_json(const Rows& rows, const char* what) {
  const std::string json = codec::write_json(rows, codec::Layout::indented);
  for (const char c : json) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << what;
  simdjson::dom::parser parser;
  EXPECT_EQ(parser.parse(json).error(), simdjson::SUCCESS) << what;
}

TEST(Hostile, TextInAnyFieldGivesJson) {
  for (const std::size_t first : {0U, 7U}) {
    const auto snapshot = hostile_snapshot(first);
    const auto alerts = hostile_alerts(first);
    expect_json(cluster_rows(snapshot), "cluster");
    expect_json(node_rows(snapshot), "node");
    expect_json(service_rows(snapshot), "service");
    expect_json(mesh_rows(snapshot), "mesh");
    expect_json(dns_rows(snapshot), "dns");
    expect_json(namespace_rows(snapshot), "namespaces");
    expect_json(alerts, "alerts");
    expect_json(llm_report(snapshot, alerts), "report");
    expect_json(changes({hostile_snapshot(3), {}}, {snapshot, alerts}), "diff");
  }
}

TEST(Hostile, TheCheckCanFail) {
  EXPECT_EQ(without_colour("\x1b[91ma\x1b[0mb"), "ab");
  auto report = model::NodeReport{};
  Filler(0).fill(report);
  EXPECT_TRUE(report.rqlite->nodes && report.rqlite->nodes->size() == 3 && report.serverless->engine_status);
}

TEST(Hostile, FiveHundredNodesInEveryView) {
  auto snapshot = test::healthy_snapshot(40);
  for (std::size_t i = 41; i <= 500; ++i) {
    auto node = snapshot.nodes[i % 40];
    node.node.host = fmt::format("198.18.{}.{}", 8 + i / 250, i % 250);
    snapshot.nodes.push_back(std::move(node));
  }
  for (const View& view : kViews) {
    const auto document = view.document(snapshot, {}, {.width = 80});
    EXPECT_FALSE(document.lines.empty()) << view.name;
    EXPECT_LE(view.document(snapshot, {}, {.fold = true, .width = 80}).lines.size(), document.lines.size() + 2)
        << view.name;
  }
}

// Where a column begins must not depend on what stands left of it, nor on colour.
TEST(Columns, AlignWithWideAndCombiningCharacters) {
  auto snapshot = test::healthy_snapshot(6);
  const char* const hosts[] = {"plain-node-name", "節点一二三", "e\u0301e\u0301e\u0301", "🚀✅⌚", "한국어노드", "हिन्दी"};
  for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) snapshot.nodes[i].node.host = hosts[i];
  const auto document = mesh_document(snapshot, {}, {});
  std::size_t rows = 0;
  for (const Line& line : document.lines) {
    std::size_t at = 0;
    for (const Span& span : line) {
      if (span.text() == "5/5") {
        EXPECT_EQ(at, 41U) << line.front().text();
        ++rows;
      }
      at += span.width();
    }
  }
  EXPECT_EQ(rows, 6U);
}

}  // namespace
}  // namespace fleetwatch::view
