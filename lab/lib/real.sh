# shellcheck shell=bash
# Real programs in place of stand-ins. One runs when it was on the host's PATH at `lab up`; a function real_command_UNIT
# (dashes as underscores) writes its configuration and prints the [Service] lines that start it.

REAL_CONFIG=/etc/fleetwatch-lab # in the node
REAL_SETUP="/usr/bin/python3 -ESs /usr/local/lib/fleetwatch-lab/first_start.py"

# real_prepare SIZE: which programs are real is settled once per lab; keys for those that are known by them.
real_prepare() {
  local entry path i
  for entry in "${LAB_SERVICES[@]}"; do
    ! path=$(type -P "${entry##*:}") || printf '%s %s\n' "${entry%%:*}" "$(readlink -f "$path")"
  done >"$LAB/real"
  ! service_is_real orama-ipfs && ! service_is_real orama-ipfs-cluster && return
  for ((i = 1; i <= $1; i++)); do
    peer_key "n$i.kubo"
    peer_key "n$i.ipfs-cluster"
  done
}

# real_program UNIT: where it is on the host; fails when there is none.
real_program() {
  [[ -s $LAB/real ]] && sed -n "s/^$1 //p" "$LAB/real" | grep .
}

# An Ed25519 key pair of a libp2p peer.
peer_key() {
  [[ -s $KEYS/$1.pub ]] && return
  (umask 077 && openssl genpkey -algorithm ed25519 -outform DER -out "$KEYS/$1")
  openssl pkey -inform DER -in "$KEYS/$1" -pubout -outform DER -out "$KEYS/$1.pub"
}

# A drop-in replaces the stand-in's command: service_use_real UNIT NODE SIZE ROOT
service_use_real() {
  local folder=$4/etc/systemd/system/$1.service.d
  mkdir -p "$folder" "$4$REAL_CONFIG"
  {
    printf '[Service]\nType=simple\nExecStart=\nSystemCallFilter=\n'
    "real_command_${1//-/_}" "$2" "$3" "$4"
  } >"$folder/real.conf"
}

# endpoints PORT NODE...: 10.0.0.1:7001,10.0.0.2:7001
endpoints() {
  local port=$1 i separator=
  shift
  for i; do
    printf '%s%s:%s' "$separator" "$(mesh_address "$i")" "$port"
    separator=,
  done
}

real_command_orama_node() {
  local me together=
  me=$(mesh_address "$1")
  # shellcheck disable=SC2046  # the numbers are separate words
  (($2 == 1)) || together="-bootstrap-expect $2 -join $(endpoints 7001 $(seq "$2"))"
  printf 'ExecStart=/usr/local/bin/rqlited -node-id %s:7001 -http-addr 0.0.0.0:5001 -http-adv-addr %s:5001 -raft-addr %s:7001 %s %s\n' \
    "$me" "$me" "$me" "$together" /opt/orama/.orama/data/rqlite
}

real_command_orama_olric() {
  python3 -ESs "$LAB_SOURCE/lib/real_config.py" olric "$KEYS" "$MESH" "$1" "$2" >"$3$REAL_CONFIG/olric.yaml"
  printf 'ExecStart=/usr/local/bin/olric-server -c %s/olric.yaml\n' "$REAL_CONFIG"
}

real_command_orama_ipfs() {
  local repository=/opt/orama/.orama/data/ipfs/repo
  python3 -ESs "$LAB_SOURCE/lib/real_config.py" kubo "$KEYS" "$MESH" "$1" "$2" >"$3$REAL_CONFIG/kubo.json"
  printf 'Environment=IPFS_PATH=%s IPFS_TELEMETRY=off LIBP2P_FORCE_PNET=1 HOME=/root\n' "$repository"
  printf 'ExecStartPre=%s %s/config=%s/kubo.json -- /usr/local/bin/ipfs init --empty-repo\n' "$REAL_SETUP" "$repository" "$REAL_CONFIG"
  printf 'ExecStart=/usr/local/bin/ipfs daemon\n'
}

real_command_orama_ipfs_cluster() {
  local folder=/opt/orama/.orama/data/ipfs-cluster file
  for file in service identity; do
    python3 -ESs "$LAB_SOURCE/lib/real_config.py" "cluster-$file" "$KEYS" "$MESH" "$1" "$2" >"$3$REAL_CONFIG/cluster-$file.json"
  done
  mkdir -p "$3$folder"
  printf 'Environment=IPFS_CLUSTER_PATH=%s HOME=/root\n' "$folder"
  printf 'ExecStartPre=%s %s/service.json=%s/cluster-service.json %s/identity.json=%s/cluster-identity.json -- %s\n' "$REAL_SETUP" \
    "$folder" "$REAL_CONFIG" "$folder" "$REAL_CONFIG" "/usr/local/bin/ipfs-cluster-service init --consensus crdt --datastore leveldb"
  printf 'ExecStart=/usr/local/bin/ipfs-cluster-service daemon\n'
}
