// Without root's rights while it lives, so that "denied" can be shown in a test that root runs too.
#pragma once

#include <unistd.h>

namespace fleetwatch::test {

class AsNobody {
 public:
  AsNobody() : before_(::geteuid()), gained_(before_ != 0 || ::seteuid(kNobody) == 0) {}
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (::seteuid(before_) != 0) ::_exit(1);
  }
  bool works() const { return gained_; }

 private:
  static constexpr uid_t kNobody = 65534;
  uid_t before_;
  bool gained_;
};

}  // namespace fleetwatch::test
