// Lifecycle events as text: as a member of the network publishes them, and as `tool event --json` shows them.
#pragma once

#include <string>

#include "base/result.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::codec {

// What is published: the document in the encoding that the event names, byte for byte as the reference writes it, which
// tests hold to recordings. For whoever sends events; the viewers here only read them.
std::string write_event(const model::LifecycleEvent& event);

// One line, without its end: the keys of the classic document (`protocol` left out), and before them `received_at`
// (UTC, milliseconds), `stored` (read back from a stream; `received_at` is then when the stream got it), `subject`,
// `type` and `encoding` ("classic" or "cloudevents").
std::string write_seen_event(const model::SeenEvent& seen);

// Where it is published: choria.lifecycle.event.<type>.<component>. Error: usage, when the component is empty or no
// part of a subject.
Result<std::string> event_subject(const model::LifecycleEvent& event);

}  // namespace fleetwatch::codec
