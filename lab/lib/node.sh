# shellcheck shell=bash
# One node: its disk (an overlay over the base image on a tmpfs of its own), its files, its start and its end.

NODE_DISK=256m
NODE_MEMORY=512M
READY_DEADLINE=120
MEMBERS_DEADLINE=120

node_folder() { printf '%s/nodes/n%s' "$LAB" "$1"; }
node_root() { printf '%s/nodes/n%s/root' "$LAB" "$1"; }
node_inject() { printf '%s/inject/n%s' "$LAB" "$1"; }

# node_create NODE SIZE: a new disk with all files; the node does not run yet.
node_create() {
  local folder root
  folder=$(node_folder "$1")
  root=$folder/root
  mkdir -p "$folder"
  mount -t tmpfs -o "size=$NODE_DISK,mode=755" "$NAME-n$1" "$folder"
  mkdir "$folder/upper" "$folder/work" "$root"
  mount -t overlay "$NAME-n$1" -o "lowerdir=$(base_folder),upperdir=$folder/upper,workdir=$folder/work" "$root"
  node_identity "$1" "$2" "$root"
  node_wireguard "$1" "$2" "$root"
  services_install "$1" "$2" "$root"
  node_kernel_files "$1"
  [[ ! -x $NODE_BIN ]] || node_install_program "$1"
}

node_identity() {
  local root=$3
  install -m600 "$KEYS/n$1.ssh" "$root/etc/ssh/ssh_host_ed25519_key"
  install -m644 "$KEYS/n$1.ssh.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  mkdir -p "$root/var/lib/dbus"
  ln -sf /etc/machine-id "$root/var/lib/dbus/machine-id"
  printf 'n%s\n' "$1" >"$root/etc/hostname"
  cp "$LAB/hosts" "$root/etc/hosts"
  printf 'nameserver %s\n' "$(node_address 1)" >"$root/etc/resolv.conf"
}

node_wireguard() {
  local i peer config=$3/etc/wireguard/wg0.conf
  mkdir -p "$3/etc/wireguard"
  install -m600 /dev/null "$config"
  {
    printf '[Interface]\nPrivateKey = %s\nAddress = %s/24\nListenPort = 51820\nMTU = 1420\n' "$(<"$KEYS/n$1.wg")" "$(mesh_address "$1")"
    for ((i = 1; i <= $2; i++)); do
      ((i != $1)) || continue
      peer=$(<"$KEYS/n$i.wg.pub")
      printf '\n[Peer]\nPublicKey = %s\nAllowedIPs = %s.%s/32\nEndpoint = %s.%s:51820\nPersistentKeepalive = 25\n' \
        "$peer" "$MESH" "$i" "$UNDERLAY" "$i"
    done
  } >"$config"
}

# Kernel files that are not per namespace, with healthy values; edit them in place to inject pressure or an OOM kill.
node_kernel_files() {
  local folder
  folder=$(node_inject "$1")
  mkdir -p "$folder"
  sed 's/^oom_kill .*/oom_kill 0/' /proc/vmstat >"$folder/vmstat"
  printf '0.21 0.18 0.12 1/120 1200\n' >"$folder/loadavg"
  cp "$LAB_SOURCE/files/meminfo" "$folder/meminfo"
}

# A new file under a new name, then a rename: a report that runs just now keeps its program.
node_install_program() {
  local bin
  bin=$(node_root "$1")/usr/local/bin
  install -m755 "$NODE_BIN" "$bin/.fleetwatch-node.new"
  mv -f "$bin/.fleetwatch-node.new" "$bin/fleetwatch-node"
  ln -sf fleetwatch-node "$bin/orama"
}

node_start() {
  network_add_node "$1"
  cgroup_create "$1"
  cgroup_limit_memory "$1" "$NODE_MEMORY"
  # shellcheck disable=SC2054  # the commas are part of the arguments
  local arguments=(--quiet --register=no --keep-unit --kill-signal=SIGRTMIN+3 --directory="$(node_root "$1")" --machine="$NAME-n$1" --hostname="n$1"
    --network-namespace-path="/run/netns/$(node_netns "$1")" --capability=CAP_NET_ADMIN,CAP_NET_RAW --console=pipe
    --link-journal=no --resolv-conf=off --timezone=off
    --bind-ro="$(node_inject "$1"):/run/host-lab" --bind-ro="$LAB/standins:/usr/local/lib/fleetwatch-lab")
  if is_nameserver "$1" && [[ -x $COREDNS ]]; then
    arguments+=(--bind-ro="$COREDNS:/usr/local/bin/coredns")
  fi
  local program
  while read -r _ program; do
    arguments+=(--bind-ro="$program:/usr/local/bin/${program##*/}")
  done <"$LAB/real"
  mkdir -p "$LAB/log"
  setsid "$LAB_SOURCE/files/supervise" "$1" "${arguments[@]}" /sbin/lab-init </dev/null >"$LAB/log/n$1.console" 2>&1 &
  disown
}

node_runs() { node_leader "$1" >/dev/null; }

# node_enter NODE COMMAND...: as root inside the node. All namespaces; only the user one is shared with the host.
node_enter() {
  local leader
  leader=$(node_leader "$1") || return 1
  shift
  nsenter --target "$leader" --all -- "$@"
}

node_booted() {
  local state
  # A boot that hangs would keep it waiting for ever.
  state=$(node_enter "$1" timeout "$READY_DEADLINE" systemctl is-system-running --wait 2>/dev/null) || true
  [[ $state == running || $state == degraded ]]
}

# node_wait_members NODE COUNT: its services see that many members, and the database has a leader.
node_wait_members() {
  local reason
  reason=$(node_enter "$1" python3 -ESs /usr/local/lib/fleetwatch-lab/ready.py "$2" "$MEMBERS_DEADLINE" "$(mesh_address "$1")") ||
    die "n$1: $reason"
}

# The node itself is there: systemd has finished its start, sshd greets.
node_wait_ready() {
  if ! wait_until "$READY_DEADLINE" node_runs "$1" || ! wait_until "$READY_DEADLINE" node_booted "$1"; then
    tail -n 3 "$LAB/log/n$1.console" >&2
    die "n$1 did not start: $LAB/log/n$1.console"
  fi
  wait_until "$READY_DEADLINE" node_answers_ssh "$1" || die "n$1: sshd does not answer"
  local failed
  failed=$(node_enter "$1" systemctl list-units --failed --plain --no-legend | cut -d' ' -f1 | tr '\n' ' ')
  [[ -z $failed ]] || warn "n$1: failed units: $failed"
}

node_answers_ssh() {
  local greeting
  greeting=$(timeout 5 bash -c "exec 3<>/dev/tcp/$(node_address "$1")/22 && head -c4 <&3" 2>/dev/null) || true
  [[ $greeting == SSH- ]]
}

# The whole machine dies at once. Its link goes first, so that no goodbye of a dying process gets out.
node_stop() {
  ip -n "$NAME" link delete "n$1" 2>/dev/null || true
  cgroup_kill "$1"
  network_remove_node "$1"
  cgroup_remove "n$1"
}

node_remove() {
  local folder
  folder=$(node_folder "$1")
  node_stop "$1"
  umount -l "$folder/root" 2>/dev/null || true
  umount -l "$folder" 2>/dev/null || true
  rmdir "$folder" 2>/dev/null || true
}
