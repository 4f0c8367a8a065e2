"""Faults of the network, of the firewall, of WireGuard and of the way to a node."""

from __future__ import annotations

import os
import pathlib
import signal
import time

from fault import INJECTED, Action, Fault, in_node
from machines import Machines

HERE = pathlib.Path(__file__).resolve().parent
COLLECTOR = "/usr/local/bin/fleetwatch-node"
SYNC_WIREGUARD = "wg-quick strip wg0 >/run/fault-wg && wg syncconf wg0 /run/fault-wg; rm -f /run/fault-wg"
STALE_NETWORK = "10.9.9"


def link(state: str) -> Action:
    return lambda machines, node: machines.bridge("ip", "link", "set", node, state) and None


def freeze(stop: bool) -> Action:
    def run(machines: Machines, node: str) -> None:
        file, frozen, thawed = machines.freezer(node)
        file.write_text(frozen if stop else thawed)

    return run


def kill(machines: Machines, node: str) -> None:
    machines.lab("kill", node)


def boot(machines: Machines, node: str) -> None:
    machines.lab("boot", node)


def with_next(action: Action) -> Action:
    def run(machines: Machines, node: str) -> None:
        action(machines, node)
        action(machines, machines.next(node))

    return run


def drop(table: str, rules: str) -> Action:
    """A table of its own in the bridge's network, so that healing is deleting it. {host} and {node} are the node's."""

    def apply(machines: Machines, node: str) -> None:
        words = rules.format(host=machines.host(node), node=node)
        machines.bridge("nft", f"add table {table} fault-{node}; {words.replace('TABLE', f'{table} fault-{node}')}")

    return apply


def undrop(table: str) -> Action:
    return lambda machines, node: machines.bridge("nft", "delete", "table", table, f"fault-{node}", check=False) and None


def helper(name: str) -> Action:
    """A program of this folder in the bridge's network; it ends by itself when its node's port is gone."""

    def start(machines: Machines, node: str) -> None:
        pid = machines.start_in_bridge("python3", "-ESs", str(HERE / f"{name}.py"), node, machines.host(node))
        machines.kernel_file(node, f"fault-{name}").write_text(str(pid))

    return start


def end_helper(name: str) -> Action:
    def end(machines: Machines, node: str) -> None:
        file = machines.kernel_file(node, f"fault-{name}")
        if not file.exists():
            return
        pid = int(file.read_text())
        command = pathlib.Path(f"/proc/{pid}/cmdline")
        if command.exists() and f"{name}.py" in command.read_text():
            os.kill(pid, signal.SIGTERM)
            for _ in range(100):
                if not command.exists() or not command.read_text():
                    break
                time.sleep(0.05)
        file.unlink()

    return end


def lose_packets(machines: Machines, node: str) -> None:
    drop("inet", "add chain TABLE in {{ type filter hook input priority 0; }}; "
                 "add rule TABLE in ip saddr {host} tcp dport 9999 numgen random mod 100 < 25 drop")(machines, node)
    helper("sink")(machines, node)
    source = (HERE / "source.py").read_text()
    machines.put(node, "/var/tmp/fault-source.py", source)
    machines.shell(node, "systemd-run --quiet --collect --unit=fault-source python3 /var/tmp/fault-source.py")


def stop_losing(machines: Machines, node: str) -> None:
    machines.shell(node, "systemctl stop fault-source; rm -f /var/tmp/fault-source.py", check=False)
    end_helper("sink")(machines, node)
    undrop("inet")(machines, node)


def collector(script: str) -> Action:
    """Puts a script in the collector's place, which runs the real one."""

    def apply(machines: Machines, node: str) -> None:
        machines.shell(node, f"[ -e {COLLECTOR}.fault ] || mv {COLLECTOR} {COLLECTOR}.fault")
        machines.put(node, COLLECTOR, f"#!/bin/sh\n{script}\n")
        machines.shell(node, f"chmod 755 {COLLECTOR}")

    return apply


RESTORE_COLLECTOR = in_node(f"mv -f {COLLECTOR}.fault {COLLECTOR}")
RUN = f"{COLLECTOR}.fault \"$@\""
SHIFT = "\n".join((
    "now=$(($(date +%s%3N) + 42000))",
    f"{RUN} | sed -e \"s/\\\"time_unix_ms\\\": *[0-9]*/\\\"time_unix_ms\\\":$now/\" "
    "-e \"s/\\\"time_unix\\\": *[0-9]*/\\\"time_unix\\\":$((now / 1000))/\""))


def remove_peer(machines: Machines, node: str) -> None:
    machines.shell(node, f"wg set wg0 peer {peer_key(machines, node)} remove")


def forget_key(machines: Machines, node: str) -> None:
    """The peer after this node gets a key that nobody has."""
    other = machines.next(node)
    machines.shell(node, f"wg set wg0 peer {peer_key(machines, node)} remove && wg set wg0 peer \"$(wg genkey | wg pubkey)\" "
                         f"allowed-ips {machines.mesh(other)}/32 endpoint {machines.host(other)}:51820 persistent-keepalive 25")


def peer_key(machines: Machines, node: str) -> str:
    return machines.shell(machines.next(node), "wg show wg0 public-key").strip()


def meet_and_leave(machines: Machines, node: str) -> None:
    """A peer that shakes hands with the node once, from the next node, and is never seen again."""
    other, number = machines.next(node), 9
    key = machines.shell(node, "wg show wg0 public-key").strip()
    machines.shell(other, f"wireguard-go wg{number} && wg genkey >/run/fault-key && wg set wg{number} private-key /run/fault-key")
    guest = machines.shell(other, f"wg show wg{number} public-key").strip()
    machines.shell(node, f"wg set wg0 peer {guest} allowed-ips {STALE_NETWORK}.9/32 persistent-keepalive 25")
    machines.shell(other, f"wg set wg{number} peer {key} allowed-ips {STALE_NETWORK}.1/32 endpoint {machines.host(node)}:51820 "
                          f"persistent-keepalive 1 && ip link set wg{number} up")
    for _ in range(100):
        shaken = machines.shell(node, f"wg show wg0 latest-handshakes | grep -F {guest}").split()
        if shaken[-1] != "0":
            break
        time.sleep(0.1)
    machines.shell(other, f"ip link delete wg{number}; rm -f /run/fault-key")


RAFT_PORT = "inet fault-raft"


def shut_raft_port(machines: Machines, node: str) -> None:
    machines.in_network_of(node, "nft", f"add table {RAFT_PORT}; "
                           f"add chain {RAFT_PORT} in {{ type filter hook input priority 0; }}; add rule {RAFT_PORT} in tcp dport 7001 drop; "
                           f"add rule {RAFT_PORT} in tcp sport 7001 drop; "
                           f"add chain {RAFT_PORT} out {{ type filter hook output priority 0; }}; add rule {RAFT_PORT} out tcp dport 7001 drop; "
                           f"add rule {RAFT_PORT} out tcp sport 7001 drop")


def open_raft_port(machines: Machines, node: str) -> None:
    machines.in_network_of(node, "nft", "delete", "table", "inet", "fault-raft", check=False)


def everywhere(action: Action) -> Action:
    def run(machines: Machines, _node: str) -> None:
        for node in machines.nodes:
            action(machines, node)

    return run


def raft(signal_name: str) -> Action:
    """To the raft beneath the rqlite stand-in, which is a process of its own."""
    return in_node(f"pkill -{signal_name} -P $(systemctl show -p MainPID --value orama-node)")


READY = "for i in $(seq 100); do curl -sf --max-time 2 http://127.0.0.1:5001/readyz >/dev/null && exit 0; sleep 0.2; done; exit 1"


def fall_behind(machines: Machines, node: str) -> None:
    """The others write 150 entries that this node's raft does not take."""
    raft("STOP")(machines, node)
    machines.shell(machines.next(node), READY)
    machines.shell(machines.next(node), "for i in $(seq 150); do curl -s -d '[\"SELECT 1\"]' "
                                        "'http://127.0.0.1:5001/db/query?level=strong' >/dev/null; done")


def miss_elections(machines: Machines, node: str) -> None:
    """Without this node the two others need each other: each restart of the one that leads is an election."""
    raft("STOP")(machines, node)
    for _ in range(3):
        leader = machines.target("leader")
        machines.shell(leader, "systemctl restart orama-node")
        machines.shell(leader, READY)


def rejoin(heal: Action) -> Action:
    """A real Olric that was cut off for some seconds does not join again by itself."""
    def run(machines: Machines, node: str) -> None:
        heal(machines, node)
        machines.shell(node, "[ ! -e /etc/fleetwatch-lab/olric.yaml ] || systemctl restart orama-olric")

    return run


UNREACHABLE = "rqlite.peer_unreachable|rqlite.peer_joining"
MAIN_PID = "$(systemctl show -p MainPID --value ssh)"

NETWORK = [
    Fault("ufw-disabled", "ufw disable", "network.ufw_inactive", in_node("ufw disable"), in_node("ufw --force enable")),
    Fault("ufw-flushed", "the kernel's input chain is empty, ufw says that it is enabled", "network.ufw_inactive",
          in_node("iptables-save >/run/fault-rules && iptables -P INPUT ACCEPT && iptables -F INPUT"),
          in_node("iptables-restore </run/fault-rules && rm /run/fault-rules")),
    Fault("port-exposed", "ufw allow 5001", "network.internal_port_exposed", in_node("ufw allow 5001/tcp"),
          in_node("ufw --force delete allow 5001/tcp")),
    Fault("no-internet", "packets to 8.8.8.8 are dropped on their way", "network.internet_unreachable",
          drop("inet", "add chain TABLE in {{ type filter hook input priority 0; }}; add rule TABLE in ip saddr {host} ip daddr 8.8.8.8 drop"),
          undrop("inet")),
    Fault("packet-loss", "a quarter of the packets of 16 connections is lost on their way out", "network.tcp_retrans_high", lose_packets,
          stop_losing, within_s=90),
    Fault("delay", "every frame from and to the node is 0.1 s late: slow is no fault", "", helper("relay"), end_helper("relay")),
    Fault("wireguard-link-down", "ip link set wg0 down", "wireguard.interface_down", in_node("ip link set wg0 down"),
          rejoin(in_node("ip link set wg0 up"))),
    Fault("wireguard-stopped", "systemctl stop wg-quick@wg0", "service.not_active/wg-quick@wg0", in_node("systemctl stop wg-quick@wg0"),
          rejoin(in_node("systemctl start wg-quick@wg0")), folded=f"wireguard.interface_down {UNREACHABLE}@others"),
    Fault("wireguard-torn-down", "wg-quick down wg0, while systemd takes it for active", "wireguard.interface_down",
          in_node("wg-quick down wg0"), rejoin(in_node("systemctl restart wg-quick@wg0; systemctl is-active -q wg-quick@wg0")),
          folded=f"{UNREACHABLE}@others"),
    Fault("peer-removed", "wg set wg0 peer ... remove", "wireguard.peer_count", remove_peer, rejoin(in_node(SYNC_WIREGUARD))),
    Fault("wrong-key", "a peer has another key than the node thinks", "wireguard.handshake_never", forget_key, rejoin(in_node(SYNC_WIREGUARD))),
    Fault("handshake-stale", "a peer that is kept alive left three minutes ago", "wireguard.handshake_stale", meet_and_leave,
          in_node(SYNC_WIREGUARD), on="n1", lead_s=181),
    Fault("raft-port-shut", "no packet to or from port 7001 of the node",
          f"{UNREACHABLE} {UNREACHABLE}@others", shut_raft_port, open_raft_port,
          either="rqlite.candidate rqlite.not_ready rqlite.strong_read_failed", may="rqlite.candidate", on="follower"),
    Fault("raft-ports-shut", "no packet to or from port 7001 of any node", f"rqlite.no_leader@cluster {UNREACHABLE} {UNREACHABLE}@others",
          everywhere(shut_raft_port), everywhere(open_raft_port), folded="rqlite.candidate rqlite.not_ready",
          may="rqlite.not_ready rqlite.strong_read_failed"),  # until the last leader knows that it is none
    Fault("raft-behind", "the raft of a follower stands still while the others write", "rqlite.applied_lag", fall_behind, raft("CONT"),
          either="rqlite.strong_read_failed", may=f"rqlite.not_ready {UNREACHABLE}", on="follower",
          stand_in="orama-node"),
    Fault("raft-missed-elections", "the raft of a follower stands still while the others elect three times",
          "rqlite.term_inconsistent@cluster", miss_elections, raft("CONT"), may=f"rqlite.not_ready rqlite.strong_read_failed {UNREACHABLE}",
          on="follower", stand_in="orama-node"),
    Fault("collector-version", "another version of the collector", "system.version_mismatch@cluster",
          collector(f"{RUN} | sed '0,/\"version\": *\"[^\"]*\"/s//\"version\":\"0.0.9\"/'"), RESTORE_COLLECTOR, kind=INJECTED),
    Fault("clock-ahead", "the collector's clock is 42 s ahead", "system.clock_skew@cluster", collector(SHIFT), RESTORE_COLLECTOR,
          kind=INJECTED),
    Fault("collector-without-rights", "the collector runs as nobody", "report.denied",
          collector(f"exec setpriv --reuid nobody --regid nogroup --clear-groups {RUN}"), RESTORE_COLLECTOR),
    Fault("collector-missing", "the collector is not installed", "ssh.collect_failed",
          in_node(f"mv {COLLECTOR} {COLLECTOR}.fault"), RESTORE_COLLECTOR),
    Fault("collector-garbled", "the collector prints something else", "ssh.collect_failed", collector("echo hello"), RESTORE_COLLECTOR),
    Fault("collector-hangs", "the collector does not end", "ssh.collect_failed", collector("exec sleep 1000"), RESTORE_COLLECTOR, timeout_s=6),
    Fault("sudo-refused", "sudo asks for a password", "ssh.collect_failed", in_node("mv /etc/sudoers.d/90-lab /run/fault-sudo"),
          in_node("mv /run/fault-sudo /etc/sudoers.d/90-lab")),
    Fault("sshd-stopped", "systemctl stop ssh", "ssh.collect_failed", in_node("systemctl stop ssh"), in_node("systemctl start ssh")),
    Fault("sshd-frozen", "kill -STOP sshd", "ssh.collect_failed", in_node(f"kill -STOP {MAIN_PID}"), in_node(f"kill -CONT {MAIN_PID}"),
          timeout_s=6),
    Fault("host-key-changed", "sshd has another host key", "ssh.collect_failed",
          in_node("cp -a /etc/ssh/ssh_host_ed25519_key /run/fault-hostkey && yes | ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key "
                  ">/dev/null && systemctl restart ssh"),
          in_node("cp -a /run/fault-hostkey /etc/ssh/ssh_host_ed25519_key && ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key "
                  ">/etc/ssh/ssh_host_ed25519_key.pub && rm /run/fault-hostkey && systemctl restart ssh")),
    Fault("partitioned", "the node's link to the network is down", "ssh.collect_failed", link("down"), rejoin(link("up")),
          folded=f"{UNREACHABLE}@others rqlite.quorum_fragile@cluster", timeout_s=6),
    Fault("node-frozen", "every process of the node is stopped", "ssh.collect_failed", freeze(True), rejoin(freeze(False)),
          folded=f"{UNREACHABLE}@others", timeout_s=6),
    Fault("node-killed", "the node that leads dies at once", "ssh.collect_failed", kill, boot,
          folded="rqlite.quorum_fragile@cluster olric.member_count@others", on="leader", timeout_s=6),
    Fault("two-rqlites-frozen", "kill -STOP orama-node on two of three nodes", "rqlite.unresponsive rqlite.unresponsive@next",
          with_next(in_node("systemctl kill -s STOP orama-node")), with_next(in_node("systemctl kill -s CONT orama-node")),
          folded="rqlite.quorum_lost@cluster rqlite.no_leader@cluster"),
    Fault("two-nodes-killed", "two of three nodes die at once", "ssh.collect_failed ssh.collect_failed@next", with_next(kill), with_next(boot),
          folded="rqlite.quorum_lost@cluster rqlite.no_leader@cluster", timeout_s=6),
]
