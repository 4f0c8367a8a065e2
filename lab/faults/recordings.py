"""What this machine cannot be brought to do: a recording of the healthy cluster with changed fields."""

from __future__ import annotations

from collections.abc import Callable

from fault import DOCTORED, Fault

Doctor = Callable[[list[dict], int], None]


def field(path: str, value: object) -> Doctor:
    """Changes one field of the fault's node; a function gets the old value."""

    def change(nodes: list[dict], index: int) -> None:
        *way, last = path.split(".")
        place = nodes[index]["report"]
        for step in way:
            place = place[step]
        place[last] = value(place[last]) if callable(value) else value

    return change


def fields(**values: object) -> Doctor:
    """section__field=value"""

    def change(nodes: list[dict], index: int) -> None:
        for path, value in values.items():
            field(path.replace("__", "."), value)(nodes, index)

    return change


def lone_cluster_peer(nodes: list[dict], index: int) -> None:
    """A fault before this one may have restarted members: those have not settled, and not all others list them yet."""
    for node in nodes:
        for unit in node["report"]["services"]["services"]:
            unit["active_since_sec"] = 3600
        node["report"]["ipfs"]["cluster_peer_count"] = len(nodes)
    nodes[index]["report"]["ipfs"]["cluster_peer_count"] = 2


def two_leaders(nodes: list[dict], _index: int) -> None:
    for node in nodes:
        rqlite = node["report"]["rqlite"]
        if rqlite["raft_state"] != "Leader":
            rqlite.update(raft_state="Leader", leader_addr=rqlite["node_id"])
            return


def other_leader(nodes: list[dict], index: int) -> None:
    rqlite = nodes[index]["report"]["rqlite"]
    named = rqlite["leader_addr"]
    rqlite["leader_addr"] = next(node["report"]["rqlite"]["node_id"] for node in nodes if node["report"]["rqlite"]["node_id"] != named)


def behind(nodes: list[dict], index: int) -> None:
    """A follower that hears its leader, and knows that it is 200 entries behind."""
    for node in nodes:
        rqlite = node["report"]["rqlite"]
        for key in ("fsm_index", "applied_index", "commit_index", "leader_commit_index"):
            if key in rqlite and rqlite[key] > 0:
                rqlite[key] = 1000
    nodes[index]["report"]["rqlite"].update(fsm_index=800, applied_index=800, commit_index=800, leader_commit_index=1000)


def waiting(nodes: list[dict], index: int) -> None:
    for i, node in enumerate(nodes):
        rqlite = node["report"]["rqlite"]
        rqlite.pop("fsm_index", None)
        rqlite.update(applied_index=1800, commit_index=2000 if i == index else 1800)


def no_leader(nodes: list[dict], _index: int) -> None:
    """Between two leaders: nobody leads, and nobody has heard one for a while."""
    for node in nodes:
        node["report"]["rqlite"].update(raft_state="Follower", leader_addr="", last_contact="3s")


def peers_joining(nodes: list[dict], index: int) -> None:
    member = nodes[index]["report"]["rqlite"]["node_id"]
    services = nodes[index]["report"]["services"]["services"]
    next(unit for unit in services if unit["name"] == "orama-node")["active_since_sec"] = 20
    other = nodes[(index + 1) % len(nodes)]["report"]["rqlite"]
    other["nodes"][member]["reachable"] = False


def cut_section(nodes: list[dict], index: int) -> None:
    report = nodes[index]["report"]
    report.pop("gateway", None)
    report["errors"] = [*report.get("errors", []), "gateway: timeout: cut at the report's deadline"]


def swarm_of(count: int) -> Doctor:
    return fields(ipfs__swarm_peers=count)


def doctored(name: str, what: str, roots: str, doctor: Doctor, on: str = "n3", folded: str = "", extras: bool = False) -> Fault:
    return Fault(name, what, roots, kind=DOCTORED, doctor=doctor, on=on, folded=folded, extras=extras)


RECORDINGS = [
    doctored("split-brain", "two nodes lead in the same term", "rqlite.split_brain@cluster", two_leaders,
             folded="rqlite.leader_disagreement@cluster"),
    doctored("leader-disagreement", "a follower names another leader", "rqlite.leader_disagreement@cluster", other_leader, on="follower"),
    doctored("term-behind", "a node's term is 5 behind", "rqlite.term_inconsistent@cluster",
             lambda nodes, index: [node["report"]["rqlite"].update(term=9 if i != index else 4) for i, node in enumerate(nodes)] and None,
             on="follower"),
    doctored("no-leader", "nobody leads for a moment", "rqlite.no_leader@cluster", no_leader),
    doctored("lagging-follower", "the database is 200 entries behind", "rqlite.applied_lag", behind, on="follower"),
    doctored("not-ready", "readyz says no", "rqlite.not_ready", fields(rqlite__ready=False), on="follower"),
    doctored("strong-read", "a strong read fails on one node", "rqlite.strong_read_failed", fields(rqlite__strong_read=False), on="follower"),
    doctored("raft-shutdown", "raft is shut down", "rqlite.shutdown", fields(rqlite__raft_state="Shutdown"), on="follower"),
    doctored("fsm-backlog", "20 batches wait", "rqlite.fsm_backlog", lambda nodes, index: nodes[index]["report"]["rqlite"].update(fsm_pending=20)),
    doctored("commit-gap", "committed entries wait", "rqlite.commit_applied_gap", waiting),
    doctored("goroutines", "2000 goroutines", "rqlite.goroutines_high", lambda nodes, index: nodes[index]["report"]["rqlite"].update(goroutines=2000)),
    doctored("heap", "a heap of 2 GB", "rqlite.heap_high", lambda nodes, index: nodes[index]["report"]["rqlite"].update(heap_mb=2000)),
    doctored("peer-joining", "a member started a moment ago", "rqlite.peer_joining@next", peers_joining),
    doctored("leader-not-found", "a counter of rqlite", "rqlite.leader_not_found", fields(rqlite__debug_vars__leader_not_found=3)),
    doctored("snapshot-errors", "a counter of rqlite", "rqlite.snapshot_errors", fields(rqlite__debug_vars__snapshot_errors=3)),
    doctored("olric-memory", "Olric uses 600 MB", "olric.memory_high", lambda nodes, index: nodes[index]["report"]["olric"].update(process_mem_mb=600)),
    doctored("olric-suspects", "a member was suspected within the hour", "olric.suspects",
             lambda nodes, index: nodes[index]["report"]["olric"].update(log_suspects_1h=3)),
    doctored("ipfs-isolated", "no swarm peer", "ipfs.isolated", swarm_of(0)),
    doctored("ipfs-peers-low", "one swarm peer of two", "ipfs.swarm_peers_low", swarm_of(1)),
    doctored("ipfs-cluster-peers-low", "two cluster peers of three", "ipfs.cluster_peers_low", lone_cluster_peer),
    doctored("ipfs-cluster-errors", "one cluster peer shows an error", "ipfs.cluster_errors", fields(ipfs__cluster_errors=1)),
    doctored("ipfs-bootstrap", "the bootstrap list is not empty", "ipfs.bootstrap_not_empty", fields(ipfs__bootstrap_empty=False)),
    doctored("ipfs-repo-full", "the repository is at 97 %", "ipfs.repo_full", fields(ipfs__repo_use_pct=97)),
    doctored("ipfs-repo-high", "the repository is at 92 %", "ipfs.repo_high", fields(ipfs__repo_use_pct=92)),
    doctored("gateway-status", "the gateway answers 503", "gateway.http_status", fields(gateway__http_status=503)),
    doctored("vault-degraded", "two guardians of three answer", "vault.degraded", fields(vault__status="degraded"), extras=True),
    doctored("vault-unavailable", "one guardian of three answers", "vault.unavailable", fields(vault__status="unavailable"), extras=True),
    doctored("vault-restarts", "the vault was restarted four times", "vault.restarts",
             lambda nodes, index: nodes[index]["report"]["vault"].update(restart_count=4), extras=True),
    doctored("section-cut", "a section was cut at the deadline", "report.section_failed", cut_section),
]
