"""Stand-in for rqlite v8: status, nodes, readyz, strong reads and counters of a cluster whose raft is a real etcd."""

from __future__ import annotations

import copy
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable

from etcd import Etcd
from httpd import JSON, TEXT, Reply, Request, serve
from loop import Loop
from options import Options

VERSION = "v8.43.4-stand-in"
JSON_UTF8 = JSON + "; charset=utf-8"
HEADER = f"X-Rqlite-Version: {VERSION}\r\n"
SILENCE = 30.0  # seconds that a silent member is waited for
NO_LEADER = "leader address: leader not found\n"


class Rqlite:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._options = options
        self._started = time.time()
        self._raft = Etcd(loop, options.etcd, options.data, options.me, options.members, options.mesh_port, options.stretch)
        self._members = sorted(options.members, key=lambda member: member.address)
        signal.signal(signal.SIGTERM, lambda *_: self._raft.end())
        self._status = options.template("rqlite-status.json")
        self._vars = options.template("rqlite-debug-vars.json")
        self._routes = {
            "/status": ("GET", self._get_status),
            "/nodes": ("GET", self._get_nodes),
            "/readyz": ("GET", self._get_readyz),
            "/debug/vars": ("GET", self._get_vars),
            "/db/query": ("POST", self._post_query),
        }
        serve(loop, options.http[0], options.http[1], self._handle)

    def _handle(self, request: Request, reply: Reply) -> None:
        method, handler = self._routes.get(request.path, ("", None))
        if handler is None:
            reply.send(404, extra=HEADER)
        elif request.method != method:
            reply.send(405, extra=HEADER)
        else:
            handler(request, reply)

    def _raft_address(self, address: str | None) -> str:
        return f"{address}:{self._options.mesh_port}" if address else ""

    def _get_status(self, _request: Request, reply: Reply) -> None:
        self._vars["http"]["num_status"] += 1
        self._raft.refresh(lambda: self._send_status(reply))

    def _send_status(self, reply: Reply) -> None:
        status = copy.deepcopy(self._status)
        me = self._raft_address(self._options.me.address)
        port = self._options.http[1]
        status["build"]["version"] = VERSION
        status["cluster"].update(addr=me, api_addr=f"{self._options.me.address}:{port}")
        pool = {"idle": 1, "max_open_connections": 64, "open_connections": 1}
        status["http"].update(bind_addr=f"[::]:{port}", cluster={
            "conn_pool_stats": {self._raft_address(other.address): pool for other in self._options.others},
            "local_node_addr": me, "timeout": "30s"})
        status["mux"]["addr"] = me
        now = time.time()
        status["node"] = {"current_time": _utc(now), "start_time": _utc(self._started), "uptime": f"{now - self._started:.9f}s"}
        status["os"].update(hostname=socket.gethostname(), pid=os.getpid(), ppid=os.getppid(), executable="/usr/bin/python3")
        self._fill_store(status["store"], me)
        reply.send(200, _dump(status), JSON_UTF8, HEADER)

    def _fill_store(self, store: dict, me: str) -> None:
        raft = self._raft
        leader = self._raft_address(raft.leader)
        addresses = [self._raft_address(member.address) for member in self._members]
        state = self._state()
        store.update(
            addr=me, node_id=me, leader={"addr": leader, "node_id": leader}, ready=raft.leader is not None,
            db_applied_index=raft.applied, fsm_index=raft.applied, fsm_term=raft.term,
            nodes=[{"id": address, "addr": address, "suffrage": "Voter"} for address in addresses],
            strong_read_term=raft.term if raft.leads else 0)
        known = 0 if raft.leads else raft.commit
        store["raft"].update(
            applied_index=raft.applied, commit_index=raft.commit, last_log_index=raft.commit, last_log_term=raft.term,
            last_contact=self._last_contact(), num_peers=len(self._options.others), state=state, term=raft.term,
            latest_configuration="[" + " ".join(f"{{Suffrage:Voter ID:{a} Address:{a}}}" for a in addresses) + "]",
            transport={"command_commit_index": known, "leader_commit_index": known})

    def _state(self) -> str:
        if self._raft.leads:
            return "Leader"
        return "Candidate" if self._raft.leader is None else "Follower"

    def _last_contact(self) -> str | int:
        if self._raft.leads:
            return 0
        if self._raft.leader_heard is None:
            return "never"
        seconds = time.monotonic() - self._raft.leader_heard
        return f"{seconds * 1000:.6f}ms" if seconds < 1 else f"{seconds:.9f}s"

    def _get_nodes(self, request: Request, reply: Reply) -> None:
        """Asks every member; a silent one holds the answer up until its time is over."""
        found: dict[str, str] = {self._options.me.address: ""}

        def probed(address: str, reason: str) -> None:
            found[address] = reason
            if len(found) == len(self._members):
                self._send_nodes(request, reply, found)

        limit = _seconds(request.query.get("timeout", "")) or SILENCE
        if not self._options.others:
            self._send_nodes(request, reply, found)
        for other in self._options.others:
            self._raft.probe(other.address, limit, lambda reason, address=other.address: probed(address, reason))

    def _send_nodes(self, request: Request, reply: Reply, found: dict[str, str]) -> None:
        nodes = {}
        for member in self._members:
            address, reason = self._raft_address(member.address), found[member.address]
            node = {
                "id": address, "api_addr": f"http://{member.address}:{self._options.http[1]}", "addr": address,
                "version": VERSION, "voter": True, "reachable": not reason,
                "leader": not reason and member.address == self._raft.leader, "time": 1.1e-7, "time_s": "150ns"}
            if reason:
                del node["api_addr"]
                node.update(version="", error=f"pool get: dial tcp {address}: connect: {reason}")
            nodes[address] = node
        if request.query.get("ver") == "2":
            reply.send(200, _dump({"nodes": list(nodes.values())}), JSON_UTF8, HEADER)
        else:
            reply.send(200, _dump(nodes), JSON_UTF8, HEADER)

    def _reach_leader(self, no_leader: Callable[[], None], lost: Callable[[str], None], found: Callable[[], None]) -> None:
        """One of the three is called; with a silent leader only after half a minute, as in the real one."""

        def refreshed() -> None:
            leader = self._raft.leader
            if leader is None:
                no_leader()
            elif self._raft.leads:
                found()
            else:
                self._raft.probe(leader, SILENCE, lambda reason: lost(reason) if reason else found())

        self._raft.refresh(refreshed)

    def _get_readyz(self, _request: Request, reply: Reply) -> None:
        self._vars["http"]["num_readyz"] += 1

        def lost(reason: str) -> None:
            text = f"dial tcp {self._raft_address(self._raft.leader)}: connect: {reason}"
            reply.send(503, f"[+]node ok\n[+]leader not contactable: pool get: {text}", TEXT, HEADER)

        self._reach_leader(
            lambda: reply.send(500, NO_LEADER, TEXT, HEADER), lost,
            lambda: reply.send(200, "[+]node ok\n[+]leader ok\n[+]store ok", TEXT, HEADER))

    def _post_query(self, request: Request, reply: Reply) -> None:
        try:
            statements = json.loads(request.body)
            if not isinstance(statements, list) or not statements:
                raise ValueError("not a list of statements")
        except ValueError:
            reply.send(400, "invalid request\n", TEXT, HEADER)
            return
        self._vars["http"]["queries"] += 1
        self._vars["db"]["queries"] += 1
        answer = _dump({"results": [self._result(statement) for statement in statements]})
        if request.query.get("level") != "strong":
            reply.send(200, answer, JSON_UTF8, HEADER)
            return

        def written(ok: bool) -> None:
            if ok:
                reply.send(200, answer, JSON_UTF8, HEADER)
            elif self._raft.leader is None:
                reply.send(500, NO_LEADER, TEXT, HEADER)
            else:
                self._reply_lost(reply, "i/o timeout")

        self._reach_leader(
            lambda: reply.send(500, NO_LEADER, TEXT, HEADER), lambda reason: self._reply_lost(reply, reason),
            lambda: self._raft.write(written))

    def _reply_lost(self, reply: Reply, reason: str) -> None:
        leader = self._raft_address(self._raft.leader)
        self._vars["http"]["remote_queries_failed"] += 1
        error = f"node failed to process Query on remote node at {leader}: pool get: dial tcp {leader}: connect: {reason}"
        reply.send(200, _dump({"results": [], "error": error}), JSON_UTF8, HEADER)

    def _result(self, statement: object) -> dict:
        """SELECT of a number is all the SQL there is; any other word is an error, as in the real one."""
        text = str(statement).strip()
        number = re.fullmatch(r"(?i)select\s+(\d+)", text)
        if number:
            value = int(number.group(1))
            return {"columns": [number.group(1)], "types": ["integer"], "values": [[value]]}
        self._vars["db"]["query_errors"] += 1
        table = re.search(r"(?i)^select\b.*\bfrom\s+(\w+)", text)
        if table:
            return {"error": f"no such table: {table.group(1)}"}
        return {"error": f'near "{text.split(" ")[0]}": syntax error'}

    def _get_vars(self, _request: Request, reply: Reply) -> None:
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in self._vars.items())
        reply.send(200, "{\n" + lines + "\n}\n", JSON_UTF8)


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _seconds(text: str) -> float:
    """A Go duration in whole seconds or milliseconds; 0 for anything else."""
    found = re.fullmatch(r"(\d+)(m?s)", text)
    return int(found.group(1)) / (1000 if found.group(2) == "ms" else 1) if found else 0.0


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1e9):09d}Z"
