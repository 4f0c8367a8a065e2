# shellcheck shell=bash
# The base image: a small Debian with all packages of a node, built once into the cache and never written
# to afterwards; every node is an overlay over it.

BASE_NEW=$CACHE/base.new

# What the image depends on: a change of any of these rebuilds it.
base_hash() {
  cat "$LAB_SOURCE/node-packages.txt" "$LAB_SOURCE/lib/base.sh" "$LAB_SOURCE/files/lab-init" "$KEYS/lab.pub" | sha256sum | cut -d' ' -f1
}

# Every state of the sources has an image of its own: a lab that is up keeps the one it began with.
base_folder() { printf '%s/base-%.12s' "$CACHE" "$(base_hash)"; }

# Images that nothing has used for two weeks and nothing is mounted on.
remove_old_bases() {
  local stamp base
  while read -r stamp; do
    base=${stamp%.stamp}
    ! grep -qF "lowerdir=$base," /proc/mounts || continue
    rm -rf "$base" "$stamp"
  done < <(find "$CACHE" -maxdepth 1 -name 'base-*.stamp' -mtime +14)
}

# The host's own Debian mirror: the nodes' packages come from where the host's come from.
host_mirror() {
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [[ -f $file ]] || continue
    sed -n 's/^URIs: *//p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' "$file"
  done | sed -n 1p
}

host_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

in_base() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$BASE_NEW" "$@"
}

ensure_base() {
  local started mirror base
  base=$(base_folder)
  if [[ -f $base.stamp ]]; then
    touch "$base.stamp"
    return
  fi
  remove_old_bases
  started=$(uptime_seconds)
  mirror=$(host_mirror)
  [[ -n $mirror ]] || die "no Debian mirror in the host's apt sources"
  mkdir -p "$CACHE/debs"
  say "building the node image (once, about a minute) ..."
  # An own mount namespace: whatever interrupts the build, its mounts are gone with it.
  if ! unshare --mount --propagation private "$LAB_SOURCE/lab" __build-base "$mirror" >"$CACHE/base.log" 2>&1; then
    tail -n 5 "$CACHE/base.log" >&2
    die "the node image could not be built: $CACHE/base.log"
  fi
  rm -rf "$base"
  mv "$BASE_NEW" "$base"
  touch "$base.stamp"
  say "node image ready after $(elapsed_since "$started") s"
}

# Runs in its own mount namespace, started by ensure_base.
build_base() {
  rm -rf "$BASE_NEW"
  debootstrap --variant=minbase --cache-dir="$CACHE/debs" "$(host_suite)" "$BASE_NEW" "$1"
  base_packages
  base_login
  base_firewall
  base_systemd
  install -m755 "$LAB_SOURCE/files/lab-init" "$BASE_NEW/sbin/lab-init"
  # Every node gets its own of these.
  rm -f "$BASE_NEW"/etc/ssh/ssh_host_* "$BASE_NEW"/etc/resolv.conf "$BASE_NEW"/usr/sbin/policy-rc.d \
    "$BASE_NEW"/etc/machine-id "$BASE_NEW"/var/lib/dbus/machine-id
}

base_packages() {
  local packages
  mapfile -t packages <"$LAB_SOURCE/node-packages.txt"
  printf '#!/bin/sh\nexit 101\n' >"$BASE_NEW/usr/sbin/policy-rc.d" # no service may start during the build
  chmod +x "$BASE_NEW/usr/sbin/policy-rc.d"
  if [[ -f /etc/apt/sources.list.d/debian.sources ]]; then
    cp /etc/apt/sources.list.d/debian.sources "$BASE_NEW/etc/apt/sources.list.d/"
    rm -f "$BASE_NEW/etc/apt/sources.list"
  else
    cp /etc/apt/sources.list "$BASE_NEW/etc/apt/"
  fi
  printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$BASE_NEW/etc/dpkg/dpkg.cfg.d/slim"
  mount -t proc proc "$BASE_NEW/proc"
  mount --bind "$CACHE/debs" "$BASE_NEW/var/cache/apt/archives"
  in_base apt-get update -q
  in_base apt-get install -y -q --no-install-recommends "${packages[@]}"
  umount "$BASE_NEW/var/cache/apt/archives"
  rm -rf "$BASE_NEW"/var/lib/apt/lists/*
}

base_login() {
  local root=$BASE_NEW
  in_base useradd --create-home --shell /bin/bash --uid 1000 ubuntu
  install -d -m700 -o1000 -g1000 "$root/home/ubuntu/.ssh"
  install -m600 -o1000 -g1000 "$KEYS/lab.pub" "$root/home/ubuntu/.ssh/authorized_keys"
  printf 'ubuntu ALL=(ALL) NOPASSWD:ALL\n' >"$root/etc/sudoers.d/90-lab"
  chmod 440 "$root/etc/sudoers.d/90-lab"
  # Benchmarks open many connections at once; the default would drop them at random from the tenth on.
  printf 'PasswordAuthentication no\nUseDNS no\nMaxStartups 100:30:200\n' >"$root/etc/ssh/sshd_config.d/lab.conf"
}

# ufw reads and writes the kernel's rules even for a rule file: give it a network namespace of its own.
base_firewall() {
  local rule
  for rule in 'allow 22/tcp' 'allow 51820/udp' 'allow 53' 'allow 80,443/tcp' 'allow in on wg0'; do
    # shellcheck disable=SC2086  # the words of a rule are separate arguments
    unshare --net env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$BASE_NEW" ufw $rule
  done
  sed -i s/ENABLED=no/ENABLED=yes/ "$BASE_NEW/etc/ufw/ufw.conf"
}

base_systemd() {
  local units=$BASE_NEW/etc/systemd/system unit
  mkdir -p "$BASE_NEW"/etc/systemd/{journald,system}.conf.d "$units/multi-user.target.wants"
  printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=8M\nRateLimitIntervalSec=0\n' >"$BASE_NEW/etc/systemd/journald.conf.d/lab.conf"
  # The OOM killer shall take a node's services before its PID 1, which stays at 0.
  printf '[Manager]\nDefaultOOMScoreAdjust=500\n' >"$BASE_NEW/etc/systemd/system.conf.d/lab.conf"
  for unit in getty@tty1.service console-getty.service systemd-networkd.service apt-daily.timer apt-daily-upgrade.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer systemd-pstore.service remote-fs.target \
    systemd-remount-fs.service dev-hugepages.mount systemd-update-utmp.service systemd-update-utmp-runlevel.service; do
    ln -sf /dev/null "$units/$unit"
  done
  rm -f "$units"/multi-user.target.wants/{caddy,etcd,knot}.service
  ln -sf /lib/systemd/system/multi-user.target "$units/default.target"
}
