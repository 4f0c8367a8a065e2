# shellcheck shell=bash
# Configure and build a preset of CMakePresets.json.

dev_build() { # PRESET [TARGETS…]
  local preset=$1 log
  shift
  log=$(mktemp)
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  local targets=()
  if [ $# -gt 0 ]; then targets=(--target "$@"); fi
  cmake --build --preset "$preset" "${targets[@]}" >&2
}
