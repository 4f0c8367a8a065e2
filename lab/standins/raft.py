"""Leader election after Raft, with a pre-vote, over the mesh: one leader per term, none without a majority, and a
node that was away cannot unseat a leader that lives. The log is only its last index: nothing is stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from loop import Loop
from mesh import Mesh

LEASE = 1.0  # seconds, in a small cluster
FOLLOWER, CANDIDATE, LEADER = "Follower", "Candidate", "Leader"


class Raft:
    def __init__(self, loop: Loop, mesh: Mesh, stretch: float) -> None:
        self._stretch = stretch
        self._lease = LEASE * stretch
        self.state = FOLLOWER
        self.term = 1
        self.leader: str | None = None
        # Elections and joins take an index but never reach the database, so the second stays behind until a read.
        self.index = 1 + len(mesh.others) + 1
        self.fsm_index = 1
        self.leader_index = 0
        self.last_contact: float | None = None
        self._mesh = mesh
        self._voted: tuple[int, str] | None = None
        self._granted: set[str] = set()
        self._campaign_at = time.monotonic() + self._pause(0.2, 0.4)
        self._majority = (len(mesh.others) + 1) // 2 + 1
        self._reads: dict[int, Callable[[bool], None]] = {}
        self._read_number = 0
        mesh.payload = lambda: {"term": self.term, "leader": self.state == LEADER, "index": self.index, "fsm": self.fsm_index}
        mesh.on_message = self._received
        loop.every(0.05, self._tick)

    @property
    def me(self) -> str:
        return self._mesh.me.address

    def _pause(self, least: float, most: float) -> float:
        return random.uniform(least, most) * self._stretch

    def leader_in_reach(self) -> bool:
        return self.leader is not None and (self.leader == self.me or self._mesh.linked(self.leader))

    def strong_read(self, done: Callable[[bool], None]) -> None:
        """One entry in the log of all; done(True) when the leader has taken it, done(False) when it is lost."""
        if self.state == LEADER:
            self._append()
            done(True)
            return
        self._read_number += 1
        self._reads[self._read_number] = done
        self._mesh.send(str(self.leader), {"type": "read", "number": self._read_number})

    def lost(self, address: str) -> None:
        """The link to a member broke: reads that wait for it fail."""
        if address == self.leader:
            reads, self._reads = self._reads, {}
            for done in reads.values():
                done(False)

    def _append(self) -> None:
        self.index += 1
        self.fsm_index = self.index
        self._mesh.send_beat()

    def _tick(self) -> None:
        now = time.monotonic()
        if self.state == LEADER:
            in_reach = sum(self._mesh.heard_within(other.address, self._lease) for other in self._mesh.others) + 1
            if in_reach < self._majority:
                self._lose_leader(now)
            return
        if self.leader is not None and now - (self.last_contact or 0.0) > self._lease:
            self._lose_leader(now)
        if self.leader is None and now >= self._campaign_at:
            self.state = CANDIDATE
            self._campaign_at = now + self._pause(0.3, 0.6)
            self._ask(self.term + 1, pre=True)

    def _lose_leader(self, now: float) -> None:
        if self.leader == self.me:
            self.last_contact = now
        self.state, self.leader = CANDIDATE, None
        self._campaign_at = now + self._pause(0.0, 0.3)

    def _ask(self, term: int, pre: bool) -> None:
        self._granted = {self.me}
        self._mesh.broadcast({"type": "ask", "term": term, "pre": pre, "index": self.index})
        self._count(term, pre)

    def _count(self, term: int, pre: bool) -> None:
        if len(self._granted) < self._majority:
            return
        if pre:
            self.term, self._voted = term, (term, self.me)
            self._ask(term, pre=False)
            return
        self.state, self.leader = LEADER, self.me
        self.leader_index = 0
        self.index += 1
        self._granted = set()
        self._mesh.send_beat()

    def _received(self, sender: str, message: dict) -> None:
        kind = message.get("type")
        if kind == "beat":
            self._beat(sender, message)
        elif kind == "ask":
            self._asked(sender, message)
        elif kind == "grant" and self.state == CANDIDATE:
            wanted = self.term + 1 if message["pre"] else self.term
            if message["term"] == wanted and self._granted:
                self._granted.add(sender)
                self._count(wanted, message["pre"])
        elif kind == "read":
            if self.state == LEADER:
                self._append()
            self._mesh.send(sender, {"type": "read-done", "number": message["number"], "ok": self.state == LEADER})
        elif kind == "read-done":
            done = self._reads.pop(message["number"], None)
            if done is not None:
                done(message["ok"])

    def _beat(self, sender: str, message: dict) -> None:
        if message["term"] > self.term and self.state == LEADER:
            self._lose_leader(time.monotonic())
        if message["leader"] and message["term"] >= self.term:
            self.state, self.leader, self.term = FOLLOWER, sender, message["term"]
            self.last_contact = time.monotonic()
            self.index = self.leader_index = message["index"]
            self.fsm_index = message["fsm"]

    def _asked(self, sender: str, message: dict) -> None:
        term, pre = message["term"], message["pre"]
        if message["index"] < self.index or term <= self.term - (0 if pre else 1):
            return
        if self.leader is not None:  # it lives, as far as this node knows
            return
        if not pre:
            if self._voted is not None and self._voted[0] >= term and self._voted != (term, sender):
                return
            self.term, self._voted = term, (term, sender)
        self._mesh.send(sender, {"type": "grant", "term": term, "pre": pre})
