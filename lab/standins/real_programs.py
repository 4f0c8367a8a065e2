"""How the contract test starts real programs, on loopback addresses, when they are on PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import first_start  # noqa: E402
import real_config  # noqa: E402

PROGRAMS = {"rqlite": "rqlited", "olric": "olric-server", "kubo": "ipfs", "ipfs-cluster": "ipfs-cluster-service"}
# The real IPFS Cluster as the lab sets it up; what else it serves would need ports of its own.
CLUSTER_INIT = ("init", "--consensus", "crdt", "--datastore", "leveldb")


class Setup:
    """One member of a real service: `number` is counted from 1, its files are in `folder`."""

    def __init__(self, folder: str, addresses: list[str], number: int, port: int, mesh_port: int) -> None:
        self.own, self.address = os.path.join(folder, f"n{number}"), addresses[number - 1]
        self.addresses, self.port, self.mesh_port = addresses, port, mesh_port
        self.node = real_config.Node(folder, self.address.rpartition(".")[0], number, len(addresses))
        os.makedirs(self.own)

    def write(self, name: str, content: str) -> str:
        path = os.path.join(self.own, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def merge(self, name: str, settings: dict) -> None:
        path = os.path.join(self.own, name)
        with open(path, encoding="utf-8") as file:
            made = json.load(file)
        first_start.merge(made, settings)
        self.write(name, json.dumps(made))

    def run_first(self, *words: str) -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30)


def make_keys(service: str, folder: str, members: int) -> None:
    for number in range(1, members + 1):
        key = os.path.join(folder, f"n{number}.{service}")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-outform", "DER", "-out", key], check=True)
        subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", key, "-pubout", "-outform", "DER", "-out", f"{key}.pub"], check=True)


def rqlite(member: Setup, program: str) -> list[str]:
    joined = ",".join(f"{address}:{member.mesh_port}" for address in member.addresses)
    raft = f"{member.address}:{member.mesh_port}"
    return [program, "-node-id", raft, "-http-addr", f"{member.address}:{member.port}", "-raft-addr", raft,
            "-bootstrap-expect", str(len(member.addresses)), "-join", joined, os.path.join(member.own, "data")]


def olric(member: Setup, program: str) -> list[str]:
    return [program, "-c", member.write("olric.yaml", real_config.olric(member.node, member.port, member.mesh_port))]


def kubo(member: Setup, program: str) -> list[str]:
    environment = ["env", f"IPFS_PATH={member.own}", f"HOME={member.own}", "IPFS_TELEMETRY=off"]
    member.run_first(*environment, program, "init", "--empty-repo")
    member.merge("config", real_config.kubo(member.node, member.address, member.port, member.mesh_port))
    return [*environment, program, "daemon"]


def ipfs_cluster(member: Setup, program: str, kubo_port: str) -> list[str]:
    environment = ["env", f"IPFS_CLUSTER_PATH={member.own}", f"HOME={member.own}"]
    member.run_first(*environment, program, *CLUSTER_INIT)
    member.merge("service.json", real_config.cluster_service(member.node, f"{member.address}:{kubo_port}", member.mesh_port))
    api = {"restapi": {"http_listen_multiaddress": f"/ip4/{member.address}/tcp/{member.port}"}}
    member.merge("service.json", {"api": api})
    with open(os.path.join(member.own, "service.json"), encoding="utf-8") as file:
        service = json.load(file)
    for other in set(service["api"]) - set(api):
        del service["api"][other]  # its port would be everybody's
    member.write("service.json", json.dumps(service))
    member.merge("identity.json", real_config.cluster_identity(member.node))
    return [*environment, program, "daemon"]


def commands(service: str, folder: str, addresses: list[str], port: int, mesh_port: int, *extra: str) -> list[list[str]]:
    """One for each address. `extra`: for ipfs-cluster, the port of Kubo's API on the same addresses."""
    program = shutil.which(PROGRAMS[service]) or PROGRAMS[service]
    if service in ("kubo", "ipfs-cluster"):
        make_keys(service, folder, len(addresses))
    start = {"rqlite": rqlite, "olric": olric, "kubo": kubo, "ipfs-cluster": ipfs_cluster}[service]
    return [start(Setup(folder, addresses, number, port, mesh_port), program, *extra) for number in range(1, len(addresses) + 1)]
