#include "io/sandbox.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <memory>
#include <type_traits>

#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

constexpr const char* kWhere = "seccomp";

struct ReleaseFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, ReleaseFilter>;

// 0 or a negative errno, as libseccomp gives it.
int add_rules(scmp_filter_ctx filter) {
  const std::array<int, 4> programs_and_processes = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
                                                     SCMP_SYS(vfork)};
  for (const int call : programs_and_processes) {
    const int code = ::seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 0, nullptr);
    if (code != 0) return code;
  }
  // A filter cannot look behind clone3's pointer. glibc takes ENOSYS for an old kernel and uses clone instead.
  const int code = ::seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, nullptr);
  if (code != 0) return code;
  const scmp_arg_cmp is_no_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0};
  return ::seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &is_no_thread);
}

}  // namespace

Result<void> forbid_programs() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error(errno, "no_new_privs");
  const Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return Error{ErrorKind::unavailable, "no filter could be made", kWhere};
  int code = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (code == 0) code = add_rules(filter.get());
  if (code == 0) code = ::seccomp_load(filter.get());
  if (code != 0) return os_error(-code, kWhere);
  return {};
}

}  // namespace fleetwatch::io
