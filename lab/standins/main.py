"""main.py SERVICE [--option value]...: one stand-in, in the foreground, until it is killed."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys

from loop import Loop
from options import Options

# service: (module, class, process name as the kernel shows it)
SERVICES = {
    "rqlite": ("rqlite", "Rqlite", "orama-node"),
    "gateway": ("gateway", "Gateway", "orama-gateway"),
    "olric": ("olric", "Olric", "olric-server"),
    "kubo": ("kubo", "Kubo", "ipfs"),
    "ipfs-cluster": ("ipfs_cluster", "IpfsCluster", "ipfs-cluster-service"),
    "vault": ("vault", "Vault", "orama-vault"),
    "anyone": ("anyone", "Anyone", "anon"),
}


def name_process(name: str) -> None:
    with open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write(name)


def tell_systemd(message: str) -> None:
    path = os.environ.get("NOTIFY_SOCKET", "")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(message.encode(), "\0" + path[1:] if path.startswith("@") else path)


def main(words: list[str]) -> int:
    if not words or words[0] not in SERVICES:
        print(f"usage: main.py {'|'.join(SERVICES)} [--option value]...", file=sys.stderr)
        return 64
    module, class_name, process = SERVICES[words[0]]
    try:
        options = Options(words[1:])
    except ValueError as error:
        print(f"main.py: {error}", file=sys.stderr)
        return 64
    name_process(options.process or process)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    loop = Loop()
    service = getattr(importlib.import_module(module), class_name)(loop, options)
    tell_systemd("READY=1")
    loop.run()
    del service
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
