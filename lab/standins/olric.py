"""Stand-in for Olric: RESP on the mesh address, a member list, and the log lines of members that come and go."""

from __future__ import annotations

import json
import time
import zlib

from loop import Loop, Stream, listen
from mesh import Mesh
from options import Options

VERSION = "0.7.0-stand-in"
REQUEST_LIMIT = 65536


class Olric:
    def __init__(self, loop: Loop, options: Options) -> None:
        self._options = options
        self._birth = time.time_ns()
        self._started = time.monotonic()
        self._births: dict[str, int] = {}
        beat = 4 * options.beat
        self._mesh = Mesh(loop, options.me, options.others, options.mesh_port, beat, silence=3 * beat)
        self._mesh.payload = lambda: {"birth": self._birth}
        self._mesh.on_message = self._heard
        self._mesh.on_lost = lambda address: loop.after(2 * beat, lambda: self._mark_failed(address))
        self._mesh.start()
        listen(loop, options.http[0], options.http[1], self._connected)
        _log(f"Olric {VERSION} on linux/amd64")
        _log(f"Memberlist bindAddr: {options.me.address}, bindPort: {options.mesh_port}")
        _log(f"Olric bindAddr: {options.http[0]}, bindPort: {options.http[1]}")

    def _heard(self, address: str, message: dict) -> None:
        birth = int(message.get("birth", 0))
        if self._births.get(address) != birth:
            if address in self._births:
                _log(f"Node left: {self._name(address)}")
            self._births[address] = birth
            _log(f"Node joined: {self._name(address)}")

    def _mark_failed(self, address: str) -> None:
        if self._mesh.linked(address) or address not in self._births:
            return
        name = self._name(address)
        del self._births[address]
        _log(f"memberlist: Suspect {name} has failed, no acks received")
        _log(f"memberlist: Marking {name} as failed, suspect timeout reached (0 peer confirmations)")
        _log(f"Node left: {name}")

    def _name(self, address: str) -> str:
        return f"{address}:{self._options.http[1]}"

    def _members(self) -> list[tuple[str, int]]:
        """Oldest first: that one is the coordinator."""
        own = (self._name(self._options.me.address), self._birth)
        return sorted([own, *((self._name(a), birth) for a, birth in self._births.items())], key=lambda member: member[1])

    def _connected(self, stream: Stream) -> None:
        data = bytearray()

        def arrived(piece: bytes) -> None:
            data.extend(piece)
            if len(data) > REQUEST_LIMIT:
                stream.close()
                return
            while not stream.closed:
                words, used = _parse(data)
                if used == 0:
                    return
                del data[:used]
                if words:
                    stream.send(self._answer(words))

        stream.on_data = arrived

    def _answer(self, words: list[str]) -> bytes:
        command = words[0].lower()
        if command == "ping":
            return b"+PONG\r\n"
        if command == "cluster.members":
            members = self._members()
            entries = [
                f"*3\r\n{_bulk(name)}:{birth}\r\n{_bulk('true' if i == 0 else 'false')}" for i, (name, birth) in enumerate(members)
            ]
            return (f"*{len(members)}\r\n" + "".join(entries)).encode()
        if command == "stats":
            return _bulk(json.dumps(self._stats(), separators=(",", ":"))).encode()
        return f"-ERR unknown command '{command}'\r\n".encode()

    def _stats(self) -> dict:
        members = [{"name": name, "id": zlib.crc32(name.encode()), "birthdate": birth} for name, birth in self._members()]
        own = next(member for member in members if member["name"] == self._name(self._options.me.address))
        return {
            "cmdline": ["olric-server"], "release_version": VERSION,
            "uptime_seconds": int(time.monotonic() - self._started), "runtime": None,
            "cluster_coordinator": members[0], "member": own, "partitions": {}, "backups": {},
            "cluster_members": {str(member["id"]): member for member in members},
            "network": dict.fromkeys(
                ("connections_total", "current_connections", "written_bytes_total", "read_bytes_total", "commands_total"), 0),
            "dmaps": dict.fromkeys(
                ("entries_total", "delete_hits", "delete_misses", "get_misses", "get_hits", "evicted_total"), 0),
            "pub_sub": dict.fromkeys(
                ("published_total", "current_subscribers", "subscribers_total", "current_psubscribers", "psubscribers_total"), 0)}


def _bulk(text: str) -> str:
    return f"${len(text.encode())}\r\n{text}\r\n"


def _parse(data: bytearray) -> tuple[list[str], int]:
    """One request, an array of bulk strings or a plain line; (words, bytes used), 0 used when it is not whole yet."""
    end = data.find(b"\r\n")
    if end < 0:
        return [], 0
    if data[:1] != b"*":
        return data[:end].decode("latin-1").split(), end + 2
    words: list[str] = []
    at = end + 2
    try:
        count = int(data[1:end])
        for _ in range(count):
            end = data.find(b"\r\n", at)
            if end < 0:
                return [], 0
            length = int(data[at + 1 : end])
            if len(data) < end + 2 + length + 2:
                return [], 0
            words.append(data[end + 2 : end + 2 + length].decode("latin-1"))
            at = end + 2 + length + 2
    except ValueError:
        return ["?"], len(data)
    return words, at


def _log(text: str) -> None:
    print(time.strftime("%Y/%m/%d %H:%M:%S"), "[INFO]", text, flush=True)
