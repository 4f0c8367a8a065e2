#include "parse/nats_context.hpp"

#include "base/limits.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

Result<NatsContext> nats_context(std::string_view json) {
  if (json.size() > limits::kConfigFileBytes) return Error{ErrorKind::too_large, "more than 1 MiB of configuration"};
  JsonReader reader;
  const auto object = reader.read_object(json);
  if (!object) return object.error();
  const auto text = [&](std::string_view key) { return object->at(key).text().value_or(""); };
  NatsContext context;
  context.url = text("url");
  context.user = text("user");
  context.password = model::Secret(text("password"));
  context.token = model::Secret(text("token"));
  context.creds = text("creds");
  context.nkey = text("nkey");
  context.cert = text("cert");
  context.key = text("key");
  context.ca = text("ca");
  context.inbox_prefix = text("inbox_prefix");
  return context;
}

bool valid_context_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.size() <= limits::kMessageBytes &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

}  // namespace fleetwatch::parse
