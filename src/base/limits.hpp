// Bounds on what other programs and machines may send. One place, so that a reviewer sees them all.
#pragma once

#include <cstddef>

namespace fleetwatch::limits {

inline constexpr std::size_t kReportBytes = std::size_t{16} << 20;     // one node's whole reply
inline constexpr std::size_t kDiagnosisBytes = std::size_t{64} << 10;  // standard error of one ssh
inline constexpr std::size_t kHttpBodyBytes = std::size_t{4} << 20;    // one answer of a local service
inline constexpr std::size_t kKernelFileBytes = std::size_t{4} << 20;  // one file below /proc or /sys
inline constexpr std::size_t kConfigFileBytes = std::size_t{1} << 20;  // one configuration file
inline constexpr std::size_t kLogTailBytes = std::size_t{256} << 10;   // end of one log file
inline constexpr std::size_t kJournalBytes = std::size_t{8} << 20;     // journal messages of one unit
inline constexpr std::size_t kInventoryBytes = std::size_t{4} << 20;   // the inventory file
inline constexpr std::size_t kSnapshotBytes = std::size_t{1} << 30;    // a saved snapshot
inline constexpr std::size_t kEventBytes = std::size_t{1} << 20;       // one message of a broker
inline constexpr std::size_t kEventDepth = 2048;                       // nesting of a lifecycle event
inline constexpr std::size_t kJsonDepth = 64;                          // nesting of any JSON from outside
inline constexpr std::size_t kListItems = 10'000;                      // items of one list in a report
inline constexpr std::size_t kTextBytes = 4096;                        // one text value of a service's answer
inline constexpr std::size_t kMessageBytes = 200;                      // foreign text inside an error message

inline constexpr std::size_t kRecordedFileBytes = std::size_t{16} << 20;  // one file of a recorded machine
inline constexpr std::size_t kRecordingBytes = std::size_t{128} << 20;    // all of them together
inline constexpr std::size_t kRecordedFiles = 10'000;                     // their number

}  // namespace fleetwatch::limits
