#include "parse/wireguard_uapi.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/wireguard_key.hpp"

namespace fleetwatch::parse {

namespace {

struct Draft {
  WireguardState state;
  std::optional<int> error_number;
  model::WireguardPeer& peer() { return state.peers.back(); }
};

// Addresses end up on terminals and in JSON: nothing but the characters that addresses are made of.
bool is_address_text(std::string_view text) {
  constexpr std::size_t kLongestAddress = 80;  // IPv6 with a zone name, brackets and a port
  return !text.empty() && text.size() <= kLongestAddress &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

bool set_count(std::optional<std::int64_t>& field, std::string_view value) {
  field = to_number<std::int64_t>(value);
  return field && *field >= 0;
}

bool set_listen_port(Draft& draft, std::string_view value) {
  const auto port = to_number<std::uint16_t>(value);
  draft.state.listen_port = port.value_or(0);
  return port.has_value();
}

bool set_errno(Draft& draft, std::string_view value) {
  draft.error_number = to_number<int>(value);
  return draft.error_number.has_value();
}

bool add_peer(Draft& draft, std::string_view value) {
  auto key = wireguard_key_of_hex(value);
  if (!key) return false;
  model::WireguardPeer peer;
  peer.public_key = std::move(*key);
  peer.endpoint = "(none)";
  peer.latest_handshake = 0;
  draft.state.peers.push_back(std::move(peer));
  return true;
}

bool set_endpoint(Draft& draft, std::string_view value) {
  draft.peer().endpoint = std::string(value);
  return is_address_text(value);
}

bool add_allowed_ip(Draft& draft, std::string_view value) {
  auto& list = draft.peer().allowed_ips;
  if (!list.empty()) list += ',';
  list += value;
  return is_address_text(value);
}

bool set_handshake(Draft& draft, std::string_view value) { return set_count(draft.peer().latest_handshake, value); }
bool set_received(Draft& draft, std::string_view value) { return set_count(draft.peer().transfer_rx_bytes, value); }
bool set_sent(Draft& draft, std::string_view value) { return set_count(draft.peer().transfer_tx_bytes, value); }

bool set_keepalive(Draft& draft, std::string_view value) {
  const auto seconds = to_number<std::uint16_t>(value);
  if (seconds.value_or(0) != 0) draft.peer().keepalive = *seconds;
  return seconds.has_value();
}

struct Key {
  std::string_view name;
  bool of_peer;
  bool (*set)(Draft&, std::string_view value);  // false: the value is not of its type
};

// Keys not named here (the two secret ones, fwmark, protocol_version and those of later versions) are skipped.
constexpr std::array kKeys = {
    Key{"listen_port", false, set_listen_port},
    Key{"errno", false, set_errno},
    Key{"public_key", false, add_peer},
    Key{"endpoint", true, set_endpoint},
    Key{"allowed_ip", true, add_allowed_ip},
    Key{"last_handshake_time_sec", true, set_handshake},
    Key{"rx_bytes", true, set_received},
    Key{"tx_bytes", true, set_sent},
    Key{"persistent_keepalive_interval", true, set_keepalive},
};

Error malformed(std::string what) { return {ErrorKind::malformed, "WireGuard's reply " + std::move(what)}; }

Result<void> read_line(Draft& draft, std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return malformed("has a line without '='");
  const auto* key = std::find_if(kKeys.begin(), kKeys.end(),
                                 [name = line.substr(0, equals)](const Key& known) { return known.name == name; });
  if (key == kKeys.end()) return {};
  if (key->of_peer && draft.state.peers.empty()) return malformed("names " + std::string(key->name) + " before a peer");
  if (!key->set(draft, line.substr(equals + 1))) return malformed("has a bad value of " + std::string(key->name));
  if (draft.state.peers.size() > limits::kListItems)
    return Error{ErrorKind::too_large, "WireGuard's reply has too many peers"};
  return {};
}

}  // namespace

Result<WireguardState> wireguard_uapi(std::string_view reply) {
  Draft draft;
  while (!draft.error_number) {
    const auto end = reply.find('\n');
    if (end == std::string_view::npos || end == 0) return malformed("ends before its errno line");
    if (auto read = read_line(draft, reply.substr(0, end)); !read) return read.error();
    reply.remove_prefix(end + 1);
  }
  if (*draft.error_number != 0)
    return Error{ErrorKind::unavailable, "WireGuard answers errno " + std::to_string(*draft.error_number)};
  for (auto& peer : draft.state.peers) {
    if (peer.allowed_ips.empty()) peer.allowed_ips = "(none)";
  }
  std::sort(draft.state.peers.begin(), draft.state.peers.end(),
            [](const auto& a, const auto& b) { return a.public_key < b.public_key; });
  return std::move(draft.state);
}

}  // namespace fleetwatch::parse
