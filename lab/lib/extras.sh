# shellcheck shell=bash
# What `up --services` adds to a node: namespaces with their own rqlite, olric and gateway, the vault, deployments.

NAMESPACES=(alpha:10000 beta:10005) # name:first port of the block
NAMESPACE_DATA=/opt/orama/.orama/data/namespaces
DEPLOYMENTS=(shop blog)

# What the gateway passes /v1/vault/ on to; empty: there is no vault.
vault_endpoint() { ! with_extras || printf '127.0.0.1:6002'; }

with_extras() { [[ -e $LAB/services ]]; }

# namespace_nodes NAME SIZE: alpha is on the first three nodes, beta on two of them.
namespace_nodes() {
  local first=1 last=3
  [[ $1 == alpha ]] || first=2
  ((last <= $2)) || last=$2
  ((first <= last)) || first=$last
  seq "$first" "$last"
}

# extras_install NODE SIZE ROOT
extras_install() {
  local entry name units=$3/etc/systemd/system
  extra_unit orama-vault orama-vault "$units"
  for name in "${DEPLOYMENTS[@]}"; do extra_unit orama-deploy "orama-deploy-$name" "$units"; done
  for entry in "${NAMESPACES[@]}"; do
    name=${entry%%:*}
    ! namespace_nodes "$name" "$2" | grep -qx "$1" || namespace_install "$name" "${entry##*:}" "$1" "$2" "$3"
  done
}

# extra_unit SOURCE NAME UNITS-FOLDER
extra_unit() {
  cp "$LAB_SOURCE/files/units/$1.service" "$3/$2.service"
  ln -s "../$2.service" "$3/multi-user.target.wants/$2.service"
}

# namespace_install NAME BASE NODE SIZE ROOT
namespace_install() {
  local folder=$5$NAMESPACE_DATA/$1 base=$2 address type peers nodes
  address=$(mesh_address "$3")
  mapfile -t nodes < <(namespace_nodes "$1" "$4")
  peers=$(members_of "${nodes[@]}")
  mkdir -p "$folder"
  printf 'HTTP_ADDR=0.0.0.0:%s\nRAFT_PORT=%s\nPEERS=%s\n' "$base" "$((base + 1))" "$peers" >"$folder/rqlite.env"
  printf 'HTTP_ADDR=%s:%s\nMEMBERLIST_PORT=%s\nPEERS=%s\n' "$address" "$((base + 2))" "$((base + 3))" "$peers" >"$folder/olric.env"
  printf 'HTTP_ADDR=0.0.0.0:%s\nCHECKS=rqlite=127.0.0.1:%s,olric=%s:%s\n' "$((base + 4))" "$base" "$address" "$((base + 2))" >"$folder/gateway.env"
  for type in rqlite olric gateway; do
    extra_unit "orama-namespace-$type@" "orama-namespace-$type@$1" "$5/etc/systemd/system"
  done
}
