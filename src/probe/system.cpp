#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.hpp"
#include "parse/log_lines.hpp"
#include "parse/meminfo.hpp"
#include "parse/mountinfo.hpp"
#include "parse/proc.hpp"
#include "probe/disk_size.hpp"
#include "probe/kernel_file.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::int64_t kKibPerMib = 1024;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

// Local zone, "YYYY-MM-DD HH:MM:SS", as `uptime -s` prints it.
std::string local_time(std::int64_t unix_sec) {
  const auto time = static_cast<std::time_t>(unix_sec);
  std::tm parts{};
  if (localtime_r(&time, &parts) == nullptr) return {};
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

void read_uptime(Context& context, model::System& system, const Result<std::int64_t>& boot) {
  auto& files = context.machine.kernel_files;
  context.keep("uptime_seconds", read_and_parse(files, "/proc/uptime", parse::uptime_seconds), system.uptime_seconds);
  if (boot) {
    system.uptime_since = local_time(*boot);
  } else {
    context.note("uptime_since", boot.error());
  }
}

void read_load(Context& context, model::System& system) {
  auto& files = context.machine.kernel_files;
  context.keep("cpu_count", read_and_parse(files, "/proc/self/status", parse::allowed_cpus), system.cpu_count);
  if (const auto load = read_and_parse(files, "/proc/loadavg", parse::load_averages)) {
    system.load_avg_1 = load->one;
    system.load_avg_5 = load->five;
    system.load_avg_15 = load->fifteen;
  } else {
    context.note("load_avg_1", load.error());
  }
}

std::optional<std::int64_t> mib(std::optional<std::int64_t> kib) {
  return kib ? std::optional(*kib / kKibPerMib) : std::nullopt;
}

void read_memory(Context& context, model::System& system) {
  const auto text = context.machine.kernel_files.read("/proc/meminfo");
  if (!text) return context.note("mem_total_mb", text.error());
  const auto info = parse::meminfo(*text);
  system.mem_total_mb = mib(info.total_kib);
  system.mem_free_mb = mib(info.free_kib);
  system.mem_available_mb = mib(info.available_kib);
  system.swap_total_mb = mib(info.swap_total_kib);
  if (info.total_kib && info.available_kib && *info.total_kib >= *info.available_kib) {
    const auto used = *info.total_kib - *info.available_kib;
    system.mem_used_mb = mib(used);
    if (*info.total_kib > 0) system.mem_use_pct = used * 100 / *info.total_kib;
  }
  if (info.swap_total_kib && info.swap_free_kib && *info.swap_total_kib >= *info.swap_free_kib) {
    system.swap_used_mb = mib(*info.swap_total_kib - *info.swap_free_kib);
  }
  if (!info.total_kib || !info.available_kib) {
    context.note("mem_use_pct", {ErrorKind::malformed, "no MemTotal or no MemAvailable", "/proc/meminfo"});
  }
}

using DiskAnswer = std::optional<Result<outside::DiskUse>>;

// The fuller one of both, the root on a tie.
void keep_disk(Context& context, model::System& system, const DiskAnswer& root, const DiskAnswer& product) {
  const outside::DiskUse* fuller = nullptr;
  for (const auto* answer : {&root, &product}) {
    if (!*answer) continue;
    const auto& use = **answer;
    if (!use) {
      if (use.error().kind != ErrorKind::not_found) context.note("disk_use_pct", use.error());
      continue;
    }
    if (fuller == nullptr || df_use_pct(*use) > df_use_pct(*fuller)) fuller = &*use;
  }
  if (fuller != nullptr) {
    system.disk_total_gb = df_size(fuller->total_bytes);
    system.disk_used_gb = df_size(fuller->total_bytes - std::min(fuller->total_bytes, fuller->free_bytes));
    system.disk_avail_gb = df_size(fuller->available_bytes);
    system.disk_use_pct = df_use_pct(*fuller);
  }
  if (root && *root) system.inode_use_pct = df_inode_use_pct(**root);
}

Task read_disk(Context& context, model::System& system) {
  constexpr std::string_view kRoot = "/";
  constexpr std::string_view kProduct = "/opt/orama";
  const auto text = context.machine.kernel_files.read("/proc/self/mountinfo");
  if (!text) {
    context.note("disk_use_pct", text.error());
    co_return;
  }
  const auto mounts = parse::mountinfo(*text);
  const auto root_mount = parse::mount_of(mounts, kRoot);
  const auto product_mount = parse::mount_of(mounts, kProduct);

  DiskAnswer root;
  DiskAnswer product;
  std::vector<Task> questions;
  const auto ask = [&](std::string_view path, const std::optional<parse::Mount>& mount, DiskAnswer& answer) {
    if (mount && parse::may_hang(mount->type)) {
      answer = Error{ErrorKind::unavailable, "not asked: a file system of type " + mount->type, std::string(path)};
    } else {
      questions.push_back(into(context.machine.disk.use(std::string(path), context.deadline), answer));
    }
  };
  ask(kRoot, root_mount, root);
  if (product_mount != root_mount) ask(kProduct, product_mount, product);
  co_await together(std::move(questions));
  keep_disk(context, system, root, product);
}

// The kernel's journal in a container is that of the whole machine, if there is one at all.
Task find_container(Context& context, bool& in_container) {
  const auto environment = context.machine.kernel_files.read("/proc/1/environ");
  in_container = environment && parse::tells_container(*environment);
  if (in_container) co_return;
  const auto mark = co_await context.machine.disk.info("/run/systemd/container", context.deadline);
  in_container = mark.ok();
}

// Kills that the kernel's journal tells of in the last 24 hours.
Task count_oom_kills_of_a_day(Context& context, model::System& system, const Result<std::int64_t>& boot) {
  const auto since = context.machine.clock.unix_ms() / 1000 - kDaySeconds;
  outside::JournalQuery query;
  query.since_unix_sec = since;
  const auto messages = co_await context.machine.journal.messages(query, context.deadline);
  // A kernel that booted within the day has said something: without a word there is no journal of it.
  if (!messages || (messages->empty() && (!boot || *boot > since))) co_return;
  system.oom_kills = std::count_if(messages->begin(), messages->end(),
                                   [](const auto& message) { return parse::tells_oom_kill(message); });
  system.oom_kills_since_unix = since;
}

Task read_oom_kills(Context& context, model::System& system, const Result<std::int64_t>& boot) {
  bool in_container = false;
  co_await find_container(context, in_container);
  if (!in_container) co_await count_oom_kills_of_a_day(context, system, boot);
  if (system.oom_kills) co_return;
  auto counter = read_and_parse(context.machine.kernel_files, "/proc/vmstat", parse::oom_kills_since_boot);
  if (context.keep("oom_kills", std::move(counter), system.oom_kills) && boot) system.oom_kills_since_unix = *boot;
}

}  // namespace

Task probe_system(Context& context) {
  context.report.system = model::System{};
  auto& system = *context.report.system;
  auto& files = context.machine.kernel_files;
  const auto boot = read_and_parse(files, "/proc/stat", parse::boot_unix_seconds);
  read_uptime(context, system, boot);
  read_load(context, system);
  read_memory(context, system);
  auto release = files.read("/proc/sys/kernel/osrelease");
  if (release) release = std::string(trim(*release));
  context.keep("kernel_version", std::move(release), system.kernel_version);
  co_await together(read_disk(context, system), read_oom_kills(context, system, boot));
  system.time_unix = context.machine.clock.unix_ms() / 1000;
}

}  // namespace fleetwatch::probe
