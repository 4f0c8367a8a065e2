"""Sends on 16 connections for as long as it runs, in pieces of one segment."""

from __future__ import annotations

import socket
import threading
import time


def send() -> None:
    while True:
        try:
            with socket.create_connection(("8.8.8.8", 9999)) as stream:
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while True:
                    stream.sendall(b"x" * 1200)
                    time.sleep(0.02)
        except OSError:
            time.sleep(0.2)


for _ in range(16):
    threading.Thread(target=send, daemon=True).start()
threading.Event().wait()
