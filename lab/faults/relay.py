"""relay.py NODE HOST: every frame between the node and the bridge is 0.1 s late, until SIGTERM or until the port is gone.

The kernel may have no netem: the node's port is taken off the bridge and joined to it again through two TAPs.
"""

from __future__ import annotations

import collections
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import time

DELAY_S = 0.1
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
QUEUE_LIMIT = 100_000


def ip(*words: str, check: bool = True) -> bool:
    return subprocess.run(("ip", *words), check=check, stderr=subprocess.DEVNULL).returncode == 0


def tap(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


class Relay:
    def __init__(self, node: str) -> None:
        self._node, self._side = node, f"br-{node}"
        near, far = f"near-{node}", f"far-{node}"
        self._taps = {tap(near): 0, tap(far): 0}
        first, second = self._taps
        self._other = {first: second, second: first}
        self._late: collections.deque[tuple[float, int, bytes]] = collections.deque()
        ip("link", "add", self._side, "type", "bridge")
        ip("link", "set", self._side, "up")
        ip("link", "set", near, "master", self._side, "up")
        ip("link", "set", far, "master", "br0", "up")
        ip("link", "set", node, "master", self._side)

    def end(self) -> None:
        ip("link", "set", self._node, "master", "br0", check=False)
        ip("link", "delete", self._side, check=False)

    def run(self) -> None:
        look_again = time.monotonic() + 1
        while True:
            now = time.monotonic()
            if now > look_again:
                look_again = now + 1
                if not ip("link", "show", self._node, check=False):
                    return
            wait = min(1.0, self._late[0][0] - now) if self._late else 1.0
            for device in select.select(list(self._taps), [], [], max(0.0, wait))[0]:
                self._take(device)
            self._give()

    def _take(self, device: int) -> None:
        due = time.monotonic() + DELAY_S
        for _ in range(64):
            try:
                frame = os.read(device, 65536)
            except BlockingIOError:
                return
            if len(self._late) < QUEUE_LIMIT:
                self._late.append((due, self._other[device], frame))

    def _give(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            _, device, frame = self._late.popleft()
            try:
                os.write(device, frame)
            except BlockingIOError:
                pass


def main() -> None:
    relay = Relay(sys.argv[1])

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    try:
        relay.run()
    finally:
        relay.end()
    sys.exit(0)


main()
