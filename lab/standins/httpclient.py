"""One HTTP request, over TCP or a Unix socket. HTTP/1.0, so that nothing comes in chunks."""

from __future__ import annotations

import re
from collections.abc import Callable

from loop import Loop, Stream, connect

ANSWER_LIMIT = 1 << 20

# done(status, body, "") or done(0, b"", reason), once
Done = Callable[[int, bytes, str], None]


def ask(loop: Loop, address: str, port: int, request: str, timeout: float, done: Done, body: bytes = b"") -> None:
    """`request` is "GET /path"; an address that begins with a slash is a Unix socket."""
    finished = False

    def finish(status: int, answer: bytes, reason: str) -> None:
        nonlocal finished
        if not finished:
            finished = True
            done(status, answer, reason)

    def connected(stream: Stream | None, reason: str) -> None:
        if stream is None:
            finish(0, b"", reason)
            return
        data = bytearray()

        def arrived(piece: bytes) -> None:
            data.extend(piece)
            if len(data) > ANSWER_LIMIT:
                stream.close()
            elif _is_whole(data):  # some servers leave the connection open
                finish(*_answer(bytes(data)))
                stream.reset()

        stream.on_data = arrived
        stream.on_close = lambda: finish(*_answer(bytes(data)))
        stream.send(f"{request} HTTP/1.0\r\nHost: lab\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

        def late() -> None:
            finish(0, b"", "i/o timeout")
            stream.reset()

        loop.after(timeout, lambda: None if finished else late())

    connect(loop, "", address, port, timeout, connected)


def _is_whole(data: bytearray) -> bool:
    head, separator, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(separator) and length is not None and len(body) >= int(length.group(1))


def _answer(data: bytes) -> tuple[int, bytes, str]:
    head, separator, body = data.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    if not separator or len(words) < 2 or not words[1].isdigit():
        return 0, b"", "EOF"
    return int(words[1]), body, ""
