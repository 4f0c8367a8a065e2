#include "io/nats_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "io/ed25519.hpp"
#include "io/nats_message.hpp"
#include "io/user_file.hpp"
#include "parse/nkey.hpp"

namespace fleetwatch::io {

namespace {

// Messages that the library may keep for a subscription before its own thread has handed them to us.
constexpr int kLibraryMessages = 1'000'000;
constexpr int kLibraryBytes = 256 << 20;

struct FreeOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using Options = std::unique_ptr<natsOptions, FreeOptions>;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

ErrorKind kind_of(natsStatus status) {
  switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
      return ErrorKind::denied;
    case NATS_TIMEOUT:
      return ErrorKind::timeout;
    case NATS_INVALID_SUBJECT:
    case NATS_INVALID_ARG:
      return ErrorKind::malformed;
    case NATS_MAX_PAYLOAD:
      return ErrorKind::too_large;
    default:
      return ErrorKind::unavailable;
  }
}

// Without the place in the library's source that it puts before: "(conn.c:802): ".
std::string_view without_place(std::string_view text) {
  const auto end = text.find("): ");
  return text.starts_with('(') && end != std::string_view::npos ? text.substr(end + 3) : text;
}

std::string reason_of(natsStatus status) {
  // Of these the library knows no more than the status says.
  if (status == NATS_NO_SERVER) return "nobody listens there, or the name has no address";
  if (status == NATS_TIMEOUT) return "no answer in time";
  if (status == NATS_CONNECTION_CLOSED) return "the connection was closed from there";
  const char* detail = nats_GetLastError(nullptr);
  std::string_view text = detail == nullptr ? std::string_view() : without_place(detail);
  constexpr std::string_view kNoDetail = ": (null)";
  if (text.ends_with(kNoDetail)) text.remove_suffix(kNoDetail.size());
  return std::string(text.empty() ? natsStatus_GetText(status) : text);
}

Error nats_error(natsStatus status, std::string where) {
  return {kind_of(status), reason_of(status), std::move(where)};
}

// What the callbacks of a connection need. Owned by the library (through `self`) from before the connection is made
// until its last callback, which is the one that says that it is closed.
struct Connected {
  NatsSessionEvents events;
  std::string jwt;
  Ed25519Seed seed{};
  std::shared_ptr<Connected> self;
};

std::string last_error(natsConnection* connection) {
  const char* text = nullptr;
  natsConnection_GetLastError(connection, &text);
  return text == nullptr ? std::string() : std::string(text);
}

void on_closed(natsConnection* connection, void* closure) {
  const auto connected = std::move(static_cast<Connected*>(closure)->self);
  connected->events.lost(last_error(connection));
}

void on_error(natsConnection* connection, natsSubscription* /*subscription*/, natsStatus status, void* closure) {
  if (status != NATS_NOT_PERMITTED) return;
  // The connection knows only the last of several refusals, this thread the one that it was called for.
  const char* own = nats_GetLastError(nullptr);
  const bool is_known = own != nullptr && *own != '\0';
  static_cast<Connected*>(closure)->events.refused(is_known ? std::string(own) : last_error(connection));
}

natsStatus give_jwt(char** jwt, char** /*problem*/, void* closure) {
  *jwt = ::strdup(static_cast<Connected*>(closure)->jwt.c_str());
  return *jwt == nullptr ? NATS_NO_MEMORY : NATS_OK;
}

natsStatus sign_nonce(char** /*problem*/, unsigned char** signature, int* size, const char* nonce, void* closure) {
  const auto signed_nonce = ed25519_sign(static_cast<Connected*>(closure)->seed, nonce);
  if (!signed_nonce) return NATS_ERR;
  *signature = static_cast<unsigned char*>(std::malloc(signed_nonce->size()));  // NOLINT: the library frees it
  if (*signature == nullptr) return NATS_NO_MEMORY;
  std::copy(signed_nonce->begin(), signed_nonce->end(), *signature);
  *size = static_cast<int>(signed_nonce->size());
  return NATS_OK;
}

// Sets options one after the other; the first that fails is remembered.
class OptionList {
 public:
  OptionList() {
    natsOptions* raw = nullptr;
    keep(natsOptions_Create(&raw), "options of the NATS library");
    options_.reset(raw);
  }
  natsOptions* get() const { return options_.get(); }
  void keep(natsStatus status, std::string_view where) {
    if (!failed_ && status != NATS_OK) failed_ = nats_error(status, std::string(where));
  }
  const std::optional<Error>& failed() const { return failed_; }

 private:
  Options options_;
  std::optional<Error> failed_;
};

Result<std::string> secret_file(const std::string& path) {
  auto content = read_user_file(path, limits::kConfigFileBytes);
  return content ? Result<std::string>(std::string(trim(*content))) : content;
}

// A seed of either form; the error names the file and nothing that is in it.
Result<Ed25519Seed> seed_file(const std::string& path, Result<parse::KeyBytes> (*read)(std::string_view)) {
  const auto content = secret_file(path);
  if (!content) return content.error();
  auto seed = read(*content);
  if (!seed) return Error{seed.error().kind, seed.error().what, path};
  return *seed;
}

Result<void> set_choria_token(OptionList& list, const model::BrokerSettings& settings, Connected& connected) {
  auto token = secret_file(settings.choria_token_file);
  if (!token) return token.error();
  const auto seed = seed_file(settings.choria_seed_file, parse::choria_seed);
  if (!seed) return seed.error();
  connected.jwt = std::move(*token);
  connected.seed = *seed;
  // The broker wants the token twice.
  list.keep(natsOptions_SetToken(list.get(), connected.jwt.c_str()), settings.choria_token_file);
  list.keep(natsOptions_SetUserCredentialsCallbacks(list.get(), give_jwt, &connected, sign_nonce, &connected),
            settings.choria_token_file);
  return {};
}

Result<void> set_nkey(OptionList& list, const model::BrokerSettings& settings, Connected& connected) {
  const auto seed = seed_file(settings.nkey_file, parse::nkey_user_seed);
  if (!seed) return seed.error();
  const auto public_key = ed25519_public_key(*seed);
  if (!public_key)
    return Error{ErrorKind::unavailable, "this machine's OpenSSL refuses ed25519 keys", settings.nkey_file};
  connected.seed = *seed;
  list.keep(natsOptions_SetNKey(list.get(), parse::nkey_user_name(*public_key).c_str(), sign_nonce, &connected),
            settings.nkey_file);
  return {};
}

Result<void> set_identity(OptionList& list, const model::BrokerServer& server, const model::BrokerSettings& settings,
                          Connected& connected) {
  const bool own = !server.user.empty();
  const auto& user = own ? server.user : settings.user;
  const auto& password = own ? server.password : settings.password;
  const auto& token = server.token.empty() ? settings.token : server.token;
  if (!user.empty()) {
    list.keep(natsOptions_SetUserInfo(list.get(), user.c_str(), password.reveal().c_str()), "user and password");
  }
  if (!token.empty()) list.keep(natsOptions_SetToken(list.get(), token.reveal().c_str()), "token");
  if (!settings.credentials_file.empty()) {
    // Read here as well, since the library says only later, and less clearly, that it could not.
    if (const auto there = secret_file(settings.credentials_file); !there) return there.error();
    list.keep(natsOptions_SetUserCredentialsFromFiles(list.get(), settings.credentials_file.c_str(), nullptr),
              settings.credentials_file);
  }
  if (!settings.nkey_file.empty()) return set_nkey(list, settings, connected);
  if (!settings.choria_token_file.empty()) return set_choria_token(list, settings, connected);
  return {};
}

void set_tls(OptionList& list, const model::BrokerServer& server, const model::BrokerSettings& settings) {
  const auto options = list.get();
  const bool wanted = server.tls || settings.tls;
  // The rest is set in any case: a server may demand TLS of who did not ask for it.
  if (wanted) list.keep(natsOptions_SetSecure(options, true), "TLS");
  if (!settings.ca_file.empty()) {
    list.keep(natsOptions_LoadCATrustedCertificates(options, settings.ca_file.c_str()), settings.ca_file);
  }
  if (!settings.certificate_file.empty()) {
    list.keep(natsOptions_LoadCertificatesChain(options, settings.certificate_file.c_str(), settings.key_file.c_str()),
              settings.certificate_file);
  }
  if (settings.verify_server) {
    const auto& name = server.tls_name.empty() ? server.host : server.tls_name;
    list.keep(natsOptions_SetExpectedHostname(options, name.c_str()), name);
  } else {
    list.keep(natsOptions_SkipServerVerification(options, true), "TLS");
  }
}

void set_behaviour(OptionList& list, const model::BrokerSettings& settings, const NatsTimes& times,
                   Connected& connected) {
  const auto options = list.get();
  list.keep(natsOptions_SetName(options, settings.connection_name.c_str()), "connection name");
  list.keep(natsOptions_SetTimeout(options, times.connect.count()), "time to connect");
  list.keep(natsOptions_SetPingInterval(options, times.ping.count()), "time between pings");
  list.keep(natsOptions_SetAllowReconnect(options, false), "reconnecting");
  list.keep(natsOptions_SetClosedCB(options, on_closed, &connected), "callbacks");
  list.keep(natsOptions_SetErrorHandler(options, on_error, &connected), "callbacks");
}

struct Receiving {
  std::shared_ptr<NatsReceiver> receiver;
};

void on_message(natsConnection* /*connection*/, natsSubscription* subscription, natsMsg* raw, void* closure) {
  const NatsMessage message(raw);
  const auto& receiver = static_cast<Receiving*>(closure)->receiver;
  try {
    receiver->receive(from_nats(*message));
  } catch (const std::bad_alloc&) {
    return;  // the message is lost; an exception must not reach the library
  }
  std::int64_t dropped = 0;
  if (natsSubscription_GetDropped(subscription, &dropped) == NATS_OK && dropped > 0) {
    receiver->dropped(static_cast<std::uint64_t>(dropped));
  }
}

void on_subscription_end(void* closure) { delete static_cast<Receiving*>(closure); }  // NOLINT: see subscribe

}  // namespace

Result<NatsSession> NatsSession::open(const model::BrokerServer& server, const model::BrokerSettings& settings,
                                      const NatsTimes& times, const NatsSessionEvents& events) {
  const auto connected = std::make_shared<Connected>();
  connected->events = events;
  const auto url = model::display_url(server);
  OptionList list;
  if (list.failed()) return *list.failed();
  list.keep(natsOptions_SetURL(list.get(), url.c_str()), url);
  set_behaviour(list, settings, times, *connected);
  set_tls(list, server, settings);
  if (const auto set = set_identity(list, server, settings, *connected); !set) return set.error();
  if (list.failed()) return *list.failed();

  connected->self = connected;
  natsConnection* raw = nullptr;
  const auto status = natsConnection_Connect(&raw, list.get());
  if (status != NATS_OK) {
    connected->self.reset();
    return nats_error(status, url);
  }
  return NatsSession(Connection(raw));
}

Result<NatsSubscription> NatsSession::subscribe(const std::string& subject, std::shared_ptr<NatsReceiver> receiver) {
  auto receiving = std::make_unique<Receiving>(Receiving{std::move(receiver)});
  natsSubscription* raw = nullptr;
  const auto status = natsConnection_Subscribe(&raw, connection_.get(), subject.c_str(), on_message, receiving.get());
  if (status != NATS_OK) return nats_error(status, subject);
  NatsSubscription subscription(raw);
  // The library's thread deletes it. When this is refused the connection was lost in between, and that thread may
  // still be using it: a few bytes are then never freed, since nothing tells when they could be.
  auto* const kept = receiving.release();
  natsSubscription_SetOnCompleteCB(raw, on_subscription_end, kept);
  natsSubscription_SetPendingLimits(raw, kLibraryMessages, kLibraryBytes);
  return subscription;
}

Result<void> NatsSession::publish(const outside::BusMessage& message) {
  const auto made = to_nats(message);
  if (!made) return made.error();
  const auto status = natsConnection_PublishMsg(connection_.get(), made->get());
  if (status != NATS_OK) return nats_error(status, message.subject);
  return {};
}

Result<void> NatsSession::flush(milliseconds timeout) {
  const auto status = natsConnection_FlushTimeout(connection_.get(), std::max<std::int64_t>(timeout.count(), 1));
  if (status != NATS_OK) return nats_error(status, "broker");
  return {};
}

std::vector<std::string> NatsSession::discovered() const {
  char** raw = nullptr;
  int count = 0;
  if (natsConnection_GetDiscoveredServers(connection_.get(), &raw, &count) != NATS_OK) return {};
  std::vector<std::string> servers;
  for (int index = 0; index < count; ++index) {
    const std::unique_ptr<char, FreeText> one(raw[index]);
    servers.emplace_back(one.get());
  }
  std::free(static_cast<void*>(raw));
  return servers;
}

}  // namespace fleetwatch::io
