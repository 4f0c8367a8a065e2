# shellcheck shell=bash
# The services of a node: which are real, which are stand-ins, and their units and files.

# unit:program of the real service on the host's PATH ("-": there is none to install)
LAB_SERVICES=(orama-node:rqlited orama-gateway:- orama-olric:olric-server orama-ipfs:ipfs
  orama-ipfs-cluster:ipfs-cluster-service orama-anyone-client:-)

# service_kind UNIT: "real" or "stand-in", with the reason in brackets where there is more to say.
service_kind() {
  local entry program path
  case $1 in
    coredns) if [[ -x $COREDNS ]]; then printf 'real %s' "$COREDNS_VERSION"; else printf 'stand-in (knot: CoreDNS is not built)'; fi ;;
    caddy | wg-quick@wg0) printf 'real' ;;
    *)
      for entry in "${LAB_SERVICES[@]}"; do
        [[ ${entry%%:*} == "$1" ]] || continue
        program=${entry##*:}
        if [[ $program == - ]]; then
          printf 'stand-in'
        elif path=$(real_program "$1"); then
          printf 'real %s' "$path"
        else
          printf 'stand-in (no %s on PATH at lab up)' "$program"
        fi
      done
      ;;
  esac
}

service_is_real() { [[ $(service_kind "$1") == real* ]]; }

# One copy of the stand-ins for all nodes, compiled, so that no process has to do it again.
services_prepare() {
  real_prepare "$1"
  rm -rf "$LAB/standins"
  mkdir -p "$LAB/standins"
  cp -r "$LAB_SOURCE"/standins/{*.py,templates} "$LAB/standins/"
  rm -f "$LAB"/standins/{contract_test,real_programs}.py
  python3 -m compileall -q "$LAB/standins" || true # without it they only start more slowly
}

# services_install NODE SIZE ROOT
services_install() {
  local root=$3 entry unit
  local units=$root/etc/systemd/system
  mkdir -p "$units/multi-user.target.wants"
  {
    printf 'LAB_ME=n%s=%s\nLAB_ADDRESS=%s\nLAB_VAULT=%s\n' "$1" "$(mesh_address "$1")" "$(mesh_address "$1")" "$(vault_endpoint)"
    # shellcheck disable=SC2046  # the numbers are separate words
    printf 'LAB_PEERS=%s\n' "$(members_of $(seq "$2"))"
  } >"$root/etc/fleetwatch-lab.env"
  for entry in "${LAB_SERVICES[@]}"; do
    unit=${entry%%:*}
    cp "$LAB_SOURCE/files/units/$unit.service" "$units/"
    ln -s "../$unit.service" "$units/multi-user.target.wants/$unit.service"
    ! service_is_real "$unit" || service_use_real "$unit" "$1" "$2" "$root"
  done
  ln -s /lib/systemd/system/wg-quick@.service "$units/multi-user.target.wants/wg-quick@wg0.service"
  mkdir -p "$root"/opt/orama/.orama/data/{ipfs/repo,namespaces,rqlite} "$root/etc/anon"
  printf '/key/swarm/psk/1.0.0/\n/base16/\n%064d\n' 0 >"$root/opt/orama/.orama/data/ipfs/repo/swarm.key"
  chmod 600 "$root/opt/orama/.orama/data/ipfs/repo/swarm.key"
  printf 'Nickname labn%s\nSocksPort 9050\nControlPort 9051\nLog notice file /var/log/anon/notices.log\n' "$1" >"$root/etc/anon/anonrc"
  ! with_extras || extras_install "$1" "$2" "$root"
  if is_nameserver "$1"; then nameserver_install "$2" "$root"; else remove_caddy "$root"; fi
}

# members_of NODE...: n1=10.0.0.1,n2=10.0.0.2
members_of() {
  local i separator=
  for i; do
    printf '%sn%s=%s' "$separator" "$i" "$(mesh_address "$i")"
    separator=,
  done
}

with_zone() { sed "s/@ZONE@/$ZONE/g" "$1"; }

# caddy comes with the node image; on a node that is no nameserver it is as if it had not been installed.
remove_caddy() { rm -f "$1/lib/systemd/system/caddy.service"; }

# nameserver_install SIZE ROOT: the zone, its server and the web server.
nameserver_install() {
  local root=$2 units=$2/etc/systemd/system group
  mkdir -p "$root/etc/coredns" "$units/coredns.service.d"
  with_zone "$LAB_SOURCE/files/Corefile" >"$root/etc/coredns/Corefile"
  zone_file "$1" >"$root/etc/coredns/db.$ZONE"
  cp "$LAB_SOURCE/files/units/coredns.service" "$units/"
  ln -s ../coredns.service "$units/multi-user.target.wants/coredns.service"
  if ! service_is_real coredns; then
    with_zone "$LAB_SOURCE/files/knot.conf" >"$root/etc/knot/lab.conf"
    mkdir -p "$root/etc/tmpfiles.d"
    printf 'd /run/knot 0755 root root\n' >"$root/etc/tmpfiles.d/lab-knot.conf"
    cp "$LAB_SOURCE/files/coredns-knot.conf" "$units/coredns.service.d/knot.conf"
  fi
  with_zone "$LAB_SOURCE/files/Caddyfile" >"$root/etc/caddy/Caddyfile"
  group=$(sed -n 's/^caddy:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group")
  install -m644 "$KEYS/web.crt" "$root/etc/caddy/web.crt"
  install -m640 -g "$group" "$KEYS/web.key" "$root/etc/caddy/web.key"
  ln -s /lib/systemd/system/caddy.service "$units/multi-user.target.wants/caddy.service"
}

zone_file() {
  local second
  second=$(nameserver_count "$1")
  # shellcheck disable=SC2016  # $ORIGIN is a word of the zone file
  printf '$ORIGIN %s.\n@ 60 IN SOA ns1 admin 1 60 60 60 60\n@ 60 IN NS ns1\n@ 60 IN NS ns2\n' "$ZONE"
  printf '%s 60 IN A %s\n' @ "$(node_address 1)" ns1 "$(node_address 1)" ns2 "$(node_address "$second")" '*' "$(node_address 1)"
}
