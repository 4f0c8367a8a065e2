# shellcheck shell=bash
# Control groups: every node has its own, on a machine with cgroup v1 (with the unified hierarchy beside it) as on
# one with cgroup v2 only. They are also how the lab finds a node's processes: nothing else is ever killed.

CGROUP_ROOT=/sys/fs/cgroup

cgroup_is_v2() { [[ $(stat -fc %T "$CGROUP_ROOT") == cgroup2fs ]]; }

# The hierarchies that a node needs a group in.
cgroup_hierarchies() {
  local name
  if cgroup_is_v2; then
    printf '%s\n' "$CGROUP_ROOT"
    return
  fi
  for name in systemd unified memory cpu cpuacct pids freezer; do
    [[ -d $CGROUP_ROOT/$name ]] && printf '%s\n' "$CGROUP_ROOT/$name"
  done
}

# The hierarchy where systemd's own groups are, so where a node's processes can be listed and killed.
cgroup_tracking() {
  if cgroup_is_v2; then
    printf '%s' "$CGROUP_ROOT"
  elif [[ -d $CGROUP_ROOT/unified ]]; then
    printf '%s' "$CGROUP_ROOT/unified"
  else
    printf '%s' "$CGROUP_ROOT/systemd"
  fi
}

node_cgroup() { printf '%s/%s/n%s' "$(cgroup_tracking)" "$CGROUPS" "$1"; }

# The node's groups, in every hierarchy. A controller that the host does not pass down is not there in the nodes either.
cgroup_create() {
  local hierarchy group
  while read -r hierarchy; do
    mkdir -p "$hierarchy/$CGROUPS/n$1"
  done < <(cgroup_hierarchies)
  cgroup_is_v2 || return 0
  for group in "$CGROUP_ROOT" "$CGROUP_ROOT/$CGROUPS" "$CGROUP_ROOT/$CGROUPS/n$1"; do
    printf '+memory +pids +cpu' >"$group/cgroup.subtree_control" 2>/dev/null || true
  done
}

# cgroup_limit_memory NODE SIZE: without a memory controller the node has no limit.
cgroup_limit_memory() {
  local file=$CGROUP_ROOT/memory/$CGROUPS/n$1/memory.limit_in_bytes
  ! cgroup_is_v2 || file=$CGROUP_ROOT/$CGROUPS/n$1/memory.max
  printf '%s' "$2" >"$file" 2>/dev/null || true
}

# cgroup_enter GROUP: makes the group below the lab's in every hierarchy and moves the calling shell into it.
cgroup_enter() {
  local hierarchy
  while read -r hierarchy; do
    mkdir -p "$hierarchy/$CGROUPS/$1"
    printf '%s' "$BASHPID" >"$hierarchy/$CGROUPS/$1/cgroup.procs"
  done < <(cgroup_hierarchies)
}

cgroup_pids() {
  local group
  group=$(node_cgroup "$1")
  [[ ! -d $group ]] || find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null || true
}

cgroup_empty() { [[ -z $(cgroup_pids "$1") ]]; }

# The node's PID 1 as the host sees it; nothing when the node does not run.
node_leader() {
  local group file pid
  group=$(node_cgroup "$1")
  for file in "$group"/run-*/payload/init.scope/cgroup.procs "$group"/run-*/payload/cgroup.procs; do
    [[ -r $file ]] || continue
    while read -r pid; do
      if [[ $(sed -n 's/^NSpid:.*[[:space:]]//p' "/proc/$pid/status" 2>/dev/null) == 1 ]]; then
        printf '%s' "$pid"
        return
      fi
    done <"$file"
  done
  return 1
}

# Ends every process of the node: by the kernel where it can (atomically), else one by one until none is left.
cgroup_kill() {
  local group pid
  group=$(node_cgroup "$1")
  [[ -d $group ]] || return 0
  if [[ -w $group/cgroup.kill ]]; then
    printf 1 >"$group/cgroup.kill"
  fi
  if ! wait_until 2 cgroup_empty "$1"; then
    for pid in $(cgroup_pids "$1"); do kill -KILL "$pid" 2>/dev/null || true; done
    wait_until 5 cgroup_empty "$1" || warn "n$1: some processes did not end"
  fi
}

cgroup_remove() {
  local hierarchy
  while read -r hierarchy; do
    [[ ! -d $hierarchy/$CGROUPS/$1 ]] || find "$hierarchy/$CGROUPS/$1" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  done < <(cgroup_hierarchies)
}
