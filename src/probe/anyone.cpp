#include "base/limits.hpp"
#include "parse/anon.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::uint16_t kOrPort = 9001;
constexpr std::uint16_t kSocksPort = 9050;
constexpr std::uint16_t kControlPort = 9051;
constexpr std::string_view kRelayUnit = "orama-anyone-relay";
constexpr std::string_view kClientUnit = "orama-anyone-client";
constexpr std::string_view kConfig = "/etc/anon/anonrc";
constexpr std::string_view kFingerprint = "/var/lib/anon/fingerprint";
constexpr std::string_view kLog = "/var/log/anon/notices.log";
constexpr std::string_view kRotatedLog = "/var/log/anon/notices.log.1";

using File = Result<std::string>;

struct Files {
  std::optional<File> config;
  std::optional<File> fingerprint;
  std::optional<File> log;
};

bool missing(const File& file) { return !file && file.error().kind == ErrorKind::not_found; }

// The end of the log; after a rotation the line that is looked for stands in the file before.
outside::Answer<std::string> read_log(Context& context) {
  auto current = context.machine.disk.read_tail(std::string(kLog), limits::kLogTailBytes, context.deadline);
  auto log = co_await std::move(current);
  if (!log && !missing(log)) co_return log;
  if (log && parse::last_bootstrap_percent(log.value())) co_return log;
  auto before = context.machine.disk.read_tail(std::string(kRotatedLog), limits::kLogTailBytes, context.deadline);
  auto rotated = co_await std::move(before);
  if (rotated || missing(log)) co_return missing(rotated) ? log : rotated;
  co_return log;
}

Task read_files(Context& context, Files& files) {
  auto& disk = context.machine.disk;
  return together(
      into(disk.read(std::string(kConfig), limits::kConfigFileBytes, context.deadline), files.config),
      into(disk.read(std::string(kFingerprint), limits::kConfigFileBytes, context.deadline), files.fingerprint),
      into(read_log(context), files.log));
}

void fill_listeners(Context& context, model::Anyone& section) {
  const auto& table = context.shared.listeners();
  if (!table) return context.note("orport_listening", table.error());
  section.orport_listening = table->bound(outside::Transport::tcp, kOrPort);
  section.socks_listening = table->bound(outside::Transport::tcp, kSocksPort);
  section.control_listening = table->bound(outside::Transport::tcp, kControlPort);
}

void fill_bootstrap(Context& context, const File& log, model::Anyone& section) {
  if (!log) return context.note("bootstrap_pct", log.error());
  const auto percent = parse::last_bootstrap_percent(log.value());
  if (!percent) {
    const Error silent{ErrorKind::unavailable, "no line tells the progress", std::string(kLog)};
    return context.note("bootstrap_pct", silent);
  }
  constexpr std::int64_t kAll = 100;
  section.bootstrap_pct = percent;
  section.bootstrapped = *percent == kAll;
}

// The configuration says it also when nothing runs.
std::optional<std::string> mode_of(const std::optional<parse::AnonConfig>& config, const model::Anyone& section) {
  const std::string relay = "relay";
  const std::string client = "client";
  if (config && config->has_or_port) return relay;
  if (section.relay_active == true) return relay;
  if (section.client_active == true || config) return client;
  return std::nullopt;
}

void fill_config(Context& context, const Files& files, model::Anyone& section) {
  std::optional<parse::AnonConfig> config;
  if (files.config->ok()) config = parse::parse_anonrc(files.config->value());
  if (!config && !missing(*files.config)) context.note("mode", files.config->error());
  if (config) section.nickname = config->nickname;
  section.mode = mode_of(config, section);
}

// Only a relay has one.
void fill_fingerprint(Context& context, const File& file, model::Anyone& section) {
  if (file) section.fingerprint = parse::parse_anon_fingerprint(file.value());
  if (!file && (!missing(file) || section.mode == "relay")) context.note("fingerprint", file.error());
}

}  // namespace

boost::asio::awaitable<void> probe_anyone(Context& context) {
  Files files;
  auto reading = read_files(context, files);
  co_await std::move(reading);
  auto looking = not_installed(context, {kOrPort, kSocksPort, kControlPort}, {kRelayUnit, kClientUnit});
  const bool no_service = co_await std::move(looking);
  if (no_service && missing(*files.config) && missing(*files.fingerprint) && missing(*files.log)) co_return;

  model::Anyone section;
  const auto* table = co_await context.shared.units();
  if (*table) {
    section.relay_active = (*table)->active(kRelayUnit);
    section.client_active = (*table)->active(kClientUnit);
  } else {
    context.note("relay_active", table->error());
  }
  fill_listeners(context, section);
  fill_config(context, files, section);
  fill_bootstrap(context, *files.log, section);
  fill_fingerprint(context, *files.fingerprint, section);
  context.report.anyone = std::move(section);
}

}  // namespace fleetwatch::probe
