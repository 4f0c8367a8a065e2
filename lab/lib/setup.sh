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

find_go() { command -v go 2>/dev/null || { [[ -x /usr/local/go/bin/go ]] && printf '/usr/local/go/bin/go'; }; }

# Real CoreDNS is a Go module of a pinned version; without a Go toolchain the zone is answered by knot instead.
ensure_coredns() {
  [[ -x $COREDNS ]] && return
  local go version build=$CACHE/coredns-build
  if ! go=$(find_go); then
    warn "no Go toolchain: CoreDNS skipped, knot will answer the zone"
    return
  fi
  version=$("$go" env GOVERSION)
  if [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] < 21)); then
    warn "Go is too old for CoreDNS ($version, 1.21 needed): skipped, knot will answer the zone"
    return
  fi
  say "building CoreDNS $COREDNS_VERSION (once, about two minutes) ..."
  mkdir -p "$build"
  # Own module and build caches, thrown away afterwards: together they are 2 GB for one program.
  if (cd "$build" && GOBIN=$build/bin GOMODCACHE=$build/mod GOCACHE=$build/cache GOFLAGS=-modcacherw CGO_ENABLED=0 \
    "$go" install -trimpath -ldflags '-s -w' "github.com/coredns/coredns@v$COREDNS_VERSION") >"$CACHE/coredns.log" 2>&1; then
    mv "$build/bin/coredns" "$COREDNS"
  else
    warn "CoreDNS could not be built ($CACHE/coredns.log): knot will answer the zone"
  fi
  rm -rf "$build"
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
