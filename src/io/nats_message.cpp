#include "io/nats_message.hpp"

#include <cstdlib>
#include <string>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace fleetwatch::io {

namespace {

struct FreeList {
  void operator()(const char** list) const { std::free(static_cast<void*>(list)); }
};
using List = std::unique_ptr<const char*, FreeList>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

void read_headers(natsMsg& from, outside::BusMessage& to) {
  const char** raw = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(&from, &raw, &count) != NATS_OK) return;
  const List names(raw);
  for (int name = 0; name < count; ++name) {
    const char** raw_values = nullptr;
    int value_count = 0;
    if (natsMsgHeader_Values(&from, names.get()[name], &raw_values, &value_count) != NATS_OK) continue;
    const List values(raw_values);
    for (int value = 0; value < value_count; ++value) {
      to.headers.push_back({names.get()[name], text_or_empty(values.get()[value])});
    }
  }
  // The library gives the number of the status line under this name.
  to.status = to_number<int>(to.header("Status")).value_or(0);
}

}  // namespace

outside::BusMessage from_nats(natsMsg& message) {
  outside::BusMessage made;
  made.arrived = Steady::now();
  made.arrived_unix_ms = SystemClock().unix_ms();
  made.subject = text_or_empty(natsMsg_GetSubject(&message));
  made.reply = text_or_empty(natsMsg_GetReply(&message));
  if (const int size = natsMsg_GetDataLength(&message); size > 0) {
    made.payload.assign(natsMsg_GetData(&message), static_cast<std::size_t>(size));
  }
  read_headers(message, made);
  return made;
}

Result<NatsMessage> to_nats(const outside::BusMessage& message) {
  natsMsg* raw = nullptr;
  const char* reply = message.reply.empty() ? nullptr : message.reply.c_str();
  const auto created = natsMsg_Create(&raw, message.subject.c_str(), reply, message.payload.data(),
                                      static_cast<int>(message.payload.size()));
  NatsMessage made(raw);
  if (created != NATS_OK) return Error{ErrorKind::malformed, natsStatus_GetText(created), message.subject};
  for (const auto& header : message.headers) {
    const auto added = natsMsgHeader_Add(raw, header.name.c_str(), header.value.c_str());
    if (added != NATS_OK) return Error{ErrorKind::malformed, natsStatus_GetText(added), "header " + header.name};
  }
  return made;
}

}  // namespace fleetwatch::io
