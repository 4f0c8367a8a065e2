"""Stand-in for IPFS Cluster in CRDT mode: /id, /peers (one JSON object per line), /version, /health."""

from __future__ import annotations

import json
import time

from httpd import JSON, Reply, Request, serve
from identity import peer_id
from loop import Loop, check_port
from mesh import Member, Mesh
from options import Options

VERSION = "1.1.6-stand-in"
FORGET_AFTER = 20.0  # the real one forgets a dead peer after 17 to 31 s
KUBO_CHECK = 2.0


class IpfsCluster:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._loop, self._options = loop, options
        beat = 4 * options.beat
        self._mesh = Mesh(loop, options.me, options.others, options.mesh_port, beat, silence=5 * beat)
        self._mesh.payload = lambda: {"kubo": self._kubo_lives}
        self._mesh.on_message = self._heard
        self._mesh.on_lost = lambda address: self._lost_at.__setitem__(address, time.monotonic())
        self._kubo_lives = True
        self._kubo_of: dict[str, bool] = {}
        self._lost_at: dict[str, float] = {}
        self._check_kubo()
        loop.every(KUBO_CHECK, self._check_kubo)
        self._mesh.start()
        serve(loop, options.http[0], options.http[1], self._handle)

    def _check_kubo(self, then: object = None) -> None:
        def checked(lives: bool, _seconds: float) -> None:
            self._kubo_lives = lives
            if callable(then):
                then()

        check_port(self._loop, self._options.kubo[1], checked, self._options.kubo[0])

    def _heard(self, address: str, message: dict) -> None:
        self._kubo_of[address] = bool(message.get("kubo", True))
        self._lost_at.pop(address, None)

    def _known(self) -> list[Member]:
        """Own node, the reachable ones, and those lost too short ago to be forgotten."""
        now = time.monotonic()
        others = [
            other
            for other in self._options.others
            if self._mesh.linked(other.address) or now - self._lost_at.get(other.address, -FORGET_AFTER) < FORGET_AFTER
        ]
        return [self._options.me, *others]

    def _handle(self, request: Request, reply: Reply) -> None:
        if request.method != "GET" or request.path not in ("/id", "/peers", "/version", "/health"):
            reply.send(404, '{"code":404,"message":"not found"}\n', JSON)
        elif request.path == "/health":
            reply.send(204)
        elif request.path == "/version":
            reply.send(200, _line({"version": VERSION}), JSON)
        elif request.path == "/id":
            self._check_kubo(lambda: reply.send(200, _line(self._peer(self._options.me)), JSON))
        else:
            self._check_kubo(lambda: reply.send(200, self._peers(), JSON, "Trailer: X-Stream-Error\r\n", chunked=True))

    def _peers(self) -> str:
        return "".join(_line(self._peer(member)) for member in self._known())

    def _peer(self, member: Member) -> dict:
        own = peer_id("cluster", member.address)
        if member is not self._options.me and not self._mesh.linked(member.address):
            reason = self._mesh.last_error.get(member.address) or "connection refused"
            error = f"failed to dial: failed to dial {own}: all dials failed\n  * [{self._where(member)}] dial tcp4: connect: {reason}"
            return _shape(own, None, None, None, "", "", error, {"addresses": None, "error": ""}, "")
        known = self._known()
        lives = self._kubo_lives if member is self._options.me else self._kubo_of.get(member.address, True)
        return _shape(
            own, [self._full(member)], sorted(peer_id("cluster", other.address) for other in known),
            [self._full(other) for other in known if other is not member], VERSION, "/ipfscluster/1.0/rpc", "",
            self._ipfs(member, lives), member.name)

    def _ipfs(self, member: Member, lives: bool) -> dict:
        if not lives:
            where = "%s:%d" % self._options.kubo
            return {"addresses": None, "error": f'Post "http://{where}/api/v0/id": dial tcp {where}: connect: connection refused'}
        kubo = peer_id("kubo", member.address)
        return {"id": kubo, "addresses": [f"/ip4/{member.address}/tcp/{self._options.swarm_port}/p2p/{kubo}"], "error": ""}

    def _where(self, member: Member) -> str:
        return f"/ip4/{member.address}/tcp/{self._mesh.port}"

    def _full(self, member: Member) -> str:
        return f"{self._where(member)}/p2p/{peer_id('cluster', member.address)}"


def _shape(
    own: str, addresses: list[str] | None, peers: list[str] | None, peer_addresses: list[str] | None,
    version: str, protocol: str, error: str, ipfs: dict, name: str,
) -> dict:
    return {
        "id": own, "addresses": addresses, "cluster_peers": peers, "cluster_peers_addresses": peer_addresses,
        "version": version, "commit": "", "rpc_protocol_version": protocol, "error": error, "ipfs": ipfs, "peername": name}


def _line(value: dict) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
