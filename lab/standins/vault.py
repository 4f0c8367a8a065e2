"""Stand-in for the Orama vault: guardians, one per node, that are counted while the mesh reaches them."""

from __future__ import annotations

import json

from httpd import JSON, TEXT, Reply, Request, serve
from loop import Loop
from mesh import Mesh
from options import Options


class Vault:
    def __init__(self, loop: Loop, options: Options) -> None:
        beat = 4 * options.beat
        self._mesh = Mesh(loop, options.me, options.others, options.mesh_port, beat, silence=3 * beat)
        self._mesh.start()
        serve(loop, options.http[0], options.http[1], self._handle)

    def _handle(self, request: Request, reply: Reply) -> None:
        routes = {"/v1/vault/status": self._status, "/v1/vault/health": self._health}
        if request.method != "GET" or request.path not in routes:
            reply.send(404, "404 page not found\n", TEXT)
        else:
            reply.send(200, json.dumps(routes[request.path](), separators=(",", ":")) + "\n", JSON)

    def _status(self) -> dict:
        guardians = 1 + len(self._mesh.others)
        majority = guardians // 2 + 1
        healthy = 1 + sum(self._mesh.linked(other.address) for other in self._mesh.others)
        return {"guardians": guardians, "healthy": healthy, "threshold": majority, "write_quorum": majority}

    def _health(self) -> dict:
        status = self._status()
        if status["healthy"] == status["guardians"]:
            return {"status": "healthy"}
        return {"status": "degraded" if status["healthy"] >= status["threshold"] else "unavailable"}
