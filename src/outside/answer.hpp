// The shape of every question that may take time: a coroutine that ends with a value or an error, always by its
// deadline.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace fleetwatch::outside {

template <class T>
using Answer = boost::asio::awaitable<Result<T>>;

}  // namespace fleetwatch::outside
