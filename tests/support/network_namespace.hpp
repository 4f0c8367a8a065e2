// A network of its own for one test: an empty one, on a thread of its own, since a namespace belongs to a thread.
#pragma once

#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <thread>

namespace fleetwatch::test {

// False when this process may not make one (it needs root).
inline bool in_empty_network(const std::function<void()>& test) {
  bool made = false;
  std::thread thread([&] {
    made = ::unshare(CLONE_NEWNET) == 0;
    if (made) test();
  });
  thread.join();
  return made;
}

inline bool device_call(unsigned long call, void* argument) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool done = fd >= 0 && ::ioctl(fd, call, argument) == 0;
  if (fd >= 0) ::close(fd);
  return done;
}

// The kernel gives it 127.0.0.1 by itself.
inline bool bring_loopback_up() {
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return device_call(SIOCSIFFLAGS, &request);
}

inline bool add_default_route_over_loopback() {
  rtentry route{};
  route.rt_dst.sa_family = AF_INET;
  route.rt_genmask.sa_family = AF_INET;
  route.rt_flags = RTF_UP;
  char name[] = "lo";
  route.rt_dev = name;
  return device_call(SIOCADDRT, &route);
}

}  // namespace fleetwatch::test
