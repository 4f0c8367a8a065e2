"""Stand-in for rqlite v8: status, nodes, readyz, strong reads and counters of a cluster with real elections."""

from __future__ import annotations

import copy
import json
import os
import re
import socket
import time

from httpd import JSON, TEXT, Reply, Request, serve
from loop import Loop
from mesh import Mesh
from options import Options
from raft import LEADER, Raft

VERSION = "v8.43.4-stand-in"
JSON_UTF8 = JSON + "; charset=utf-8"
HEADER = f"X-Rqlite-Version: {VERSION}\r\n"
NO_LEADER = "leader address: leader not found\n"


class Rqlite:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._options = options
        self._started = time.time()
        self._mesh = Mesh(loop, options.me, options.others, options.mesh_port, options.beat, silence=max(1.0, 4 * options.beat))
        self._raft = Raft(loop, self._mesh, options.stretch)
        self._mesh.on_lost = self._raft.lost
        self._status = options.template("rqlite-status.json")
        self._vars = options.template("rqlite-debug-vars.json")
        self._routes = {
            "/status": ("GET", self._get_status),
            "/nodes": ("GET", self._get_nodes),
            "/readyz": ("GET", self._get_readyz),
            "/debug/vars": ("GET", self._get_vars),
            "/db/query": ("POST", self._post_query),
        }
        self._mesh.start()
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
        members = sorted([self._options.me, *self._options.others], key=lambda member: member.address)
        addresses = [self._raft_address(member.address) for member in members]
        store.update(
            addr=me, node_id=me, leader={"addr": leader, "node_id": leader}, ready=raft.leader is not None,
            db_applied_index=raft.fsm_index, fsm_index=raft.fsm_index, fsm_term=raft.term,
            nodes=[{"id": address, "addr": address, "suffrage": "Voter"} for address in addresses],
            strong_read_term=raft.term if raft.state == LEADER else 0)
        store["raft"].update(
            applied_index=raft.index, commit_index=raft.index, last_log_index=raft.index, last_log_term=raft.term,
            last_contact=self._last_contact(), num_peers=len(self._options.others), state=raft.state, term=raft.term,
            latest_configuration="[" + " ".join(f"{{Suffrage:Voter ID:{a} Address:{a}}}" for a in addresses) + "]",
            transport={"command_commit_index": raft.leader_index, "leader_commit_index": raft.leader_index})

    def _last_contact(self) -> str | int:
        if self._raft.state == LEADER:
            return 0
        if self._raft.last_contact is None:
            return "never"
        seconds = time.monotonic() - self._raft.last_contact
        return f"{seconds * 1000:.6f}ms" if seconds < 1 else f"{seconds:.9f}s"

    def _get_nodes(self, request: Request, reply: Reply) -> None:
        nodes = {}
        for member in sorted([self._options.me, *self._options.others], key=lambda member: member.address):
            address = self._raft_address(member.address)
            reachable = member is self._options.me or self._mesh.linked(member.address)
            node = {
                "id": address, "api_addr": f"http://{member.address}:{self._options.http[1]}", "addr": address,
                "version": VERSION, "voter": True, "reachable": reachable,
                "leader": reachable and member.address == self._raft.leader, "time": 1.1e-7, "time_s": "150ns"}
            if not reachable:
                reason = self._mesh.last_error.get(member.address) or "connection refused"
                del node["api_addr"]
                node.update(version="", error=f"pool get: dial tcp {address}: connect: {reason}")
            nodes[address] = node
        if request.query.get("ver") == "2":
            reply.send(200, _dump({"nodes": list(nodes.values())}), JSON_UTF8, HEADER)
        else:
            reply.send(200, _dump(nodes), JSON_UTF8, HEADER)

    def _get_readyz(self, _request: Request, reply: Reply) -> None:
        self._vars["http"]["num_readyz"] += 1
        if self._raft.leader is None:
            reply.send(500, NO_LEADER, TEXT, HEADER)
        elif not self._raft.leader_in_reach():
            reason = f"dial tcp {self._raft_address(self._raft.leader)}: connect: connection refused"
            reply.send(503, f"[+]node ok\n[+]leader not contactable: pool get: {reason}", TEXT, HEADER)
        else:
            reply.send(200, "[+]node ok\n[+]leader ok\n[+]store ok", TEXT, HEADER)

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
        elif self._raft.leader is None:
            reply.send(500, NO_LEADER, TEXT, HEADER)
        elif not self._raft.leader_in_reach():
            self._reply_lost(reply)
        else:
            self._raft.strong_read(lambda ok: reply.send(200, answer, JSON_UTF8, HEADER) if ok else self._reply_lost(reply))

    def _reply_lost(self, reply: Reply) -> None:
        leader = self._raft_address(self._raft.leader)
        self._vars["http"]["remote_queries_failed"] += 1
        error = f"node failed to process Query on remote node at {leader}: pool get: dial tcp {leader}: connect: connection refused"
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


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1e9):09d}Z"
