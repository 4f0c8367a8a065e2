// Commands to look further: real names, one line each, and none that changes anything.
#include "alert/hint.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.hpp"
#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

model::InventoryNode node_at(std::string host) {
  model::InventoryNode node;
  node.user = "root";
  node.host = std::move(host);
  return node;
}

TEST(Hint, FillsInRealNames) {
  auto node = node_at("198.18.7.1");
  const HintNames names{&node, "lab", "caddy", "10.0.0.2"};
  EXPECT_EQ(fill_command({"x", "a {unit} {peer} {env} {host} {other}"}, names),
            "ssh root@198.18.7.1 'a caddy 10.0.0.2 lab 198.18.7.1 {other}'");
  EXPECT_EQ(fill_command({"x", "ping -c 3 {host}", Where::here}, names), "ping -c 3 198.18.7.1");
  node.key_path = "/home/me/.ssh/key";
  EXPECT_EQ(fill_command({"x", "uptime"}, names), "ssh -i /home/me/.ssh/key root@198.18.7.1 'uptime'");
}

TEST(Hint, IsPlainOnThisMachine) {
  model::InventoryNode local;
  local.host = "local";
  EXPECT_EQ(fill_command({"x", "sudo ufw status verbose"}, {&local, {}, {}, {}}), "sudo ufw status verbose");
  EXPECT_EQ(fill_command({"x", "ping -c 3 {host}"}, {&local, {}, {}, {}}), "ping -c 3 localhost");
}

TEST(Hint, LeavesOutWhatIsNoPlainWord) {
  const auto node = node_at("h;reboot");
  EXPECT_EQ(fill_command({"x", "a {unit} {peer} {env} {host}"}, {&node, "$(reboot)", "a'b", "-o x"}),
            "ssh HOST 'a UNIT PEER ENV HOST'");
  EXPECT_EQ(fill_command({"x", "a {unit}"}, {nullptr, {}, "caddy", {}}), "ssh HOST 'a caddy'");
}

TEST(Hint, SaysWhatTheCommandsShow) {
  EXPECT_EQ(hint_text(kUnitChecks), "The unit's state; its last lines");
  EXPECT_EQ(given(kUnitChecks).size(), 2U);
}

TEST(Hint, ClocksAreAskedOnBothNodes) {
  auto snapshot = healthy_fleet(3);
  report(snapshot, 1).time_unix_ms = kNowMs + 60'000;
  const auto found = with_id(judge(snapshot), "system.clock_skew");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].commands, (std::vector<std::string>{"ssh root@198.18.7.1 'timedatectl status'",
                                                         "ssh root@198.18.7.2 'timedatectl status'"}));
}

// Programs that only read whatever their arguments are ("*"), or with these first words.
const std::map<std::string_view, std::set<std::string_view>> kReaders = {
    {"cat", {"*"}},
    {"command", {"-v"}},
    {"df", {"*"}},
    {"du", {"*"}},
    {"free", {"*"}},
    {"getent", {"hosts"}},
    {"grep", {"*"}},
    {"head", {"*"}},
    {"id", {"*"}},
    {"ip", {"link show", "route show", "-s link show"}},
    {"ls", {"*"}},
    {"nft", {"list ruleset"}},
    {"ping", {"-c"}},
    {"ps", {"*"}},
    {"sort", {"-h", "-n"}},
    {"ss", {"-tin", "-tn", "-ltnp", "-lunp"}},
    {"ssh", {"-G"}},
    {"ssh-add", {"-l"}},
    {"ssh-keygen", {"-l -F"}},
    {"sudo", {"-n -l"}},
    {"systemctl", {"status", "cat"}},
    {"tail", {"*"}},
    {"timedatectl", {"status"}},
    {"ufw", {"status"}},
    {"uptime", {"*"}},
    {"vmstat", {"*"}},
    {"wc", {"*"}},
    {"wg", {"show wg0"}},
    {"fleetwatch", {"monitor"}},
    {"COLLECTOR", {"node report"}},
    {"journalctl", {"-u", "-k"}},
    {"curl", {"-s"}},
};
constexpr std::string_view kCollector = "$(command -v fleetwatch-node orama | head -n 1)";
// Kubo's API takes POST alone; these of its calls only read.
constexpr std::string_view kKuboReads[] = {"/api/v0/swarm/peers", "/api/v0/repo/stat?size-only=true",
                                           "/api/v0/bootstrap/list", "/api/v0/config?arg=Peering.Peers",
                                           "/api/v0/config?arg=Swarm.AddrFilters"};

// A pipeline's commands; bars inside double quotes do not part them.
std::vector<std::string> pipeline(std::string_view command) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char one : command) {
    if (one == '"') quoted = !quoted;
    if (one == '|' && !quoted) parts.emplace_back();
    else parts.back() += one;
  }
  return parts;
}

bool only_reads(std::string_view part) {
  part = trim(part);
  if (part.starts_with("sudo -n COLLECTOR")) part.remove_prefix(8);
  else if (part.starts_with("sudo ") && !part.starts_with("sudo -")) part.remove_prefix(5);
  const auto program = part.substr(0, part.find(' '));
  const auto arguments = part.substr(std::min(part.size(), program.size() + 1));
  const auto reader = kReaders.find(program);
  if (reader == kReaders.end()) return false;
  if (program == "curl" && part.find("-X ") != std::string_view::npos) {
    return std::any_of(std::begin(kKuboReads), std::end(kKuboReads), [&](auto path) {
      return trim(part).ends_with(path) || part.ends_with(std::string(path) + "\"");
    });
  }
  for (const auto* changing : {" -d", "--data", "-T ", "-o ", "--vacuum", "--rotate", "--flush", "-K", "-exec"}) {
    if ((program == "curl" || program == "journalctl" || program == "ss") && arguments.find(changing) != arguments.npos)
      return false;
  }
  return reader->second.contains("*") || std::any_of(reader->second.begin(), reader->second.end(), [&](auto words) {
           return arguments == words || arguments.starts_with(std::string(words) + " ");
         });
}

// Empty when the whole line only reads, else the part that does more.
std::string what_changes(std::string command) {
  if (const auto at = command.find(kCollector); at != std::string::npos) {
    command.replace(at, kCollector.size(), "COLLECTOR");
  }
  if (command.find_first_of(";&`$><'\n\\") != std::string::npos &&
      command.find("http://localhost:5001/nodes?nonvoters&ver=2&timeout=2s") == std::string::npos) {
    return command;
  }
  for (const auto& part : pipeline(command)) {
    if (!only_reads(part)) return part;
  }
  return {};
}

TEST(Commands, OfTheWholeTableOnlyRead) {
  for (const auto& rule : rules()) {
    for (const auto& check : given(rule.checks)) {
      EXPECT_EQ(what_changes(std::string(check.command)), "") << rule.id << ": " << check.command;
    }
  }
}

TEST(Commands, OfEveryReasonOnlyRead) {
  for (int i = 0; i <= static_cast<int>(model::FailureReason::too_large); ++i) {
    auto snapshot = healthy_fleet(2);
    for (auto& result : snapshot.nodes) result.node.user.clear();
    snapshot.nodes[1].node.host = "local";
    lose(snapshot, 1, static_cast<model::FailureReason>(i));
    const auto found = with_id(judge(snapshot), "ssh.collect_failed");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(found[0].commands.empty());
    for (const auto& command : found[0].commands) EXPECT_EQ(what_changes(command), "") << command;
  }
}

TEST(Commands, ThatChangeSomethingAreNoticed) {
  for (const auto* bad :
       {"systemctl restart caddy", "sudo systemctl stop {unit}", "rm -rf /", "sudo journalctl --vacuum-size=1M",
        "curl -s -X DELETE http://localhost:5001/remove", "curl -s -X POST http://localhost:4501/api/v0/repo/gc",
        "cat a > b", "ps; reboot", "ps | xargs kill", "sudo ufw enable", "wg set wg0 peer x remove", "ss -K dst 1",
        "curl -s -d x http://localhost", "sudo -n reboot", "ip link set wg0 down", "timedatectl set-time now"}) {
    EXPECT_NE(what_changes(bad), "") << bad;
  }
}

}  // namespace
}  // namespace fleetwatch::alert::testing
