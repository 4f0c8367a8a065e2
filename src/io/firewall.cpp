#include "io/firewall.hpp"

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

using outside::InputHook;

namespace {

constexpr const char* kWhere = "nf_tables";
constexpr int kAttempts = 3;  // a dump is spoiled when the rules change under it
constexpr timeval kReceiveTimeout = {.tv_sec = 1, .tv_usec = 0};
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;  // the most that the kernel sends of a dump at once

struct CloseSocket {
  void operator()(mnl_socket* socket) const { ::mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, CloseSocket>;
struct FreeChain {
  void operator()(nftnl_chain* chain) const { ::nftnl_chain_free(chain); }
};
struct FreeRule {
  void operator()(nftnl_rule* rule) const { ::nftnl_rule_free(rule); }
};
struct EndExpressions {
  void operator()(nftnl_expr_iter* iterator) const { ::nftnl_expr_iter_destroy(iterator); }
};

using OnMessage = std::function<void(const nlmsghdr&)>;

Error netlink_error(int number) {
  Error error = os_error(number, kWhere);
  if (error.kind == ErrorKind::not_found) error.kind = ErrorKind::unavailable;
  return error;
}

int call_on_message(const nlmsghdr* message, void* on_message) {
  (*static_cast<const OnMessage*>(on_message))(*message);
  return MNL_CB_OK;
}

Result<Socket> open_socket() {
  Socket socket(::mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (!socket || ::mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0 ||
      ::setsockopt(::mnl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVTIMEO, &kReceiveTimeout,
                   sizeof kReceiveTimeout) != 0) {
    return netlink_error(errno);
  }
  return socket;
}

// 0, or the errno of the dump; EINTR when it has to be asked again.
int dump(mnl_socket* socket, const nlmsghdr& request, const OnMessage& on_message) {
  if (::mnl_socket_sendto(socket, &request, request.nlmsg_len) < 0) return errno;
  std::array<char, kBufferBytes> buffer{};
  const unsigned port = ::mnl_socket_get_portid(socket);
  int code = MNL_CB_OK;
  while (code > MNL_CB_STOP) {
    const ssize_t size = ::mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (size < 0) return errno == EINTR ? EAGAIN : errno;
    code = ::mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), request.nlmsg_seq, port, call_on_message,
                        const_cast<OnMessage*>(&on_message));
  }
  return code < 0 ? errno : 0;
}

std::string_view family_name(std::uint32_t family) {
  switch (family) {
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_INET:
      return "inet";
    default:
      return "";
  }
}

struct FoundHook {
  std::uint32_t family = 0;
  InputHook hook;
};

std::string text(const char* value) { return value == nullptr ? std::string() : std::string(value); }

std::optional<FoundHook> input_hook(const nlmsghdr& message) {
  const std::unique_ptr<nftnl_chain, FreeChain> chain(::nftnl_chain_alloc());
  if (!chain || ::nftnl_chain_nlmsg_parse(&message, chain.get()) < 0) return std::nullopt;
  const std::uint32_t family = ::nftnl_chain_get_u32(chain.get(), NFTNL_CHAIN_FAMILY);
  if (!::nftnl_chain_is_set(chain.get(), NFTNL_CHAIN_HOOKNUM) || family_name(family).empty() ||
      ::nftnl_chain_get_u32(chain.get(), NFTNL_CHAIN_HOOKNUM) != NF_INET_LOCAL_IN) {
    return std::nullopt;
  }
  InputHook hook;
  hook.family = family_name(family);
  hook.table = text(::nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_TABLE));
  hook.chain = text(::nftnl_chain_get_str(chain.get(), NFTNL_CHAIN_NAME));
  hook.policy_drop = ::nftnl_chain_is_set(chain.get(), NFTNL_CHAIN_POLICY) &&
                     ::nftnl_chain_get_u32(chain.get(), NFTNL_CHAIN_POLICY) == NF_DROP;
  return FoundHook{family, std::move(hook)};
}

// Verdicts stand in `immediate` expressions, of nft's own rules and of those that iptables-nft made.
void add_jump_targets(const nlmsghdr& message, std::vector<std::string>& targets) {
  const std::unique_ptr<nftnl_rule, FreeRule> rule(::nftnl_rule_alloc());
  if (!rule || ::nftnl_rule_nlmsg_parse(&message, rule.get()) < 0) return;
  const std::unique_ptr<nftnl_expr_iter, EndExpressions> expressions(::nftnl_expr_iter_create(rule.get()));
  if (!expressions) return;
  while (nftnl_expr* expression = ::nftnl_expr_iter_next(expressions.get())) {
    if (text(::nftnl_expr_get_str(expression, NFTNL_EXPR_NAME)) != "immediate" ||
        !::nftnl_expr_is_set(expression, NFTNL_EXPR_IMM_CHAIN)) {
      continue;
    }
    std::string target = text(::nftnl_expr_get_str(expression, NFTNL_EXPR_IMM_CHAIN));
    const bool is_new = std::find(targets.begin(), targets.end(), target) == targets.end();
    if (is_new && targets.size() < limits::kListItems) targets.push_back(std::move(target));
  }
}

int dump_hooks(mnl_socket* socket, std::uint32_t sequence, std::vector<FoundHook>& hooks) {
  std::array<char, kBufferBytes> buffer{};
  const nlmsghdr* request =
      ::nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, NLM_F_DUMP, sequence);
  return dump(socket, *request, [&](const nlmsghdr& message) {
    if (auto found = input_hook(message)) hooks.push_back(*std::move(found));
  });
}

int dump_jumps(mnl_socket* socket, std::uint32_t sequence, FoundHook& found) {
  std::array<char, kBufferBytes> buffer{};
  nlmsghdr* request = ::nftnl_nlmsg_build_hdr(buffer.data(), NFT_MSG_GETRULE, static_cast<std::uint16_t>(found.family),
                                              NLM_F_DUMP, sequence);
  const std::unique_ptr<nftnl_rule, FreeRule> filter(::nftnl_rule_alloc());
  if (!filter || ::nftnl_rule_set_str(filter.get(), NFTNL_RULE_TABLE, found.hook.table.c_str()) != 0 ||
      ::nftnl_rule_set_str(filter.get(), NFTNL_RULE_CHAIN, found.hook.chain.c_str()) != 0) {
    return ENOMEM;
  }
  ::nftnl_rule_nlmsg_build_payload(request, filter.get());
  return dump(socket, *request, [&](const nlmsghdr& message) { add_jump_targets(message, found.hook.jump_targets); });
}

// 0 or an errno. Each attempt needs a new socket, since a dump that was given up may leave answers behind.
int read_hooks(mnl_socket* socket, std::vector<FoundHook>& hooks) {
  std::uint32_t sequence = 1;
  if (const int code = dump_hooks(socket, sequence, hooks); code != 0) return code;
  for (FoundHook& found : hooks) {
    if (const int code = dump_jumps(socket, ++sequence, found); code != 0) return code;
  }
  return 0;
}

}  // namespace

Result<std::vector<InputHook>> NftFirewall::input_hooks() {
  int code = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto socket = open_socket();
    if (!socket) return socket.error();
    std::vector<FoundHook> found;
    code = read_hooks(socket->get(), found);
    if (code == EINTR) continue;
    if (code != 0) break;
    std::vector<InputHook> hooks;
    hooks.reserve(found.size());
    for (FoundHook& one : found) hooks.push_back(std::move(one.hook));
    return hooks;
  }
  return netlink_error(code);
}

}  // namespace fleetwatch::io
