# shellcheck shell=bash
# The benchmark. All of it but `events` needs the lab, so it says why where that cannot run.

dev_bench() { # [PART…] [--json FILE]
  local obstacle
  obstacle=$(lab_obstacle)
  if [ -n "$obstacle" ] && [ "${1:-}" != events ]; then
    echo "dev: the benchmark needs the lab, which cannot run here: $obstacle" >&2
    return 69
  fi
  cmake --preset release -DFLEETWATCH_BENCH=ON >/dev/null
  dev_build release fleetwatch fleetwatch-node bench_events
  bench/run "$@"
}
