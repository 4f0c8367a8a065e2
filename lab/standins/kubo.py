"""Stand-in for Kubo: its RPC API, POST only, with the peers that the mesh reaches."""

from __future__ import annotations

import json

from httpd import JSON, TEXT, Reply, Request, serve
from identity import peer_id
from loop import Loop
from mesh import Mesh
from options import Options

VERSION = "0.40.1-stand-in"
HEADERS = "Server: kubo/0.40.1-stand-in\r\nTrailer: X-Stream-Error\r\n"


class Kubo:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._options = options
        beat = 4 * options.beat
        self._mesh = Mesh(loop, options.me, options.others, options.mesh_port, beat, silence=5 * beat)
        self._routes = {
            "swarm/peers": self._swarm_peers,
            "repo/stat": lambda: {"RepoSize": 111392, "StorageMax": 10000000000, "NumObjects": 0, "RepoPath": "", "Version": ""},
            "version": lambda: {"Version": VERSION, "Commit": "", "Repo": "18", "System": "amd64/linux", "Golang": "go1.26.8"},
            "bootstrap/list": lambda: {"Peers": None},
            "id": self._id,
        }
        self._mesh.start()
        serve(loop, options.http[0], options.http[1], self._handle)

    def _handle(self, request: Request, reply: Reply) -> None:
        prefix = "/api/v0/"
        route = self._routes.get(request.path[len(prefix) :]) if request.path.startswith(prefix) else None
        if "origin" in request.headers:
            reply.send(403, "403 - Forbidden\n", TEXT)
        elif request.path.startswith(prefix) and request.method != "POST":
            reply.send(405, "405 - Method Not Allowed\n", TEXT)
        elif route is None:
            reply.send(404, "404 page not found\n", TEXT)
        else:
            reply.send(200, json.dumps(route(), separators=(",", ":")) + "\n", JSON, HEADERS, chunked=True)

    def _swarm_peers(self) -> dict:
        nothing_known = {"ID": "", "PublicKey": "", "Addresses": None, "AgentVersion": "", "Protocols": None}
        peers = [
            {"Addr": f"/ip4/{other.address}/tcp/{self._mesh.port}", "Peer": peer_id("kubo", other.address), "Identify": nothing_known}
            for other in self._options.others
            if self._mesh.linked(other.address)
        ]
        return {"Peers": peers or None}

    def _id(self) -> dict:
        me = self._options.me.address
        own = peer_id("kubo", me)
        return {
            "ID": own, "PublicKey": "", "Addresses": [f"/ip4/{me}/tcp/{self._mesh.port}/p2p/{own}"],
            "AgentVersion": f"kubo/{VERSION}", "Protocols": ["/ipfs/id/1.0.0", "/ipfs/ping/1.0.0"]}
