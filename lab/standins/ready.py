"""ready.py MEMBERS SECONDS ADDRESS: waits, on a node, until the services see at least that many members (this one
included) and the database has a leader; otherwise says what is missing and exits with 1."""

from __future__ import annotations

import glob
import http.client
import json
import re
import socket
import sys
import time


def ask(port: int, method: str, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        return body if answer.status == 200 else b""
    finally:
        connection.close()


def olric_members(address: str) -> int:
    with socket.create_connection((address, 3320), timeout=1) as sock:
        sock.sendall(b"*1\r\n$15\r\nCLUSTER.MEMBERS\r\n")
        found = re.match(rb"\*(\d+)\r\n", sock.recv(4096))
    return int(found.group(1)) if found else 0


def healthy(peer: dict) -> bool:
    return not peer["error"] and not peer["ipfs"]["error"]


NAMESPACES = "/opt/orama/.orama/data/namespaces/*/rqlite.env"


def namespaces_missing() -> str:
    for name in glob.glob(NAMESPACES):
        with open(name, encoding="utf-8") as file:
            base = re.search(r"^HTTP_ADDR=.*:(\d+)$", file.read(), re.MULTILINE)
        if base and not (ask(int(base.group(1)), "GET", "/readyz") and ask(int(base.group(1)) + 4, "GET", "/v1/health")):
            return f"namespace {name.split('/')[-2]} is not ready"
    return ""


def missing(members: int, address: str) -> str:
    """The first thing that is not there yet, or nothing."""
    try:
        if not ask(5001, "GET", "/readyz"):
            return "rqlite has no leader"
        nodes = json.loads(ask(5001, "GET", "/nodes?nonvoters&ver=2&timeout=1s") or b"{}").get("nodes", [])
        counts = {
            "rqlite": sum(node["reachable"] for node in nodes),
            "ipfs": 1 + len(json.loads(ask(4501, "POST", "/api/v0/swarm/peers") or b"{}").get("Peers") or []),
            "ipfs-cluster": sum(healthy(json.loads(line)) for line in ask(9094, "GET", "/peers").splitlines()),
            "olric": olric_members(address),
        }
        guardians = json.loads(ask(6001, "GET", "/v1/vault/status") or b"null")
        if guardians is not None:
            counts["vault"] = guardians["healthy"]
        if reason := namespaces_missing():
            return reason
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        return f"a service does not answer: {error}"
    short = [f"{name} sees {count} of {members} members" for name, count in counts.items() if count < members]
    return ", ".join(short)


def main(words: list[str]) -> int:
    members, seconds, address = int(words[0]), float(words[1]), words[2]
    deadline = time.monotonic() + seconds
    while reason := missing(members, address):
        if time.monotonic() > deadline:
            print(reason)
            return 1
        time.sleep(0.05)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
