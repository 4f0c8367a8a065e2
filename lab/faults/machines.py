"""The running lab, as faults and their proof use it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess


class LabError(Exception):
    """Something that a person must see: a command of the lab failed."""


class Machines:
    """Names and paths come from lab/lab, by the environment."""

    def __init__(self) -> None:
        self.folder = pathlib.Path(os.environ["LAB_FOLDER"])
        self._program = os.environ["LAB_PROGRAM"]
        self._network = os.environ["LAB_NETWORK"]  # network namespace of the bridge; the nodes' names begin with it
        self._group = os.environ["LAB_GROUP"]
        self._cgroups = pathlib.Path(os.environ["LAB_CGROUPS"])
        size = self.folder / "size"
        count = int(size.read_text()) if size.exists() else 0
        self.nodes = [f"n{number}" for number in range(1, count + 1)]
        self.has_extras = (self.folder / "services").exists()
        real = self.folder / "real"
        self._real = {line.split()[0] for line in real.read_text().splitlines()} if real.exists() else set()
        self._hosts = self._read_hosts() if count else {}

    def is_real(self, unit: str) -> bool:
        return unit in self._real

    def _read_hosts(self) -> dict[str, str]:
        lines = (self.folder / "remote-nodes.conf").read_text().split()
        return {f"n{number}": line.split("|")[1].partition("@")[2] for number, line in enumerate(lines, 1)}

    def host(self, node: str) -> str:
        return self._hosts[node]

    def name_of(self, host: str) -> str:
        return next((node for node, known in self._hosts.items() if known == host), host)

    def others(self, node: str) -> list[str]:
        return [other for other in self.nodes if other != node]

    def next(self, node: str) -> str:
        return self.nodes[(self.nodes.index(node) + 1) % len(self.nodes)]

    @staticmethod
    def mesh(node: str) -> str:
        return f"10.0.0.{node.removeprefix('n')}"

    def root(self, node: str) -> pathlib.Path:
        """The node's files."""
        return self.folder / "nodes" / node / "root"

    def put(self, node: str, path: str, text: str) -> None:
        """A file on the node's disk (which /run and /tmp are not)."""
        (self.root(node) / path.lstrip("/")).write_text(text)

    def disk(self, node: str) -> pathlib.Path:
        return self.folder / "nodes" / node

    def kernel_file(self, node: str, name: str) -> pathlib.Path:
        return self.folder / "inject" / node / name

    def freezer(self, node: str) -> tuple[pathlib.Path, str, str]:
        """The file that stops all processes of the node, and what to write into it."""
        old = pathlib.Path("/sys/fs/cgroup/freezer") / self._group / node / "freezer.state"
        if old.exists():
            return old, "FROZEN", "THAWED"
        return self._cgroups / self._group / node / "cgroup.freeze", "1", "0"

    def lab(self, *words: str, check: bool = True, timeout_s: int = 300) -> str:
        return run([self._program, *words], check, timeout_s)

    def shell(self, node: str, script: str, check: bool = True) -> str:
        return self.lab("shell", node, "sh", "-c", script, check=check)

    def ssh(self, node: str, script: str) -> str:
        return run(["ssh", "-F", str(self.folder / "ssh_config"), node, script], timeout_s=30)

    def bridge(self, *words: str, check: bool = True) -> str:
        """Runs in the network namespace of the bridge."""
        return run(["ip", "netns", "exec", self._network, *words], check)

    def in_network_of(self, node: str, *words: str, check: bool = True) -> str:
        return run(["ip", "netns", "exec", f"{self._network}-{node}", *words], check)

    def start_in_bridge(self, *words: str) -> int:
        """A process that goes on; its id."""
        command = ["ip", "netns", "exec", self._network, *words]
        return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL).pid

    def monitor(self, *words: str) -> str:
        return self.lab("run", "monitor", *words)

    def leader(self) -> str:
        for number, row in enumerate(json.loads(self.monitor("cluster", "--env", "lab", "--json")), 1):
            if row.get("rqlite_state") == "Leader":
                return f"n{number}"
        raise LabError("no node leads")

    def target(self, where: str) -> str:
        """A node's name, or `leader` or `follower`: of these the last one, which has the fewest roles."""
        if where not in ("leader", "follower"):
            if where not in self.nodes:
                raise LabError(f"the lab has no node {where}")
            return where
        leader = self.leader()
        return leader if where == "leader" else self.others(leader)[-1]

    def forget_logs(self) -> None:
        """Log lines of the last hour are the input of some rules."""
        for node in self.nodes:
            self.shell(node, "journalctl --rotate --vacuum-time=1s", check=False)


def run(command: list[str], check: bool = True, timeout_s: int = 300) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout_s, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{' '.join(command)}: no end within {timeout_s} s") from error
    if check and done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise LabError(f"{' '.join(command)}: status {done.returncode}: {said[-1] if said else 'without a word'}")
    return done.stdout
