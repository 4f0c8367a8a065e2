# shellcheck shell=bash
# Packages: installed once, noticed in milliseconds afterwards.

missing_packages() { # FILES…: names in them that are not installed
  local wanted installed
  wanted=$(cat "$@" | sort -u)
  # shellcheck disable=SC2086
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $wanted 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
  comm -23 <(echo "$wanted") <(echo "$installed")
}

install_packages() { # NAMES…
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "dev: these packages are missing and there is no sudo to install them: $*" >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "dev: installing $*" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

dev_setup() { # [bench]
  local lists=(tools/packages-build.txt tools/packages-test.txt) missing
  if can_run_lab; then lists+=(lab/packages.txt); fi
  if [ "${1:-}" = bench ]; then lists+=(tools/packages-bench.txt); fi
  missing=$(missing_packages "${lists[@]}")
  # shellcheck disable=SC2086
  if [ -n "$missing" ]; then install_packages $missing; fi
}

# The lab needs root and namespaces; where they are missing, everything else still works.
can_run_lab() { [ -z "$(lab_obstacle)" ]; }

lab_obstacle() { # prints why the lab cannot run here, or nothing
  if [ "$(id -u)" != 0 ]; then
    echo "it needs root"
  elif [ ! -c /dev/net/tun ]; then
    echo "there is no /dev/net/tun"
  elif ! unshare --net --mount true 2>/dev/null; then
    echo "namespaces are not permitted here"
  fi
}
