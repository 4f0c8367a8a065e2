// Reads files below tests/fixtures.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace fleetwatch::test {

inline std::filesystem::path fixture_path(const std::string& name) {
  return std::filesystem::path(FLEETWATCH_FIXTURES) / name;
}

inline std::string fixture(const std::string& name) {
  std::ifstream stream(fixture_path(name), std::ios::binary);
  if (!stream) throw std::runtime_error("no fixture " + name);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace fleetwatch::test
