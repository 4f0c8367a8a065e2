# shellcheck shell=bash
# The benchmark. It needs the lab, so it says why where that cannot run.

dev_bench() { # [PART…] [--json FILE]
  local obstacle
  obstacle=$(lab_obstacle)
  if [ -n "$obstacle" ]; then
    echo "dev: the benchmark needs the lab, which cannot run here: $obstacle" >&2
    return 69
  fi
  dev_build release fleetwatch fleetwatch-node
  bench/run "$@"
}
