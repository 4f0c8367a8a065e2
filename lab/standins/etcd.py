"""A real etcd as a child process: leader, term, indexes, members and the quorum of the rqlite stand-in are facts of its
raft. Its peers talk over the raft port of the mesh; this process asks it over a socket in its own folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable

from httpclient import ask
from loop import Loop
from mesh import Member

TICKS = 10  # heartbeats in an election timeout
HEARTBEAT_MS = 100
POLL = 0.5  # seconds
ANSWER_TIME = 0.3  # seconds: a status that takes longer is the last one known
WRITE_TIME = 10.0
SOCKET = "etcd:1"  # etcd wants the form host:port and makes a file of that name in its working folder


class Etcd:
    def __init__(self, loop: Loop, program: str, folder: str, me: Member, members: list[Member], port: int, stretch: float) -> None:
        self._loop, self._me, self._port = loop, me, port
        self._members = {member.name: member.address for member in members}
        self._address_of: dict[str, str] = {}
        self._socket = os.path.join(folder, SOCKET)
        self.leader: str | None = None
        self.leader_heard: float | None = None  # when this node last knew that it has a leader
        self.term = self.commit = self.applied = 0
        self._start(program, folder, round(HEARTBEAT_MS * stretch))
        loop.every(POLL * stretch, lambda: self.refresh(lambda: None))

    @property
    def leads(self) -> bool:
        return self.leader == self._me.address

    def refresh(self, done: Callable[[], None]) -> None:
        """Brings the fields up to date; with an etcd that says nothing they keep their values."""

        def answered(status: int, body: bytes, _reason: str) -> None:
            if status == 200:
                self._take(json.loads(body))
            done()

        self._call("/v3/maintenance/status", {}, ANSWER_TIME, answered)

    def write(self, done: Callable[[bool], None]) -> None:
        """One entry in the log, as each strong read of rqlite is; needs a leader and a majority."""
        entry = {"key": "cmVhZA==", "value": "MQ=="}
        self._call("/v3/kv/put", entry, WRITE_TIME, lambda status, _body, _reason: done(status == 200))

    def probe(self, address: str, timeout: float, done: Callable[[str], None]) -> None:
        """Asks a member at its raft port, as rqlite does; done(reason), empty when it answers."""

        def answered(status: int, _body: bytes, reason: str) -> None:
            done("" if status else reason)

        ask(self._loop, address, self._port, "GET /version", timeout, answered)

    def end(self) -> None:
        """The orderly end: a leader hands over first. The process ends with its child."""
        self._ending = True
        os.kill(self._child, signal.SIGTERM)

    def _call(self, path: str, body: dict, timeout: float, done: Callable[[int, bytes, str], None]) -> None:
        ask(self._loop, self._socket, 0, f"POST {path}", timeout, done, json.dumps(body).encode())

    def _take(self, status: dict) -> None:
        leader = str(status.get("leader", "0"))
        self.term = int(status.get("raftTerm", 0))
        self.commit, self.applied = int(status.get("raftIndex", 0)), int(status.get("raftAppliedIndex", 0))
        if leader != "0" and leader not in self._address_of:
            self._learn_members()
        self.leader = self._address_of.get(leader)
        if self.leader is not None:
            self.leader_heard = time.monotonic()

    def _learn_members(self) -> None:
        def answered(status: int, body: bytes, _reason: str) -> None:
            if status == 200:
                self._address_of = {entry["ID"]: self._members.get(entry.get("name", ""), "") for entry in json.loads(body)["members"]}

        self._call("/v3/cluster/member/list", {}, ANSWER_TIME, answered)

    def _start(self, program: str, folder: str, heartbeat_ms: int) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.path.exists(self._socket):
            os.unlink(self._socket)
        own = f"http://{self._me.address}:{self._port}"
        cluster = ",".join(f"{name}=http://{address}:{self._port}" for name, address in self._members.items())
        command = [
            "setpriv", "--pdeathsig", "KILL", program, "--name", self._me.name, "--data-dir", folder,
            "--listen-client-urls", f"unix://{SOCKET}", "--advertise-client-urls", f"unix://{SOCKET}",
            "--listen-peer-urls", own, "--initial-advertise-peer-urls", own, "--initial-cluster", cluster,
            "--heartbeat-interval", str(heartbeat_ms), "--election-timeout", str(TICKS * heartbeat_ms), "--pre-vote=true",
            "--auto-compaction-retention", "1", "--logger", "zap", "--log-level", "error"]
        signal.signal(signal.SIGCHLD, self._child_changed)
        self._ending = False
        os.chdir(folder)
        environment = {"PATH": os.environ.get("PATH", os.defpath), "GOMAXPROCS": "1"}
        self._child = os.posix_spawn(shutil.which("setpriv") or "/usr/bin/setpriv", command, environment)

    def _child_changed(self, *_: object) -> None:
        pid, status = os.waitpid(self._child, os.WNOHANG)
        if pid == self._child:
            print(f"etcd ended with status {os.waitstatus_to_exitcode(status)}", file=sys.stderr, flush=True)
            os._exit(0 if self._ending else 1)
