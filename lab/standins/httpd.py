"""A small HTTP/1.1 server with the manners of Go's: the programs that the stand-ins replace are all written in Go."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from loop import Loop, Stream, listen

REASONS = {
    200: "OK", 204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 500: "Internal Server Error", 503: "Service Unavailable",
}
GO_WRITE_BUFFER = 2048  # a longer answer of unknown length leaves a Go server in chunks
REQUEST_LIMIT = 1 << 20
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class Request:
    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.path, _, query = target.partition("?")
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        self.headers = headers
        self.body = body


class Reply:
    """The answer to one request; may be sent later than the handler returns."""

    def __init__(self, stream: Stream, keep_alive: bool, after: Callable[[], None]) -> None:
        self._stream, self._keep_alive, self._after = stream, keep_alive, after

    def send(self, status: int, body: str | bytes = b"", content_type: str = "", extra: str = "", chunked: bool = False) -> None:
        data = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} {REASONS[status]}\r\n{extra}"
        if content_type:
            head += f"Content-Type: {content_type}\r\n"
        head += time.strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", time.gmtime())
        if status == 204:
            data = b""
        elif chunked or len(data) > GO_WRITE_BUFFER:
            head += "Transfer-Encoding: chunked\r\n"
            data = _chunks(data, lines=chunked)
        else:
            head += f"Content-Length: {len(data)}\r\n"
        if not self._keep_alive:
            head += "Connection: close\r\n"
        self._stream.send(head.encode() + b"\r\n" + data)
        if self._keep_alive:
            self._after()
        else:
            self._stream.close_after_sending()


def _chunks(data: bytes, lines: bool) -> bytes:
    pieces = data.splitlines(keepends=True) if lines else [data[i : i + 4096] for i in range(0, len(data), 4096)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class _Connection:
    def __init__(self, stream: Stream, handler: Callable[[Request, Reply], None]) -> None:
        self._stream, self._handler = stream, handler
        self._data = bytearray()
        self._busy = False
        stream.on_data = self._arrived

    def _arrived(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > REQUEST_LIMIT:
            self._stream.close()
        else:
            self._next()

    def _next(self) -> None:
        end = self._data.find(b"\r\n\r\n")
        if self._busy or end < 0:
            return
        first, *rest = bytes(self._data[:end]).decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        words = first.split(" ")
        length = headers.get("content-length", "0")
        if len(words) != 3 or not length.isdigit():
            Reply(self._stream, False, lambda: None).send(400, "400 Bad Request", TEXT)
            return
        total = end + 4 + int(length)
        if len(self._data) < total:
            return
        request = Request(words[0], words[1], headers, bytes(self._data[end + 4 : total]))
        del self._data[:total]
        self._busy = True
        keep_alive = words[2] == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        self._handler(request, Reply(self._stream, keep_alive, self._done))

    def _done(self) -> None:
        self._busy = False
        self._next()


def serve(loop: Loop, address: str, port: int, handler: Callable[[Request, Reply], None]) -> None:
    def connected(stream: Stream) -> None:
        _Connection(stream, handler)

    listen(loop, address, port, connected)
