"""Faults of systemd units and processes."""

from __future__ import annotations

from dataclasses import replace

from fault import INJECTED, Action, Fault, in_node

# Runs in the unit's own control group, so that what it prints is a line of the unit; the service itself goes on.
SAY = "[Service]\\nExecReload=/bin/sh -c \"{command}\"\\n"


def drop_in(unit: str, text: str, then: str) -> Action:
    """A setting that is gone with the next boot."""
    folder = f"/run/systemd/system/{unit}.service.d"
    return in_node(f"mkdir -p {folder} && printf '{text}' >{folder}/fault.conf && systemctl daemon-reload && {then}")


def drop_out(unit: str, then: str) -> Action:
    return in_node(f"rm -rf /run/systemd/system/{unit}.service.d && systemctl daemon-reload && systemctl reset-failed; {then}")


def stopped(name: str, unit: str, folded: str, on: str = "n3", also: str = "") -> Fault:
    return Fault(name, f"systemctl stop {unit}", f"service.not_active/{unit}{also}", in_node(f"systemctl stop {unit}"),
                 in_node(f"systemctl start {unit}"), folded=folded, on=on)


def killed(name: str, unit: str, folded: str, on: str = "n3") -> Fault:
    return Fault(name, f"kill -KILL {unit}, which is not restarted", f"service.failed/{unit}",
                 drop_in(unit, "[Service]\\nRestart=no\\n", f"systemctl kill -s KILL {unit}"),
                 drop_out(unit, f"systemctl start {unit}"), folded=folded, on=on)


def frozen(name: str, unit: str, roots: str, folded: str = "", on: str = "n3", either: str = "") -> Fault:
    return Fault(name, f"kill -STOP {unit}: the unit stays active and says nothing", roots,
                 in_node(f"systemctl kill -s STOP {unit}"), in_node(f"systemctl kill -s CONT {unit}"), folded=folded, on=on,
                 either=either)


def says(name: str, unit: str, line: str, times: int, roots: str) -> Fault:
    command = f"for i in $(seq {times}); do echo {line}; done".replace("$", "$$")
    return Fault(name, f"{times} log lines of {unit}: {line}", roots,
                 drop_in(unit, SAY.format(command=command), f"systemctl reload {unit}"), drop_out(unit, "true"), kind=INJECTED)


FOUR_KILLS = """for i in 1 2 3 4; do
  systemctl kill -s KILL {unit}; sleep 0.1
  for wait in $(seq 100); do systemctl is-active -q {unit} && break; sleep 0.1; done
done"""

# A real Olric has a configuration, its stand-in an argument.
MOVE_OLRIC_PORT = """f=/etc/fleetwatch-lab/olric.yaml d=/run/systemd/system/orama-olric.service.d
if [ -e $f ]; then
  cp $f /run/fault-olric && sed -i 's/bindPort: 3322/bindPort: 3399/' $f
else
  mkdir -p $d && { echo [Service]; echo ExecStart=
    sed -n 's/^\\(ExecStart=.*\\)--mesh-port 3322/\\1--mesh-port 3399/p' /etc/systemd/system/orama-olric.service; } >$d/fault.conf
fi
systemctl daemon-reload; systemctl restart orama-olric"""

ZOMBIE = "import os,time\\nif os.fork() == 0: os._exit(0)\\ntime.sleep(100000)"

UNITS = [
    stopped("caddy-stopped", "caddy", "dns.caddy_down", on="n2"),
    stopped("coredns-stopped", "coredns", "dns.coredns_down", on="n2"),
    stopped("gateway-stopped", "orama-gateway", "gateway.unresponsive"),
    stopped("olric-stopped", "orama-olric", "olric.service_down gateway.subsystem/olric"),
    stopped("ipfs-stopped", "orama-ipfs", "ipfs.daemon_down gateway.subsystem/ipfs"),
    stopped("ipfs-cluster-stopped", "orama-ipfs-cluster", "ipfs.cluster_down gateway.subsystem/ipfs_cluster"),
    stopped("rqlite-stopped", "orama-node", "rqlite.unresponsive rqlite.quorum_fragile@cluster gateway.subsystem/rqlite", on="follower"),
    stopped("rqlite-leader-stopped", "orama-node", "rqlite.unresponsive rqlite.quorum_fragile@cluster", on="leader"),
    stopped("anyone-stopped", "orama-anyone-client", ""),
    killed("gateway-killed", "orama-gateway", "gateway.unresponsive"),
    killed("coredns-killed", "coredns", "dns.coredns_down", on="n2"),
    killed("caddy-killed", "caddy", "dns.caddy_down", on="n2"),
    killed("olric-killed", "orama-olric", "olric.service_down"),
    # The vault is none of the core units: a stopped one is known from its own section, a failed one from systemd's list.
    replace(stopped("vault-stopped", "orama-vault", ""), roots="vault.service_down", extras=True),
    replace(killed("vault-killed", "orama-vault", "vault.service_down"), roots="service.failed_unit/orama-vault.service", extras=True),
    replace(stopped("deployment-stopped", "orama-deploy-shop", ""), extras=True),
    replace(stopped("tenant-rqlite-stopped", "orama-namespace-rqlite@alpha", "namespace.rqlite_down"), extras=True),
    replace(stopped("tenant-gateway-stopped", "orama-namespace-gateway@alpha", "namespace.gateway_down"), extras=True),
    Fault("caddy-masked", "systemctl mask --now caddy", "service.not_active/caddy", in_node("systemctl mask --now caddy"),
          in_node("systemctl unmask caddy && systemctl start caddy"), folded="dns.caddy_down", on="n2"),
    Fault("gateway-killed-often", "kill -KILL orama-gateway four times; systemd restarts it each time",
          "service.restart_loop/orama-gateway", in_node(FOUR_KILLS.format(unit="orama-gateway")),
          in_node("systemctl reset-failed orama-gateway; systemctl restart orama-gateway")),
    Fault("olric-killed-often", "kill -KILL orama-olric four times; systemd restarts it each time",
          "service.restart_loop/orama-olric", in_node(FOUR_KILLS.format(unit="orama-olric")),
          in_node("systemctl reset-failed orama-olric; systemctl restart orama-olric"), folded="olric.restarts",
          may="olric.restarts"),  # in the first second after a start, which is no loop yet
    Fault("crash-loop", "orama-anyone-client ends with an error one second after each start", "",
          drop_in("orama-anyone-client",
                  "[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nType=exec\\nExecStart=\\nExecStart=/bin/sh -c \"sleep 1; exit 1\"\\n",
                  "systemctl restart orama-anyone-client"),
          drop_out("orama-anyone-client", "systemctl restart orama-anyone-client"),
          either="service.restart_loop/orama-anyone-client", may="service.not_active service.restart_loop system.zombies"),
    Fault("failed-unit", "a unit of somebody else fails", "service.failed_unit/fault-job.service",
          in_node("systemd-run --quiet --unit=fault-job false; sleep 0.3; systemctl is-failed -q fault-job"),
          in_node("systemctl reset-failed fault-job")),
    Fault("unit-removed", "the unit file of orama-ipfs-cluster is gone", "service.not_installed/orama-ipfs-cluster",
          in_node("systemctl stop orama-ipfs-cluster && mv /etc/systemd/system/orama-ipfs-cluster.service /run/fault-unit && systemctl daemon-reload"),
          in_node("mv /run/fault-unit /etc/systemd/system/orama-ipfs-cluster.service && systemctl daemon-reload && systemctl start orama-ipfs-cluster"),
          folded="gateway.subsystem/ipfs_cluster"),
    frozen("gateway-frozen", "orama-gateway", "gateway.unresponsive"),
    frozen("rqlite-frozen", "orama-node", "rqlite.unresponsive", "rqlite.peer_unreachable|rqlite.peer_joining@others", on="follower"),
    frozen("rqlite-leader-frozen", "orama-node", "rqlite.unresponsive", "rqlite.peer_unreachable|rqlite.peer_joining@others", on="leader"),
    Fault("olric-port-moved", "orama-olric listens for its members on a wrong port", "olric.memberlist_down", in_node(MOVE_OLRIC_PORT),
          in_node("[ ! -e /run/fault-olric ] || mv /run/fault-olric /etc/fleetwatch-lab/olric.yaml; "
                  "rm -rf /run/systemd/system/orama-olric.service.d; systemctl daemon-reload; systemctl restart orama-olric"),
          may="olric.member_count"),  # a stand-in is lost then, a real Olric asks the others itself
    # The members suspect it first.
    replace(frozen("olric-frozen", "orama-olric", "olric.member_count@others"), may="olric.suspects olric.flapping"),
    Fault("swarm-key-missing", "the swarm key is gone", "ipfs.swarm_key_missing",
          in_node("cd /opt/orama/.orama/data/ipfs/repo && mv swarm.key fault-swarm.key"),
          in_node("cd /opt/orama/.orama/data/ipfs/repo && mv fault-swarm.key swarm.key")),
    Fault("wrong-query", "a statement that no database understands", "rqlite.query_errors",
          in_node("curl -s -d '[\"SELEC 1\"]' 'http://127.0.0.1:5001/db/query?level=none'"), in_node("systemctl restart orama-node"), on="follower"),
    replace(frozen("vault-frozen", "orama-vault", "vault.unresponsive"), extras=True, may="vault.degraded"),
    replace(frozen("tenant-gateway-frozen", "orama-namespace-gateway@alpha", "namespace.gateway_down"), extras=True),
    replace(frozen("tenant-rqlite-frozen", "orama-namespace-rqlite@alpha", "namespace.rqlite_down"), extras=True),
    says("panic-lines", "orama-node", "panic: runtime error: invalid memory address", 2, "system.panics"),
    says("olric-errors", "orama-olric", "2026/01/02 03:04:05 [ERROR] Failed to read from a member", 21, "olric.log_errors"),
    says("olric-flapping", "orama-olric", "2026/01/02 03:04:05 [INFO] Node left: 10.0.0.9:3320", 6, "olric.flapping"),
    Fault("zombie", "a process that does not collect its dead child", "system.zombies",
          in_node(f"systemd-run --quiet --collect --unit=fault-zombie python3 -c \"$(printf '{ZOMBIE}')\""),
          in_node("systemctl stop fault-zombie")),
]


def start_orphan(machines, node):
    """A daemon started by hand over ssh, which outlives its session."""
    script = "cp /bin/sleep /var/tmp/orama-stray && (setsid /var/tmp/orama-stray 100000 </dev/null >/dev/null 2>&1 &)"
    machines.ssh(node, script)


UNITS.append(Fault("orphan", "a process orama-stray, started by hand over ssh, whose parent has ended", "system.orphans", start_orphan,
                   in_node("for p in /proc/[0-9]*; do [ \"$(cat $p/comm 2>/dev/null)\" != orama-stray ] || kill ${p#/proc/}; done; rm -f /var/tmp/orama-stray")))
