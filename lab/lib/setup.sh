# shellcheck shell=bash
# What is made once and kept in the cache: keys, the web certificate, CoreDNS.

ensure_login_key() {
  mkdir -p "$KEYS"
  chmod 700 "$KEYS"
  [[ -f $KEYS/lab.pub ]] || ssh-keygen -q -t ed25519 -N '' -C fleetwatch-lab -f "$KEYS/lab"
}

# One ssh host key and one WireGuard key per node number, for N nodes.
ensure_node_keys() {
  local i
  for ((i = 1; i <= $1; i++)); do
    [[ -f $KEYS/n$i.ssh.pub ]] || ssh-keygen -q -t ed25519 -N '' -C "n$i" -f "$KEYS/n$i.ssh"
    [[ -s $KEYS/n$i.wg.pub ]] && continue
    (umask 077 && wg genkey >"$KEYS/n$i.wg")
    wg pubkey <"$KEYS/n$i.wg" >"$KEYS/n$i.wg.pub"
  done
}

# The certificate of the zone and its wildcard, 90 days as a public authority would give, renewed with a month left.
# caddy's own internal authority is no use here: its certificates live 12 hours, so every warning would fire.
ensure_certificate() {
  openssl x509 -in "$KEYS/web.crt" -noout -checkend $((30 * 86400)) >/dev/null 2>&1 && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$ZONE" \
    -addext "subjectAltName=DNS:$ZONE,DNS:*.$ZONE" -keyout "$KEYS/web.key" -out "$KEYS/web.crt" 2>/dev/null
}

# Real CoreDNS is a Go module of a pinned version; without a Go toolchain the zone is answered by knot instead.
ensure_coredns() {
  ensure_go_program "$COREDNS" "github.com/coredns/coredns@v$COREDNS_VERSION" "knot will answer the zone"
}

# ensure_cache NODES. One at a time: two builds of the same image would work on the same folder.
ensure_cache() {
  mkdir -p "$CACHE"
  (
    flock 9
    ensure_login_key
    ensure_node_keys "$1"
    ensure_base
    ensure_coredns
    ensure_certificate
  ) 9>"$CACHE/lock"
}
