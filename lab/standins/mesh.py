"""Links among the stand-ins of one service on all nodes, over the mesh addresses: one TCP connection per pair, with
a beat each way. Who can be reached, and who cannot, is therefore a fact of the network and not of a file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from loop import Loop, Stream, connect, listen

LINE_LIMIT = 65536
REDIAL = 0.25  # seconds at least


class Member:
    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address


class _Link:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.heard = time.monotonic()
        self.data = bytearray()


class Mesh:
    """`me` and `others` are members; messages are dicts; a member is named by its address."""

    def __init__(self, loop: Loop, me: Member, others: list[Member], port: int, beat: float, silence: float) -> None:
        self.me, self.others, self.port = me, others, port
        self.beat, self.silence = beat, silence
        self.payload: Callable[[], dict] = lambda: {}
        self.on_message: Callable[[str, dict], None] = lambda address, message: None
        self.on_lost: Callable[[str], None] = lambda address: None
        self.last_error: dict[str, str] = {}
        self._loop = loop
        self._links: dict[str, _Link] = {}
        self._dialling: set[str] = set()
        # Of each pair, the later node dials the earlier one: it is the one that can know the other is there.
        self._dials = [other.address for other in others if _order(other.address) < _order(me.address)]

    def start(self) -> None:
        listen(self._loop, self.me.address, self.port, lambda stream: self._adopt(None, stream))
        self._dial_missing()
        self._loop.every(max(REDIAL, self.beat / 4), self._dial_missing)
        self._loop.every(self.beat, self._tick)

    def linked(self, address: str) -> bool:
        return address in self._links

    def send(self, address: str, message: dict) -> None:
        link = self._links.get(address)
        if link is not None:
            link.stream.send(self._encode(message))

    def broadcast(self, message: dict) -> None:
        data = self._encode(message)
        for link in list(self._links.values()):
            link.stream.send(data)

    def send_beat(self) -> None:
        self.broadcast({"type": "beat", **self.payload()})

    def _encode(self, message: dict) -> bytes:
        return json.dumps({"from": self.me.address, **message}).encode() + b"\n"

    def _tick(self) -> None:
        now = time.monotonic()
        for address, link in list(self._links.items()):
            if now - link.heard > self.silence:
                self.last_error[address] = "i/o timeout"
                link.stream.close()
        self.send_beat()

    def _dial_missing(self) -> None:
        for address in self._dials:
            if address not in self._links and address not in self._dialling:
                self._dial(address)

    def _dial(self, address: str) -> None:
        self._dialling.add(address)

        def done(stream: Stream | None, reason: str) -> None:
            self._dialling.discard(address)
            self.last_error[address] = reason
            if stream is not None:
                self._adopt(address, stream)
                stream.send(self._encode({"type": "beat", **self.payload()}))

        connect(self._loop, self.me.address, address, self.port, min(1.0, self.silence), done)

    def _adopt(self, address: str | None, stream: Stream) -> None:
        """A new connection counts as a link from the first message on: only then the other end is known to live."""
        link = _Link(stream)
        owner = [address]

        def arrived(data: bytes) -> None:
            link.heard = time.monotonic()
            link.data += data
            *lines, rest = link.data.split(b"\n")
            link.data = bytearray(rest)
            if len(rest) > LINE_LIMIT:
                stream.close()
            for line in lines:
                self._received(link, owner, line)

        def closed() -> None:
            if owner[0] is not None and self._links.get(owner[0]) is link:
                del self._links[owner[0]]
                self.last_error.setdefault(owner[0], "")
                self.on_lost(owner[0])

        stream.on_data, stream.on_close = arrived, closed

    def _received(self, link: _Link, owner: list[str | None], line: bytes) -> None:
        try:
            message = json.loads(line)
            sender = str(message["from"])
        except (ValueError, KeyError, TypeError):
            link.stream.close()
            return
        if self._links.get(sender) is not link:
            if sender not in (other.address for other in self.others):
                link.stream.close()
                return
            owner[0] = sender
            old = self._links.get(sender)
            self._links[sender] = link
            if old is not None:
                old.stream.close()
            else:
                link.stream.send(self._encode({"type": "beat", **self.payload()}))
        self.on_message(sender, message)


def _order(address: str) -> tuple[int, ...]:
    return tuple(int(part) for part in address.split("."))
