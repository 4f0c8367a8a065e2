"""sink.py NODE HOST: takes what the node sends to 8.8.8.8:9999, until it is ended or its lab is."""

from __future__ import annotations

import selectors
import socket
import sys

LIFETIME_S = 1800


def main() -> int:
    server = socket.create_server(("8.8.8.8", 9999), backlog=64)
    server.settimeout(LIFETIME_S)
    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ)
    while True:
        ready = selector.select(LIFETIME_S)
        if not ready:
            return 0
        for key, _ in ready:
            if key.fileobj is server:
                selector.register(server.accept()[0], selectors.EVENT_READ)
                continue
            try:
                data = key.fileobj.recv(65536)
            except OSError:
                data = b""
            if not data:
                selector.unregister(key.fileobj)
                key.fileobj.close()


sys.exit(main())
