# shellcheck shell=bash
# The lab, and the demonstration in it.

dev_lab() { lab/lab "$@"; }

dev_demo() { # [choria]
  case ${1:-} in
    '') demo_cluster ;;
    choria) dev_build release fleetwatch && lab/choria_demo.py build/release/bin/fleetwatch ;;
    *)
      echo "dev: no demo \"$1\" (known: choria)" >&2
      return 64
      ;;
  esac
}

demo_cluster() {
  local obstacle fleetwatch=build/release/bin/fleetwatch
  dev_build release fleetwatch fleetwatch-node
  obstacle=$(lab_obstacle)
  if [ -n "$obstacle" ]; then
    demo_alone "$fleetwatch" "$obstacle"
    return
  fi
  if ! lab/lab alive >/dev/null 2>&1; then
    lab/lab down
    lab/lab up 3
  fi
  show lab/lab run monitor cluster --env lab
  show lab/lab run monitor alerts --env lab
  cat <<'EOF'

The cluster goes on running. Try:
  ./dev lab shell n2 systemctl stop caddy     break something
  ./dev lab run monitor alerts --env lab      see what it says
  ./dev lab run monitor report --env lab | jq .summary
  ./dev lab down                              end the cluster
EOF
}

# Without root or namespaces: this machine alone, through the same commands.
demo_alone() { # PROGRAM REASON
  local inventory
  echo "The lab cannot run here: $2. Showing this machine alone." >&2
  inventory=$(mktemp)
  echo "local|local|node" >"$inventory"
  show "$1" monitor cluster --config "$inventory" --env local --internet-target none
  show "$1" monitor alerts --config "$inventory" --env local --internet-target none
  rm -f "$inventory"
}

show() {
  printf '\n$ %s\n' "$*"
  "$@"
}
