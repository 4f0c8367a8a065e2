#include "codec/choria_overview.hpp"

#include "codec/lifecycle.hpp"
#include "codec/write.hpp"

namespace fleetwatch::codec {

std::string write_overview(const model::ChoriaOverview& overview, Layout layout) {
  JsonWriter out(layout);
  out.begin_object();
  detail::write_member(out, "broker", overview.broker);
  detail::write_member(out, "collected_at", overview.collected_at);
  detail::write_member(out, "missing", overview.missing);
  detail::write_member(out, "connections", overview.connections);
  detail::write_member(out, "elections", overview.elections);
  if (overview.events) {
    detail::write_member(out, "components", overview.components);
    detail::write_member(out, "events_read", overview.events_read);
    out.key("events");
    out.begin_array();
    for (const auto& seen : *overview.events) out.raw(write_seen_event(seen));
    out.end_array();
  }
  out.end_object();
  return out.take();
}

}  // namespace fleetwatch::codec
