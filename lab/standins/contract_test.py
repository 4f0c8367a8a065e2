"""Contract test: starts the stand-ins on loopback addresses, sends them the collector's requests and compares keys,
types, status codes and framing with the recorded answers of the real programs; the same for the real programs that are
on PATH. Needs no root."""

from __future__ import annotations

import glob
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import real_programs

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDINGS = os.path.join(HERE, "..", "..", "tests", "fixtures", "recordings")
ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
DEADLINE = 30.0
# Objects whose keys are data (ids, counters that come and go), so that only the shape of the values is fixed.
MAPS = {"conn_pool_stats", "cluster_members", "partitions", "backups", "interfaces", "TxStats"}


class Failure(Exception):
    pass


class Answer:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


def recording(name: str) -> bytes:
    with open(os.path.join(RECORDINGS, name), "rb") as file:
        return file.read()


def kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", list: "list", dict: "object", type(None): "null"}[type(value)]


def compare(real: object, ours: object, path: str = "$", is_map: bool = False) -> None:
    """Same keys and types; lists and maps: every entry of ours has the shape of one of the real ones."""
    if ours is None and path.endswith(".addresses"):
        return  # a network device without an address
    if kind(real) != kind(ours):
        raise Failure(f"{path}: {kind(ours)} instead of {kind(real)}")
    if isinstance(real, dict) and isinstance(ours, dict):
        if is_map:
            compare_entries(list(real.values()), list(ours.values()), path)
            return
        if list(real) != list(ours):
            missing, extra = set(real) - set(ours), set(ours) - set(real)
            raise Failure(f"{path}: missing {sorted(missing)}, extra {sorted(extra)}, or another order")
        for key in real:
            compare(real[key], ours[key], f"{path}.{key}", key in MAPS)
    elif isinstance(real, list) and isinstance(ours, list):
        compare_entries(real, ours, path)


def compare_entries(real: list, ours: list, path: str) -> None:
    for number, entry in enumerate(ours):
        reasons = []
        for other in real:
            try:
                compare(other, entry, f"{path}[{number}]")
                break
            except Failure as failure:
                reasons.append(str(failure))
        else:
            if real:
                raise Failure(reasons[0])


def same(ours: object, wanted: object, what: str) -> None:
    if ours != wanted:
        raise Failure(f"{what}: {ours!r} instead of {wanted!r}")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind((ADDRESSES[0], 0))
        return sock.getsockname()[1]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise Failure(f"waited {DEADLINE:.0f} s for {what}")
        time.sleep(0.02)


class Cluster:
    """Three members of one service, on three loopback addresses and the same two ports; real ones keep their files in
    the folder `real`."""

    def __init__(self, service: str, extra: tuple[str, ...] = (), real: str = "") -> None:
        self.port, mesh_port = free_port(), free_port()
        if real:
            commands = real_programs.commands(service, real, ADDRESSES, self.port, mesh_port, *extra)
        else:
            commands = self._stand_ins(service, extra, mesh_port)
        self.processes = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if real else None) for words in commands]

    def _stand_ins(self, service: str, extra: tuple[str, ...], mesh_port: int) -> list[list[str]]:
        peers = ",".join(f"n{i}={address}" for i, address in enumerate(ADDRESSES, 1))
        return [
            [sys.executable, "-ESs", os.path.join(HERE, "main.py"), service, "--me", f"n{i}={address}", "--peers", peers,
             "--http", f"{address}:{self.port}", "--mesh-port", str(mesh_port), "--beat", "0.1",
             *(word.replace("@ME@", f"n{i}") for word in extra)]
            for i, address in enumerate(ADDRESSES, 1)
        ]

    def kill(self, number: int) -> None:
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def ask(self, method: str, path: str, body: bytes | None = None, node: int = 0, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(ADDRESSES[node], self.port, timeout=5)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def resp(self, request: bytes, size: int = 65536) -> bytes:
        """The whole answer: what has come when the server has been silent for a moment."""
        with socket.create_connection((ADDRESSES[0], self.port), timeout=5) as sock:
            sock.sendall(request)
            data = sock.recv(size)
            sock.settimeout(0.2)
            try:
                while piece := sock.recv(size):
                    data += piece
            except TimeoutError:
                pass
            return data


@contextmanager
def cluster(service: str, *extra: str, real: str = "") -> Iterator[Cluster]:
    running = Cluster(service, extra, real)
    try:
        yield running
    finally:
        running.close()


class Report:
    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.label = ""

    def case(self, name: str, check: Callable[[], None]) -> None:
        try:
            check()
            self.passed += 1
        except (Failure, OSError, ValueError, http.client.HTTPException) as error:
            self.failed += 1
            print(f"FAILED {self.label}{name}: {error}")

    def skip(self, reason: str) -> None:
        self.skipped += 1
        print(f"skipped {reason}")

    def finish(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def json_like(answer: Answer, name: str, status: int = 200) -> None:
    same(answer.status, status, "status")
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        raise Failure(f"content type {answer.headers.get('Content-Type')}")
    compare(json.loads(recording(name)), json.loads(answer.body))


def text_like(answer: Answer, name: str, status: int, pattern: str = "") -> None:
    same(answer.status, status, "status")
    if not answer.headers.get("Content-Type", "text/plain").startswith("text/plain"):
        raise Failure(f"content type {answer.headers.get('Content-Type')}")
    if pattern:
        for what, body in (("recording", recording(name)), ("answer", answer.body)):
            if not re.fullmatch(pattern.encode(), body):
                raise Failure(f"{what} {body!r} does not match {pattern}")
    else:
        same(answer.body, recording(name), "body")


def members_like(answer: Answer, name: str, status: int = 200) -> None:
    """/nodes without ver=2: an object by id."""
    same(answer.status, status, "status")
    compare(json.loads(recording(name)), json.loads(answer.body), is_map=True)


def empty(answer: Answer, status: int) -> None:
    same((answer.status, answer.body), (status, b""), "answer")


def chunked(answer: Answer) -> None:
    same(answer.headers.get("Transfer-Encoding"), "chunked", "framing")


QUERY = "/db/query?level=strong"
NODES = "/nodes?nonvoters&ver=2&timeout=1s"
SELECT = b'["SELECT 1"]'


def etcd_program() -> str | None:
    """The host's, or the one of the lab's node image."""
    cache = os.environ.get("FLEETWATCH_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "fleetwatch")
    return shutil.which("etcd") or next(iter(glob.glob(os.path.join(cache, "base-*", "usr/bin/etcd"))), None)


def rqlite_state(running: Cluster, node: int) -> tuple[str, str]:
    store = json.loads(running.ask("GET", "/status", node=node).body)["store"]
    return store["raft"]["state"], store["leader"]["addr"]


def test_rqlite(report: Report) -> None:
    etcd = etcd_program()
    if etcd is None:
        report.skip("rqlite: no etcd on PATH and no node image yet (lab/lab setup builds it)")
        return
    with tempfile.TemporaryDirectory(prefix="fleetwatch-contract-") as folder, \
            cluster("rqlite", "--etcd", etcd, "--data", f"{folder}/@ME@") as running:
        check_rqlite(report, running)


def check_rqlite(report: Report, running: Cluster) -> None:
    nodes = range(3)
    wait_for(lambda: all(running.ask("GET", "/readyz", node=i).status == 200 for i in nodes), "a leader")
    wait_for(lambda: b'"reachable":false' not in running.ask("GET", NODES).body, "all members")
    leader = next(i for i in nodes if rqlite_state(running, i)[0] == "Leader")
    follower, other = (i for i in nodes if i != leader)
    at_leader = lambda method, path, body=None: running.ask(method, path, body, node=leader)  # noqa: E731
    report.case("rqlite: one leader for all", lambda: same(len({rqlite_state(running, i)[1] for i in nodes}), 1, "leaders"))
    report.case("rqlite: status of the leader", lambda: json_like(at_leader("GET", "/status"), "rqlite/healthy-leader-status.json"))
    report.case("rqlite: status is chunked", lambda: chunked(at_leader("GET", "/status")))
    report.case("rqlite: status of a follower", lambda: json_like(running.ask("GET", "/status", node=follower), "rqlite/healthy-follower-status.json"))
    report.case("rqlite: nodes", lambda: members_like(at_leader("GET", "/nodes?nonvoters"), "rqlite/healthy-leader-nodes.json"))
    report.case("rqlite: nodes, version 2", lambda: json_like(at_leader("GET", NODES), "rqlite/healthy-leader-nodes-ver2.json"))
    report.case("rqlite: readyz", lambda: text_like(at_leader("GET", "/readyz"), "rqlite/healthy-leader-readyz.txt", 200))
    report.case("rqlite: strong read", lambda: same(at_leader("POST", QUERY, SELECT).body, recording("rqlite/healthy-leader-strong-read.json"), "body"))
    report.case("rqlite: strong read on a follower", lambda: json_like(running.ask("POST", QUERY, SELECT, follower), "rqlite/healthy-leader-strong-read.json"))
    report.case("rqlite: unknown table", lambda: json_like(at_leader("POST", QUERY, b'["SELECT * FROM nosuch"]'), "rqlite/sql-error.json"))
    report.case("rqlite: syntax error", lambda: same(at_leader("POST", QUERY, b'["SELEC 1"]').body, recording("rqlite/sql-error-syntax.json"), "body"))
    report.case("rqlite: bad body", lambda: text_like(at_leader("POST", QUERY, b"hello"), "rqlite/sql-bad-body.txt", 400, r"invalid [\w ]+\n"))
    report.case("rqlite: debug vars", lambda: json_like(at_leader("GET", "/debug/vars"), "rqlite/healthy-leader-debug-vars.json"))
    report.case("rqlite: unknown path", lambda: empty(at_leader("GET", "/nosuch"), 404))
    report.case("rqlite: wrong method", lambda: empty(at_leader("POST", "/status"), 405))
    report.case("rqlite: a strong read counts everywhere", lambda: rqlite_indexes(running, leader))
    running.kill(leader)
    test_rqlite_leader_dead(report, running, follower, other)


def rqlite_indexes(running: Cluster, leader: int) -> None:
    def indexes(node: int) -> tuple[int, int]:
        store = json.loads(running.ask("GET", "/status", node=node).body)["store"]
        return store["raft"]["commit_index"], store["fsm_index"]

    before = indexes(leader)[0]
    running.ask("POST", QUERY, SELECT, leader)
    wait_for(lambda: len({indexes(i) for i in range(3)}) == 1 and indexes(0)[0] > before, "the same, higher index on all nodes")


def test_rqlite_leader_dead(report: Report, running: Cluster, follower: int, other: int) -> None:
    ask = lambda method, path, body=None: running.ask(method, path, body, node=follower)  # noqa: E731
    not_contactable = r"(?s)\[\+\]node ok\n\[\+\]leader not contactable: .*"
    report.case("rqlite: leader killed, readyz", lambda: text_like(ask("GET", "/readyz"), "rqlite/leader-killed-now-follower-readyz.txt", 503, not_contactable))
    report.case("rqlite: leader killed, strong read", lambda: json_like(ask("POST", QUERY, SELECT), "rqlite/leader-killed-now-follower-strong-read.json"))
    report.case("rqlite: leader killed, nodes", lambda: json_like(ask("GET", NODES), "rqlite/leader-killed-now-follower-nodes-ver2.json"))
    report.case("rqlite: another leader", lambda: wait_for(lambda: ask("GET", "/readyz").status == 200, "an election"))
    running.kill(other)
    report.case("rqlite: no quorum, readyz fails", lambda: wait_for(lambda: ask("GET", "/readyz").status == 500, "the loss of the quorum"))
    report.case("rqlite: no quorum, readyz", lambda: text_like(ask("GET", "/readyz"), "rqlite/no-quorum-voter-readyz.txt", 500))
    report.case("rqlite: no quorum, strong read", lambda: text_like(ask("POST", QUERY, SELECT), "rqlite/no-quorum-voter-strong-read.txt", 500))
    report.case("rqlite: no quorum, status", lambda: json_like(ask("GET", "/status"), "rqlite/no-quorum-voter-status.json"))
    report.case("rqlite: no quorum, nodes", lambda: json_like(ask("GET", NODES), "rqlite/no-quorum-voter-nodes-ver2.json"))
    report.case("rqlite: no quorum, state", lambda: wait_for(lambda: rqlite_state(running, follower) == ("Candidate", ""), "a candidate"))


def test_kubo(report: Report) -> None:
    with cluster("kubo") as running:
        check_kubo(report, running)


def check_kubo(report: Report, running: Cluster) -> None:
    post = lambda path: running.ask("POST", f"/api/v0/{path}", b"")  # noqa: E731
    wait_for(lambda: post("version").status == 200, "the API")
    wait_for(lambda: len(json.loads(post("swarm/peers").body)["Peers"] or []) == 2, "two peers")
    for path, name in (
        ("swarm/peers", "healthy-swarm-peers"), ("version", "healthy-version"),
        ("repo/stat?size-only=true", "repo-stat-size-only"), ("id", "healthy-id"),
    ):
        report.case(f"kubo: {path}", lambda path=path, name=name: json_like(post(path), f"kubo/{name}.json"))
    # Null as recorded, after `bootstrap rm --all`; a list where the configuration says [].
    report.case("kubo: bootstrap/list", lambda: same(post("bootstrap/list").body.replace(b"[]", b"null"), recording("kubo/bootstrap-list-empty.json"), "body"))
    report.case("kubo: chunked", lambda: chunked(post("version")))
    report.case("kubo: wrong method", lambda: text_like(running.ask("GET", "/api/v0/swarm/peers"), "kubo/wrong-method.txt", 405))
    report.case("kubo: unknown path", lambda: text_like(post("nosuch"), "kubo/wrong-path.txt", 404))
    origin = {"Origin": "http://example.com"}
    report.case("kubo: foreign origin", lambda: text_like(running.ask("POST", "/api/v0/version", b"", headers=origin), "kubo/with-browser-origin.txt", 403))
    running.kill(1)
    running.kill(2)
    report.case("kubo: killed peers go at once", lambda: wait_for(lambda: json.loads(post("swarm/peers").body)["Peers"] is None, "no peers"))
    report.case("kubo: no peers", lambda: same(post("swarm/peers").body, recording("kubo/no-peers-swarm-peers.json"), "body"))


def lines_like(answer: Answer, name: str, count: int) -> None:
    same(answer.status, 200, "status")
    chunked(answer)
    ours = [json.loads(line) for line in answer.body.splitlines()]
    same(len(ours), count, "lines")
    compare([json.loads(line) for line in recording(name).splitlines()], ours)


def test_ipfs_cluster(report: Report) -> None:
    kubo = socket.create_server((ADDRESSES[0], 0))
    with kubo, cluster("ipfs-cluster", "--kubo", f"{ADDRESSES[0]}:{kubo.getsockname()[1]}") as running:
        check_ipfs_cluster(report, running, kubo.close)


def check_ipfs_cluster(report: Report, running: Cluster, end_kubo: Callable[[], None]) -> None:
    get = lambda path: running.ask("GET", path)  # noqa: E731
    wait_for(lambda: len(json.loads(get("/id").body)["cluster_peers"]) == 3, "three peers")
    report.case("ipfs-cluster: id", lambda: json_like(get("/id"), "ipfs-cluster/crdt-healthy-id.json"))
    report.case("ipfs-cluster: peers", lambda: lines_like(get("/peers"), "ipfs-cluster/crdt-healthy-peers.json", 3))
    report.case("ipfs-cluster: version", lambda: json_like(get("/version"), "ipfs-cluster/crdt-healthy-version.json"))
    report.case("ipfs-cluster: health", lambda: same((get("/health").status, get("/health").body), (204, recording("ipfs-cluster/health-204.txt")), "answer"))
    running.kill(2)
    wait_for(lambda: b"failed to dial" in get("/peers").body, "the loss of a peer")
    report.case("ipfs-cluster: killed peer", lambda: lines_like(get("/peers"), "ipfs-cluster/crdt-peer-killed-now-peers.json", 3))
    end_kubo()
    report.case("ipfs-cluster: own Kubo dead", lambda: json_like(get("/id"), "ipfs-cluster/crdt-own-kubo-killed-now-id.json"))


def resp_marks(data: bytes) -> list[bytes]:
    """The framing alone: array sizes, and for other values only their kind."""
    marks, lines = [], iter(data.split(b"\r\n"))
    for line in lines:
        if line[:1] == b"*":
            marks.append(line)
        elif line[:1] == b"$":
            marks.append(b"$")
            same(len(next(lines)), int(line[1:]), "length of a bulk string")
        elif line:
            marks.append(line[:1])
    return marks


def test_olric(report: Report) -> None:
    with cluster("olric") as running:
        check_olric(report, running)


def check_olric(report: Report, running: Cluster) -> None:
    members = b"*1\r\n$15\r\nCLUSTER.MEMBERS\r\n"
    wait_for(lambda: running.resp(members).startswith(b"*3\r\n"), "three members")
    report.case("olric: members", lambda: same(resp_marks(running.resp(members)), resp_marks(recording("olric/cluster-members-3.resp")), "framing"))
    report.case("olric: one coordinator", lambda: same(running.resp(members).count(b"$4\r\ntrue\r\n"), 1, "coordinators"))
    report.case("olric: ping", lambda: same(running.resp(b"*1\r\n$4\r\nPING\r\n"), recording("olric/ping.resp"), "answer"))
    report.case("olric: unknown command", lambda: same(running.resp(b"*1\r\n$6\r\nNOSUCH\r\n"), recording("olric/unknown-command.resp"), "answer"))
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n"
    report.case("olric: an HTTP request", lambda: same(running.resp(request), recording("olric/http-get.txt"), "answer"))
    report.case("olric: stats", lambda: stats_like(running.resp(b"*1\r\n$5\r\nSTATS\r\n")))


def stats_like(answer: bytes) -> None:
    real = recording("olric/stats.resp")
    same(resp_marks(answer), resp_marks(real), "framing")
    compare(json.loads(real.split(b"\r\n")[1]), json.loads(answer.split(b"\r\n")[1]))


def test_gateway(report: Report) -> None:
    """There is no recording of it: the shape is the one that the collector expects."""
    with socket.create_server((ADDRESSES[0], 0)) as alive, cluster("gateway", "--checks", f"rqlite={ADDRESSES[0]}:{alive.getsockname()[1]}") as running:
        wait_for(lambda: running.ask("GET", "/v1/health").status == 200, "the gateway")
        shape = {"status": "", "version": "", "subsystems": {"rqlite": {"status": "", "latency": ""}}}
        report.case("gateway: health", lambda: compare(shape, json.loads(running.ask("GET", "/v1/health").body)))


def test_comparison(report: Report) -> None:
    """The comparison itself must be able to fail."""
    for name, real, ours in (
        ("missing key", {"a": 1}, {}), ("extra key", {"a": 1}, {"a": 1, "b": 2}), ("type", {"a": 1}, {"a": "1"}),
        ("null", {"a": []}, {"a": None}), ("entry of a list", [{"a": 1}], [{"b": 1}]), ("boolean is no number", [1], [True]),
    ):
        def check(real: object = real, ours: object = ours) -> None:
            try:
                compare(real, ours)
            except Failure:
                return
            raise Failure("a difference was not seen")

        report.case(f"comparison: {name}", check)


def check_real_cluster(report: Report, running: Cluster, kubo: Cluster) -> None:
    check_ipfs_cluster(report, running, lambda: kubo.kill(0))


def test_real_programs(report: Report) -> None:
    with cluster("kubo") as kubo:  # what a real IPFS Cluster runs on
        checks = {"rqlite": check_rqlite, "olric": check_olric, "kubo": check_kubo,
                  "ipfs-cluster": lambda report, running: check_real_cluster(report, running, kubo)}
        for service, check in checks.items():
            program = real_programs.PROGRAMS[service]
            if not shutil.which(program):
                continue  # nothing to compare with is the usual case, and no test is missing then
            report.label = f"real {program}: "
            extra = (str(kubo.port),) if service == "ipfs-cluster" else ()
            with tempfile.TemporaryDirectory(prefix="fleetwatch-contract-") as folder, cluster(service, *extra, real=folder) as running:
                check(report, running)
            report.label = ""


def main() -> int:
    report = Report()
    test_comparison(report)
    try:
        for address in ADDRESSES:
            socket.create_server((address, 0)).close()
    except OSError:
        print("SKIPPED: this machine has only one loopback address")
        report.skipped += 1
        return report.finish()
    for test in (test_rqlite, test_kubo, test_ipfs_cluster, test_olric, test_gateway, test_real_programs):
        try:
            test(report)
        except (Failure, OSError, ValueError) as error:
            report.failed += 1
            print(f"FAILED {test.__name__}: {error}")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
