"""Options of a stand-in: pairs of --name value. (argparse alone would double the start time of a process.)"""

from __future__ import annotations

import json
import os

from mesh import Member

DEFAULTS = {
    "me": "n1=127.0.0.1",
    "peers": "",
    "http": "",
    "mesh-port": "0",
    "beat": "0.25",
    "kubo": "127.0.0.1:4501",
    "swarm-port": "4001",
    "checks": "",
    "process": "",
    "data": "",
    "etcd": "/usr/bin/etcd",
    "vault": "",
    "log": "/var/log/anon/notices.log",
}


class Options:
    def __init__(self, words: list[str]) -> None:
        values = dict(DEFAULTS)
        for name, value in zip(words[::2], words[1::2], strict=True):
            if name[:2] != "--" or name[2:] not in DEFAULTS:
                raise ValueError(f"unknown option {name}")
            values[name[2:]] = value
        self.me = _member(values["me"])
        members = [_member(word) for word in values["peers"].split(",") if word]
        self.members = members
        self.others = [member for member in members if member.address != self.me.address]
        self.http = _endpoint(values["http"]) if values["http"] else ("", 0)
        self.mesh_port = int(values["mesh-port"])
        self.swarm_port = int(values["swarm-port"])
        self.kubo = _endpoint(values["kubo"])
        self.checks = [_check(word) for word in values["checks"].split(",") if word]
        self.log = values["log"]
        self.process, self.data, self.etcd = values["process"], values["data"], values["etcd"]
        self.vault = _endpoint(values["vault"]) if values["vault"] else None
        # Every pair of nodes has a link per service: in a large lab all times get longer, so that the whole costs the same.
        self.stretch = max(1.0, len(members) / 8) ** 1.5
        self.beat = float(values["beat"]) * self.stretch

    @staticmethod
    def template(name: str) -> dict:
        with open(os.path.join(os.path.dirname(__file__), "templates", name), encoding="utf-8") as file:
            return json.load(file)


def _member(word: str) -> Member:
    name, _, address = word.partition("=")
    return Member(name, address)


def _endpoint(word: str) -> tuple[str, int]:
    address, _, port = word.rpartition(":")
    return address, int(port)


def _check(word: str) -> tuple[str, str, int]:
    """rqlite=127.0.0.1:5001"""
    name, _, endpoint = word.partition("=")
    return (name, *_endpoint(endpoint))
