# shellcheck shell=bash
# The commands of lab/lab.

cmd_help() {
  cat <<EOF
usage: lab up [--services] [N] | down | status | setup | install | folder | nats-server
       lab shell NODE [COMMAND...] | kill NODE | boot NODE | run ARGUMENTS...
       lab fault --list | fault NAME [NODE] | heal [NAME [NODE]] | prove

up [N]     start N nodes (default 3, at most $MAX_NODES), named n1..nN; with --services also two namespaces, the vault
           and two deployments
down       stop all, leave nothing behind
status     nodes, addresses, and what is real and what is a stand-in
setup      build what is kept in the cache (node image, CoreDNS); up does it when needed
nats-server  build a current message broker for the tests
install    put a new build of fleetwatch-node into the running nodes
shell      a shell, or one command, as root in a node
fault      NAME [NODE]: break something; fault --list names what there is
heal       [NAME [NODE]]: undo it, or all that was broken
prove      [--select NAMES] [--short] [--json]: break everything in turn and see that the monitor says what it is
kill, boot a node dies at once, and starts again with the same disk
folder     where the running lab has its files, for other programs
run        fleetwatch with the lab's inventory, for example: lab run monitor report

folder of the running lab: $LAB    cache: $CACHE
FLEETWATCH_LAB_NUMBER=1 (to 9) is another lab beside the first.
EOF
}

no_arguments() { (($1 == 0)) || usage_error "this command takes no arguments"; }
one_node() { (($1 == 1)) || usage_error "which node? for example: n2"; }

cmd_folder() {
  no_arguments $#
  printf '%s\n' "$LAB"
}

cmd_setup() {
  no_arguments $#
  need_root
  need_tools
  ensure_cache 0
}

cmd_up() {
  local extras=0 size started words=() word
  for word; do
    if [[ $word == --services ]]; then extras=1; else words+=("$word"); fi
  done
  size=${words[0]:-3}
  if ((${#words[@]} > 1)) || [[ ! $size =~ ^[1-9][0-9]?$ ]] || ((size > MAX_NODES)); then
    usage_error "up takes a number of nodes from 1 to $MAX_NODES"
  fi
  need_root
  need_tools
  need_kernel
  ! lab_exists || die "the lab is up already, in part or in full: lab down first"
  ensure_cache "$size"
  started=$(uptime_seconds)
  [[ -x $NODE_BIN ]] || warn "$NODE_BIN is not built: the nodes have no collector (build it, then: lab install)"
  mkdir -p "$LAB"
  printf '%s\n' "$size" >"$LAB/size" # from here on there is something for `down` to remove
  ((extras == 0)) || : >"$LAB/services"
  write_operator_files "$size"
  raise_inotify_limit "$size"
  services_prepare "$size"
  network_up
  start_all "$size"
  say "$size nodes ready after $(elapsed_since "$started") s; inventory: $LAB/remote-nodes.conf"
}

INOTIFY=/proc/sys/fs/inotify/max_user_instances

# Each systemd and its daemons hold about six inotify instances, all counted for the host's root, whose usual limit of
# 128 ends at 22 nodes. `down` takes away what this lab has added; a restart of the machine has done so already.
raise_inotify_limit() {
  local added=$((10 * $1))
  printf '%s %s\n' "$added" "$(</proc/sys/kernel/random/boot_id)" >"$LAB/inotify-added"
  change_inotify_limit "$added"
}

restore_inotify_limit() {
  local added boot
  [[ -s $LAB/inotify-added ]] || return 0
  read -r added boot <"$LAB/inotify-added"
  [[ $boot != "$(</proc/sys/kernel/random/boot_id)" ]] || change_inotify_limit "-$added"
}

# Read and written under a lock: another lab may start or end just now.
change_inotify_limit() {
  (
    flock 9
    printf '%s\n' $(($(<"$INOTIFY") + $1)) >"$INOTIFY"
  ) 9>"$CACHE/inotify-lock"
}

start_all() {
  local i all=()
  for ((i = 1; i <= $1; i++)); do
    node_create "$i" "$1"
    node_start "$i"
    all+=("$i")
  done
  on_each node_wait_ready "${all[@]}" || die "not all nodes started; lab down removes them"
  on_each node_wait_members "${all[@]}" || die "the services did not find each other; lab down removes the nodes"
}

# on_each FUNCTION NODE...: calls FUNCTION NODE COUNT for all nodes at once; false when one of them failed.
on_each() {
  local function=$1 i pids=() failed=0
  shift
  for i; do
    "$function" "$i" $# &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || failed=1; done
  return "$failed"
}

# What a person or a program outside the nodes needs: inventory, keys, ssh settings.
write_operator_files() {
  local i key
  printf '127.0.0.1 localhost\n' >"$LAB/hosts"
  printf '%s\n' "$CGROUPS" >"$LAB/cgroup"
  : >"$LAB/known_hosts"
  : >"$LAB/remote-nodes.conf"
  install -m600 "$KEYS/lab" "$LAB/key"
  printf 'Host n* %s.*\n  User ubuntu\n  IdentityFile %s/key\n  IdentitiesOnly yes\n  UserKnownHostsFile %s/known_hosts\n  GlobalKnownHostsFile /dev/null\n' \
    "$UNDERLAY" "$LAB" "$LAB" >"$LAB/ssh_config"
  for ((i = 1; i <= $1; i++)); do
    key=$(cut -d' ' -f1,2 "$KEYS/n$i.ssh.pub")
    printf '%s n%s\n' "$(node_address "$i")" "$i" >>"$LAB/hosts"
    printf '%s,n%s %s\n' "$(node_address "$i")" "$i" "$key" >>"$LAB/known_hosts"
    printf 'Host n%s\n  HostName %s\n' "$i" "$(node_address "$i")" >>"$LAB/ssh_config"
    if is_nameserver "$i"; then
      printf 'lab|ubuntu@%s|nameserver-ns%s\n' "$(node_address "$i")" "$i"
    else
      printf 'lab|ubuntu@%s|node\n' "$(node_address "$i")"
    fi >>"$LAB/remote-nodes.conf"
  done
}

# Goes by what exists, not by what should: an `up` may have been cut off anywhere.
cmd_down() {
  local i
  no_arguments $#
  need_root
  rm -f "$LAB/size" # first: a node that is just being started looks for it
  for ((i = 1; i <= MAX_NODES; i++)); do
    [[ -e $(node_folder "$i") || -e /run/netns/$(node_netns "$i") || -e $(node_cgroup "$i") ]] || continue
    node_remove "$i" &
  done
  wait
  network_down
  cgroup_remove ''
  restore_inotify_limit
  [[ -d $LAB ]] || return 0
  rm -rf "$LAB"/{services,real,inotify-added,cgroup,hosts,known_hosts,remote-nodes.conf,key,ssh_config,standins,inject,log}
  rmdir "$LAB/nodes" 2>/dev/null || true
  rmdir "$LAB" 2>/dev/null || warn "$LAB is not empty: files that the lab did not make"
}

cmd_status() {
  local size i state unit kind
  no_arguments $#
  size=$(lab_size)
  printf '%-5s %-5s %-14s %-10s %s\n' node state address mesh role
  for ((i = 1; i <= size; i++)); do
    state=down
    ! node_runs "$i" || state=up
    if is_nameserver "$i"; then kind=nameserver; else kind=node; fi
    printf '%-5s %-5s %-14s %-10s %s\n' "n$i" "$state" "$(node_address "$i")" "$(mesh_address "$i")" "$kind"
  done
  printf '\n'
  for unit in "${LAB_SERVICES[@]%%:*}" coredns caddy wg-quick@wg0; do
    printf '%-20s %s\n' "$unit" "$(service_kind "$unit")"
  done
  ! with_extras || printf '%-20s %s\n' "namespaces" "stand-in (${NAMESPACES[*]%%:*}, each with rqlite, olric, gateway)" \
    orama-vault stand-in "deployments" "real units that do nothing (${DEPLOYMENTS[*]})"
}

# Exit status 0 when there is something for `down` to remove.
cmd_exists() {
  no_arguments $#
  lab_exists
}

# Exit status 0 when at least one node runs: a lab that a restart of the machine has ended leaves its folder behind.
cmd_alive() {
  local size i
  no_arguments $#
  size=$(lab_size) || exit
  for ((i = 1; i <= size; i++)); do
    ! node_runs "$i" || return 0
  done
  return 1
}

cmd_shell() {
  local node
  (($# >= 1)) || usage_error "shell NODE [COMMAND...]"
  need_root
  node=$(node_number "$1")
  shift
  node_runs "$node" || die "n$node is down"
  (($# > 0)) || set -- /bin/bash -l
  node_enter "$node" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" "$@"
}

cmd_kill() {
  local node
  one_node $#
  need_root
  node=$(node_number "$1")
  node_runs "$node" || die "n$node is down already"
  node_stop "$node"
}

cmd_boot() {
  local node
  one_node $#
  need_root
  node=$(node_number "$1")
  ! node_runs "$node" || die "n$node is up already"
  node_stop "$node" # what is left of a node that ended by itself
  node_start "$node"
  node_wait_ready "$node"
  node_wait_members "$node" "$(running_nodes | wc -l)"
}

running_nodes() {
  local i size
  size=$(lab_size)
  for ((i = 1; i <= size; i++)); do
    ! node_runs "$i" || printf '%s\n' "$i"
  done
}

cmd_install() {
  local i size
  no_arguments $#
  need_root
  size=$(lab_size)
  [[ -x $NODE_BIN ]] || die "$NODE_BIN is not built"
  for ((i = 1; i <= size; i++)); do node_install_program "$i"; done
}

# `monitor` reaches the nodes over ssh with the lab's keys only; the user's own ssh settings for other hosts do not count.
cmd_run() {
  lab_size >/dev/null
  [[ -x $MONITOR_BIN ]] || die "$MONITOR_BIN is not built"
  if [[ ${1:-} == monitor ]]; then
    set -- "$@" --ssh-key "$LAB/key" --ssh-option "UserKnownHostsFile=$LAB/known_hosts" \
      --ssh-option IdentitiesOnly=yes --ssh-option StrictHostKeyChecking=yes --ssh-option GlobalKnownHostsFile=/dev/null
  fi
  FLEETWATCH_INVENTORY=$LAB/remote-nodes.conf exec "$MONITOR_BIN" "$@"
}
