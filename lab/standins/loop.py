"""One-threaded event loop, buffered TCP streams and local TCP checks: all that the stand-ins need of asyncio,
at a fifth of its import time, which counts when fifty of them start at once on two cores."""

from __future__ import annotations

import errno
import heapq
import selectors
import socket
import struct
import time
from collections.abc import Callable

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
BUFFER_LIMIT = 1 << 20
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Loop:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = 0

    def watch(self, sock: socket.socket, events: int, callback: Callable[[int], None]) -> None:
        try:
            self._selector.modify(sock, events, callback)
        except KeyError:
            self._selector.register(sock, events, callback)

    def forget(self, sock: socket.socket) -> None:
        try:
            self._selector.unregister(sock)
        except (KeyError, ValueError):
            pass

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        self._sequence += 1
        heapq.heappush(self._timers, (time.monotonic() + seconds, self._sequence, callback))

    def every(self, seconds: float, callback: Callable[[], None]) -> None:
        def again() -> None:
            callback()
            self.after(seconds, again)

        self.after(seconds, again)

    def run(self) -> None:
        while True:
            wait = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
            for key, events in self._selector.select(wait):
                key.data(events)
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                heapq.heappop(self._timers)[2]()


class Stream:
    """A connected socket: `on_data` gets what arrives, `on_close` is called once, whoever closes."""

    def __init__(self, loop: Loop, sock: socket.socket) -> None:
        self.on_data: Callable[[bytes], None] = lambda data: None
        self.on_close: Callable[[], None] = lambda: None
        self._loop, self._sock = loop, sock
        self._out = bytearray()
        self._closing = False
        self.closed = False
        sock.setblocking(False)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop.watch(sock, READ, self._ready)

    def send(self, data: bytes) -> None:
        if self.closed:
            return
        self._out += data
        self._flush()
        if len(self._out) > BUFFER_LIMIT:
            self.close()

    def close_after_sending(self) -> None:
        self._closing = True
        self._flush()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._loop.forget(self._sock)
        self._sock.close()
        self.on_close()

    def reset(self) -> None:
        """Close without a TIME-WAIT socket: periodic checks must not fill the node's count of them."""
        if not self.closed:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.close()

    def _flush(self) -> None:
        try:
            while self._out:
                del self._out[: self._sock.send(self._out)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
        if self.closed:
            return
        if self._closing and not self._out:
            self.close()
        else:
            self._loop.watch(self._sock, READ | WRITE if self._out else READ, self._ready)

    def _ready(self, events: int) -> None:
        if events & WRITE:
            self._flush()
        if events & READ and not self.closed:
            try:
                data = self._sock.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if data:
                self.on_data(data)
            else:
                self.close()


def listen(loop: Loop, address: str, port: int, on_stream: Callable[[Stream], None]) -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen(128)
    server.setblocking(False)

    def accept(_: int) -> None:
        try:
            sock, _peer = server.accept()
        except OSError:
            return
        on_stream(Stream(loop, sock))

    loop.watch(server, READ, accept)


def connect(
    loop: Loop, source: str, address: str, port: int, timeout: float, done: Callable[[Stream | None, str], None]
) -> None:
    """Calls done(stream, "") or done(None, reason), once. An address that begins with a slash is a Unix socket."""
    local = address.startswith("/")
    sock = socket.socket(socket.AF_UNIX if local else socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    finished = False

    def finish(stream: Stream | None, reason: str) -> None:
        nonlocal finished
        finished = True
        if stream is None:
            loop.forget(sock)
            sock.close()
        done(stream, reason)

    def writable(_: int) -> None:
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            finish(None, "connection refused" if error == errno.ECONNREFUSED else errno.errorcode.get(error, "error"))
        else:
            finish(Stream(loop, sock), "")

    try:
        if source:
            sock.bind((source, 0))
        sock.connect(address if local else (address, port))
    except BlockingIOError:
        pass
    except OSError as error:
        finish(None, str(error))
        return
    loop.watch(sock, WRITE, writable)
    loop.after(timeout, lambda: None if finished else finish(None, "i/o timeout"))


def check_port(loop: Loop, port: int, done: Callable[[bool, float], None], address: str = "127.0.0.1") -> None:
    """Does a local service accept connections; done(accepted, seconds)."""
    started = time.monotonic()

    def answered(stream: Stream | None, _reason: str) -> None:
        if stream is not None:
            stream.reset()
        done(stream is not None, time.monotonic() - started)

    connect(loop, "", address, port, 1.0, answered)
