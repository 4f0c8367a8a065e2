# shellcheck shell=bash
# What reads the sources instead of running them.

source_files() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp'; }

# Since the last commit that the main branch is known to have, and what is not committed yet; in a tree without such a
# base, the last commit.
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || git hash-object -t tree /dev/null)
  [ "$base" = "$(git rev-parse HEAD)" ] && base=$(git rev-parse HEAD~1 2>/dev/null || echo "$base")
  { git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp'
    git ls-files --others --exclude-standard -- '*.cpp' '*.hpp'; } | sort -u
}

shell_files() { git ls-files -- dev '*.sh' .ci/run lab/lab; }

dev_lint() { # changed | all
  local failed=0 files
  files=$(if [ "$1" = all ]; then source_files; else changed_files; fi)
  echo "-- floors" && tools/check-floors || failed=1
  if [ -n "$files" ]; then
    # shellcheck disable=SC2086
    echo "-- clang-format" && clang-format-14 --dry-run --Werror $files || failed=1
    dev_build asan
    echo "-- clang-tidy" && { grep '\.cpp$' <<<"$files" || true; } |
      xargs -r -n 4 -P "$(nproc)" clang-tidy-14 -p build/asan --quiet --warnings-as-errors='*' || failed=1
  fi
  # shellcheck disable=SC2046
  echo "-- shellcheck" && shellcheck -x $(shell_files) || failed=1
  return "$failed"
}

dev_format() { source_files | xargs clang-format-14 -i; }
