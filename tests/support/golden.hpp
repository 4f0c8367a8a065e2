// Expected outputs kept as files below tests/golden. With FLEETWATCH_ACCEPT=1 in the environment a run writes them
// instead of comparing; read the difference before you commit it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace fleetwatch::test {

inline std::string first_difference(std::string_view expected, std::string_view actual) {
  std::size_t line = 1;
  while (!expected.empty() || !actual.empty()) {
    const auto wanted = expected.substr(0, expected.find('\n'));
    const auto got = actual.substr(0, actual.find('\n'));
    if (wanted != got || expected.empty() != actual.empty()) {
      return "line " + std::to_string(line) + "\n  expected: " + std::string(wanted) +
             "\n  actual:   " + std::string(got);
    }
    expected.remove_prefix(std::min(wanted.size() + 1, expected.size()));
    actual.remove_prefix(std::min(got.size() + 1, actual.size()));
    ++line;
  }
  return "only in line ends";
}

// `name` is a path below tests/golden, for example "view/healthy.txt".
inline void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = std::filesystem::path(FLEETWATCH_SOURCES) / "tests" / "golden" / name;
  const char* accept = std::getenv("FLEETWATCH_ACCEPT");
  if (accept != nullptr && std::string_view(accept) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    ADD_FAILURE() << path << " is missing; run with FLEETWATCH_ACCEPT=1 to write it";
    return;
  }
  const std::string expected(std::istreambuf_iterator<char>(file), {});
  if (expected != actual) {
    ADD_FAILURE() << path << " differs in " << first_difference(expected, actual) << "\n--- whole output ---\n"
                  << actual;
  }
}

// Escape bytes as a visible mark, so that a golden file can be read and reviewed.
inline std::string visible_escapes(std::string_view text) {
  std::string visible;
  for (const char c : text) {
    if (c == '\x1b') {
      visible += "␛";
    } else {
      visible += c;
    }
  }
  return visible;
}

}  // namespace fleetwatch::test
