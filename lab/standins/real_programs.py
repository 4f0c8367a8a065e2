"""How the contract test starts real programs, on loopback addresses, when they are on PATH."""

from __future__ import annotations

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import real_config  # noqa: E402

PROGRAMS = {"rqlite": "rqlited", "olric": "olric-server"}


def command(service: str, folder: str, addresses: list[str], number: int, port: int, mesh_port: int) -> list[str]:
    """Of node `number`, counted from 1."""
    own, address = os.path.join(folder, f"n{number}"), addresses[number - 1]
    program = shutil.which(PROGRAMS[service]) or PROGRAMS[service]
    os.makedirs(own)
    if service == "rqlite":
        members = ",".join(f"{member}:{mesh_port}" for member in addresses)
        return [program, "-node-id", f"{address}:{mesh_port}", "-http-addr", f"{address}:{port}", "-raft-addr", f"{address}:{mesh_port}",
                "-bootstrap-expect", str(len(addresses)), "-join", members, os.path.join(own, "data")]
    node = real_config.Node("", address.rpartition(".")[0], number, len(addresses))
    path = os.path.join(own, "olric.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(real_config.olric(node, port, mesh_port))
    return [program, "-c", path]
