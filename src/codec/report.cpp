#include "codec/report.hpp"

#include "codec/read.hpp"
#include "codec/schema.hpp"
#include "codec/write.hpp"

namespace fleetwatch::codec {

Result<model::NodeReport> read_report(std::string_view json) { return read_json<model::NodeReport>(json); }

std::string write_report(const model::NodeReport& report, Layout layout) { return write_json(report, layout); }

std::string report_schema() { return json_schema<model::NodeReport>("fleetwatch node report"); }

}  // namespace fleetwatch::codec
