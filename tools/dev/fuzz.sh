# shellcheck shell=bash
# Each fuzz target for a while, beginning with its seeds; what it finds stays in build/fuzz.

dev_fuzz() { # SECONDS
  local seconds=$1 target topic failed=''
  dev_build fuzz
  for target in build/fuzz/bin/fuzz_*; do
    topic=${target##*/fuzz_}
    echo "== $topic" >&2
    mkdir -p "build/fuzz/corpus/$topic"
    "$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=5 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/$topic-" "build/fuzz/corpus/$topic" "fuzz/seeds/$topic" 2>&1 |
      { grep -E 'ERROR|SUMMARY|stat::(number_of|average|peak)' || true; } || failed="$failed $topic"
  done
  if [ -n "$failed" ]; then
    echo "fuzz: found something in:$failed (inputs: build/fuzz/TOPIC-*)" >&2
    return 1
  fi
}
