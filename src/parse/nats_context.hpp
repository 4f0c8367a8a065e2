// A saved connection of the `nats` command. Source: ~/.config/nats/context/NAME.json; the name of the selected one is
// in ~/.config/nats/context.txt.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/inventory.hpp"

namespace fleetwatch::parse {

struct NatsContext {
  std::string url;  // a list of servers, separated by commas; may hold passwords
  std::string user;
  model::Secret password;
  model::Secret token;
  std::string creds;  // files from here on
  std::string nkey;
  std::string cert;
  std::string key;
  std::string ca;
  std::string inbox_prefix;
  bool operator==(const NatsContext&) const = default;
};

// Members that are missing or not texts are empty, members that we do not know are passed over. Errors: malformed,
// too_large.
Result<NatsContext> nats_context(std::string_view json);

// Whether it can be part of a file name: no slash, not empty, no leading dot.
bool valid_context_name(std::string_view name);

}  // namespace fleetwatch::parse
