"""Stand-in for the Orama gateway: /v1/health, with a subsystem per local service, asked when it is asked, and the vault."""

from __future__ import annotations

import json

from httpclient import ask
from httpd import JSON, TEXT, Reply, Request, serve
from loop import Loop, check_port
from options import Options

VERSION = "0.1.0-stand-in"
VAULT_TIME = 2.0


class Gateway:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._loop, self._options = loop, options
        serve(loop, options.http[0], options.http[1], self._handle)

    def _handle(self, request: Request, reply: Reply) -> None:
        if request.path.startswith("/v1/vault/") and self._options.vault is not None:
            self._pass_on(request, reply, self._options.vault)
            return
        if request.path != "/v1/health":
            reply.send(404, "404 page not found\n", TEXT)
            return
        if request.method != "GET":
            reply.send(405, "Method Not Allowed\n", TEXT)
            return
        found: dict[str, dict] = {}
        checks = self._options.checks
        if not checks:
            self._finish(found, reply)
        for name, address, port in checks:
            self._check(name, address, port, found, reply)

    def _pass_on(self, request: Request, reply: Reply, vault: tuple[str, int]) -> None:
        def answered(status: int, body: bytes, reason: str) -> None:
            if status:
                reply.send(status, body, JSON)
            else:
                reply.send(503, json.dumps({"error": f"vault: {reason}"}) + "\n", JSON)

        ask(self._loop, *vault, f"{request.method} {request.path}", VAULT_TIME, answered)

    def _check(self, name: str, address: str, port: int, found: dict[str, dict], reply: Reply) -> None:
        def checked(lives: bool, seconds: float) -> None:
            found[name] = {"status": "ok" if lives else "error", "latency": f"{max(1, round(seconds * 1000))}ms"}
            if not lives:
                found[name]["error"] = f"dial tcp {address}:{port}: connect: connection refused"
            if len(found) == len(self._options.checks):
                self._finish(found, reply)

        check_port(self._loop, port, checked, address)

    def _finish(self, found: dict[str, dict], reply: Reply) -> None:
        status = "ok" if all(entry["status"] == "ok" for entry in found.values()) else "degraded"
        body = {"status": status, "version": VERSION, "subsystems": dict(sorted(found.items()))}
        reply.send(200, json.dumps(body, separators=(",", ":")) + "\n", JSON)
