#include "model/field.hpp"

namespace fleetwatch::model {

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::seconds:
      return "s";
    case Unit::unix_seconds:
      return "s since 1970";
    case Unit::milliseconds:
      return "ms";
    case Unit::unix_milliseconds:
      return "ms since 1970";
    case Unit::nanoseconds:
      return "ns";
    case Unit::bytes:
      return "bytes";
    case Unit::mebibytes:
      return "MiB";
    case Unit::percent:
      return "%";
    case Unit::days:
      return "days";
  }
  return "";
}

}  // namespace fleetwatch::model
