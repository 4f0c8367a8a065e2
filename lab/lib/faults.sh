# shellcheck shell=bash
# Faults that are applied and healed on purpose, and the proof that the monitor sees each: lab/faults/.

# What the programs of lab/faults/ need to know of this lab.
faults_run() {
  LAB_FOLDER=$LAB LAB_PROGRAM=$LAB_SOURCE/lab LAB_NETWORK=$NAME LAB_GROUP=$CGROUPS LAB_CGROUPS=$(cgroup_tracking) \
    python3 "$LAB_SOURCE/faults/main.py" "$@"
}

cmd_fault() {
  [[ ${1:-} == --list ]] || need_running_lab
  faults_run fault "$@"
}

cmd_heal() {
  need_running_lab
  faults_run heal "$@"
}

need_running_lab() {
  need_root
  lab_size >/dev/null
}

# On the lab that is up; without one, on three nodes of its own.
cmd_prove() {
  need_root
  local status=0
  [[ -x $MONITOR_BIN ]] || die "$MONITOR_BIN is not built"
  if ! lab_exists; then
    trap cmd_down EXIT
    cmd_up --services 3 >&2
  fi
  faults_run prove "$@" || status=$?
  return "$status"
}
