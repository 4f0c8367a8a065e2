#include "parse/machine_event.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace fleetwatch::parse {

namespace {

using model::ExecWatcherState;
using model::MachineTransition;
using simdjson::dom::element;
using simdjson::dom::object;

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

Error wrong_type(std::string_view key) { return malformed(in_quotes(key) + " has the wrong type"); }

// False: the value has the wrong type.
bool read_member(std::string_view key, element value, MachineTransition& target) {
  if (key == "identity") return read_text(value, target.identity);
  if (key == "machine") return read_text(value, target.machine);
  if (key == "version") return read_text(value, target.version);
  if (key == "transition") return read_text(value, target.transition);
  if (key == "from_state") return read_text(value, target.from);
  if (key == "to_state") return read_text(value, target.to);
  return true;
}

bool read_member(std::string_view key, element value, ExecWatcherState& target) {
  if (key == "identity") return read_text(value, target.identity);
  if (key == "machine") return read_text(value, target.machine);
  if (key == "version") return read_text(value, target.version);
  if (key == "name") return read_text(value, target.watcher);
  if (key == "previous_outcome") return read_text(value, target.outcome);
  if (key != "previous_run_time") return true;
  std::int64_t nanoseconds = 0;
  if (!read_number(value, nanoseconds)) return false;
  target.run_time = std::chrono::nanoseconds(nanoseconds);
  return true;
}

}  // namespace

Result<object> MachineEventDecoder::data_of(std::string_view payload) {
  const auto root = message_.read(payload);
  if (!root) return root.error();
  object document;
  if (root->get(document) != simdjson::SUCCESS || !is_cloud_event(document)) return malformed("no CloudEvent 1.0");
  const auto envelope = read_cloud_envelope(document);
  if (!envelope) return envelope.error();
  const auto data = cloud_data(*envelope, data_);
  if (!data) return data.error();
  object held;
  if (data->get(held) != simdjson::SUCCESS) return malformed("the CloudEvent holds no object");
  return held;
}

Result<MachineTransition> MachineEventDecoder::transition(std::string_view payload) {
  const auto data = data_of(payload);
  if (!data) return data.error();
  MachineTransition found;
  std::string protocol;
  for (const auto member : *data) {
    const bool read =
        member.key == "protocol" ? read_text(member.value, protocol) : read_member(member.key, member.value, found);
    if (!read) return wrong_type(member.key);
  }
  if (protocol != model::kTransitionProtocol) return malformed("unknown protocol " + in_quotes(protocol));
  return found;
}

// The protocol of these is not compared, as the reference does not.
Result<ExecWatcherState> MachineEventDecoder::exec_watcher(std::string_view payload) {
  const auto data = data_of(payload);
  if (!data) return data.error();
  ExecWatcherState found;
  for (const auto member : *data) {
    if (!read_member(member.key, member.value, found)) return wrong_type(member.key);
  }
  if (found.run_time < std::chrono::nanoseconds::zero()) return malformed("a run that took less than no time");
  return found;
}

}  // namespace fleetwatch::parse
