# shellcheck shell=bash
# Paths, constants and small helpers that every other part of the lab uses.
# shellcheck disable=SC2034  # the constants are read by the files that source this one

LAB_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TREE=$(dirname "$LAB_SOURCE")
CACHE=${FLEETWATCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fleetwatch}

# Several labs can be up side by side: each number has names, addresses and a folder of its own.
NUMBER=${FLEETWATCH_LAB_NUMBER:-0}
if [[ ! $NUMBER =~ ^[0-9]$ ]]; then
  printf 'lab: FLEETWATCH_LAB_NUMBER is a number from 0 to 9, not "%s"\n' "$NUMBER" >&2
  exit 64
fi
NAME=fwlab${NUMBER/#0/}           # network namespaces and mounts
DOOR=fwlab$NUMBER                 # the host's network device
CGROUPS=fleetwatch-lab-$NUMBER    # control groups and the folder
CGROUPS=${CGROUPS%-0}
LAB=${FLEETWATCH_LAB_DIR:-/var/tmp/$CGROUPS}
KEYS=$CACHE/keys
NODE_BIN=${FLEETWATCH_NODE_BIN:-$TREE/build/release/bin/fleetwatch-node}
MONITOR_BIN=${FLEETWATCH_BIN:-$TREE/build/release/bin/fleetwatch}

ZONE=orama.test
COREDNS_VERSION=1.12.4
COREDNS=$CACHE/coredns-$COREDNS_VERSION
NATS_SERVER_VERSION=2.12.2
NATS_SERVER=$CACHE/nats-server-$NATS_SERVER_VERSION
UNDERLAY=198.18.$((7 + NUMBER)) # benchmark range: never routed, and not one that a resolver or a firewall treats as documentation
MESH=10.0.0
MAX_NODES=64
EX_USAGE=64

say() { printf '%s\n' "$*"; }
warn() { printf 'lab: warning: %s\n' "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }
usage_error() { printf 'lab: %s (try: lab help)\n' "$*" >&2; exit "$EX_USAGE"; }

# Seconds since the machine's start, for measured times and deadlines that a clock step does not move.
uptime_seconds() { local up _; read -r up _ </proc/uptime; printf '%s' "$up"; }
elapsed_since() { awk -v a="$1" -v b="$(uptime_seconds)" 'BEGIN { printf "%.1f", b - a }'; }

# wait_until SECONDS COMMAND...: poll until the command succeeds; false at the deadline.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
}

need_root() { ((EUID == 0)) || die "needs root: network namespaces, mounts and containers"; }

# need_tools: every tool with the Debian package that has it.
need_tools() {
  local pair missing=()
  for pair in systemd-nspawn:systemd-container ip:iproute2 wg:wireguard-tools nft:nftables \
    debootstrap:debootstrap ssh-keygen:openssh-client openssl:openssl nsenter:util-linux python3:python3; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  ((${#missing[@]} == 0)) || die "missing Debian packages: ${missing[*]} (the whole list is in lab/packages.txt)"
}

need_kernel() {
  [[ -c /dev/net/tun ]] || die "/dev/net/tun is missing: wireguard-go in the nodes needs it"
  grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || die "the kernel has no overlayfs"
}

# node_number NAME: n3 or 3 to 3, checked against the running lab.
node_number() {
  local number=${1#n} size
  size=$(lab_size) || exit
  [[ $number =~ ^[1-9][0-9]?$ ]] || usage_error "not a node: $1"
  ((number <= size)) || usage_error "no node n$number: the lab has $size nodes"
  printf '%s' "$number"
}

lab_size() {
  [[ -s $LAB/size ]] || die "the lab is not up"
  cat "$LAB/size"
}

# The lab as a whole is up, in part or in full: some of it exists that `down` would remove.
lab_exists() { [[ -e $LAB/size || -e /run/netns/$NAME ]]; }

is_nameserver() { (($1 <= 2)); }
nameserver_count() { printf '%s' "$(($1 < 2 ? $1 : 2))"; }
