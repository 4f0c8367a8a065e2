# shellcheck shell=bash
# The whole test run. Every part appends "passed failed skipped" to one file, which the last line adds up.

counts_file=''

count_ctest() { # JUNIT-FILE: adds what ctest wrote
  python3 - "$1" >>"$counts_file" <<'EOF'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()
total, failed = int(suite.get("tests")), int(suite.get("failures"))
skipped = int(suite.get("skipped")) + int(suite.get("disabled"))
print(total - failed - skipped, failed, skipped)
for case in suite.iter("testcase"):
    if case.find("skipped") is not None or case.get("status") == "notrun":
        print("  skipped:", case.get("name"), file=sys.stderr)
EOF
}

run_ctest() { # PRESET [CTEST-OPTIONS…]
  local preset=$1 junit
  shift
  junit=$(mktemp)
  echo "== tests of preset $preset" >&2
  ctest --test-dir "build/$preset" --output-on-failure --progress -j "$(nproc)" --output-junit "$junit" "$@" >&2 || true
  count_ctest "$junit" || echo "0 1 0" >>"$counts_file"
  rm -f "$junit"
}

run_step() { # NAME COMMAND…: a check that passes or fails as one
  local name=$1
  shift
  echo "== $name" >&2
  if "$@" >&2; then
    echo "1 0 0" >>"$counts_file"
  else
    echo "FAILED: $name" >&2
    echo "0 1 0" >>"$counts_file"
  fi
}

# A script that prints "N passed, N failed, N skipped" as its last line.
run_counted() { # NAME COMMAND…
  local name=$1 output
  shift
  echo "== $name" >&2
  output=$(mktemp)
  "$@" 2>&1 | tee "$output" >&2 || true
  if ! sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$output" | tail -n 1 | grep . >>"$counts_file"; then
    echo "FAILED: $name did not say how it ended" >&2
    echo "0 1 0" >>"$counts_file"
  fi
  rm -f "$output"
}

dev_test() {
  counts_file=$(mktemp)
  local passed failed skipped
  dev_build release
  run_ctest release
  lab/lab nats-server >&2
  run_counted "end to end, in the lab" tests/e2e/run
  run_counted "contract of the lab's stand-ins" python3 lab/standins/contract_test.py # needs the node image of the lab
  dev_build asan
  run_ctest asan
  run_step "lint" dev_lint changed
  read -r passed failed skipped < <(awk '{ p += $1; f += $2; s += $3 } END { print p+0, f+0, s+0 }' "$counts_file")
  rm -f "$counts_file"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
