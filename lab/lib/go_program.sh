# shellcheck shell=bash
# Programs that Debian does not have, or not in a current version: Go modules of pinned versions, built once.

find_go() { command -v go 2>/dev/null || { [[ -x /usr/local/go/bin/go ]] && printf '/usr/local/go/bin/go'; }; }

# ensure_go_program FILE MODULE@VERSION WITHOUT: says what happens WITHOUT it where it cannot be built.
ensure_go_program() {
  [[ -x $1 ]] && return
  local go version name build=$1-build
  name=$(basename "$1")
  if ! go=$(find_go); then
    warn "no Go toolchain: $name skipped, $3"
    return
  fi
  version=$("$go" env GOVERSION)
  if [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] < 21)); then
    warn "Go is too old for $name ($version, 1.21 needed): skipped, $3"
    return
  fi
  say "building $name (once, about two minutes) ..." >&2
  mkdir -p "$build"
  # Own module and build caches, thrown away afterwards: together they are 2 GB for one program.
  if (cd "$build" && GOBIN=$build/bin GOMODCACHE=$build/mod GOCACHE=$build/cache GOFLAGS=-modcacherw CGO_ENABLED=0 \
    "$go" install -trimpath -ldflags '-s -w' "$2") >"$1.log" 2>&1; then
    mv "$build"/bin/* "$1"
  else
    warn "$name could not be built ($1.log): $3"
  fi
  rm -rf "$build"
}

# Debian's broker is some years old: tests run with a current one as well.
ensure_nats_server() {
  mkdir -p "$CACHE"
  (
    flock 9
    ensure_go_program "$NATS_SERVER" "github.com/nats-io/nats-server/v2@v$NATS_SERVER_VERSION" \
      "tests run with the installed nats-server alone"
  ) 9>"$CACHE/lock"
}
