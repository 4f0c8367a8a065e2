#include <fmt/format.h>

#include "parse/rqlite_debug_vars.hpp"
#include "parse/rqlite_nodes.hpp"
#include "parse/rqlite_query.hpp"
#include "parse/rqlite_status.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::uint16_t kPort = 5001;
constexpr int kHttpOk = 200;

// Without a leader that answers, rqlite holds a strong read for 30 s, whatever timeout it is given.
constexpr milliseconds kStrongReadLimit{2000};

using HttpAnswer = std::optional<Result<outside::HttpResponse>>;

struct Answers {
  HttpAnswer status;
  HttpAnswer ready;
  HttpAnswer strong_read;
  HttpAnswer nodes;
  HttpAnswer vars;
};

outside::HttpRequest strong_read_request() {
  auto request = http_get(kPort, "/db/query?level=strong");
  request.method = "POST";
  request.content_type = "application/json";
  request.body = R"(["SELECT 1"])";
  return request;
}

// Kubo's API has 5001 as its default: the name of the listener tells why the answer is strange.
std::string listener_hint(Context& context) {
  const auto& table = context.shared.listeners();
  if (!table) return {};
  for (const auto& [socket, process] : table->listeners) {
    if (socket.transport != outside::Transport::tcp || socket.port != kPort) continue;
    if (process && *process != "rqlited") return fmt::format("; port {} belongs to {}", kPort, *process);
  }
  return {};
}

void fill_ready(Context& context, const Result<outside::HttpResponse>& answer, model::Rqlite& section) {
  section.ready = answer && answer.value().status == kHttpOk;
  if (!answer) context.note("ready", Error{answer.error().kind, answer.error().what, "/readyz"});
}

void fill_strong_read(Context& context, const Result<outside::HttpResponse>& answer, model::Rqlite& section) {
  const auto value = parsed(answer, "strong read", parse::parse_rqlite_single_value);
  section.strong_read = value.ok();
  if (!value) context.note("strong_read", value.error());
}

// Who is a member and votes is known from /status; /nodes adds who can be reached.
void merge_nodes(Context& context, const Result<outside::HttpResponse>& answer, model::Rqlite& section) {
  auto reached = parsed(answer, "/nodes", parse::parse_rqlite_nodes);
  if (!reached) return context.note("nodes", reached.error());
  if (!section.nodes) section.nodes.emplace();
  for (auto& [id, member] : reached.value()) {
    auto& known = (*section.nodes)[id];
    if (known.voter) member.voter = known.voter;
    known = std::move(member);
  }
}

void fill_vars(Context& context, const Result<outside::HttpResponse>& answer, model::Rqlite& section) {
  auto vars = parsed(answer, "/debug/vars", parse::parse_rqlite_debug_vars);
  if (!vars) return context.note("debug_vars", vars.error());
  section.debug_vars = std::move(vars.value().counters);
  section.heap_mb = vars.value().heap_mb;
}

// The section from the answers that are there so far. Without a good /status the others say nothing about rqlite.
void fill(Context& context, const Answers& answers) {
  if (!answers.status) return;
  auto status = parsed(*answers.status, "/status", parse::parse_rqlite_status);
  if (!status) {
    model::Rqlite section;
    section.responsive = false;
    context.report.rqlite = std::move(section);
    const auto& error = status.error();
    return context.note("", Error{error.kind, error.what + listener_hint(context), error.where});
  }
  auto section = std::move(status).value();
  section.responsive = true;
  if (!section.raft_state) {
    context.note("raft_state", Error{ErrorKind::malformed, "names no raft state" + listener_hint(context), "/status"});
  }
  if (answers.ready) fill_ready(context, *answers.ready, section);
  if (answers.strong_read) fill_strong_read(context, *answers.strong_read, section);
  if (answers.nodes) merge_nodes(context, *answers.nodes, section);
  if (answers.vars) fill_vars(context, *answers.vars, section);
  context.report.rqlite = std::move(section);
}

Task ask(Context& context, outside::HttpRequest request, Deadline deadline, const Answers& all, HttpAnswer& target) {
  auto question = context.machine.http.ask(std::move(request), deadline);
  target = co_await std::move(question);
  fill(context, all);
}

}  // namespace

boost::asio::awaitable<void> probe_rqlite(Context& context) {
  auto looking = not_installed(context, {kPort}, {"rqlited", "orama-node"});
  const bool absent = co_await std::move(looking);
  if (absent) co_return;
  context.report.rqlite = model::Rqlite();
  Answers all;
  const auto until = context.deadline;
  auto tasks = together(ask(context, http_get(kPort, "/status"), until, all, all.status),
                        ask(context, http_get(kPort, "/readyz"), until, all, all.ready),
                        ask(context, strong_read_request(), sooner(context, kStrongReadLimit), all, all.strong_read),
                        ask(context, http_get(kPort, "/nodes?nonvoters&ver=2&timeout=1s"), until, all, all.nodes),
                        ask(context, http_get(kPort, "/debug/vars"), until, all, all.vars));
  co_await std::move(tasks);
}

}  // namespace fleetwatch::probe
