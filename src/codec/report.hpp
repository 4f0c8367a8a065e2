// The node report as JSON, in both directions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "codec/json_writer.hpp"
#include "model/report.hpp"

namespace fleetwatch::codec {

// What our collector and the reference one write. Errors: malformed (with the path), too_large.
Result<model::NodeReport> read_report(std::string_view json);

std::string write_report(const model::NodeReport& report, Layout layout);

// JSON Schema (draft 2020-12) of the report, from the same field tables.
std::string report_schema();

}  // namespace fleetwatch::codec
