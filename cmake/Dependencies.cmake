find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(MNL REQUIRED IMPORTED_TARGET libmnl)
pkg_check_modules(NFTNL REQUIRED IMPORTED_TARGET libnftnl)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(NATS REQUIRED IMPORTED_TARGET libnats)

# Boost is used for its headers alone (Asio, Beast, Describe).
add_library(fleetwatch_asio INTERFACE)
add_library(fleetwatch::asio ALIAS fleetwatch_asio)
target_compile_definitions(fleetwatch_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_link_libraries(fleetwatch_asio INTERFACE Threads::Threads)

# What only the real adapters touch.
add_library(fleetwatch_system INTERFACE)
add_library(fleetwatch::system ALIAS fleetwatch_system)
target_link_libraries(fleetwatch_system INTERFACE PkgConfig::SYSTEMD PkgConfig::MNL PkgConfig::NFTNL PkgConfig::SECCOMP
                      PkgConfig::CARES OpenSSL::SSL OpenSSL::Crypto resolv)
