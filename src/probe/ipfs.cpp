#include "parse/ipfs_cluster.hpp"
#include "parse/kubo.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::uint16_t kKuboPort = 4501;
constexpr std::uint16_t kClusterPort = 9094;
constexpr std::string_view kSwarmKey = "/opt/orama/.orama/data/ipfs/repo/swarm.key";

// Living peers answer within 10 ms and dead ones as fast; a lost one takes 15 s, for which nobody can wait.
constexpr milliseconds kPeersLimit{1500};

using HttpAnswer = std::optional<Result<outside::HttpResponse>>;
using FileAnswer = std::optional<Result<outside::FileInfo>>;

outside::HttpRequest kubo_request(std::string_view target) {
  auto request = http_get(kKuboPort, target);
  request.method = "POST";
  return request;
}

// Size as percentage of the maximum, cut. Nothing without a maximum.
std::optional<std::int64_t> use_percent(const parse::KuboRepo& repo) {
  constexpr long double kWhole = 100;
  if (!repo.size_bytes || repo.max_bytes.value_or(0) == 0) return std::nullopt;
  const auto share = static_cast<long double>(*repo.size_bytes) / static_cast<long double>(*repo.max_bytes);
  constexpr long double kMost = 1e15L;  // far beyond sense, far below overflow
  return static_cast<std::int64_t>(std::min(share * kWhole, kMost));
}

Task ask_kubo(Context& context) {
  HttpAnswer peers;
  HttpAnswer repo;
  HttpAnswer version;
  HttpAnswer bootstrap;
  auto& http = context.machine.http;
  auto tasks = together(into(http.ask(kubo_request("/api/v0/swarm/peers"), context.deadline), peers),
                        into(http.ask(kubo_request("/api/v0/repo/stat?size-only=true"), context.deadline), repo),
                        into(http.ask(kubo_request("/api/v0/version"), context.deadline), version),
                        into(http.ask(kubo_request("/api/v0/bootstrap/list"), context.deadline), bootstrap));
  co_await std::move(tasks);

  auto& section = *context.report.ipfs;
  Failures failures("Kubo");
  failures.keep("swarm_peers", parsed(*peers, "swarm/peers", parse::parse_kubo_swarm_peers), section.swarm_peers);
  const auto stat = parsed(*repo, "repo/stat", parse::parse_kubo_repo_stat);
  failures.count("repo_size_bytes", stat);
  if (stat) {
    section.repo_size_bytes = stat.value().size_bytes;
    section.repo_max_bytes = stat.value().max_bytes;
    section.repo_use_pct = use_percent(stat.value());
  }
  failures.keep("kubo_version", parsed(*version, "version", parse::parse_kubo_version), section.kubo_version);
  failures.keep("bootstrap_empty", parsed(*bootstrap, "bootstrap/list", parse::parse_kubo_bootstrap_is_empty),
                section.bootstrap_empty);
  failures.note_in(context);
}

// Peers with an error and, when the list of all peers is known, those that sent nothing. Not known when the stream was
// cut and nobody says how many are missing.
void fill_cluster_errors(const std::vector<parse::ClusterPeer>& lines, bool complete,
                         const std::optional<std::vector<std::string>>& expected, Context& context) {
  if (!complete && !expected) {
    const Error cut{ErrorKind::timeout, "the list of peers was cut, and /id does not say who is missing", "/peers"};
    return context.note("cluster_errors", cut);
  }
  context.report.ipfs->cluster_errors =
      parse::count_cluster_errors(lines, expected.value_or(std::vector<std::string>()));
}

Task ask_cluster(Context& context) {
  HttpAnswer id;
  HttpAnswer peers;
  HttpAnswer version;
  auto& http = context.machine.http;
  auto peers_request = http_get(kClusterPort, "/peers");
  peers_request.keep_partial = true;
  auto tasks = together(into(http.ask(http_get(kClusterPort, "/id"), context.deadline), id),
                        into(http.ask(std::move(peers_request), sooner(context, kPeersLimit)), peers),
                        into(http.ask(http_get(kClusterPort, "/version"), context.deadline), version));
  co_await std::move(tasks);

  auto& section = *context.report.ipfs;
  Failures failures("IPFS Cluster");
  const bool complete = peers->ok() && peers->value().complete;
  const auto known = parsed(*id, "/id", parse::parse_cluster_id);
  const auto lines = parsed(*peers, "/peers", [&](auto body) { return parse::parse_cluster_peers(body, complete); });
  std::optional<std::vector<std::string>> expected;
  failures.count("cluster_peer_count", known);
  failures.count("cluster_errors", lines);
  if (known) expected = known.value().peers;
  if (expected) section.cluster_peer_count = static_cast<std::int64_t>(expected->size());
  if (lines) fill_cluster_errors(lines.value(), complete, expected, context);
  failures.keep("cluster_version", parsed(*version, "/version", parse::parse_cluster_version), section.cluster_version);
  if (!section.cluster_version && known) section.cluster_version = known.value().version;
  failures.note_in(context);
}

Task read_units(Context& context) {
  const auto* table = co_await context.shared.units();
  auto& section = *context.report.ipfs;
  if (!*table) {
    context.note("daemon_active", table->error());
    co_return;
  }
  section.daemon_active = (*table)->active("orama-ipfs");
  section.cluster_active = (*table)->active("orama-ipfs-cluster");
}

void fill_swarm_key(Context& context, const Result<outside::FileInfo>& key) {
  const bool known = key.ok() || key.error().kind == ErrorKind::not_found;
  if (known) context.report.ipfs->has_swarm_key = key.ok();
  if (!known) context.note("has_swarm_key", key.error());
}

outside::Answer<outside::FileInfo> ask_swarm_key(Context& context) {
  return context.machine.disk.info(std::string(kSwarmKey), context.deadline);
}

Task look_for_swarm_key(Context& context) {
  auto question = ask_swarm_key(context);
  const auto key = co_await std::move(question);
  fill_swarm_key(context, key);
}

}  // namespace

boost::asio::awaitable<void> probe_ipfs(Context& context) {
  auto looking = not_installed(context, {kKuboPort, kClusterPort}, {"orama-ipfs", "orama-ipfs-cluster"});
  const bool no_service = co_await std::move(looking);
  if (no_service) {
    // Stopped and without units, but still there?
    auto question = ask_swarm_key(context);
    const auto key = co_await std::move(question);
    if (!key && key.error().kind == ErrorKind::not_found) co_return;
    context.report.ipfs = model::Ipfs();
    fill_swarm_key(context, key);
    auto tasks = together(ask_kubo(context), ask_cluster(context), read_units(context));
    co_await std::move(tasks);
    co_return;
  }
  context.report.ipfs = model::Ipfs();
  auto tasks = together(ask_kubo(context), ask_cluster(context), read_units(context), look_for_swarm_key(context));
  co_await std::move(tasks);
}

}  // namespace fleetwatch::probe
