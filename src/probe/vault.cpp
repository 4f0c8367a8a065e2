#include <algorithm>
#include <array>

#include "parse/log_lines.hpp"
#include "parse/vault_status.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

using HttpAnswer = Result<outside::HttpResponse>;

// The newer name first.
constexpr std::array<std::string_view, 2> kUnits = {"orama-namespace-vault@index", "orama-vault"};
constexpr std::int64_t kLogSeconds = 3600;

// The active one of the two units, else the one that is installed; nullptr when neither is.
const outside::UnitDetails* find_vault(const UnitTable& units) {
  for (const auto name : kUnits) {
    if (units.active(name)) return units.find(name);
  }
  for (const auto name : kUnits) {
    if (units.installed(name)) return units.find(name);
  }
  return nullptr;
}

void fill_unit(const outside::UnitDetails& unit, model::Vault& section) {
  section.service_active = unit.active_state == "active";
  section.restart_count = unit.n_restarts;
  if (unit.memory_current_bytes) section.process_mem_mb = static_cast<std::int64_t>(*unit.memory_current_bytes >> 20U);
}

// A vault that is not well may say so with another status than 200.
Result<std::string> status_in(const HttpAnswer& answer) {
  if (answer) {
    auto status = parse::parse_vault_health(answer.value().body);
    if (status) return status;
  }
  return parsed(answer, "/v1/vault/health", parse::parse_vault_health);
}

// `installed` is false where systemd could not be asked: then a refusal may as well mean that there is no vault.
Task ask_vault(Context& context, bool installed) {
  std::optional<HttpAnswer> status_answer;
  std::optional<HttpAnswer> health_answer;
  auto& http = context.machine.http;
  auto tasks = together(into(http.ask(http_get(kGatewayPort, "/v1/vault/status"), context.deadline), status_answer),
                        into(http.ask(http_get(kGatewayPort, "/v1/vault/health"), context.deadline), health_answer));
  co_await std::move(tasks);

  const auto status = parsed(*status_answer, "/v1/vault/status", parse::parse_vault_status);
  Failures failures("vault");
  failures.count("responsive", status);
  auto& section = *context.report.vault;
  if (status || installed) section.responsive = status.ok();
  if (status) {
    section.guardians = status->guardians;
    section.healthy = status->healthy;
    section.threshold = status->threshold;
    section.write_quorum = status->write_quorum;
  }
  failures.keep("status", status_in(*health_answer), section.status);
  failures.note_in(context);
}

outside::Answer<std::vector<std::string>> messages_of(Context& context, std::string_view unit) {
  constexpr std::int64_t kMsPerSecond = 1000;
  outside::JournalQuery query;
  query.unit = std::string(unit) + ".service";
  query.since_unix_sec = context.machine.clock.unix_ms() / kMsPerSecond - kLogSeconds;
  return context.machine.journal.messages(std::move(query), context.deadline);
}

// Both units: within the last hour one may have replaced the other.
Task ask_log(Context& context) {
  std::array<std::optional<Result<std::vector<std::string>>>, kUnits.size()> answers;
  auto tasks =
      together(into(messages_of(context, kUnits[0]), answers[0]), into(messages_of(context, kUnits[1]), answers[1]));
  co_await std::move(tasks);
  std::int64_t errors = 0;
  for (const auto& answer : answers) {
    if (!*answer) {
      context.note("log_errors_1h", answer->error());
      co_return;
    }
    errors +=
        std::count_if((*answer)->begin(), (*answer)->end(), [](const auto& line) { return parse::tells_error(line); });
  }
  context.report.vault->log_errors_1h = errors;
}

}  // namespace

boost::asio::awaitable<void> probe_vault(Context& context) {
  const auto* units = co_await context.shared.units();
  const auto* unit = *units ? find_vault(**units) : nullptr;
  if (*units && unit == nullptr) co_return;
  context.report.vault = model::Vault();
  if (unit != nullptr) {
    fill_unit(*unit, *context.report.vault);
  } else {
    context.note("service_active", units->error());
  }
  auto tasks = together(ask_vault(context, unit != nullptr), ask_log(context));
  co_await std::move(tasks);
}

}  // namespace fleetwatch::probe
