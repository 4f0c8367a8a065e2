#include "io/units.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "io/descriptor.hpp"
#include "support/run_answer.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

constexpr std::uint64_t kNotSet = UINT64_MAX;

TEST(UnitName, KnowsWhatSystemdTakes) {
  for (const char* name : {"caddy.service", "wg-quick@wg0.service", "a.b.socket", "dev-disk\\x2did.device",
                           "orama-namespace-rqlite@x_y:1.service", "-.mount", "run-user-0.mount"}) {
    EXPECT_TRUE(is_unit_name(name)) << name;
  }
  EXPECT_TRUE(is_unit_name(std::string(247, 'a') + ".service"));
}

TEST(UnitName, RefusesAllElse) {
  for (const char* name : {"", "caddy", ".service", "caddy.conf", "wg-quick@.service", "@wg0.service", "a b.service",
                           "a/b.service", "caddy.service ", "\xc3\xa9.service", "a\n.service", "caddy."}) {
    EXPECT_FALSE(is_unit_name(name)) << name;
  }
  EXPECT_FALSE(is_unit_name(std::string(248, 'a') + ".service"));
}

// A systemd of the test's own: answers one connection after the other as `answer` says.
class FakeSystemd {
 public:
  // Gives the reply, or null for silence.
  using Answer = std::function<sd_bus_message*(sd_bus_message* call)>;

  explicit FakeSystemd(Answer answer) : answer_(std::move(answer)) {
    listener_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_.path() + "/private";
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const bool works = ::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(listener_.number(), 4) == 0;
    EXPECT_TRUE(works);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeSystemd() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    thread_.join();
  }
  int connections() const { return connections_; }
  std::string address() const { return "unix:path=" + folder_.path() + "/private"; }

 private:
  void serve() {
    while (true) {
      const int connection = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (connection < 0) return;
      ++connections_;
      converse(connection);
    }
  }

  void converse(int connection) {
    sd_bus* bus = nullptr;
    sd_id128_t id{};
    id.bytes[0] = 1;
    ::sd_bus_new(&bus);
    ::sd_bus_set_fd(bus, connection, connection);
    ::sd_bus_set_server(bus, 1, id);
    ::sd_bus_start(bus);
    ::sd_bus_add_filter(bus, nullptr, &FakeSystemd::on_call, this);
    while (true) {
      const int code = ::sd_bus_process(bus, nullptr);
      if (code < 0 || (code == 0 && ::sd_bus_wait(bus, UINT64_MAX) < 0)) break;
    }
    ::sd_bus_close_unref(bus);
  }

  static int on_call(sd_bus_message* call, void* self, sd_bus_error* /*unused*/) {
    std::uint8_t type = 0;
    ::sd_bus_message_get_type(call, &type);
    if (type != SD_BUS_MESSAGE_METHOD_CALL) return 0;
    sd_bus_message* reply = static_cast<FakeSystemd*>(self)->answer_(call);
    if (reply != nullptr) {
      ::sd_bus_send(nullptr, reply, nullptr);
      ::sd_bus_message_unref(reply);
    }
    return 1;
  }

  test::TemporaryFolder folder_;
  Answer answer_;
  Descriptor listener_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

sd_bus_message* new_reply(sd_bus_message* call) {
  sd_bus_message* reply = nullptr;
  EXPECT_GE(::sd_bus_message_new_method_return(call, &reply), 0);
  return reply;
}

sd_bus_message* error_reply(sd_bus_message* call, const char* name) {
  sd_bus_message* reply = nullptr;
  EXPECT_GE(::sd_bus_message_new_method_errorf(call, &reply, name, "said no\x1b[2J"), 0);
  return reply;
}

void append_row(sd_bus_message* reply, const char* name, const char* load, const char* active, const char* sub) {
  ::sd_bus_message_append(reply, "(ssssssouso)", name, "", load, active, sub, "",
                          std::string(name) == "caddy.service" ? "/unit/caddy" : "/unit/other", 0U, "", "/");
}

sd_bus_message* rows_reply(sd_bus_message* call, const std::vector<std::string>& names) {
  sd_bus_message* reply = new_reply(call);
  ::sd_bus_message_open_container(reply, 'a', "(ssssssouso)");
  for (const std::string& name : names) {
    if (name.starts_with("missing")) append_row(reply, name.c_str(), "not-found", "inactive", "dead");
    else if (name.starts_with("stopped")) append_row(reply, name.c_str(), "loaded", "inactive", "dead");
    else append_row(reply, name.c_str(), "loaded", "active", "running");
  }
  ::sd_bus_message_close_container(reply);
  return reply;
}

std::vector<std::string> read_names(sd_bus_message* call) {
  std::vector<std::string> names;
  const char* name = nullptr;
  ::sd_bus_message_enter_container(call, 'a', "s");
  while (::sd_bus_message_read_basic(call, 's', &name) > 0) names.emplace_back(name);
  return names;
}

sd_bus_message* property_reply(sd_bus_message* call) {
  const char* interface = nullptr;
  const char* property = nullptr;
  ::sd_bus_message_read(call, "ss", &interface, &property);
  const std::string name = property;
  const bool caddy = std::string(::sd_bus_message_get_path(call)) == "/unit/caddy";
  sd_bus_message* reply = new_reply(call);
  if (name == "UnitFileState") ::sd_bus_message_append(reply, "v", "s", "enabled");
  if (name == "ActiveEnterTimestamp") ::sd_bus_message_append(reply, "v", "t", std::uint64_t{1'700'000'000'000'000});
  if (name == "NRestarts") ::sd_bus_message_append(reply, "v", "u", 4U);
  if (name == "MainPID") ::sd_bus_message_append(reply, "v", "u", 812U);
  if (name == "MemoryCurrent") ::sd_bus_message_append(reply, "v", "t", caddy ? std::uint64_t{4096} : kNotSet);
  if (name == "CPUUsageNSec") ::sd_bus_message_append(reply, "v", "t", kNotSet);
  return reply;
}

sd_bus_message* all_properties_reply(sd_bus_message* call) {
  sd_bus_message* reply = new_reply(call);
  ::sd_bus_message_append(reply, "a{sv}", 5, "Names", "as", 2, "a", "b", "UnitFileState", "s", "disabled", "NRestarts",
                          "u", 7U, "MemoryCurrent", "t", kNotSet, "IPAddressAllow", "a(iayu)", 0);
  return reply;
}

sd_bus_message* healthy(sd_bus_message* call) {
  const std::string member = ::sd_bus_message_get_member(call);
  if (member == "ListUnits") return rows_reply(call, {"caddy.service", "ssh.socket"});
  if (member == "ListUnitsByNames") return rows_reply(call, read_names(call));
  if (member == "GetAll") return all_properties_reply(call);
  if (member == "Get") return property_reply(call);
  return error_reply(call, SD_BUS_ERROR_UNKNOWN_METHOD);
}

TEST(Units, ListsWhatIsLoaded) {
  FakeSystemd systemd(healthy);
  SystemdUnits units(systemd.address());
  const auto loaded = run_answer(units.list(far_deadline()));
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  ASSERT_EQ(loaded->size(), 2U);
  EXPECT_EQ(loaded->front().name, "caddy.service");
  EXPECT_EQ(loaded->front().load_state, "loaded");
  EXPECT_EQ(loaded->front().active_state, "active");
  EXPECT_EQ(loaded->front().sub_state, "running");
}

TEST(Units, GivesDetailsInTheOrderOfTheNames) {
  FakeSystemd systemd(healthy);
  SystemdUnits units(systemd.address());
  const auto details = run_answer(
      units.details({"missing.service", "no unit", "caddy.service", "ssh.socket", "other.service"}, far_deadline()));
  ASSERT_TRUE(details.ok()) << to_string(details.error());
  ASSERT_EQ(details->size(), 5U);
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_EQ((*details)[i].load_state, "not-found");
    EXPECT_EQ((*details)[i].active_state, "inactive");
    EXPECT_EQ((*details)[i].n_restarts, std::nullopt);
  }
  EXPECT_EQ((*details)[1].name, "no unit");
  const auto& caddy = (*details)[2];
  EXPECT_EQ(caddy.name, "caddy.service");
  EXPECT_EQ(caddy.unit_file_state, "enabled");
  EXPECT_EQ(caddy.active_enter_unix_usec, 1'700'000'000'000'000U);
  EXPECT_EQ(caddy.n_restarts, 4U);
  EXPECT_EQ(caddy.main_pid, 812U);
  EXPECT_EQ(caddy.memory_current_bytes, 4096U);
  EXPECT_EQ(caddy.cpu_usage_nsec, std::nullopt);  // the largest number: no accounting
  EXPECT_EQ((*details)[3].unit_file_state, "enabled");
  EXPECT_EQ((*details)[3].main_pid, std::nullopt);  // not a service
  EXPECT_EQ((*details)[4].memory_current_bytes, std::nullopt);
}

TEST(Units, AsksOnceAboutWhatIsStopped) {
  std::vector<std::string> asked;
  std::vector<outside::UnitDetails> details;
  {
    FakeSystemd systemd([&](sd_bus_message* call) {
      asked.emplace_back(::sd_bus_message_get_member(call));
      return healthy(call);
    });
    SystemdUnits units(systemd.address());
    details = run_answer(units.details({"stopped.service"}, far_deadline())).value_or({});
  }
  const std::vector<std::string> expected = {"ListUnitsByNames", "GetAll"};
  EXPECT_EQ(asked, expected);
  ASSERT_EQ(details.size(), 1U);
  EXPECT_EQ(details[0].active_state, "inactive");
  EXPECT_EQ(details[0].unit_file_state, "disabled");
  EXPECT_EQ(details[0].n_restarts, 7U);
  EXPECT_EQ(details[0].memory_current_bytes, std::nullopt);
}

TEST(Units, UsesOneConnectionForAListAndItsDetails) {
  FakeSystemd systemd(healthy);
  SystemdUnits units(systemd.address());
  for (int report = 0; report < 3; ++report) {
    boost::asio::io_context loop;  // the connection may outlive it between the two
    EXPECT_TRUE(run_answer(loop, units.list(far_deadline())).ok());
    EXPECT_TRUE(run_answer(units.details({"caddy.service"}, far_deadline())).ok());
    EXPECT_EQ(systemd.connections(), report + 1);
  }
}

TEST(Units, AnswersManyNamesAtOnce) {
  FakeSystemd systemd(healthy);
  SystemdUnits units(systemd.address());
  std::vector<std::string> names;
  names.reserve(500);
  for (int i = 0; i < 500; ++i) names.push_back("orama-deploy-" + std::to_string(i) + ".service");
  const auto details = run_answer(units.details(names, far_deadline()));
  ASSERT_TRUE(details.ok()) << to_string(details.error());
  ASSERT_EQ(details->size(), names.size());
  EXPECT_EQ(details->back().name, names.back());
  EXPECT_EQ(details->back().main_pid, 812U);
}

TEST(Units, AsksNothingForNoUnitName) {
  SystemdUnits units("unix:path=/nobody/listens/here");
  const auto details = run_answer(units.details({"none"}, far_deadline()));
  ASSERT_TRUE(details.ok());
  EXPECT_EQ(details->front().load_state, "not-found");
}

TEST(Units, SaysWhyThereIsNoAnswer) {
  struct Case {
    FakeSystemd::Answer answer;
    ErrorKind kind;
  };
  const std::vector<Case> cases = {
      {[](sd_bus_message* call) { return error_reply(call, SD_BUS_ERROR_ACCESS_DENIED); }, ErrorKind::denied},
      {[](sd_bus_message* call) { return error_reply(call, SD_BUS_ERROR_FAILED); }, ErrorKind::unavailable},
      {[](sd_bus_message* call) { return new_reply(call); }, ErrorKind::malformed},
      {[](sd_bus_message* call) {
         ::sd_bus_close(::sd_bus_message_get_bus(call));
         return static_cast<sd_bus_message*>(nullptr);
       },
       ErrorKind::unavailable},
  };
  for (const Case& one : cases) {
    FakeSystemd systemd(one.answer);
    SystemdUnits units(systemd.address());
    const auto loaded = run_answer(units.list(far_deadline()));
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().kind, one.kind) << to_string(loaded.error());
    EXPECT_EQ(loaded.error().what.find('\x1b'), std::string::npos);
    EXPECT_EQ(run_answer(units.details({"caddy.service"}, far_deadline())).error().kind, one.kind);
  }
  SystemdUnits nobody("unix:path=/nobody/listens/here");
  EXPECT_EQ(run_answer(nobody.list(far_deadline())).error().kind, ErrorKind::unavailable);
}

TEST(Units, KeepsTheDeadlineWhenNobodyAnswers) {
  FakeSystemd silent([](sd_bus_message*) { return static_cast<sd_bus_message*>(nullptr); });
  SystemdUnits units(silent.address());
  const auto loaded = run_answer(units.list(Steady::now() + milliseconds(30)));
  EXPECT_EQ(loaded.error().kind, ErrorKind::timeout);
}

TEST(Units, AsksTheRealSystemd) {
  if (::access("/run/systemd/private", F_OK) != 0) GTEST_SKIP() << "systemd is not process 1 here";
  SystemdUnits units;
  const auto loaded = run_answer(units.list(far_deadline()));
  if (!loaded && loaded.error().kind == ErrorKind::denied) GTEST_SKIP() << to_string(loaded.error());
  ASSERT_TRUE(loaded.ok()) << to_string(loaded.error());
  const auto details = run_answer(units.details({"-.mount", "fleetwatch-none.service"}, far_deadline()));
  ASSERT_TRUE(details.ok()) << to_string(details.error());
  EXPECT_EQ(details->front().active_state, "active");
  EXPECT_EQ(details->back().load_state, "not-found");
}

}  // namespace
}  // namespace fleetwatch::io
