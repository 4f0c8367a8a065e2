#include "io/recording.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/recorder.hpp"
#include "io/replay.hpp"
#include "support/fake_machine.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

constexpr const char* kPassword = "planted-password";
constexpr const char* kKey = "vqR7Yb+k0/1Jm3oTz9QxWcFh5uLdNaE8sGiKpV2Bt4M=";
constexpr const char* kKeyLine = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
constexpr const char* kToken = "ghp_0123456789abcdefghijklmnop";

outside::HttpRequest get(std::uint16_t port, const std::string& target) {
  outside::HttpRequest request;
  request.port = port;
  request.target = target;
  return request;
}

outside::TcpQuestion members() { return {"10.0.0.1", 3320, "*1\r\n$1\r\nX\r\n", 1000, {}}; }

// A question of each kind, one after the other.
struct Told {
  std::vector<std::string> answers;

  template <class T, class Say>
  void tell(const Result<T>& answer, Say say) {
    answers.push_back(answer ? say(*answer)
                             : std::string(report_word(answer.error().kind)) + to_string(answer.error()));
  }
};

std::vector<std::string> ask_everything(outside::Machine machine) {
  Told told;
  const auto plain = [](const std::string& text) { return text; };
  const auto joined = [](const auto& texts) {
    std::string all;
    for (const auto& text : texts) all += "<" + text + ">";
    return all;
  };
  auto& files = machine.kernel_files;
  auto& disk = machine.disk;
  const auto until = far_deadline();
  told.tell(files.read("/proc/a"), plain);
  told.tell(files.read("/proc/binary"), plain);
  told.tell(files.read("/proc/none"), plain);
  told.tell(files.list("/proc"), joined);
  told.tell(files.link_targets("/proc/1/fd"), joined);
  told.tell(run_answer(disk.read("/etc/a", 100, until)), plain);
  told.tell(run_answer(disk.read_tail("/etc/a", 2, until)), plain);
  told.tell(run_answer(disk.list("/etc", until)), joined);
  told.tell(run_answer(disk.info("/etc/a", until)), [](const auto& info) { return std::to_string(info.permissions); });
  told.tell(run_answer(disk.use("/", until)), [](const auto& use) { return std::to_string(use.available_bytes); });
  told.tell(run_answer(machine.units.list(until)), [](const auto& units) { return units.at(0).name; });
  told.tell(run_answer(machine.units.details({"a.service", "b.service"}, until)), [](const auto& units) {
    return units.at(0).sub_state + units.at(1).load_state + std::to_string(*units.at(0).main_pid) +
           (units.at(0).memory_current_bytes ? "?" : "absent");
  });
  told.tell(run_answer(machine.journal.messages({"a.service", machine.clock.unix_ms() / 1000 - 60}, until)), joined);
  told.tell(machine.sockets.listening(), [](const auto& sockets) {
    return sockets.at(0).address + std::to_string(sockets.at(0).port) +
           (sockets.at(0).transport == outside::Transport::udp ? "udp" : "tcp");
  });
  told.tell(machine.links.read(), [&](const auto& table) {
    return table.links.at(0).name + joined(table.links.at(0).ipv4_addresses) + table.ipv4_routes.at(0).interface;
  });
  told.tell(run_answer(machine.wireguard.device("wg0", until)), [](const auto& device) {
    return device.peers.at(0).allowed_ips + std::to_string(*device.peers.at(0).latest_handshake) +
           device.peers.at(0).endpoint.value_or("none");
  });
  told.tell(run_answer(machine.http.ask(get(80, "/a"), until)),
            [](const auto& response) { return std::to_string(response.status) + response.body; });
  told.tell(run_answer(machine.http.ask(get(81, "/"), until)), [](const auto&) { return "answered"; });
  told.tell(run_answer(machine.tcp.ask(members(), until)), plain);
  told.tell(run_answer(machine.dns.query("a.test", outside::DnsType::soa, until)),
            [](const auto& answer) { return std::to_string(answer.reply_code) + std::to_string(answer.answers); });
  told.tell(run_answer(machine.tls.certificate(443, "a.test", until)),
            [](const auto& certificate) { return std::to_string(certificate.not_after_unix_sec); });
  told.tell(run_answer(machine.echo.reachable("8.8.8.8", until)), [](bool yes) { return yes ? "yes" : "no"; });
  told.tell(machine.firewall.input_hooks(),
            [&](const auto& hooks) { return hooks.at(0).chain + joined(hooks[0].jump_targets); });
  told.answers.push_back(std::to_string(machine.clock.unix_ms()));
  return told.answers;
}

void fill(test::FakeMachine& machine) {
  using namespace std::string_literals;
  machine.kernel_files.put("/proc/a", "one\n");
  machine.kernel_files.put("/proc/binary", "\xff\0\n\n"s);
  machine.kernel_files.links.emplace("/proc/1/fd", std::vector<std::string>{"socket:[1]", "socket:[2]"});
  machine.disk.files["/etc/a"] = "0123";
  machine.disk.uses["/"] = outside::DiskUse{5, 4, 3, 2, 1};
  machine.units.add("a.service").main_pid = 7;
  machine.journal.units["a.service"] =
      std::vector<std::string>{"newest", "", "two\nlines", std::string(600, 'x'), "\xff", "oldest"};
  machine.sockets.add(outside::Transport::udp, "0.0.0.0", 53);
  machine.links.table = outside::LinkTable{{{"wg0", true, 1420, {"10.0.0.1"}}}, {{true, "eth0"}}};
  outside::WireguardDevice device;
  device.peers.emplace_back().allowed_ips = "10.0.0.2/32";
  device.peers[0].public_key = kKey;
  device.peers[0].latest_handshake = 9;
  machine.wireguard.devices["wg0"] = device;
  machine.http.on_get(80, "/a", "body\nof two lines");
  machine.http.on("GET", 81, "/", Error{ErrorKind::timeout, "no answer"});
  machine.tcp.answers["10.0.0.1:3320"] = "*0\r\n";
  machine.dns.answers[{"a.test", outside::DnsType::soa}] = outside::DnsAnswer{3, 1};
  machine.tls.certificates["a.test"] = outside::Certificate{123};
  machine.firewall.hooks = std::vector<outside::InputHook>{{"ip", "filter", "INPUT", true, {"ufw"}}};
}

TEST(RecordedMachine, GivesTheSameAnswersAgain) {
  test::FakeMachine machine;
  fill(machine);
  auto outside = machine.outside();
  RecordingMachine recorder(outside);
  const auto live = ask_everything(recorder.machine());
  auto read = from_files(to_files(recorder.recording()).files);
  ASSERT_TRUE(read) << to_string(read.error());
  ReplayedMachine replayed(std::move(read).value());
  const auto again = ask_everything(replayed.machine());
  EXPECT_EQ(live, again);
  EXPECT_EQ(live, ask_everything(replayed.machine())) << "and again";
}

TEST(RecordedMachine, HasNoSecrets) {
  test::FakeMachine machine;
  fill(machine);
  machine.disk.files["/etc/a"] = std::string("DB_PASSWORD=") + kPassword + "\nURL=http://a:" + kPassword + "@b/\n";
  machine.http.on_get(80, "/a", std::string(R"({"token":")") + kToken + R"(","key":")" + kKey + R"("})");
  machine.http.on("GET", 81, "/", Error{ErrorKind::unavailable, std::string("Authorization: Bearer ") + kPassword});
  machine.journal.units["a.service"] = std::vector<std::string>{std::string("login with --password ") + kPassword,
                                                                std::string("using ") + kToken,
                                                                "-----END PRIVATE KEY-----",
                                                                kKeyLine,
                                                                "-----BEGIN PRIVATE KEY-----",
                                                                "oldest"};
  machine.disk.files["/etc/anon/anonrc"] = std::string("ORPort 9001\nSocks5ProxyPassword ") + kPassword + "\n";
  machine.disk.files["/etc/coredns/Corefile"] = std::string(". {\n  credentials me ") + kPassword + "\n}\n";
  machine.kernel_files.put("/proc/1/environ", std::string("HARMLESS=") + kPassword);
  auto outside = machine.outside();
  RecordingMachine recorder(outside);
  ask_everything(recorder.machine());
  static_cast<void>(recorder.machine().kernel_files.read("/proc/1/environ"));
  for (const auto* path : {"/etc/anon/anonrc", "/etc/coredns/Corefile"}) {
    static_cast<void>(run_answer(recorder.machine().disk.read(path, 1000, far_deadline())));
  }
  const auto written = to_files(recorder.recording());
  EXPECT_GE(written.redacted, 9U);
  for (const auto& [name, content] : written.files) {
    for (const auto* secret : {kPassword, kKey, kKeyLine, kToken}) {
      EXPECT_EQ((name + content).find(secret), std::string::npos) << name << "\n" << content;
    }
  }
}

TEST(RecordedMachine, KeepsOnlyTheSocketsOfOpenFiles) {
  test::FakeMachine machine;
  machine.kernel_files.links.emplace("/proc/1/fd", std::vector<std::string>{"/home/a/private", "socket:[2]"});
  auto outside = machine.outside();
  RecordingMachine recorder(outside);
  static_cast<void>(recorder.machine().kernel_files.link_targets("/proc/1/fd"));
  const auto& answers = recorder.recording().of<std::vector<std::string>>();
  EXPECT_EQ(answers.at("kernel.links /proc/1/fd").value_or({}), std::vector<std::string>{"socket:[2]"});
}

TEST(RecordedMachine, WhatWasNotAskedIsNotThere) {
  ReplayedMachine replayed{Recording{}};
  auto& machine = replayed.machine();
  const auto until = far_deadline();
  EXPECT_EQ(machine.kernel_files.read("/proc/a").error().kind, ErrorKind::not_found);
  EXPECT_EQ(run_answer(machine.disk.info("/a", until)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run_answer(machine.http.ask(get(80, "/"), until)).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(run_answer(machine.units.list(until)).error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(run_answer(machine.disk.write("/a", "b", until)).value_or(false)) << "and nothing is written";
  const auto units = run_answer(machine.units.details({"a.service"}, until));
  ASSERT_TRUE(units);
  EXPECT_EQ((*units).at(0).load_state, "not-found");
}

RecordingFiles files_with(const std::string& answers) {
  return {{"recording.json", parse::to_text({1, "0", "none"})}, {"answers.jsonl", answers}};
}

TEST(RecordedMachine, HostileRecordingsAreRefusedByLine) {
  struct Case {
    const char* name;
    std::string answers;
    const char* part;
  };
  const Case cases[] = {
      {"not JSON", "\n# remark\n{\"ask\":", "answers.jsonl:3: not JSON"},
      {"unknown question", R"({"ask":"shell rm","answer":1})", "answers.jsonl:1: no probe asks \"shell\""},
      {"wrong type", R"({"ask":"echo 8.8.8.8","answer":[]})", "the answer is not true or false"},
      {"wrong member", R"({"ask":"disk.info /a","answer":{"permissions":-1}})", "permissions is not a number"},
      {"port too large", R"({"ask":"sockets.listening","answer":[{"port":70000}]})", "port is not a number"},
      {"no list", R"({"ask":"kernel.list /a","answer":1})", "is not a list"},
      {"file outside", R"({"ask":"kernel.read /a","answer":{"file":"../../etc/passwd"}})", "names no file below texts"},
      {"file missing", R"({"ask":"kernel.read /a","answer":{"file":"a"}})", "texts/a is not there"},
      {"asked twice", "{\"ask\":\"links\",\"answer\":{}}\n{\"ask\":\"links\",\"answer\":{}}", ":2: asked twice"},
      {"deep", R"({"ask":"links","answer":)" + std::string(100, '[') + std::string(100, ']') + "}", "not JSON"},
  };
  for (const auto& [name, answers, part] : cases) {
    const auto recording = from_files(files_with(answers));
    ASSERT_FALSE(recording) << name;
    EXPECT_EQ(recording.error().kind, ErrorKind::malformed) << name;
    EXPECT_NE(to_string(recording.error()).find(part), std::string::npos)
        << name << ": " << to_string(recording.error());
  }
  EXPECT_EQ(to_string(from_files({}).error()), "recording.json: is not there");
}

}  // namespace
}  // namespace fleetwatch::io
