// A kernel file through its parser; the error names the file.
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "outside/kernel_files.hpp"

namespace fleetwatch::probe {

template <class Parse>
auto read_and_parse(outside::KernelFiles& files, std::string_view path, Parse parse)
    -> std::invoke_result_t<Parse, std::string_view> {
  const auto text = files.read(path);
  if (!text) return text.error();
  auto parsed = parse(std::string_view(*text));
  if (parsed) return parsed;
  auto error = std::move(parsed).error();
  if (error.where.empty()) error.where = path;
  return error;
}

}  // namespace fleetwatch::probe
